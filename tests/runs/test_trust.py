"""The store trusts nothing that lies in its folder: what fits its checksums is checked, too."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from core.compare import index
from core.latents.projection import Points, Projection
from core.runs.content import to_bytes
from core.runs.mending import ASIDE
from core.runs.pipeline import find_or_train
from core.runs.projections import store_projection, stored_projection
from core.runs.run import DamagedRun, ReadOnlyStore, Run, RunError
from core.runs.store import Store
from core.setting.setting import Setting
from tests.trained import train

Arrays = dict[str, np.ndarray]


@pytest.fixture
def run(tiny: Setting, store: Store) -> Run:
    return train(tiny, store)


def _rewritten(run: Run, file: str, change: Callable[[Arrays], object]) -> None:
    """Other arrays in a file, with the checksums that belong to them."""
    path = run.folder / file
    arrays = {name: array.copy() for name, array in safetensors.numpy.load_file(path).items()}
    change(arrays)
    path.write_bytes(safetensors.numpy.save(arrays))
    content = json.loads((run.folder / "run.json").read_bytes())
    content["sha256"][file] = hashlib.sha256(path.read_bytes()).hexdigest()
    (run.folder / "run.json").write_bytes(to_bytes(content))


def _put(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Arrays], object]:
    return lambda arrays: arrays.update({name: np.ascontiguousarray(change(arrays[name]))})


def _first(value: float) -> Callable[[np.ndarray], np.ndarray]:
    def change(array: np.ndarray) -> np.ndarray:
        array.flat[0] = value
        return array

    return change


LATENTS, WEIGHTS, REPLAY = (f"{n}.safetensors" for n in ("latents", "weights", "replay"))
HEAD = "head.0.weight"

# what is in a file, although its checksum is right, and what is said of it
FOREIGN = [
    pytest.param(LATENTS, _put("latents", lambda a: a[:9]), "no latents", id="latents of nine"),
    pytest.param(LATENTS, _put("latents", _first(np.nan)), "not finite", id="a latent that is NaN"),
    pytest.param(LATENTS, _put("errors", _first(np.inf)), "not finite", id="an infinite error"),
    pytest.param(
        LATENTS, _put("errors", lambda a: a.astype("f8")), "no errors", id="errors of 64 bits"
    ),
    pytest.param(
        LATENTS, _put("clusters", _first(99)), "clusters", id="a cluster nobody asked for"
    ),
    pytest.param(LATENTS, _put("labels", _first(9)), "labels", id="a class that was not chosen"),
    pytest.param(
        LATENTS, lambda a: a.update(x=np.zeros(1, "f")), "'x' that no Run", id="one array more"
    ),
    pytest.param(REPLAY, _put("rows", _first(-1)), "not held out", id="a replay of no image"),
    pytest.param(REPLAY, _put("steps", lambda a: a[::-1]), "wrong order", id="a replay backwards"),
    pytest.param(REPLAY, _put("low", _first(np.nan)), "not finite", id="a replay from nowhere"),
    pytest.param(REPLAY, lambda a: a.pop("levels"), "no levels", id="a replay without places"),
    pytest.param(WEIGHTS, lambda a: a.popitem(), "parameters of its network", id="a weight less"),
    pytest.param(
        WEIGHTS, lambda a: a.update(x=np.zeros(1, "f")), "parameters of its", id="a weight more"
    ),
]


@pytest.mark.parametrize(("file", "change", "reason"), FOREIGN)
def test_arrays_that_the_setting_can_not_make_are_damage(
    run: Run, store: Store, file: str, change: Callable[[Arrays], object], reason: str
) -> None:
    _rewritten(run, file, change)
    with pytest.raises(DamagedRun, match=reason):
        store.load(run.name)
    assert len(list((store.root / ASIDE).iterdir())) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda a: a[:1], r"in place of float32 \[", id="another shape"),
        pytest.param(lambda a: a.astype("f8"), "float64", id="another dtype"),
        pytest.param(_first(np.nan), "not finite", id="a weight that is NaN"),
    ],
)
def test_each_weight_has_the_shape_that_its_network_has(
    run: Run, store: Store, change: Callable[[np.ndarray], np.ndarray], reason: str
) -> None:
    name = next(
        n for n, a in safetensors.numpy.load_file(run.folder / WEIGHTS).items() if a.ndim > 1
    )
    _rewritten(run, WEIGHTS, _put(name, change))
    with pytest.raises(DamagedRun, match=reason):
        store.load(run.name)


def test_a_file_that_changes_after_the_run_was_read_is_a_sentence(run: Run) -> None:
    for file, use in ((LATENTS, lambda: run.arrays), (WEIGHTS, run.model), (REPLAY, run.replay)):
        (run.folder / file).write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")
        with pytest.raises(RunError, match=f"The stored Run {run.name} can't be used"):
            use()


# --------------------------------------------------------------------------------- run.json
def test_no_bit_of_run_json_changes_unnoticed(run: Run, store: Store) -> None:
    path, good = run.folder / "run.json", run.evaluation
    raw, draws = path.read_bytes(), random.Random(0)
    for _ in range(300):
        changed = bytearray(raw)
        changed[draws.randrange(len(raw))] ^= 1 << draws.randrange(8)
        path.write_bytes(changed)
        try:
            found = store.peek(run.name)
        except DamagedRun:
            continue
        assert (found.setting, found.evaluation) == (run.setting, good)
        assert (found.history, found.provenance) == (run.history, run.provenance)


def test_a_run_from_before_run_json_had_a_checksum_stays_valid(run: Run, store: Store) -> None:
    path = run.folder / "run.json"
    content = json.loads(path.read_bytes())
    del content["sha256"]["run.json"]
    path.write_text(json.dumps(content))
    found = store.load(run.name)
    assert found is not None
    assert found.evaluation == run.evaluation


def _changed(**changes: object) -> Callable[[dict], object]:
    return lambda content: content.update(changes)


# written with checksums that fit
ENTRIES = [
    pytest.param(_changed(more=1), "other entries", id="an entry more"),
    pytest.param(lambda c: c["history"].append(c["history"][-1]), "history", id="an epoch twice"),
    pytest.param(lambda c: c["history"][0].update(heldout=[]), "finite losses", id="no losses"),
    pytest.param(lambda c: c["history"][0]["train"].update(x="1"), "finite losses", id="a text"),
    pytest.param(lambda c: c["provenance"].update(device={}), "provenance", id="an odd device"),
    pytest.param(lambda c: c["evaluation"].update(n=10**30), "1 to 300,000", id="too many images"),
    pytest.param(lambda c: c["evaluation"].update(noise=10**9), "counts more", id="much noise"),
    pytest.param(lambda c: c["evaluation"].update(method="x"), "not known", id="odd clustering"),
    pytest.param(lambda c: c["sha256"].update({"../x": "0" * 64}), "checksums", id="a path"),
    pytest.param(lambda c: c["sha256"].pop(WEIGHTS), "checksums", id="no sum of the weights"),
]


@pytest.mark.parametrize(("change", "reason"), ENTRIES)
def test_entries_are_what_a_training_writes(run: Run, store: Store, change, reason: str) -> None:
    path = run.folder / "run.json"
    content = json.loads(path.read_bytes())
    change(content)
    path.write_bytes(to_bytes(content))
    with pytest.raises(DamagedRun, match=reason):
        store.peek(run.name)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_numbers_that_are_not_finite_are_damage(run: Run, store: Store, number: str) -> None:
    path = run.folder / "run.json"
    content = json.loads(path.read_bytes())
    del content["sha256"]["run.json"]
    content["provenance"]["extra"] = "HERE"
    path.write_text(json.dumps(content).replace('"HERE"', number))
    with pytest.raises(DamagedRun):
        store.peek(run.name)


# --------------------------------------------------------------------------------- special files
def _linked(path: Path) -> None:
    path.rename(path.with_name(f"kept-{path.name}"))
    path.symlink_to(path.with_name(f"kept-{path.name}"))


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _endless(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(8 << 30)


@pytest.mark.parametrize("file", ["run.json", LATENTS, WEIGHTS, REPLAY])
@pytest.mark.parametrize("damage", [_linked, _pipe, _endless])
def test_only_plain_files_of_a_fitting_size_are_read(
    run: Run, store: Store, damage: Callable[[Path], None], file: str
) -> None:
    damage(run.folder / file)
    assert len(index.load(store, store.root / "results").problems) == (file == "run.json")
    runs, problems = store.list()
    assert runs == []
    assert f"{file} is " in problems[0]


def test_a_link_in_place_of_a_run_is_no_run_and_gives_way_to_a_training(
    run: Run, store: Store, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    run.folder.rename(outside)
    run.folder.symlink_to(outside)
    assert not store.has(run.setting)
    assert store.load(run.name) is None
    assert store.stamps() == {}
    assert train(run.setting, store).folder == run.folder
    assert not run.folder.is_symlink()
    assert outside.is_dir()
    assert not list(store.root.glob(".old-*"))


@pytest.mark.parametrize("damage", [_pipe, _endless, _linked])
def test_a_projection_that_is_no_plain_file_is_none(
    run: Run, damage: Callable[[Path], None]
) -> None:
    projection = Projection("umap", 2)
    points = Points(np.zeros((len(run.arrays["latents"]), 2), np.float32), ("a", "b"), "")
    store_projection(run, projection, points)
    assert stored_projection(run, projection) is not None
    damage(run.folder / "projections" / f"{projection.key}.safetensors")
    assert stored_projection(run, projection) is None


def test_results_and_the_index_may_be_anything(run: Run, store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    folder.mkdir()
    os.mkfifo(folder / "pipe.csv")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    (folder / "zero.csv").symlink_to("/dev/zero")
    (folder / "folder.csv").mkdir()
    os.mkfifo(store.cache("index.parquet"))
    found = index.load(store, folder)
    assert len(found.rows) == 1
    assert [p.split(" ")[0] for p in found.problems] == ["folder.csv", "pipe.csv", "zero.csv"]


# --------------------------------------------------------------------------------- what is left
@pytest.mark.parametrize("hours", [-2, 2 * 24, 24 * 365], ids=["old", "future", "far future"])
def test_what_dead_processes_left_is_swept_whatever_its_date(
    run: Run, store: Store, hours: float
) -> None:
    (run.folder / "projections").mkdir(exist_ok=True)
    left = [
        store.root / ".new-x-01234567",
        store.root / "..index.parquet-01234567",
        run.folder / ".training.safetensors-01234567",
        run.folder / "projections" / ".new-01234567",
        run.folder / "projections" / ".old-01234567",
        run.folder / "projections" / ".umap-2.safetensors-01234567",
    ]
    for path in left:
        path.write_bytes(b"x")
        os.utime(path, (time.time() + hours * 3600,) * 2)
    young = store.root / ".new-y-01234567"
    young.mkdir()
    assert len(store.list()[0]) == 1
    assert [path for path in left if path.exists()] == []
    assert young.exists()


def test_a_run_whose_replacement_was_cut_off_long_ago_comes_back(run: Run, store: Store) -> None:
    old = store.root / f".old-{run.name}"
    run.folder.rename(old)
    os.utime(old, (0, 0))
    assert store.names() == [run.name]


# --------------------------------------------------------------------------------- read-only
def test_what_can_not_be_stored_is_said_before_it_is_trained(
    tiny: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runs.pipeline.make", lambda *a: pytest.fail("it was trained"))
    (tmp_path / "file").touch()
    store = Store(tmp_path / "file" / "checkpoints")  # not even the superuser can write there
    with pytest.raises(ReadOnlyStore, match="Nothing can be stored in the folder checkpoints"):
        find_or_train(tiny, store)


def test_asking_whether_it_can_be_written_leaves_nothing(run: Run, store: Store) -> None:
    before = sorted(f.name for f in store.root.iterdir())
    assert store.unwritable() == ""
    assert sorted(f.name for f in store.root.iterdir()) == before
    shutil.rmtree(store.root)
    assert store.unwritable() == ""
