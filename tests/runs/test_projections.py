"""Projections kept with a Run: what is damaged, foreign or old is computed again."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from core.latents.projection import Points, Projection
from core.runs import pipeline, projections
from core.runs.pipeline import find_or_project
from core.runs.projections import store_projection, stored_projection
from core.runs.run import Run
from core.runs.store import Store
from core.setting.setting import Setting
from tests.trained import train


@pytest.fixture
def run(tiny: Setting, store: Store) -> Run:
    return train(tiny, store)


UMAP = Projection("umap", 2)


def _points(run: Run, seed: int = 0) -> Points:
    n = len(run.arrays["latents"])
    values = np.random.default_rng(seed).normal(size=(n, 2)).astype(np.float32)
    return Points(values, ("UMAP 1", "UMAP 2"), "made up")


def _file(run: Run) -> Path:
    return run.folder / "projections" / f"{UMAP.key}.safetensors"


def test_a_kept_projection_comes_back(run: Run, store: Store) -> None:
    assert stored_projection(run, UMAP) is None
    kept = _points(run)
    store_projection(run, UMAP, kept)
    again = store.find(run.setting)
    assert again is not None
    found = stored_projection(again, UMAP)
    assert found is not None
    np.testing.assert_array_equal(found.points, kept.points)
    assert (found.axes, found.note) == (kept.axes, kept.note)
    assert stored_projection(again, Projection("umap", 2, seed=1)) is None
    assert [f.name for f in (run.folder / "projections").iterdir()] == [_file(run).name]


def _foreign(path: Path, run: Run) -> None:
    store_projection(run, Projection("umap", 2, seed=9), _points(run))
    (path.parent / f"{Projection('umap', 2, seed=9).key}.safetensors").replace(path)


def _flip(path: Path, run: Run) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


FILE_DAMAGE = [
    pytest.param(lambda p, r: p.write_bytes(p.read_bytes()[:-100]), id="truncated"),
    pytest.param(lambda p, r: p.write_bytes(b""), id="empty"),
    pytest.param(lambda p, r: p.write_bytes(pickle.dumps({"a": 1})), id="a pickle"),
    pytest.param(lambda p, r: p.write_bytes(p.read_bytes() + bytes(10**6)), id="too large"),
    pytest.param(_flip, id="one bit differs"),
    pytest.param(_foreign, id="another projection's file"),
]


@pytest.mark.parametrize("damage", FILE_DAMAGE)
def test_a_damaged_projection_is_computed_again(run, store, monkeypatch, damage) -> None:
    store_projection(run, UMAP, _points(run))
    damage(_file(run), run)
    found = store.find(run.setting)
    assert found is not None  # reading a Run does not fail because of it
    assert stored_projection(found, UMAP) is None
    fresh = _points(run, 1)
    monkeypatch.setattr(pipeline, "project", lambda *_: fresh)
    assert find_or_project(found, UMAP) == (fresh, False)
    again, stored = find_or_project(found, UMAP)
    assert stored
    np.testing.assert_array_equal(again.points, fresh.points)


def test_projections_of_other_latents_or_an_older_format_do_not_count(run, monkeypatch) -> None:
    store_projection(run, UMAP, _points(run))
    other = Run(run.folder, run.setting, run.history, run.evaluation, run.provenance)
    other.arrays["latents"][0, 0] += 1
    assert stored_projection(other, UMAP) is None
    monkeypatch.setattr(projections, "FORMAT", "latent-clusters-projection/0")
    assert stored_projection(run, UMAP) is None


def test_training_again_clears_projections_and_many_push_out_the_oldest(run, monkeypatch) -> None:
    monkeypatch.setattr(projections, "MAX_PROJECTIONS", 5)
    for seed in range(6):
        store_projection(run, Projection("umap", 2, seed=seed), _points(run))
    kept = {f.name for f in (run.folder / "projections").iterdir()}
    assert len(kept) == 4  # three, and the one shown at first
    assert _file(run).name in kept
    train(run.setting, Store(run.folder.parent))
    assert not (run.folder / "projections").exists()


def test_a_disk_that_takes_nothing_costs_no_points(run: Run, monkeypatch) -> None:
    (run.folder / "projections").write_text("in the way")
    monkeypatch.setattr(pipeline, "project", lambda *_: _points(run))
    points, stored = find_or_project(run, UMAP)
    assert not stored
    assert len(points.points) == len(run.arrays["latents"])
