"""Images of a visitor's own, for the tests in this folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.data.own.adding import add_file


@pytest.fixture
def own_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Adds so many images to a folder of its own; their data set's name."""
    monkeypatch.setattr("core.setting.paths.DATA_DIR", tmp_path)

    def add(count: int, **arrays: np.ndarray) -> str:
        pixels = np.random.default_rng(0).integers(0, 256, (count, 8, 8), dtype=np.uint8)
        np.savez(tmp_path / "mine.npz", images=pixels, **arrays)
        return add_file(tmp_path / "mine.npz", tmp_path)

    return add
