"""How verdicts read: numbers that are rounded with care, doubts, and scores that disagree."""

from __future__ import annotations

from typing import Any

import pytest

from core.compare.verdict import Verdict, disagreements, format_interval, labels, metric_name


def verdict(metric: str = "acc", word: str = "stronger", **changes: Any) -> Verdict:
    """Ten seeds, +0.31 from 0.24 to 0.38; -0.31 where it says weaker."""
    sign = -1 if word == "weaker" else 1
    low, high = sorted((0.24 * sign, 0.38 * sign))
    values: dict[str, Any] = {
        "regularizer": "sine:weight=0.01,wavelength=1.5",
        "baseline": "none",
        "metric": metric,
        "at": (("digits", "0,2,4,6,8"), ("latent_dim", 3)),
        "seeds": tuple(range(10)),
        "differences": (0.31 * sign,) * 10,
        "left_out": 0,
        "difference": 0.31 * sign,
        "low": low,
        "high": high,
        "p": 2 / 1024,
        "p_corrected": 2 / 1024,
        "family": 1,
        "effect": 3.0 * sign,
        "word": word,
        "more_seeds": 0,
    }
    return Verdict(**(values | changes))


FEW = {"seeds": (0, 1, 2, 3), "differences": (0.31,) * 4, "p": 0.125, "p_corrected": 0.125}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        pytest.param(
            verdict("silhouette_labels"),
            "stronger: +0.31 label silhouette, 95 % interval 0.24 to 0.38, 10 seeds",
            id="stronger",
        ),
        pytest.param(
            verdict("ari", "weaker", left_out=2),
            "weaker: -0.31 ARI, 95 % interval -0.38 to -0.24, 10 seeds (2 left out)",
            id="weaker, with seeds left out",
        ),
        pytest.param(
            verdict("davies_bouldin", "weaker", difference=0.31, low=0.24, high=0.38),
            "weaker: +0.31 Davies-Bouldin (lower is better), 95 % interval 0.24 to 0.38, 10 seeds",
            id="lower is better",
        ),
        pytest.param(
            verdict(word="no evidence", low=-0.1, high=0.72, p=0.2, p_corrected=0.2, more_seeds=10),
            "no evidence: +0.3 ACC, 95 % interval -0.1 to 0.7, 10 seeds; "
            "judged again at 20 seeds: 10 more should do for a difference of this size",
            id="open",
        ),
        pytest.param(
            verdict(word="no evidence", p_corrected=0.08, family=23, more_seeds=10),
            "no evidence: +0.31 ACC, 95 % interval 0.24 to 0.38, 10 seeds; corrected p 0.08; "
            "judged again at 20 seeds: 10 more should do for a difference of this size",
            id="clear alone, not among many",
        ),
        pytest.param(
            verdict(word="no evidence", family=12, more_seeds=6, **FEW),
            "no evidence yet: +0.31 ACC, 95 % interval 0.24 to 0.38, 4 seeds; too few for 12 "
            "comparisons; judged at 10 seeds: 6 more should do for a difference of this size",
            id="too few seeds",
        ),
        pytest.param(
            verdict(word="no evidence", low=-0.1, high=0.72, more_seeds=None),
            "no evidence: +0.3 ACC, 95 % interval -0.1 to 0.7, 10 seeds; "
            "judged again at 20 seeds, too few for a difference of this size",
            id="too small a difference for any look",
        ),
        pytest.param(
            verdict(
                word="no evidence", low=-0.1, high=0.72, more_seeds=None, seeds=tuple(range(23)),
                differences=(0.31,) * 23,
            ),
            "no evidence: +0.3 ACC, 95 % interval -0.1 to 0.7, 23 seeds; "
            "judged for the last time at 20 seeds",
            id="no look left",
        ),
        pytest.param(
            verdict(
                word="no evidence", seeds=(0,), differences=(0.31,), low=None, high=None, p=None,
                p_corrected=None, family=0, more_seeds=6,
            ),
            "no evidence yet: +0.31 ACC, 1 seed; too few; judged at 7 seeds at the earliest",
            id="one seed",
        ),
        pytest.param(
            verdict(word="no evidence", seeds=(), differences=(), difference=None, left_out=3),
            "no evidence: no seed has ACC of both, 0 seeds (3 left out)",
            id="no seed",
        ),
    ],
)  # fmt: skip
def test_sentences(given: Verdict, sentence: str) -> None:
    assert given.sentence == sentence


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        pytest.param((0.31, 0.24, 0.38), ("+0.31", "0.24", "0.38"), id="two digits"),
        pytest.param((0.02384, 0.02266, 0.02501), ("+0.0238", "0.0227", "0.0250"), id="small"),
        pytest.param((33421.2, 30020.0, 36822.4), ("+33,421", "30,020", "36,822"), id="large"),
        pytest.param((0.5, 0.021, 0.979), ("+0.50", "0.02", "0.98"), id="an end beside 0 is not 0"),
        pytest.param((-0.001, -0.3, 0.298), ("+0.0", "-0.3", "0.3"), id="no negative 0"),
        pytest.param((0.1, 0.1, 0.1), ("+0.1", "0.1", "0.1"), id="no width"),
        pytest.param((0.12345, None, None), ("+0.123", "", ""), id="no interval"),
    ],
)
def test_intervals_are_rounded_to_what_they_allow(values: Any, texts: tuple[str, ...]) -> None:
    assert format_interval(*values) == texts


def test_names_inside_a_sentence() -> None:
    names = ("silhouette_labels", "acc", "davies_bouldin", "knn_accuracy", "reconstruction_mse")
    assert [metric_name(name) for name in names] == [
        "label silhouette", "ACC", "Davies-Bouldin", "kNN accuracy", "MSE per pixel",
    ]  # fmt: skip


def test_labels_say_what_differs_and_no_more() -> None:
    one = verdict()
    two = verdict(at=(("digits", "0,2,4,6,8"), ("latent_dim", 2)))
    assert labels([one, one]) == ["sine", "sine"]
    assert labels([one, two]) == ["sine, latent dimension 3", "sine, latent dimension 2"]
    other = verdict(regularizer="sine:weight=1.0,wavelength=1.5+vae:weight=1.0")
    assert labels([one, other]) == ["sine", "sine+vae"]
    heavy = verdict(regularizer="sine:weight=9.0,wavelength=1.5")
    assert labels([one, heavy]) == [one.regularizer, heavy.regularizer]
    assert labels([]) == []


# --------------------------------------------------------------------- scores that disagree
def test_crisper_but_wrong() -> None:
    found = disagreements(
        [verdict("silhouette_clusters"), verdict("acc", "weaker"), verdict("ari", "weaker")]
    )
    assert found == [
        "sine: cluster silhouette (+0.31) is stronger, but ACC (-0.31) and ARI (-0.31) are weaker: "
        "clusters are crisper, but less the labels"
    ]


@pytest.mark.parametrize(
    ("up", "down", "meaning"),
    [
        ("nmi", "silhouette_labels", "clusters are more the labels, but less crisp"),
        ("silhouette_clusters", "silhouette_labels", "scores of crispness contradict each other"),
        ("homogeneity", "completeness", "scores of agreement with the labels contradict"),
        ("acc", "reconstruction_mse", "the clusters have a price"),
        ("silhouette_labels", "knn_accuracy", "the clusters have a price"),
    ],
)
def test_every_kind_of_contradiction(up: str, down: str, meaning: str) -> None:
    found = disagreements([verdict(up), verdict(down, "weaker")])
    assert len(found) == 1
    assert meaning in found[0]


def test_a_silhouette_that_comes_with_warnings() -> None:
    found = disagreements(
        [verdict("silhouette_labels", warnings=(("collapsed", 3),)), verdict("acc")]
    )
    assert len(found) == 1
    assert '"collapsed" in 3 of 10 seeds' in found[0]
    assert not disagreements([verdict("acc", warnings=(("collapsed", 3),))])


def test_nothing_is_said_where_nothing_disagrees() -> None:
    unsure = verdict("ari", "no evidence")
    assert disagreements([verdict("silhouette_labels"), verdict("acc"), unsure]) == []
    assert disagreements([verdict("silhouette_labels", "weaker"), verdict("acc", "weaker")]) == []
    assert disagreements([]) == []


def test_comparisons_are_not_mixed() -> None:
    there = (("digits", "0,2,4,6,8"), ("latent_dim", 2))
    assert disagreements([verdict("silhouette_labels"), verdict("acc", "weaker", at=there)]) == []
