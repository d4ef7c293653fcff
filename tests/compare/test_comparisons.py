"""Comparisons: filters, what is held equal, and which comparison comes first."""

from __future__ import annotations

from core.compare import comparisons
from core.compare.result_table import MEASURED
from core.setting.setting import FIELDS
from tests.compare.rows import grid, rows_of


# -------------------------------------------------------------------------------------- filters
def test_filters_keep_rows_with_one_of_the_values_in_every_column() -> None:
    rows = rows_of(grid("none", "sine", "vae", dims=(2, 3)))
    assert comparisons.options(rows, "latent_dim") == ["2", "3"]
    found = comparisons.filtered(rows, {"latent_dim": ["2"], "terms": ["sine", "vae"], "seed": []})
    assert set(zip(found["latent_dim"], found["terms"], strict=True)) == {(2, "sine"), (2, "vae")}
    assert len(found) == 6
    assert len(comparisons.filtered(rows, {"latent_dim": ["17", "<b>"]})) == 0
    assert len(comparisons.filtered(rows, {})) == len(rows)


def test_numbers_are_offered_in_their_order() -> None:
    assert comparisons.options(rows_of(grid("none", dims=(10, 2, 5))), "latent_dim") == [
        "2",
        "5",
        "10",
    ]


def test_a_row_of_several_studies_is_found_by_each() -> None:
    rows = rows_of(grid("none"), study=["a, b", "b", "ab"])
    assert comparisons.options(rows, "study") == ["a", "ab", "b"]
    assert comparisons.filtered(rows, {"study": ["a"]})["seed"].tolist() == [0]
    assert comparisons.filtered(rows, {"study": ["b"]})["seed"].tolist() == [0, 1]


def test_switches_leave_out_warnings_and_what_is_not_here() -> None:
    rows = rows_of(grid("none"), warnings=["", "collapsed", ""])
    assert comparisons.filtered(rows, {}, with_run=True)["seed"].tolist() == [0, 2]
    assert comparisons.filtered(rows, {}, without_warnings=True)["seed"].tolist() == [0, 2]


# ---------------------------------------------------------------------------------- comparisons
def test_the_most_common_comparison_comes_first_and_holds_all_but_groups_and_seed() -> None:
    rows = rows_of([*grid("none", "sine", dims=(2,)), *grid("none", "sine", "vae", dims=(3,))])
    found = comparisons.find_comparisons(rows, ["regularizer"])
    assert [(c.rows, c.groups) for c in found] == [(9, 3), (6, 2)]
    assert found[0].values["latent_dim"] == 3
    assert not {"regularizer", "seed"} & set(found[0].values)
    assert set(found[0].values) | {"regularizer", "seed"} == {*FIELDS, *MEASURED}
    parts = [comparisons.within(rows, one) for one in found]
    assert sum(map(len, parts)) == len(rows)
    for part in parts:
        assert comparisons.varied(part) == ["regularizer"]


def test_a_comparison_with_seeds_comes_before_a_large_one_of_single_ones() -> None:
    weights = [f"sine:weight={w}" for w in range(1, 20)]
    rows = rows_of([*grid("none", *weights, dims=(2,), seeds=1), *grid("none", "vae", seeds=5)])
    found = comparisons.find_comparisons(rows, ["regularizer"])
    assert [(c.values["latent_dim"], c.rows, c.groups) for c in found] == [(3, 10, 2), (2, 20, 20)]
    some = grid("none", "sine", "l1", dims=(5,), seeds=5)  # and many without seeds besides
    rows = rows_of([*some, *grid(*weights, dims=(5,), seeds=1), *grid("none", "vae", seeds=5)])
    assert comparisons.find_comparisons(rows, ["regularizer"])[0].values["latent_dim"] == 3
    alone = rows_of([*grid("none", dims=(2,), seeds=9), *grid("none", "vae", *weights, seeds=1)])
    assert (
        comparisons.find_comparisons(alone, ["regularizer"])[0].values["latent_dim"] == 3
    )  # nothing to compare


def test_a_comparison_in_which_the_axis_differs_comes_first() -> None:
    longer = [s.replace(epochs=99, seed=s.seed) for s in grid("none", "vae", dims=(2, 3), seeds=1)]
    rows = rows_of([*grid("none", "vae", seeds=9), *longer])
    assert comparisons.find_comparisons(rows, ["regularizer"])[0].rows == 18
    assert (
        comparisons.find_comparisons(rows, ["regularizer", "latent_dim"])[0].values["epochs"] == 99
    )


def test_a_comparison_keeps_its_key_when_other_rows_come() -> None:
    few = rows_of(grid("none", "sine"))
    many = rows_of([*grid("none", "sine"), *grid("vae", dims=(2, 5), seeds=9)])
    key = comparisons.find_comparisons(few, ["regularizer"])[0].key
    assert key in {c.key for c in comparisons.find_comparisons(many, ["regularizer"])}
    assert len({c.key for c in comparisons.find_comparisons(many, ["regularizer"])}) == 3


def test_what_is_scored_another_way_is_another_comparison() -> None:
    rows = rows_of(grid("none", seeds=4), split=["heldout", "train", "heldout", "train"])
    assert len(comparisons.find_comparisons(rows, ["regularizer"])) == 2


def test_a_comparison_is_named_by_what_tells_it_apart() -> None:
    one = [s.replace(learning_rate=0.01) for s in grid("none", dims=(2,))]
    rows = rows_of([*grid("none", dims=(2, 3)), *one])
    found = comparisons.find_comparisons(rows, ["regularizer"])
    named = comparisons.titles(found)
    assert sorted(named.values()) == [
        "2-D · learning rate 0.003",
        "2-D · learning rate 0.01",
        "3-D",
    ]
    assert list(comparisons.titles(found[:1]).values()) == ["the same in every row"]


def test_nothing_has_no_comparison() -> None:
    assert comparisons.find_comparisons(rows_of(grid("none")).iloc[:0], ["regularizer"]) == []
