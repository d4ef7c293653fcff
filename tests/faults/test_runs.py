"""Runs of anything: each is whole and can be used, or is left out with a sentence; the others stay."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
import torch

from core.compare import index
from core.figures.training import loss_curves
from core.latents.projection import Projection
from core.runs.content import to_bytes
from core.runs.packing import FILES
from core.runs.projections import stored_projection
from core.runs.run import RUN, Run
from core.runs.store import Store
from core.setting.setting import Setting
from tests.faults.mutants import VALUES, flipped, mutants, places, put, tried
from tests.trained import train

Change = Callable[[Path, Any], object]
RAW = (
    "[" * 100_000, "{}", "[]", "null", "1", '"x"', '{"a":' * 5000, "\ufeff{}", "",
)  # fmt: skip
TARGETS = (
    "/etc/passwd",
    "/nonexistent",
    "/dev/null",
    "/dev/zero",
    "/proc/self/mem",
    ".",
    "run.json",
)


def _rehash(folder: Path) -> None:
    """Checksums as they belong to what is there now."""
    content = json.loads((folder / RUN).read_text())
    for name in FILES[1:]:
        if (folder / name).is_file():
            content["sha256"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / RUN).write_bytes(to_bytes(content))


def _bytes(folder: Path, chance: Any) -> None:
    path = folder / chance.choice(FILES)
    path.write_bytes(flipped(path.read_bytes(), chance))
    if chance.random() < 0.5 and path.name != RUN:
        _rehash(folder)


def _entries(folder: Path, chance: Any) -> None:
    """Another entry in run.json; half of the time with a checksum that fits it."""
    content = json.loads((folder / RUN).read_text())
    for _ in range(chance.choice((1, 1, 2, 4))):
        where = chance.choice(places(content))
        try:
            put(content, where, ... if chance.random() < 0.25 else chance.choice(VALUES[:-3]))
        except (KeyError, IndexError, TypeError):
            continue  # what was there before is gone already
    try:
        if chance.random() < 0.5:
            (folder / RUN).write_bytes(to_bytes(content))
        else:
            (folder / RUN).write_text(json.dumps(content))
    except (ValueError, TypeError, KeyError, AttributeError):
        pass  # JSON has no such thing


def _raw(folder: Path, chance: Any) -> None:
    text = (folder / RUN).read_text()
    more = (
        text.replace("1", "1" * 5000, 1), text + text, text.replace(": 0.", ': NaN, "z": 0.', 1),
        text[: len(text) // 2], text.replace('"python": "', '"python": "\\ud800', 1),
    )  # fmt: skip
    (folder / RUN).write_text(chance.choice(RAW + more))


def _arrays(folder: Path, chance: Any) -> None:
    """Other arrays, with checksums that fit them."""
    path = folder / chance.choice(FILES[1:])
    arrays = {name: array.copy() for name, array in safetensors.numpy.load_file(path).items()}
    name = chance.choice(sorted(arrays))
    found = arrays[name]
    is_float = found.dtype.kind == "f"
    match chance.randrange(8):
        case 0:
            del arrays[name]
        case 1:
            arrays[name] = found[: len(found) // 2] if found.ndim else found
        case 2:
            kinds = ("float64", "int8", "uint8", "int64", "float16")
            arrays[name] = found.astype(chance.choice(kinds))
        case 3:
            arrays[name] = np.full_like(found, np.nan if is_float else found.max())
        case 4:
            arrays[name] = found.reshape(-1)
        case 5:
            arrays["../../x"] = np.zeros(3)
        case 6:
            arrays[name] = np.zeros((0, *found.shape[1:]), found.dtype)
        case _:
            arrays[name] = np.full_like(found, 1e30 if is_float else 77)
    kept = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    path.write_bytes(safetensors.numpy.save(kept or {"x": np.zeros(1)}))
    _rehash(folder)


def _special(folder: Path, chance: Any) -> None:
    path = folder / chance.choice(FILES)
    path.unlink()
    match chance.randrange(5):
        case 0:
            path.symlink_to(chance.choice(TARGETS))
        case 1:
            path.mkdir()
        case 2:
            os.mkfifo(path)
        case 3:
            with path.open("wb") as file:
                file.truncate(8 << 30)


def _folder(folder: Path, chance: Any) -> None:
    match chance.randrange(5):
        case 0:
            folder.rename(folder.with_name(folder.name[:-1] + "x"))
        case 1:
            folder.with_name("x-0123456789").write_text("a file with a Run's name")
        case 2:
            folder.rename(folder.with_name(f".old-{folder.name}"))
        case 3:
            shutil.rmtree(folder)
            folder.symlink_to(chance.choice((*TARGETS, str(folder))))
        case _:
            for name in (".old-x", ".new-x", "set-aside", ".trash"):
                folder.with_name(name).write_text("a file")


def _kept(folder: Path, chance: Any) -> None:
    path = folder / "projections" / f"{Projection('umap', 2).key}.safetensors"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(chance.randbytes(500))


CHANGES: tuple[Change, ...] = (
    _bytes, _bytes, _entries, _entries, _entries, _raw, _arrays, _arrays, _special, _folder, _kept,
)  # fmt: skip


@pytest.fixture
def stored(tiny: Setting, store: Store) -> Run:
    return train(tiny, store)


def _use(run: Run, images: torch.Tensor) -> None:
    """What pages ask of it."""
    assert len(run.arrays["latents"]) == len(run.arrays["clusters"]) == run.evaluation.n
    assert run.clustering.n_clusters == run.evaluation.n_clusters
    model = run.model()
    with torch.inference_mode():
        assert model.decode(model.encode(images)).shape == images.shape
    assert run.shown is not None
    run.replay()
    stored_projection(run, Projection("umap", 2))
    loss_curves(run.history)
    str(run.provenance.get("versions", {}).get("torch"))


def test_runs_of_any_content(stored: Run, tiny: Setting, tmp_path: Path) -> None:
    images = torch.zeros(2, 1, tiny.image_size, tiny.image_size)
    other = train(tiny.replace(seed=1), Store(tmp_path / "other"))
    used = 0
    for number, chance in enumerate(mutants("run")):
        root = tmp_path / str(number)
        folder = root / stored.name
        shutil.copytree(stored.folder, folder)
        shutil.copytree(other.folder, root / other.name)
        change = chance.choice(CHANGES)
        change(folder, chance)
        store = Store(root)
        rows: list[index.Index] = []
        tried(lambda store=store, rows=rows: rows.append(index.load(store, tmp_path / "none")))
        assert other.name in set(rows[0].rows["run"]), change
        listed: list[Any] = []
        tried(lambda store=store, listed=listed: listed.append(store.list()))
        runs, problems = listed[0]
        assert other.setting in {run.setting for run in runs}, change
        assert all(len(problem) < 1000 for problem in problems)
        for run in runs:
            _use(run, images)
            used += 1
        shutil.rmtree(root)
    assert used
