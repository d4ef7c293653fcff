"""From results to intervals and verdicts: by hand, on the shipped results, by invariance."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.compare.result_table import typed
from core.compare.summary import summarise
from core.compare.verdict import NO_EVIDENCE, Verdict
from core.compare.verdicts import verdicts
from core.metrics.catalogue import METRICS
from core.setting.setting import Setting
from core.studies.results import read

HEADLINE = Path(__file__).resolve().parents[2] / "studies" / "results" / "headline.csv"
RNG = np.random.default_rng(3)


def table(**regularizers: Any) -> pd.DataFrame:
    """Results: ACC by seed 0, 1, 2, ... for each regularizer; None where it is undefined."""
    base = Setting().to_text() | {"split": "heldout", "clustering": "kmeans", "warnings": None}
    return pd.DataFrame(
        [
            base | {"regularizer": name, "seed": seed, "acc": value}
            for name, values in regularizers.items()
            for seed, value in enumerate(values)
        ]
    )


def only(rows: pd.DataFrame, metric: str = "acc") -> Verdict:
    found = verdicts(rows, [metric])
    assert len(found) == 1
    return found[0]


def shifted(by: float, n: int = 10, noise: float = 0.01) -> pd.DataFrame:
    base = RNG.normal(0.6, 0.05, n)
    return table(none=base, sine=base + by + RNG.normal(0, noise, n))


# --------------------------------------------------------------------------------- verdicts
def test_a_verdict_by_hand() -> None:
    found = only(table(none=[0.5] * 8, sine=[0.6, 0.7, 0.6, 0.7, 0.6, 0.7, 0.6, 0.7]))
    deviation = math.sqrt(8 * 0.05**2 / 7)  # of 0.1 0.2 0.1 0.2 0.1 0.2 0.1 0.2
    half = 2.364624 * deviation / math.sqrt(8)  # t(0.975, 7)
    assert found.seeds == tuple(range(8))
    assert found.differences == pytest.approx((0.1, 0.2) * 4)
    assert found.difference == pytest.approx(0.15)
    assert (found.low, found.high) == pytest.approx((0.15 - half, 0.15 + half), abs=1e-6)
    assert (found.p, found.p_corrected) == (2 / 256, 0.025)  # all eight, and the look at seven
    assert found.effect == pytest.approx(0.15 / deviation)
    assert (found.family, found.left_out) == (1, 0)
    assert (found.word, found.more_seeds) == ("stronger", 0)
    assert found.sentence == "stronger: +0.15 ACC, 95 % interval 0.11 to 0.19, 8 seeds"


@pytest.mark.parametrize(
    ("metric", "by", "word"),
    [
        pytest.param("acc", 0.1, "stronger", id="higher is better, higher"),
        pytest.param("acc", -0.1, "weaker", id="higher is better, lower"),
        pytest.param("davies_bouldin", 0.1, "weaker", id="lower is better, higher"),
        pytest.param("reconstruction_mse", -0.1, "stronger", id="lower is better, lower"),
        pytest.param("acc", 0.0, "no evidence", id="nothing but noise"),
    ],
)
def test_direction(metric: str, by: float, word: str) -> None:
    noise = np.array([1, -1, 2, -2, 1, -1, 2, -2, 1, -1]) / 1000
    base = np.linspace(0.4, 0.6, 10)
    rows = table(none=base, sine=base + by + noise).rename(columns={"acc": metric})
    assert only(rows, metric).word == word


def test_six_seeds_are_too_few_and_one_more_should_do() -> None:
    found = only(table(none=[0.5] * 6, sine=[0.8, 0.81, 0.82, 0.8, 0.81, 0.8]))
    assert found.p == 2 / 64
    assert (found.word, found.more_seeds) == ("no evidence", 1)
    assert found.sentence.startswith("no evidence yet: +0.307 ACC, 95 % interval 0.298 to 0.315")
    assert found.sentence.endswith(
        "6 seeds; too few; judged at 7 seeds: 1 more should do for a difference of this size"
    )


@pytest.mark.parametrize(
    ("differences", "word"),
    [
        pytest.param([0.1] * 7 + [-0.01] * 2, "stronger", id="decided at seven"),
        pytest.param([-0.01] + [0.1] * 12, "stronger", id="decided at ten"),
        pytest.param([-0.1] * 3 + [0.1] * 16, "no evidence", id="nineteen: not judged again yet"),
        pytest.param([-0.1] * 3 + [0.1] * 17, "stronger", id="decided at twenty"),
        pytest.param([0.1] * 7 + [-0.3] * 2, "no evidence", id="seven agree, and two contradict"),
    ],
)
def test_a_verdict_is_made_at_seven_ten_and_twenty_seeds(
    differences: list[float], word: str
) -> None:
    assert only(table(none=[0.0] * len(differences), sine=differences)).word == word


def test_what_is_shown_together_is_corrected_together() -> None:
    base = RNG.normal(0.6, 0.01, 7)
    other = base + RNG.normal(0, 0.1, 7)
    rows = table(none=base, a=base + 0.1, b=other, c=other)
    alone = only(rows[rows["regularizer"].isin(["none", "a"])])
    every = {v.value: v for v in verdicts(rows, ["acc"])}
    assert (alone.word, alone.p_corrected) == ("stronger", 0.025)
    assert every["a"].p == alone.p
    assert every["a"].p_corrected == pytest.approx(3 * 0.025)
    assert (every["a"].word, every["a"].family) == ("no evidence", 3)
    assert every["a"].more_seeds == 3
    assert verdicts(rows, ["acc", "acc"]) == verdicts(rows, ["acc"])


def test_seeds_are_paired_whatever_their_order() -> None:
    rows = shifted(0.05)
    mixed = rows.sample(frac=1, random_state=0)
    a, b = only(rows), only(mixed)
    assert (a.seeds, a.differences, a.p) == (b.seeds, b.differences, b.p)
    assert a.word == "stronger"
    # paired, the spread between seeds (0.05) does not matter: 0.05 is seen in ten seeds
    assert a.high - a.low < 0.03


def test_seeds_without_partner_or_score_are_left_out_and_counted() -> None:
    rows = table(none=[0.5, 0.6, 0.5, None], sine=[0.7, None, 0.8, 0.9, 0.9])
    found = only(rows)
    assert (found.seeds, found.left_out) == ((0, 2), 3)
    assert found.differences == pytest.approx((0.2, 0.3))
    assert "2 seeds (3 left out)" in found.sentence


def test_a_seed_trained_twice_counts_once() -> None:
    rows = table(none=[0.5, 0.5, 0.5], sine=[0.6, 0.7, 0.8])
    again = rows.iloc[[3]].assign(acc=0.62)
    found = only(pd.concat([rows, again], ignore_index=True))
    assert found.n == 3
    assert found.differences == pytest.approx((0.11, 0.2, 0.3))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("latent_dim", 7),
        ("split", "train"),
        ("clustering", "gmm"),
        ("elastic", 0.1),
        ("trained_on", "all"),
    ],
)
def test_only_equal_settings_are_compared(column: str, value: object) -> None:
    rows = shifted(0.1)
    if column not in rows:
        rows[column] = "train"
    other = rows.copy()
    other[column] = value
    other.loc[other["regularizer"] == "sine", "acc"] -= 0.3
    found = verdicts(pd.concat([rows, other]), ["acc"])
    assert [v.word for v in found] == ["stronger", "weaker"]
    assert [dict(v.at)[column] for v in found] == [rows[column].iloc[0], value]
    unequal = pd.concat(
        [rows[rows["regularizer"] == "none"], other[other["regularizer"] == "sine"]]
    )
    assert verdicts(unequal, ["acc"]) == []


def test_another_baseline() -> None:
    rows = table(none=[0.5] * 6, sine=[0.6] * 6, vae=[0.8] * 6)
    found = verdicts(rows, ["acc"], baseline="sine")
    assert {v.value: round(v.difference or 0, 6) for v in found} == {"none": -0.1, "vae": 0.2}


def test_dimensions_of_the_same_regularizer_are_compared() -> None:
    rows = table(none=[0.5] * 7, vae=[0.6] * 7)
    flat = table(none=[0.4] * 7, vae=[0.75] * 7).assign(latent_dim="2")
    found = verdicts(pd.concat([rows, flat]), ["acc"], "3", field="latent_dim")
    assert [(v.value, dict(v.at)["regularizer"]) for v in found] == [("2", "none"), ("2", "vae")]
    assert [v.difference for v in found] == pytest.approx([-0.1, 0.15])
    assert [(v.mean, v.baseline_mean) for v in found] == [
        pytest.approx((0.4, 0.5)),
        pytest.approx((0.75, 0.6)),
    ]
    assert [v.word for v in found] == ["weaker", "stronger"]  # seven seeds decide two comparisons


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        pytest.param(table(none=[0.5]).iloc[:0], 0, id="no rows"),
        pytest.param(table(none=[0.5, 0.6]), 0, id="baseline alone"),
        pytest.param(table(sine=[0.5, 0.6]), 0, id="no baseline"),
        pytest.param(table(none=[0.5], sine=[None]), 1, id="no pair"),
        pytest.param(table(none=[0.5], sine=[0.9]), 1, id="one pair"),
    ],
)
def test_where_there_is_little_to_compare(rows: pd.DataFrame, count: int) -> None:
    found = verdicts(rows, ["acc"])
    assert len(found) == count
    for verdict in found:
        assert verdict.word == "no evidence"
        assert (verdict.p, verdict.p_corrected, verdict.low, verdict.effect) == (None,) * 4
        assert verdict.more_seeds == 7 - verdict.n
        assert verdict.sentence.startswith("no evidence")


def test_no_difference_at_all() -> None:
    found = only(table(none=[0.5, 0.6, 0.7], sine=[0.5, 0.6, 0.7 + 1e-16]))
    assert (found.p, found.effect, found.more_seeds) == (1.0, None, None)
    assert found.sentence == "no evidence: no difference at all in ACC, 3 seeds"


def test_warnings_that_the_baseline_does_not_have() -> None:
    rows = shifted(0.1)
    rows.loc[rows["regularizer"] == "none", "warnings"] = "tiny_clusters"
    rows.loc[rows.index[10:13], "warnings"] = "collapsed tiny_clusters made_up"
    assert only(rows).warnings == (("collapsed", 3),)


def test_unknown_columns_and_metrics_are_named() -> None:
    with pytest.raises(ValueError, match="metrics must be among acc"):
        verdicts(table(none=[0.5]), ["beauty"])
    with pytest.raises(ValueError, match="results must have the column 'ari'"):
        verdicts(table(none=[0.5]), ["ari"])
    with pytest.raises(ValueError, match="results must have the column 'colour'"):
        summarise(table(none=[0.5]), "colour", "acc")


@pytest.mark.slow
def test_two_equal_settings_rarely_get_a_verdict() -> None:
    rng = np.random.default_rng(11)
    rows = [table(none=rng.random(10), sine=rng.random(10)) for _ in range(80)]
    # at most 4.5 % by ten seeds: more than 8 of 80 has a probability of 1 %
    assert sum(only(one).word != NO_EVIDENCE for one in rows) <= 8


def test_the_shipped_results() -> None:
    rows = typed(read(HEADLINE))
    metrics = ["silhouette_labels", "acc", "reconstruction_mse"]
    found = verdicts(rows, metrics)
    assert [v.metric for v in found] == metrics * 2
    for verdict in found:
        one = rows[
            (rows["digits"] == dict(verdict.at)["digits"]) & (rows["seed"] == verdict.seeds[0])
        ]
        by_name = one.set_index("regularizer")[verdict.metric]
        expected = by_name[verdict.value] - by_name["none"]
        assert verdict.differences[0] == pytest.approx(expected)


def test_hundreds_of_groups_are_one_family() -> None:
    groups, metrics = 500, list(METRICS)[:5]
    base = Setting().to_text()
    rows = pd.DataFrame(
        [
            base | {"learning_rate": group, "regularizer": name, "seed": seed}
            for group in range(groups)
            for name in ("none", "sine")
            for seed in range(10)
        ]
    )
    rows[metrics] = RNG.random((len(rows), len(metrics)))
    found = verdicts(rows, metrics)
    assert len(found) == groups * len(metrics)
    assert {v.family for v in found} == {groups * len(metrics)}
    # of noise alone, nothing may be left after Holm's correction
    assert {v.word for v in found} == {NO_EVIDENCE}
