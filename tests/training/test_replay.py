"""Replay: which snapshots, alignment, quantisation, and what a Run keeps of its training."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ortho_group

from core.runs.pipeline import train
from core.runs.store import Store
from core.setting.setting import Setting
from core.training.replay import (
    CURVES,
    SNAPSHOTS,
    Replay,
    Snapshot,
    aligned,
    sample,
    snapshot_steps,
)

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("total", "count", "expected"),
    [
        pytest.param(1000, 5, (0, 1, 10, 100, 1000), id="logarithmic, from nothing to all"),
        pytest.param(3, 30, (0, 1, 2, 3), id="fewer steps than snapshots -> each once"),
        pytest.param(1, 30, (0, 1), id="one step"),
        pytest.param(0, 30, (), id="no steps -> none"),
        pytest.param(1000, 0, (), id="switched off"),
    ],
)
def test_steps_of_snapshots(total: int, count: int, expected: tuple[int, ...]) -> None:
    assert snapshot_steps(total, count) == expected


def test_there_are_never_too_many_snapshots() -> None:
    for total in (29, 30, 31, 100, 6900, 10**6):
        steps = snapshot_steps(total)
        assert len(steps) <= SNAPSHOTS
        assert (steps[0], steps[-1]) == (0, total)
        assert sorted(set(steps)) == list(steps)


def test_the_sample_is_fixed_and_ascending() -> None:
    rows = sample(10_000)
    assert rows.shape == (2000,)
    assert np.array_equal(rows, sample(10_000))
    assert np.all(np.diff(rows) > 0)
    assert np.array_equal(sample(5), np.arange(5))


def test_up_to_three_dimensions_nothing_is_moved() -> None:
    snapshots = [RNG.normal(size=(20, 3)).astype(np.float32) for _ in range(4)]
    np.testing.assert_array_equal(aligned(snapshots), np.stack(snapshots))


def test_a_space_that_only_turns_stands_still() -> None:
    latents = RNG.normal(size=(200, 8)) * np.arange(8, 0, -1)
    turns = ortho_group.rvs(8, size=5, random_state=0)
    positions = aligned([latents @ turn for turn in turns])
    assert positions.shape == (5, 200, 3)
    for position in positions:
        np.testing.assert_allclose(position, positions[-1], atol=1e-4)
    # the last snapshot is along its principal components: largest variance first, none lost
    variance = np.linalg.svd(latents - latents.mean(0), compute_uv=False)[:3] ** 2
    np.testing.assert_allclose((positions[-1] ** 2).sum(axis=0), variance, rtol=1e-4)


def test_stored_positions_are_right_to_a_level_of_their_snapshot() -> None:
    snapshots = [
        Snapshot(s, (RNG.normal(size=(50, 2)) * 10**s).astype(np.float32)) for s in range(3)
    ]
    replay = Replay.of(snapshots, np.arange(50), RNG.integers(0, 2, 50), 2)
    back = Replay.from_arrays(replay.to_arrays())
    for kept, snapshot in zip(back.positions, snapshots, strict=True):
        step = np.ptp(snapshot.latents, axis=0) / 255
        assert np.all(np.abs(kept - snapshot.latents) <= 0.51 * step)
    assert back.steps.tolist() == [0, 1, 2]
    for name in CURVES:
        np.testing.assert_array_equal(back.curves[name], replay.curves[name])


def test_a_snapshot_without_extent_is_kept() -> None:
    replay = Replay.of([Snapshot(0, np.ones((9, 3), np.float32))], np.arange(9), None, 3)
    back = Replay.from_arrays(replay.to_arrays())
    np.testing.assert_array_equal(back.positions, 1)
    assert all(np.isnan(curve).all() for curve in back.curves.values())


@pytest.mark.parametrize("missing", ["levels", "rows", "unit", "curve_acc"])
def test_foreign_arrays_are_refused(missing: str) -> None:
    arrays = Replay.of(
        [Snapshot(0, RNG.normal(size=(9, 2)).astype(np.float32))], np.arange(9), None, 2
    ).to_arrays()
    with pytest.raises(ValueError, match="fit together"):
        Replay.from_arrays({**arrays, "steps": np.zeros(7, np.int32)})
    del arrays[missing]
    with pytest.raises(ValueError, match=missing):
        Replay.from_arrays(arrays)


def test_a_run_replays_to_its_own_latents(tiny: Setting, store: Store) -> None:
    run = train(tiny, store)
    replay = run.replay()
    assert replay is not None
    latents = run.arrays["latents"][replay.rows]
    assert np.all(np.abs(replay.positions[-1] - latents) <= 0.51 * np.ptp(latents, axis=0) / 255)
    assert replay.steps[0] == 0
    assert np.ptp(replay.positions[0], axis=0).max() < np.ptp(replay.positions[-1], axis=0).max()
    assert (run.folder / "replay.safetensors").stat().st_size < 1_000_000
    assert 0 <= replay.curves["acc"][-1] <= 1
