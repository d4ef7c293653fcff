"""Findings in words: every number worked out by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from core.compare import findings
from core.compare.differences import cost_table, costs, levels
from core.compare.groups import with_group_names
from core.compare.trends import along
from core.compare.verdicts import verdicts
from core.compare.words import listed, score_text
from tests.compare.made_verdict import verdict
from tests.compare.rows import grid, rows_of

WHERE = "MNIST, even digits, 3-D, 3 seeds"


def part(metric: str = "acc", seeds: int = 3, **means: float | list[float]) -> pd.DataFrame:
    """Rows with one score: for each regularizer its mean, the seeds 0.1 below, at and 0.1 above."""
    values: list[float] = []
    for one in means.values():
        values += one if isinstance(one, list) else [one + 0.1 * (s % 3 - 1) for s in range(seeds)]
    return with_group_names(rows_of(grid(*means, seeds=seeds), **{metric: values}), ["regularizer"])


@pytest.mark.parametrize(
    ("rows", "metric", "said"),
    [
        # Student's t of three: 4.303 * 0.1 / sqrt(3) = 0.248
        pytest.param(part(none=0.3, vae=0.5, l1=0.4), "acc",
                     "VAE has the highest ACC, 0.500 ± 0.248; none 0.300.", id="three groups"),
        pytest.param(part(none=0.5, vae=0.3), "acc",
                     "training without a regularizer has the highest ACC, 0.500 ± 0.248; next is VAE, "
                     "0.300.", id="the baseline is best"),
        pytest.param(part(vae=0.5, l1=0.4), "acc",
                     "VAE has the highest ACC, 0.500 ± 0.248; next is L1 sparsity, 0.400.",
                     id="no baseline"),
        pytest.param(part(vae=0.5), "acc", "ACC is 0.500 ± 0.248 for VAE. There is no other group.",
                     id="one group"),
        pytest.param(part(none=0.3, vae=0.5, l1=0.5), "acc",
                     "L1 sparsity and VAE share the highest ACC, 0.500.", id="two share the best"),
        pytest.param(part(none=0.5, vae=0.5, l1=0.5, sine=0.5), "acc",
                     "4 groups share the highest ACC, 0.500.", id="many share the best"),
        pytest.param(part("reconstruction_mse", none=[0.02] * 3, vae=[0.03] * 3),
                     "reconstruction_mse", "training without a regularizer has the lowest MSE per "
                     "pixel, 0.0200 ± 0.0000; next is VAE, 0.0300.", id="lower is better"),
        pytest.param(part(vae=[float("nan")] * 3), "acc", "none of these has the score ACC.",
                     id="undefined"),
    ],
)  # fmt: skip
def test_the_best_group_is_said(rows: pd.DataFrame, metric: str, said: str) -> None:
    assert findings.best(rows, metric) == f"{WHERE}: {said}"


def test_what_rows_are_of_is_said() -> None:
    rows = with_group_names(rows_of(grid("none", dims=(2, 3, 10), seeds=1)), ["latent_dim"])
    assert findings.about(rows) == "MNIST, even digits, 2-D, 3-D and 10-D, 1 seed"
    other = rows.assign(digits=["0,1", "0,1", "2"], seed=[0, 1, 2], group="all")
    assert findings.about(other) == "2 sets of images, 2-D, 3-D and 10-D, 3 seeds"


MANY: dict[str, Any] = {"family": 4}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        pytest.param([], "", id="nothing is compared"),
        pytest.param(
            [verdict(value="vae", **MANY), verdict(value="l1", **MANY),
             verdict("acc", "weaker", value="rae", **MANY),
             verdict("acc", "no evidence", value="dec", **MANY)],
            "2 of 4 regularizers are stronger than none, 1 weaker; no evidence for 1.", id="several"),
        pytest.param(
            [verdict(value="vae", **MANY),
             verdict("acc", "no evidence", value="dec", **MANY),
             verdict("acc", "no evidence", value="rae", seeds=(0,), **MANY)],
            "1 of 3 regularizers is stronger than none; no evidence for 1; too few seeds for 1.",
            id="too few seeds of some: counted apart, as in the table"),
        pytest.param(
            [verdict(value="vae")],
            "VAE against none: stronger, +0.310 ACC (95 % interval +0.240 to +0.380), 10 seeds.",
            id="one"),
        pytest.param(
            [verdict("acc", "no evidence", value=v, seeds=(0, 1), family=2) for v in ("vae", "l1")],
            "No verdict yet: 2 seeds of each; 2 comparisons together can be decided with 7 seeds at "
            "the earliest.", id="too few seeds"),
        pytest.param(
            [verdict("acc", "no evidence", value="vae", seeds=(0,), family=0)],
            "No verdict yet: 1 seed of each; one comparison can be decided with 7 seeds at the "
            "earliest.", id="one seed"),
    ],
)  # fmt: skip
def test_verdicts_are_counted(found: list[Any], said: str) -> None:
    assert findings.tally(found) == said


def test_a_better_result_of_other_settings_is_named() -> None:
    shown = part(none=0.3, vae=0.5)
    others = [s.replace(epochs=99) for s in grid("dec", seeds=5)]
    more = rows_of(others, acc=[0.8, 0.9, 0.7, 0.8, 0.8])
    rows = pd.concat([shown, more])
    assert findings.elsewhere(rows, shown, "acc") == (
        "Better still with other settings: DEC, 0.800 (99 epochs · 5 seeds)."
    )
    worse = pd.concat([shown, more.assign(acc=0.4)])
    assert findings.elsewhere(worse, shown, "acc") == ""
    few = pd.concat([shown, more.iloc[:4]])
    assert findings.elsewhere(few, shown, "acc") == ""
    elsewhere = pd.concat([shown, more.assign(digits="0,1")])
    assert findings.elsewhere(elsewhere, shown, "acc") == ""


def test_means_along_a_field_are_said() -> None:
    rows = rows_of(grid("none", "vae", dims=(2, 10), seeds=2), acc=[1, 2, 3, 4, 5, 6, 7, 8])
    assert findings.means_along(rows, "acc", "latent_dim") == [
        "VAE: ACC 5.500 in 2-D and 7.500 in 10-D.",
        "Without a regularizer: ACC 1.500 in 2-D and 3.500 in 10-D.",
    ]
    assert findings.means_along(rows.iloc[:0], "acc", "latent_dim") == []


def test_where_most_lines_have_their_best_place_is_said() -> None:
    rows = rows_of(grid("none", "vae", "l1", dims=(2, 10), seeds=1), acc=[1, 2, 5, 3, 1, 2])
    shown = along(rows, "latent_dim")
    assert findings.peaks(shown, "acc", "latent_dim") == (
        "ACC is highest in 10-D for 2 of 3 regularizers and in 2-D for 1."
    )
    lower = shown.assign(reconstruction_mse=shown["acc"])
    assert findings.peaks(lower, "reconstruction_mse", "latent_dim") == (
        "MSE per pixel is lowest in 2-D for 2 of 3 regularizers and in 10-D for 1."
    )
    assert findings.peaks(shown[shown["latent_dim"] == 2], "acc", "latent_dim") == ""


# ---------------------------------------------------------------------------------- differences
def dimensions(seeds: int) -> list[Any]:
    """VAE and none in 2-D and 3-D: VAE gains 0.2 in 3-D, none loses 0.1."""
    rows = rows_of(grid("none", "vae", dims=(2, 3), seeds=seeds))
    means = {("none", 2): 0.5, ("none", 3): 0.4, ("vae", 2): 0.5, ("vae", 3): 0.7}
    names = rows["regularizer"].str.partition(":")[0]
    acc = [means[name, dim] for name, dim in zip(names, rows["latent_dim"], strict=True)]
    return verdicts(rows.assign(acc=acc), ["acc"], "2", field="latent_dim")


def test_what_a_dimension_changes_is_said() -> None:
    assert levels(dimensions(7)) == [
        "3-D against 2-D: ACC +0.050 on average over 2 comparisons with equal seeds; higher for 1, "
        "lower for 1. Verdicts: 1 stronger, 1 weaker."
    ]
    assert levels(dimensions(2)) == [
        "3-D against 2-D: ACC +0.050 on average over 2 comparisons with equal seeds; higher for 1, "
        "lower for 1.",
        "No verdict yet: 2 seeds of each; 2 comparisons together can be decided with 7 seeds at the "
        "earliest.",
    ]
    assert levels([]) == []


def test_what_a_regularizer_costs_is_said() -> None:
    rows = rows_of(
        grid("none", "vae", seeds=2),
        acc=[0.5, 0.7, 0.9, 0.9],
        reconstruction_mse=[0.02, 0.02, 0.03, 0.03],
    )
    found = verdicts(rows, ["acc", "reconstruction_mse"])
    # differences 0.4 and 0.2: half width 12.706 * 0.1
    assert costs(found, "acc") == [
        "VAE: ACC +0.300 (0.900 against 0.600; 95 % interval −0.971 to +1.571), 2 seeds. It costs: "
        "MSE per pixel +0.0100 (0.0300 against 0.0200; 95 % interval +0.0100 to +0.0100), 1.50 times "
        "(+50 %)."
    ]
    error = cost_table(found)[1]
    assert error["times"] == pytest.approx(1.5)
    assert (error["with"], error["without"]) == pytest.approx((0.03, 0.02))


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("acc", 0.98765, "0.988"), ("acc", -0.05, "−0.050"), ("acc", -0.0001, "0.000"),
        ("reconstruction_mse", 0.01571, "0.0157"), ("reconstruction_mse", 1514.0, "1,514.0"),
    ],
)  # fmt: skip
def test_scores_have_one_format(metric: str, value: float, text: str) -> None:
    assert score_text(metric, value) == text


def test_lists_in_words() -> None:
    assert [listed(x) for x in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a and b", "a, b and c",
    ]  # fmt: skip
