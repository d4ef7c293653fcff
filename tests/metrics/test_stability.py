"""The number of clusters that random halves agree on."""

from __future__ import annotations

import numpy as np
import pytest

from core.latents.arrays import LatentError, Undefined
from core.metrics.stability import KAgreement, Stability, numbers_to_try, stability


def groups(count: int, each: int = 60, dims: int = 5) -> np.ndarray:
    """Points in so many groups, far apart."""
    rng = np.random.default_rng(0)
    centres = 40 * np.eye(count, dims)
    return (centres[:, None] + rng.normal(size=(count, each, dims))).reshape(-1, dims)


@pytest.mark.parametrize("count", [3, 5])
def test_groups_that_are_apart_are_counted(count: int) -> None:
    found = stability(groups(count), range(2, 9), splits=2)
    assert found.best == count
    (best,) = (score for score in found.scores if score.k == count)
    assert best.mean == pytest.approx(1)  # both halves have the same clusters
    assert all(score.low <= score.mean <= score.high for score in found.scores)
    assert [score.k for score in found.scores] == list(range(2, 9))


def test_in_points_without_groups_halves_agree_little() -> None:
    found = stability(np.random.default_rng(0).normal(size=(300, 10)), range(2, 9), splits=2)
    assert max(score.mean for score in found.scores) < 0.4
    assert "may have no clear groups" in found.sentence


def test_a_seed_gives_the_same_curve_and_scale_does_not_matter() -> None:
    X = groups(3)
    first = stability(X, range(2, 5), splits=1, seed=3)
    assert stability(X, range(2, 5), splits=1, seed=3) == first
    assert stability(16 * X, range(2, 5), splits=1, seed=3) == first


@pytest.mark.parametrize(
    ("points", "largest"),
    [
        pytest.param(40, 4, id="few points: some for each cluster"),
        pytest.param(4_000, 40, id="many points: bounded"),
    ],
)
def test_which_numbers_are_tried(points: int, largest: int) -> None:
    assert numbers_to_try(points) == range(2, largest + 1)


def test_too_few_points_are_a_sentence() -> None:
    with pytest.raises(LatentError, match="at least 40 different points; got 39"):
        stability(np.zeros((39, 3)))
    with pytest.raises(Undefined, match="not finite"):
        stability(np.full((60, 3), np.nan))


def curve(*means: float) -> Stability:
    """Agreements for 2, 3, ... clusters."""
    return Stability(tuple(KAgreement(k, m, m, m) for k, m in enumerate(means, start=2)), 100)


@pytest.mark.parametrize(
    ("means", "best"),
    [
        pytest.param((0.5, 0.9, 0.8), 3, id="the highest"),
        pytest.param((0.5, 0.9, 0.895), 3, id="the highest, where none is whole"),
        pytest.param((1.0, 1.0, 0.8), 3, id="of whole ones the largest"),
        pytest.param((1.0, 0.995, 0.98), 3, id="nearly as good as a whole one"),
    ],
)
def test_which_number_is_best(means: tuple[float, ...], best: int) -> None:
    assert curve(*means).best == best


def test_what_the_curve_says() -> None:
    assert curve(0.5, 0.9, 0.8).sentence == (
        "Random halves of the images agree most on 3 clusters (0.90 of 1); next best is 4 (0.80)."
    )
    assert "next best is 2 (1.00), and of numbers that do as well the largest" in (
        curve(1.0, 1.0, 0.8).sentence
    )
    assert curve(0.5, 0.9).sentence.endswith("More than 3 were not tried.")


def test_progress_ends_the_work_by_raising() -> None:
    seen = []

    def progress(stage: str, share: float) -> None:
        seen.append((stage, share))
        if share > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stability(groups(3), [2], splits=2, progress=progress)
    assert seen == [("halves 1 of 2", 0.0), ("halves 2 of 2", 0.5)]
