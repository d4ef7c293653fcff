"""How verdicts read: numbers that are rounded with care, and doubts."""

from __future__ import annotations

from typing import Any

import pytest

from core.compare.verdict import Verdict, format_interval, labels, metric_name
from tests.compare.made_verdict import verdict

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
    sine = "Sine (the post)"
    assert labels([one, one]) == [sine, sine]
    assert labels([one, two]) == [f"{sine}, 3-D", f"{sine}, 2-D"]
    other = verdict(value="sine:weight=1.0,wavelength=1.5+vae")
    assert labels([one, other]) == [f"{sine}, weight 0.01", f"{sine}, weight 1 + VAE"]
    flat = verdict(value="10", baseline="3", field="latent_dim", at=(("regularizer", "vae"),))
    assert labels([flat]) == ["10-D"]
    other = verdict(value="2", baseline="3", field="latent_dim", at=(("regularizer", "none"),))
    assert labels([flat, other]) == ["10-D, VAE", "2-D, None"]
    assert labels([]) == []
