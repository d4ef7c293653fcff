"""Comparisons: filters, contexts, groups, trends and the front of a trade-off."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from core.compare import comparisons
from core.compare.result_table import MEASURED
from core.metrics.catalogue import METRICS
from core.setting.setting import FIELDS, Setting


def rows_of(settings: list[Setting], **columns: object) -> pd.DataFrame:
    """Rows as the index has them."""
    found = []
    for number, setting in enumerate(settings):
        values = {
            name: text if isinstance(value := getattr(setting, name), str | tuple) else value
            for name, text in setting.to_text().items()
        }
        measured = dict(zip(MEASURED, ("heldout", "train", "kmeans", 0, 5), strict=True))
        found.append(
            {
                **values, **measured, **dict.fromkeys(METRICS, 0.5), "id": setting.hash,
                "hash": setting.hash, "run": setting.name, "study": "", "warnings": "",
                "terms": "+".join(t.name for t in setting.regularizer) or "none",
                "has_run": number % 2 == 0,
            }
        )  # fmt: skip
    table = pd.DataFrame(found)
    texts = {n: "str" for n in table if table[n].dtype == object}
    return table.astype(texts).assign(**columns)


def grid(*regularizers: str, dims: tuple[int, ...] = (3,), seeds: int = 3) -> list[Setting]:
    return [
        Setting.from_text({"regularizer": r, "latent_dim": str(d), "seed": str(s)})
        for r, d, s in itertools.product(regularizers, dims, range(seeds))
    ]


# -------------------------------------------------------------------------------------- filters
def test_filters_keep_rows_with_one_of_the_values_in_every_column() -> None:
    rows = rows_of(grid("none", "sine", "vae", dims=(2, 3)))
    assert comparisons.options(rows, "latent_dim") == ["2", "3"]
    found = comparisons.chosen(rows, {"latent_dim": ["2"], "terms": ["sine", "vae"], "seed": []})
    assert set(zip(found["latent_dim"], found["terms"], strict=True)) == {(2, "sine"), (2, "vae")}
    assert len(found) == 6
    assert len(comparisons.chosen(rows, {"latent_dim": ["17", "<b>"]})) == 0
    assert len(comparisons.chosen(rows, {})) == len(rows)


def test_numbers_are_offered_in_their_order() -> None:
    assert comparisons.options(rows_of(grid("none", dims=(10, 2, 5))), "latent_dim") == [
        "2",
        "5",
        "10",
    ]


def test_a_row_of_several_studies_is_found_by_each() -> None:
    rows = rows_of(grid("none"), study=["a, b", "b", "ab"])
    assert comparisons.options(rows, "study") == ["a", "ab", "b"]
    assert comparisons.chosen(rows, {"study": ["a"]})["seed"].tolist() == [0]
    assert comparisons.chosen(rows, {"study": ["b"]})["seed"].tolist() == [0, 1]


def test_switches_leave_out_warnings_and_what_is_not_here() -> None:
    rows = rows_of(grid("none"), warnings=["", "collapsed", ""])
    assert comparisons.chosen(rows, {}, with_run=True)["seed"].tolist() == [0, 2]
    assert comparisons.chosen(rows, {}, without_warnings=True)["seed"].tolist() == [0, 2]


# ------------------------------------------------------------------------------------- contexts
def test_the_most_common_context_comes_first_and_holds_all_but_groups_and_seed() -> None:
    rows = rows_of([*grid("none", "sine", dims=(2,)), *grid("none", "sine", "vae", dims=(3,))])
    found = comparisons.contexts(rows, ["regularizer"])
    assert [(c.rows, c.groups) for c in found] == [(9, 3), (6, 2)]
    assert found[0].values["latent_dim"] == 3
    assert not {"regularizer", "seed"} & set(found[0].values)
    assert set(found[0].values) | {"regularizer", "seed"} == {*FIELDS, *MEASURED}
    parts = [comparisons.within(rows, one) for one in found]
    assert sum(map(len, parts)) == len(rows)
    for part in parts:
        assert comparisons.varied(part) == ["regularizer"]


def test_a_context_with_seeds_comes_before_a_large_one_of_single_ones() -> None:
    weights = [f"sine:weight={w}" for w in range(1, 20)]
    rows = rows_of([*grid("none", *weights, dims=(2,), seeds=1), *grid("none", "vae", seeds=5)])
    found = comparisons.contexts(rows, ["regularizer"])
    assert [(c.values["latent_dim"], c.rows, c.groups) for c in found] == [(3, 10, 2), (2, 20, 20)]
    some = grid("none", "sine", "l1", dims=(5,), seeds=5)  # and many without seeds besides
    rows = rows_of([*some, *grid(*weights, dims=(5,), seeds=1), *grid("none", "vae", seeds=5)])
    assert comparisons.contexts(rows, ["regularizer"])[0].values["latent_dim"] == 3
    alone = rows_of([*grid("none", dims=(2,), seeds=9), *grid("none", "vae", *weights, seeds=1)])
    assert (
        comparisons.contexts(alone, ["regularizer"])[0].values["latent_dim"] == 3
    )  # nothing to compare


def test_a_context_in_which_the_axis_differs_comes_first() -> None:
    longer = [s.replace(epochs=99, seed=s.seed) for s in grid("none", "vae", dims=(2, 3), seeds=1)]
    rows = rows_of([*grid("none", "vae", seeds=9), *longer])
    assert comparisons.contexts(rows, ["regularizer"])[0].rows == 18
    assert comparisons.contexts(rows, ["regularizer", "latent_dim"])[0].values["epochs"] == 99


def test_a_context_keeps_its_key_when_other_rows_come() -> None:
    few = rows_of(grid("none", "sine"))
    many = rows_of([*grid("none", "sine"), *grid("vae", dims=(2, 5), seeds=9)])
    key = comparisons.contexts(few, ["regularizer"])[0].key
    assert key in {c.key for c in comparisons.contexts(many, ["regularizer"])}
    assert len({c.key for c in comparisons.contexts(many, ["regularizer"])}) == 3


def test_what_is_scored_another_way_is_another_context() -> None:
    rows = rows_of(grid("none", seeds=4), split=["heldout", "train", "heldout", "train"])
    assert len(comparisons.contexts(rows, ["regularizer"])) == 2


def test_a_context_is_named_by_what_tells_it_apart() -> None:
    one = [s.replace(learning_rate=0.01) for s in grid("none", dims=(2,))]
    rows = rows_of([*grid("none", dims=(2, 3)), *one])
    found = comparisons.contexts(rows, ["regularizer"])
    named = comparisons.titles(found)
    assert sorted(named.values()) == [
        "2-D · learning rate 0.003",
        "2-D · learning rate 0.01",
        "3-D",
    ]
    assert list(comparisons.titles(found[:1]).values()) == ["the same in every row"]


@pytest.mark.parametrize(
    ("digits", "short"),
    [("0,1,2,3,4,5,6,7,8,9", "0-9"), ("0,2,4,6,8", "0,2,4,6,8"), ("0,1,3,4,5,12", "0,1,3-5,12")],
)
def test_digits_in_a_row_are_a_range(digits: str, short: str) -> None:
    assert comparisons.in_ranges(digits) == short
    assert comparisons.said({"digits": digits}, {"digits"}) == f"digits {short}"


def test_nothing_has_no_context() -> None:
    assert comparisons.contexts(rows_of(grid("none")).iloc[:0], ["regularizer"]) == []


# --------------------------------------------------------------------------------------- groups
def test_a_regularizer_is_shortened_to_what_differs() -> None:
    choices = ("none", "sine:weight=50", "sine:weight=250", "sine:weight=50,offset=1", "vae+l1")
    texts = [setting.to_text()["regularizer"] for setting in grid(*choices, seeds=1)]
    short = comparisons.shortened(texts)
    assert len(set(short.values())) == len(texts)
    assert short["none"] == "none"
    assert short[texts[1]].startswith("sine weight 50")
    assert "offset 1" in short[texts[3]]
    assert short[texts[4]] == "l1 + vae"  # terms are in one order
    alone = comparisons.shortened(texts[:2])
    assert alone[texts[1]] == "sine"


def test_a_term_of_the_future_is_called_what_it_is() -> None:
    assert comparisons.shortened(["none", "warp:drive=9"])["warp:drive=9"] == "warp:drive=9"


def test_groups_join_what_is_asked_for() -> None:
    rows = comparisons.grouped(
        rows_of(grid("none", "vae", dims=(2, 3))), ["regularizer", "latent_dim"]
    )
    assert set(rows["group"]) == {
        f"{r}, latent dimension {d}" for r in ("none", "vae") for d in (2, 3)
    }
    assert set(comparisons.grouped(rows, [])["group"]) == {"all"}


def test_a_table_of_groups_has_means_and_intervals() -> None:
    rows = rows_of(grid("none", "vae"), acc=[0.1, 0.2, 0.3, 0.5, 0.5, np.nan])
    table = comparisons.table(comparisons.grouped(rows, ["regularizer"]), ["acc"]).set_index(
        "group"
    )
    assert table.loc["none", "acc"] == pytest.approx(0.2)
    half = 4.302652729911275 * 0.1 / np.sqrt(3)  # Student's t for 2 degrees of freedom
    # a share has no negative values, so the interval ends at 0 at the latest
    assert table.loc["none", "acc_low"] == pytest.approx(max(0.2 - half, 0))
    assert table.loc["none", "acc_high"] == pytest.approx(0.2 + half)
    assert table.loc["vae", "acc"] == 0.5
    assert table["n"].tolist() == [3, 3]


def test_the_typical_run_is_the_stored_one_nearest_the_mean() -> None:
    rows = rows_of(grid("none", "vae", seeds=3), acc=[0.1, 0.5, 0.9, 0.4, 0.6, np.nan])
    rows = rows.assign(has_run=[True, False, True, False, False, False])
    rows.loc[2, "acc"] = 0.55  # mean 0.383: seed 2 is nearer than seed 0
    found = comparisons.typical(comparisons.grouped(rows, ["regularizer"]), "acc")
    assert found == {"none": rows.loc[2, "id"]}


# --------------------------------------------------------------------------------------- trends
def test_axes_are_the_numbers_that_differ() -> None:
    rows = rows_of([*grid("sine:weight=1", "sine:weight=2", "vae", dims=(2, 3))])
    assert comparisons.axes(rows) == ["latent_dim", "sine.weight"]


def test_a_trend_along_a_parameter_has_a_line_for_what_else_differs() -> None:
    rows = rows_of(
        grid("sine:weight=1", "sine:weight=2", "sine:weight=1,offset=1", "none", seeds=1)
    )
    found = comparisons.along(rows, "sine.weight")
    assert found["x"].tolist()[:3] == [1.0, 2.0, 1.0]
    assert np.isnan(found["x"].iloc[3])
    lines = found["line"].tolist()
    assert lines[0] == lines[1] != lines[2]
    assert lines[3] == "none"
    plain = comparisons.along(rows, "latent_dim")
    assert plain["x"].tolist() == [3.0] * 4
    assert plain["line"].nunique() == 4


# ------------------------------------------------------------------------------------- trade-off
def test_a_front_worked_out_by_hand() -> None:
    x = [1, 2, 3, 2, 4, np.nan, 1]
    y = [1, 3, 2, 3, 4, 9, 0]
    assert comparisons.front(x, y).tolist() == [True, True, False, True, True, False, False]
    assert comparisons.front([], []).tolist() == []


@pytest.mark.parametrize(("x_higher", "y_higher"), list(itertools.product([False, True], repeat=2)))
def test_the_front_is_what_nothing_dominates(x_higher: bool, y_higher: bool) -> None:
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 12, (2, 80)).astype(float)
    a, b = (-x if x_higher else x), (-y if y_higher else y)  # less is better
    dominated = [any((a <= a[i]) & (b <= b[i]) & ((a < a[i]) | (b < b[i]))) for i in range(len(x))]
    found = comparisons.front(x, y, x_higher=x_higher, y_higher=y_higher)
    assert found.tolist() == [not d for d in dominated]
