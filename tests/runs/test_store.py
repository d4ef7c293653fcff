"""The store: all or nothing, nothing unpickled, damage is a sentence."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from core.data.splits import load
from core.latents.clustering import cluster
from core.metrics.evaluation import evaluate
from core.metrics.metric import Measured
from core.models.autoencoder import Autoencoder
from core.runs.content import to_bytes
from core.runs.made import Made
from core.runs.mending import ASIDE
from core.runs.pipeline import find_or_train, train
from core.runs.run import DamagedRun, Run
from core.runs.store import RUN_NAME, Store
from core.setting.recipes import RECIPES, SHIPPED
from core.setting.setting import REGULARIZERS, Setting, Term
from core.training.encoding import encode
from core.training.loop import Training
from core.training.records import EpochRecord, TrainingDiverged

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def trained(tiny: Setting, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one Run, which tests copy."""
    root = tmp_path_factory.mktemp("trained") / "checkpoints"
    train(tiny, Store(root))
    return root


@pytest.fixture
def run(tiny: Setting, trained: Path, store: Store) -> Run:
    shutil.copytree(trained, store.root)
    found = store.find(tiny)
    assert found is not None
    return found


def test_a_stored_run_gives_the_same_latents_and_scores(run: Run, store: Store) -> None:
    found = store.find(run.setting)
    assert found is not None
    assert found.setting == run.setting
    assert found.evaluation == run.evaluation
    again = encode(found.model(), load(run.setting).test, run.setting).numpy()
    np.testing.assert_array_equal(again, found.arrays["latents"])


def test_asked_for_twice_it_is_trained_once(run: Run, store: Store) -> None:
    again, cached, notice = find_or_train(run.setting, store)
    assert cached
    assert notice == ""
    assert again.provenance == run.provenance


def test_what_was_never_trained_is_none(tiny: Setting, store: Store) -> None:
    assert store.find(tiny) is None
    assert store.list() == ([], [])


@pytest.mark.parametrize("name", ["../secret", "/etc", "x", "..", "a/b-0123456789"])
def test_names_from_outside_reach_nothing(store: Store, name: str) -> None:
    assert store.load(name) is None


@pytest.mark.parametrize("term", [name for name in REGULARIZERS if name != "none"])
def test_every_regularizer_gives_names_that_the_store_knows(term: str) -> None:
    setting = Setting(regularizer=(Term(term), Term("l1")) if term != "l1" else (Term("l1"),))
    assert RUN_NAME.fullmatch(setting.name)


def test_a_glance_reads_run_json_alone(run: Run, store: Store) -> None:
    (run.folder / "weights.safetensors").unlink()
    seen = store.peek(run.name)
    assert (seen.setting, seen.evaluation) == (run.setting, run.evaluation)
    before = store.stamps()
    assert list(before) == [run.name]
    (run.folder / "run.json").write_text("{}")
    assert store.stamps() != before
    with pytest.raises(DamagedRun, match="format"):
        store.peek(run.name)
    assert run.folder.exists()  # it is for who needs the weights to set it aside


def _truncate(folder: Path) -> None:
    path = folder / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:100])


def _pickle(folder: Path) -> None:
    (folder / "weights.safetensors").write_bytes(pickle.dumps({"a": 1}))


def _edit(folder: Path, **changes: object) -> None:
    path = folder / "run.json"
    path.write_bytes(to_bytes(json.loads(path.read_text()) | changes))


DAMAGE = [
    pytest.param(_truncate, "checksum", id="truncated weights"),
    pytest.param(_pickle, "checksum", id="a pickle in place of the weights"),
    pytest.param(lambda f: (f / "latents.safetensors").unlink(), "missing", id="no latents"),
    pytest.param(lambda f: (f / "run.json").write_text("{"), "can't be read", id="half a JSON"),
    pytest.param(lambda f: (f / "run.json").write_text("[]"), "format", id="another JSON"),
    pytest.param(lambda f: (f / "run.json").unlink(), "run.json is missing", id="no run.json"),
    pytest.param(lambda f: _edit(f, format="other/9"), "format", id="a foreign format"),
    pytest.param(lambda f: _edit(f, setting={"seed": 9}), "belongs to", id="another's setting"),
    pytest.param(lambda f: _edit(f, setting={"x": 9}), "not valid", id="an unknown field"),
    pytest.param(lambda f: _edit(f, history=[]), "history", id="no history"),
    pytest.param(lambda f: _edit(f, evaluation={}), "can't be read", id="no evaluation"),
]


@pytest.mark.parametrize(("damage", "reason"), DAMAGE)
def test_damage_is_a_sentence_set_aside_and_retrainable(run, store, damage, reason) -> None:
    damage(run.folder)
    with pytest.raises(DamagedRun, match=reason):
        store.find(run.setting)
    assert not run.folder.exists()
    assert len(list((store.root / ASIDE).iterdir())) == 1
    again, cached, _ = find_or_train(run.setting, store)
    assert not cached
    assert again.evaluation == run.evaluation


def test_the_list_reports_what_is_not_a_run(run: Run, store: Store) -> None:
    (store.root / "model.pt").write_bytes(b"x")
    _truncate(run.folder)
    runs, problems = store.list()
    assert runs == []
    assert len(problems) == 2
    assert (store.root / "model.pt").exists()


def test_a_crash_while_writing_leaves_the_old_run(run: Run, store: Store, monkeypatch) -> None:
    def die(temporary: Path, final: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("core.runs.store.swap", die)
    with pytest.raises(KeyboardInterrupt):
        train(run.setting, store)
    found = store.find(run.setting)
    assert found is not None
    assert found.provenance == run.provenance


def test_a_crash_between_the_two_renames_is_undone(run: Run, store: Store) -> None:
    run.folder.rename(store.root / f".old-{run.name}")
    assert store.find(run.setting) is not None
    assert not list(store.root.glob(".old-*"))


def test_initial_weights_do_not_depend_on_the_global_random_state(tiny: Setting) -> None:
    first = Autoencoder(tiny).state_dict()
    torch.rand(3)
    second = Autoencoder(tiny).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_training_that_diverged_keeps_its_records(
    tiny: Setting, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    wild = tiny.replace(epochs=5)
    heldout, run_before = Training._heldout, store.list()

    def bursts(self: Training) -> dict[str, float]:
        return heldout(self) if len(self.records) < 2 else {"reconstruction": float("inf")}

    monkeypatch.setattr(Training, "_heldout", bursts)
    with pytest.raises(TrainingDiverged) as stop:
        train(wild, store)
    found = store.failure(wild)
    assert found is not None
    assert found[0] == str(stop.value)
    assert len(found[1]) == 2
    assert list(found[1]) == [record.to_json() for record in stop.value.records]
    assert store.list() == run_before  # neither a Run nor a problem
    assert store.failure(tiny) is None


def test_a_damaged_record_of_a_failure_is_none(tiny: Setting, store: Store) -> None:
    record = EpochRecord(1, {"reconstruction": 0.1}, {"reconstruction": 0.1}, 0.5).to_json()
    store.save_failure(tiny, "it burst", [record])
    assert store.failure(tiny) == ("it burst", (record,))
    next((store.root / "failed").iterdir()).write_bytes(b"\x80\x04")
    assert store.failure(tiny) is None


def test_a_run_ends_the_memory_of_a_failure(tiny: Setting, store: Store) -> None:
    store.save_failure(tiny, "it burst", [])
    train(tiny, store)
    assert store.failure(tiny) is None


# -------------------------------------------------------------------------------------- warnings
def test_a_run_stored_before_there_were_warnings_gets_them(tiny: Setting, store: Store) -> None:
    z = np.random.default_rng(0).normal(size=(100, 3)).astype(np.float32) * np.float32([1, 0, 1])
    found = cluster(z, "kmeans", 4)
    arrays = {"latents": z, "errors": z[:, 0], "clusters": found.labels.astype(np.int16)}
    scores = evaluate(Measured(z, found))
    assert set(scores.warnings) == {"dead_dimensions"}
    record = EpochRecord(1, {"reconstruction": 0.1}, {"reconstruction": 0.1}, 0.5).to_json()
    run = store.save(Made(tiny, Autoencoder(tiny), arrays, [record], scores, {}))
    before = run.evaluation.to_json()
    del before["warnings"]
    _edit(run.folder, evaluation=before)
    again = store.load(run.name)
    assert again is not None
    assert again.evaluation == run.evaluation == scores


# k-means cuts the long rays of the plane into one half and some splinters
@pytest.mark.parametrize("recipe", SHIPPED)
def test_what_is_shipped_raises_no_false_alarm(recipe: str) -> None:
    run = Store(ROOT / "checkpoints").find(RECIPES[recipe].setting)
    assert run is not None
    expected = {"largest_cluster", "tiny_clusters"} if recipe == "ten-2d" else set()
    assert set(run.evaluation.warnings) == expected


def test_room_is_made_by_the_runs_used_longest_ago_and_never_by_shipped_ones(
    tiny: Setting, store: Store, monkeypatch
) -> None:
    runs = [train(tiny.replace(seed=seed), store) for seed in range(4)]
    for age, run in enumerate(runs):
        os.utime(run.folder, (1e9 - age, 1e9 - age))
    store.touch(runs[3].name)
    monkeypatch.setattr("core.runs.store.is_shipped", lambda name: name == runs[2].name)
    size = store.size(runs[0].name)
    assert store.make_room(1e12) == []
    assert store.make_room(2.5 * size) == [runs[1].name]
    assert store.make_room(0, keep=runs[0].name) == [runs[3].name]
    assert sorted(store.names()) == sorted([runs[0].name, runs[2].name])
    assert not list((store.root / ".trash").iterdir())
