"""A store that several processes use: nobody's Run is lost, and a Setting is trained once.

`LATENT_CLUSTERS_READS=1000 python -m pytest tests/runs/test_sharing.py` reads at least so many times
beside a writer.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from core.runs import packing, pipeline
from core.runs.content import to_bytes
from core.runs.mending import ASIDE
from core.runs.pipeline import WAITING, find_or_train
from core.runs.run import DamagedRun, Run, UnreadableRun
from core.runs.store import Store
from core.runs.training_lock import TrainingLock
from core.setting.paths import ROOT
from core.setting.recipes import RECIPES, SHIPPED
from core.setting.setting import Setting

EVEN = RECIPES["plain"].setting
READS = int(os.environ.get("LATENT_CLUSTERS_READS", "11"))


@pytest.fixture
def files() -> dict[str, bytes]:
    """Of a shipped Run."""
    folder = ROOT / "checkpoints" / EVEN.name
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.name in packing.FILES}


@pytest.fixture
def run(store: Store, files: dict[str, bytes]) -> Run:
    """A Run that does not come with the project."""
    setting = EVEN.replace(seed=77)
    return store.write(setting, {**files, "run.json": _renamed(files, setting)})


def _renamed(files: dict[str, bytes], setting: Setting, **sha256: str) -> bytes:
    content = json.loads(files["run.json"])
    content["setting"] = setting.to_json()
    content["sha256"] |= sha256
    return to_bytes(content)


def _edit(folder: Path, **changes: object) -> None:
    path = folder / "run.json"
    path.write_bytes(to_bytes(json.loads(path.read_text()) | changes))


def _set_aside(store: Store) -> list[str]:
    folder = store.root / ASIDE
    return sorted(f.name for f in folder.iterdir()) if folder.exists() else []


# ---------------------------------------------------------------------- a reader and a writer
WRITER = """
import sys
from pathlib import Path
from core.runs.packing import FILES
from core.runs.store import Store
from core.setting.setting import Setting
import json

store, sources = Store(Path(sys.argv[1])), [Path(folder) for folder in sys.argv[2:]]
versions = [{f.name: f.read_bytes() for f in folder.iterdir() if f.name in FILES} for folder in sources]
setting = Setting.from_json(json.loads(versions[0]["run.json"])["setting"])
print("ready", flush=True)
writes = 0
while not (store.root.parent / "stop").exists():
    store.write(setting, versions[writes % 2])
    writes += 1
print(writes)
"""


def test_who_reads_a_run_while_it_is_replaced_gets_the_old_or_the_new(
    run: Run, store: Store, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    shutil.copytree(run.folder, first)
    shutil.copytree(run.folder, second)
    arrays = dict(run.arrays)
    arrays["errors"] = arrays["errors"] + 1
    data = safetensors.numpy.save(arrays)
    (second / "latents.safetensors").write_bytes(data)
    content = json.loads((second / "run.json").read_bytes())
    content["sha256"]["latents.safetensors"] = hashlib.sha256(data).hexdigest()
    (second / "run.json").write_bytes(to_bytes(content))
    command = [sys.executable, "-c", WRITER, store.root, first, second]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        until, found = time.monotonic() + 3, []
        try:
            while time.monotonic() < until or len(found) < READS:
                found.append(store.load(run.name))
        finally:
            (tmp_path / "stop").touch()
        writes = int(writer.stdout.read())
    assert writer.returncode == 0
    assert min(writes, len(found)) > 10
    assert None not in found
    assert _set_aside(store) == []


# ------------------------------------------------------------------- errors of the system
@pytest.mark.parametrize("name", ["run.json", "weights.safetensors", "latents.safetensors"])
@pytest.mark.parametrize("code", ["EIO", "EACCES", "EMFILE", "ENOMEM", "ESTALE"])
def test_an_error_while_reading_is_a_sentence_and_moves_nothing(
    run: Run, store: Store, monkeypatch: pytest.MonkeyPatch, code: str, name: str
) -> None:
    number = getattr(errno, code)
    real = Path.open

    def fails(path: Path, *args: object, **kwargs: object) -> object:
        if path.name == name:
            raise OSError(number, os.strerror(number), str(path))
        return real(path, *args, **kwargs)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "open", fails)
        with pytest.raises(UnreadableRun) as error:
            store.find(run.setting)
        assert os.strerror(number) in str(error.value)
        assert "nothing was changed" in str(error.value)
        runs, problems = store.list()
        assert (runs, problems) == ([], [str(error.value)])
        with pytest.raises(UnreadableRun):  # a training would replace a Run that may be good
            find_or_train(run.setting, store)
    assert _set_aside(store) == []
    assert store.find(run.setting) is not None


def test_a_run_in_a_folder_without_room_for_a_lock_is_not_moved(
    run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (run.folder / "weights.safetensors").unlink()

    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("core.runs.mending.FileLock.acquire", fails)
    with pytest.raises(
        DamagedRun, match=r"weights.safetensors is missing. It was left where it is"
    ):
        store.find(run.setting)
    assert run.folder.exists()


@pytest.mark.parametrize("recipe", SHIPPED)
def test_every_shipped_run_opens(recipe: str) -> None:
    setting = RECIPES[recipe].setting
    run = Store(ROOT / "checkpoints").find(setting)
    assert run is not None
    assert run.arrays["latents"].shape == (run.evaluation.n, setting.latent_dim)
    assert run.clustering.n_clusters == run.evaluation.n_clusters
    assert not run.model().training  # its weights fit
    assert run.replay() is not None


def test_a_run_that_comes_with_the_project_is_never_moved(
    store: Store, files: dict[str, bytes]
) -> None:
    shipped = store.write(EVEN, files)
    (shipped.folder / "latents.safetensors").write_bytes(b"")
    with pytest.raises(DamagedRun, match="comes with the project and was left there"):
        store.find(EVEN)
    assert shipped.folder.exists()
    assert _set_aside(store) == []
    assert store.write(EVEN, files).arrays["latents"].any()  # training replaces it
    assert store.find(EVEN) is not None


# ---------------------------------------------------------------------- content of any kind
def _link(target: str) -> object:
    def damage(folder: Path) -> None:
        (folder / "weights.safetensors").unlink()
        (folder / "weights.safetensors").symlink_to(target)

    return damage


def _pipe(folder: Path) -> None:
    (folder / "latents.safetensors").unlink()
    os.mkfifo(folder / "latents.safetensors")


def _huge(folder: Path) -> None:
    with (folder / "weights.safetensors").open("wb") as file:
        file.truncate(8 << 30)


def _huge_score(folder: Path) -> None:
    content = json.loads((folder / "run.json").read_text())
    content["evaluation"]["acc"] = 10**400
    (folder / "run.json").write_bytes(to_bytes(content))


def _versions(folder: Path) -> None:
    content = json.loads((folder / "run.json").read_text())
    _edit(folder, provenance=content["provenance"] | {"versions": ["torch"]})


def _arrays(**changes: object) -> object:
    """Other arrays with the right checksum."""

    def damage(folder: Path) -> None:
        path = folder / "latents.safetensors"
        arrays = safetensors.numpy.load_file(path)
        for name, array in changes.items():
            arrays[name] = array
            if array is None:
                del arrays[name]
        path.write_bytes(safetensors.numpy.save(arrays))
        content = json.loads((folder / "run.json").read_text())
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        _edit(folder, sha256=content["sha256"] | {path.name: digest})

    return damage


CONTENT = [
    pytest.param(_pipe, "not a plain file", id="a pipe, which would never end"),
    pytest.param(_link("/dev/zero"), "not a plain file", id="a link to an endless device"),
    pytest.param(_link("weights.safetensors"), "not a plain file", id="a link to itself"),
    pytest.param(_huge, "too large", id="a file larger than the memory"),
    pytest.param(_huge_score, "can't be read", id="a score beyond all numbers"),
    pytest.param(_versions, "provenance", id="a list of versions"),
    pytest.param(_arrays(latents=None), "no latents", id="no latents"),
    pytest.param(_arrays(errors=None), "no errors", id="no errors"),
    pytest.param(
        _arrays(latents=np.zeros((9, 2), "f")),
        "no latents of 4,926",
        id="2-D latents",
    ),
    pytest.param(_arrays(labels=np.zeros(9, np.int16)), "no labels", id="labels of other images"),
]


@pytest.mark.parametrize(("damage", "reason"), CONTENT)
def test_content_of_any_kind_is_damage_and_spoils_no_other_run(
    run: Run, store: Store, files: dict[str, bytes], damage, reason: str
) -> None:
    store.write(EVEN, files)
    damage(run.folder)
    runs, problems = store.list()
    assert [found.setting for found in runs] == [EVEN]
    assert len(problems) == 1
    assert reason in problems[0]
    assert len(_set_aside(store)) == 1


def test_a_link_to_itself_in_place_of_a_run_is_no_run(run: Run, store: Store) -> None:
    shutil.rmtree(run.folder)
    run.folder.symlink_to(run.folder)
    assert store.list() == ([], [f"{run.name} in the checkpoints folder is not a Run; ignored."])


def test_files_that_do_not_fit_together_leave_the_older_run(
    run: Run, store: Store, files: dict[str, bytes]
) -> None:
    with pytest.raises(DamagedRun, match=f"What was written as {run.name} can't be used"):
        store.write(run.setting, files)  # they belong to another Setting
    found = store.find(run.setting)
    assert found is not None
    assert found.provenance == run.provenance


# ------------------------------------------------------------------------- trained once
ASK = """
import sys
from pathlib import Path
import torch
from core.runs.pipeline import find_or_train
from core.runs.store import Store
from core.setting.setting import Setting

torch.set_num_threads(1)
setting = Setting(dataset="digits", digits=(0, 1, 2, 3), epochs=2, batch_size=64)
found = find_or_train(setting, Store(Path(sys.argv[1])), lambda stage, record: print(stage))
print(found.cached, found.run.provenance["trained_at"])
"""


@pytest.mark.slow
def test_two_processes_that_want_one_setting_train_it_once(tiny: Setting, store: Store) -> None:
    lock = TrainingLock(store.root, tiny.name)
    assert lock.try_acquire()  # both have to wait, however long each takes to start
    asking = [
        subprocess.Popen(
            [sys.executable, "-uc", ASK, store.root], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.stdout.readline().strip() for process in asking if process.stdout]
    assert said == [WAITING, WAITING]
    lock.release()
    stages = [process.communicate(timeout=120)[0].splitlines() for process in asking]
    assert sorted("training" in lines for lines in stages) == [False, True]
    cached, trained_at = zip(*(lines[-1].split() for lines in stages), strict=True)
    assert sorted(cached) == ["False", "True"]
    assert len(set(trained_at)) == 1
    assert not list(store.root.glob(".training-*"))


def test_two_threads_that_want_one_setting_train_it_once(
    tiny: Setting, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, made = pipeline.make, []
    monkeypatch.setattr(pipeline, "make", lambda *a: made.append(a) or real(*a))
    found: list[bool] = []
    threads = [
        threading.Thread(target=lambda: found.append(find_or_train(tiny, store).cached))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(found) == [False, True, True]
    assert len(made) == 1


def test_who_waits_for_another_training_can_cancel(tiny: Setting, store: Store) -> None:
    stages: list[str] = []

    def progress(stage: str, record: object) -> None:
        stages.append(stage)
        if len(stages) == 2:
            raise pipeline.Cancelled

    lock = TrainingLock(store.root, tiny.name)
    assert lock.try_acquire()
    with pytest.raises(pipeline.Cancelled):
        find_or_train(tiny, store, progress)
    lock.release()
    assert stages == [WAITING, WAITING]
    assert find_or_train(tiny.replace(epochs=1), store).cached is False  # another is free


HOLD = """
import sys, time
from pathlib import Path
from core.runs.training_lock import TrainingLock
lock = TrainingLock(Path(sys.argv[1]), sys.argv[2])
assert lock.try_acquire()
print("held", flush=True)
time.sleep(20)
"""


def test_a_process_that_dies_lets_the_next_one_train(tiny: Setting, store: Store) -> None:
    command = [sys.executable, "-c", HOLD, store.root, tiny.name]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        lock = TrainingLock(store.root, tiny.name)
        assert not lock.try_acquire()
        holder.kill()
    assert lock.try_acquire(5.0)
    lock.release()


def test_lock_files_of_the_dead_are_swept_and_of_the_living_are_not(
    tiny: Setting, store: Store
) -> None:
    dead, held = store.root / ".training-dead", store.training_lock(tiny)
    assert held.try_acquire()
    dead.touch()
    for file in (dead, store.root / f".training-{tiny.name}"):
        os.utime(file, (0, 0))
    assert store.names() == []
    assert [f.name for f in store.root.glob(".training-*")] == [f".training-{tiny.name}"]
    assert not store.training_lock(tiny).try_acquire()
    held.release()
