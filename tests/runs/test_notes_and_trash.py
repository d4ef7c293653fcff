"""Notes on Runs and deleted Runs: bounded, plain, all or nothing, and never those that are shipped."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from core.runs import trash
from core.runs.notes import MAX_NAME, MAX_NOTE, Note
from core.runs.run import Run, RunError
from core.runs.store import Store
from core.setting.recipes import RECIPES
from core.setting.setting import Setting
from tests.trained import train

SHIPPED = RECIPES["plain"].setting.name


@pytest.fixture
def run(tiny: Setting, store: Store) -> Run:
    return train(tiny, store)


def test_a_note_is_kept_outside_the_run_and_survives_a_new_training(
    run: Run, store: Store, tiny: Setting
) -> None:
    store.write_note(run.name, Note("mine", "two\nlines"))
    assert store.notes() == {run.name: Note("mine", "two\nlines")}
    assert {path.name for path in run.folder.iterdir()} == {
        "run.json", "weights.safetensors", "latents.safetensors", "replay.safetensors",
    }  # fmt: skip
    train(tiny, store)
    assert store.notes()[run.name].name == "mine"
    assert not store.strangers()
    store.write_note(run.name, Note())
    assert store.notes() == {}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param(Note("a" * 999, "b" * 9999), Note("a" * MAX_NAME, "b" * MAX_NOTE), id="long"),
        pytest.param(Note("a\n\tb", ""), Note("a b", ""), id="a name is one line"),
        pytest.param(Note("a\u202eb", "c\x00\nd"), Note("ab", "c\nd"), id="no hidden signs"),
    ],
)
def test_a_note_is_plain_text_of_bounded_length(
    run: Run, store: Store, given: Note, kept: Note
) -> None:
    store.write_note(run.name, given)
    assert store.notes() == {run.name: kept}


def test_a_note_that_can_not_be_read_is_none(run: Run, store: Store) -> None:
    store.write_note(run.name, Note("mine"))
    (store.root / "notes" / f"{run.name}.json").write_text("[")
    assert store.notes() == {}


@pytest.mark.parametrize("name", [SHIPPED, "../x", "mnist-0-3d-none-s0-0123456789"])
def test_what_is_shipped_outside_or_absent_takes_no_note_and_is_not_deleted(
    store: Store, name: str
) -> None:
    (store.root / SHIPPED).mkdir(parents=True)
    with pytest.raises(RunError):
        store.write_note(name, Note("mine"))
    with pytest.raises(RunError):
        store.delete(name)
    assert (store.root / SHIPPED).is_dir()


def test_a_deleted_run_is_gone_and_comes_back_whole(run: Run, store: Store) -> None:
    store.write_note(run.name, Note("mine"))
    before = store.stamps()
    place = store.delete(run.name)
    assert (store.find(run.setting), store.names(), store.stamps()) == (None, [], {})
    assert not store.strangers()
    assert store.undelete(place) == run.name
    assert store.stamps() == before
    found = store.find(run.setting)
    assert found is not None
    assert found.evaluation == run.evaluation
    assert store.notes()[run.name].name == "mine"


def test_it_does_not_come_back_over_a_new_one(run: Run, store: Store, tiny: Setting) -> None:
    place = store.delete(run.name)
    train(tiny, store)
    with pytest.raises(RunError, match="trained again"):
        store.undelete(place)


@pytest.mark.parametrize("place", ["", "..", "../x@1", "x@1", "a/b@1"])
def test_places_from_outside_bring_nothing_back(run: Run, store: Store, place: str) -> None:
    store.delete(run.name)
    with pytest.raises(RunError):
        store.undelete(place)


def test_the_trash_is_emptied_after_a_day(run: Run, store: Store, monkeypatch) -> None:
    store.write_note(run.name, Note("mine"))
    place = store.delete(run.name)
    store.empty_trash()
    assert (store.root / trash.TRASH / place).is_dir()
    later = time.time() + trash.KEPT_SECONDS + 1
    monkeypatch.setattr(trash.time, "time", lambda: later)
    store.empty_trash()
    assert not os.listdir(store.root / trash.TRASH)
    assert store.notes() == {}


def test_who_reads_meanwhile_meets_the_run_or_none(run: Run, store: Store) -> None:
    problems: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                Store(store.root).find(run.setting)
            except BaseException as error:
                problems.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(40):
        store.undelete(store.delete(run.name))
    stop.set()
    for reader in readers:
        reader.join()
    assert not problems
    assert not (store.root / "set-aside").exists()


def test_the_size_of_a_run(run: Run, store: Store, tmp_path: Path) -> None:
    assert store.size(run.name) == sum(f.stat().st_size for f in run.folder.iterdir())
    assert store.size("../" + tmp_path.name) == 0
