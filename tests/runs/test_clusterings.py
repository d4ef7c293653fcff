"""Clusterings kept with a Run: found once; what is damaged, foreign or old is found again."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from core.latents import clustering
from core.latents.clustering import cluster
from core.latents.clustering_methods import NOISE
from core.runs import clusterings
from core.runs.clusterings import keep_clustering, known_clustering
from core.runs.pipeline import find_or_cluster
from core.runs.run import Run
from core.runs.store import Store
from core.setting.setting import Setting
from tests.trained import train


@pytest.fixture
def run(tiny: Setting, store: Store) -> Run:
    return train(tiny, store)


def _file(run: Run) -> Path:
    return run.folder / "clusterings" / "gmm-4.safetensors"


@pytest.mark.parametrize("method", ["gmm", "hdbscan", "agglomerative"])
def test_clusters_are_found_once_and_are_the_same_the_next_time(
    run: Run, store: Store, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    first = find_or_cluster(run, method, 4)
    expected = cluster(run.arrays["latents"], method, 4, seed=run.setting.seed)
    np.testing.assert_array_equal(first.labels, expected.labels)
    monkeypatch.delattr(clustering, "cluster")  # nothing is computed
    again = store.find(run.setting)
    assert again is not None
    second = find_or_cluster(again, method, 4)
    np.testing.assert_array_equal(second.labels, first.labels)
    for name in ("method", "n_clusters", "noise", "asked"):
        assert getattr(first, name) == getattr(second, name) == getattr(expected, name)


def test_clusters_that_the_run_was_scored_with_are_not_kept_twice(run: Run) -> None:
    own = run.clustering
    assert own.asked is not None
    np.testing.assert_array_equal(find_or_cluster(run, own.method, own.asked).labels, own.labels)
    assert not (run.folder / "clusterings").exists()


def _shift(path: Path, run: Run) -> None:
    found = cluster(run.arrays["latents"], "gmm", 4)
    gap = np.where(found.labels == 0, NOISE - 1, found.labels)
    keep_clustering(run, dataclasses.replace(found, labels=gap))


def _foreign(path: Path, run: Run) -> None:
    keep_clustering(run, cluster(run.arrays["latents"], "gmm", 3))
    (path.parent / "gmm-3.safetensors").replace(path)


def _flip(path: Path, run: Run) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda p, r: p.write_bytes(p.read_bytes()[:-100]), id="truncated"),
        pytest.param(lambda p, r: p.write_bytes(b""), id="empty"),
        pytest.param(lambda p, r: p.write_bytes(p.read_bytes() + bytes(10**6)), id="too large"),
        pytest.param(_flip, id="one bit differs"),
        pytest.param(_foreign, id="another number of clusters"),
        pytest.param(_shift, id="a cluster below noise"),
    ],
)
def test_damaged_clusters_are_found_again(run: Run, damage) -> None:
    expected = find_or_cluster(run, "gmm", 4)
    damage(_file(run), run)
    assert known_clustering(run, "gmm", 4) is None
    np.testing.assert_array_equal(find_or_cluster(run, "gmm", 4).labels, expected.labels)
    assert known_clustering(run, "gmm", 4) is not None


def test_clusters_of_other_latents_or_an_older_format_do_not_count(run, monkeypatch) -> None:
    find_or_cluster(run, "gmm", 4)
    other = Run(run.folder, run.setting, run.history, run.evaluation, run.provenance)
    other.arrays["latents"][0, 0] += 1
    assert known_clustering(other, "gmm", 4) is None
    monkeypatch.setattr(clusterings, "FORMAT", "latent-clusters-clustering/0")
    assert known_clustering(run, "gmm", 4) is None


def test_many_push_out_the_oldest_and_training_again_clears_them(run, monkeypatch) -> None:
    monkeypatch.setattr(clusterings, "MAX_CLUSTERINGS", 3)
    for k in range(2, 7):
        find_or_cluster(run, "gmm", k)
    assert len(list((run.folder / "clusterings").iterdir())) == 3
    train(run.setting, Store(run.folder.parent))
    assert not (run.folder / "clusterings").exists()


def test_a_disk_that_takes_nothing_costs_no_clusters(run: Run) -> None:
    (run.folder / "clusterings").write_text("in the way")
    assert len(find_or_cluster(run, "gmm", 4).labels) == len(run.arrays["latents"])
