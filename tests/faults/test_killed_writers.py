"""Who saves, indexes or sweeps may be killed at any moment: nothing is lost, half written or other."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import pytest

from core.compare import index
from core.compare.index_file import read_kept
from core.runs.content import to_bytes
from core.runs.mending import ASIDE
from core.runs.packing import FILES
from core.runs.store import Store
from core.setting.paths import ROOT
from core.setting.setting import Setting
from core.studies.engines.protocol import Outcome, Trial
from core.studies.plan import Options
from core.studies.results import key_of, read
from core.studies.study_file import parse_study
from core.studies.sweep import run
from core.studies.terminal import Lines
from core.studies.trial import attempt, study_costs
from core.training.capacity import Cost
from tests.faults.kills import (
    SHARE,
    hour_later,
    keep_each_step,
    killed,
    killed_until_done,
    times,
    whole,
)
from tests.trained import train


# ------------------------------------------------------------------------------------- saving
def _content(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def _save(root: Path, folders: tuple[Path, Path]) -> None:
    """Write one Run over the other without end."""
    versions = [_content(folder) for folder in folders]
    setting = Setting.from_json(json.loads(versions[0]["run.json"])["setting"])
    writes = 0
    while True:
        Store(root).write(setting, versions[writes % 2])
        writes += 1


def test_saving_killed_at_random_moments_leaves_the_old_run_or_the_new(
    tiny: Setting, tmp_path: Path
) -> None:
    run = train(tiny, Store(tmp_path / "store"))
    root, first, second = run.folder.parent, tmp_path / "first", tmp_path / "second"
    shutil.copytree(run.folder, first)
    shutil.copytree(run.folder, second)
    about = json.loads((second / "run.json").read_text())
    about["provenance"]["training_seconds"] += 1
    (second / "run.json").write_bytes(to_bytes(about))
    versions, draw = [_content(first), _content(second)], random.Random(1)
    for _ in range(SHARE):
        assert killed(_save, (root, (first, second)), draw.uniform(0.0, 0.3))
        assert Store(root).find(tiny) is not None
        assert _content(run.folder) in versions
    hour_later(root)
    assert Store(root).names() == [run.name]
    assert {path.name for path in root.iterdir()} <= {run.name, ".lock"}
    assert not (root / ASIDE).exists()


# ----------------------------------------------------------------------------------- indexing
def _index(root: Path, results: Path) -> None:
    """Make the index anew without end."""
    while True:
        os.utime(results / "headline.csv")
        index.load(Store(root), results)


def test_indexing_killed_at_random_moments_leaves_a_whole_index(
    tiny: Setting, tmp_path: Path
) -> None:
    run, results = train(tiny, Store(tmp_path / "store")), tmp_path / "results"
    results.mkdir()
    shutil.copy(ROOT / "studies" / "results" / "headline.csv", results)
    store, draw = Store(run.folder.parent), random.Random(2)
    expected = index.load(store, results)
    assert expected.problems == ()
    for _ in range(SHARE):
        assert killed(_index, (store.root, results), draw.uniform(0.0, 0.3))
        assert read_kept(store.cache("index.parquet")).stamps  # a file that is cut off has none
        found = index.load(store, results)
        pd.testing.assert_frame_equal(found.rows, expected.rows)
        assert found.problems == ()
    hour_later(store.root)
    index.load(store, results)
    Store(store.root).names()
    assert {path.name for path in store.root.iterdir()} <= {run.name, ".lock", ".index.parquet"}


# ----------------------------------------------------------------------------------- sweeping
STUDY = """
measured_on = ["heldout", "all"]
[[grid]]
dataset = "digits"
digits = "0,1,2"
epochs = 3
latent_dim = 2
regularizer = ["none", "sine:weight=0.01"]
seeds = 3
"""
OTHER_EACH_TIME = {"source", "training_seconds", "seconds", "when"}


class _Here:
    """An engine of this process, so that a kill hits training, scoring and writing alike."""

    slots = 1

    def __init__(self) -> None:
        self.running: list[Trial] = []

    def __enter__(self) -> _Here:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    @property
    def free(self) -> bool:
        return not self.running

    def costs(self, settings: Sequence[Setting], splits: Sequence[str]) -> dict[Setting, Cost]:
        return study_costs(settings, splits)

    def fit(self, known: object) -> str:
        return ""

    def give(self, trial: Trial) -> None:
        self.running.append(trial)

    def wait(self, timeout: float) -> Iterator[Outcome]:
        for trial in self.running[:1]:
            answer = attempt(trial)
            self.running.clear()
            yield Outcome(trial, answer, 0.1)


def _sweep(folder: Path) -> None:
    keep_each_step()
    study = parse_study(STUDY, Path("killed.toml"), 100)
    lines, options = Lines(lambda text: None), Options(keep_runs=True)
    run(study, folder / "x.csv", Store(folder / "store"), _Here(), options, lines)


def _measured(folder: Path) -> dict[object, dict[str, str]]:
    """The rows of a sweep, without what differs from one time to the next; each is there once."""
    rows = read(folder / "x.csv")
    assert (folder / "x.csv").read_bytes().count(b"\n") == len(rows) + 1
    found = {
        key_of(row): {name: text for name, text in row.items() if name not in OTHER_EACH_TIME}
        for row in rows
    }
    assert len(found) == len(rows)
    return found


@pytest.mark.slow
def test_a_sweep_killed_at_random_moments_gives_the_same_rows_and_runs(tmp_path: Path) -> None:
    undisturbed, draw, left, number = tmp_path / "whole", random.Random(3), SHARE, 0
    undisturbed.mkdir()
    seconds = whole(_sweep, (undisturbed,))
    expected = _measured(undisturbed)
    assert len(expected) == 12
    assert {row["status"] for row in expected.values()} == {"done"}
    names = set(Store(undisturbed / "store").names())
    while left > 0:
        own, number = tmp_path / str(number), number + 1
        own.mkdir()
        left -= killed_until_done(_sweep, (own,), times(draw, min(left, 10), seconds))
        assert _measured(own) == expected
        assert set(Store(own / "store").names()) == names
        for name in names:
            for file in ("weights.safetensors", "latents.safetensors"):
                path = Path("store", name, file)
                assert (own / path).read_bytes() == (undisturbed / path).read_bytes()
        hour_later(own / "store")
        Store(own / "store").names()
        assert {path.name for path in (own / "store").iterdir()} <= {*names, ".lock"}
