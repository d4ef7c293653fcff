"""Writing that survives a crash."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from core.runs.files import replace_synced
from core.runs.pipeline import train
from core.runs.store import Store
from core.setting.setting import Setting


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    """Folders that were brought to disk, in order, each with the names that were in it then."""
    seen: list[tuple[str, list[str]]] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        real(descriptor)
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            folder = os.readlink(f"/proc/self/fd/{descriptor}")
            seen.append((folder, sorted(os.listdir(folder))))

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


def test_a_rename_is_on_the_disk_when_the_write_returns(tmp_path: Path, synced) -> None:
    replace_synced(tmp_path / "results.csv", b"1")
    assert synced == [(str(tmp_path), ["results.csv"])]


def test_a_run_is_on_the_disk_before_and_after_it_gets_its_name(
    tiny: Setting, store: Store, synced
) -> None:
    run = train(tiny, store)
    (temporary, files), *_ = synced
    assert Path(temporary).name.startswith(".new-")
    assert "weights.safetensors" in files
    assert any(folder == str(store.root) and run.name in names for folder, names in synced)


def test_a_folder_that_can_not_be_synced_is_no_error(tmp_path: Path, monkeypatch) -> None:
    def refuses(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuses)
    replace_synced(tmp_path / "results.csv", b"1")
    assert (tmp_path / "results.csv").read_bytes() == b"1"


@pytest.mark.parametrize(
    ("hours", "stays"),
    [
        pytest.param(-2.0, False, id="of a process that died"),
        pytest.param(0.0, True, id="of one that is writing"),
        pytest.param(9.0, False, id="from the future: a clock was wrong"),
    ],
)
def test_temporary_files_that_were_left_behind_are_swept(
    tmp_path: Path, hours: float, stays: bool
) -> None:
    left, other = tmp_path / ".results.csv-0123abcd", tmp_path / ".other.csv-0123abcd"
    for file in (left, other):
        file.write_bytes(b"half")
        then = time.time() + 3600 * hours
        os.utime(file, (then, then))
    replace_synced(tmp_path / "results.csv", b"1")
    assert left.exists() is stays
    assert other.exists()
