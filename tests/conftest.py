# ruff: noqa: E402
"""What several test files need."""

from __future__ import annotations

import copy
import os

# Tests run on all cores, a process each, and their data is small: threads that wait for each other cost
# more than they bring. Read when numpy and scikit-learn are imported.
for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

from pathlib import Path
from typing import Any

import pytest
import torch

from core.runs.store import Store
from core.setting.setting import Setting

torch.set_num_threads(1)
# pages under test compile nothing in the background
os.environ["LATENT_CLUSTERS_WARM_UP"] = "0"
# what is patched in this process is not in a worker's: tests/workers and the browser's use workers
os.environ["LATENT_CLUSTERS_WORKERS"] = "0"


_STATES: dict[str, dict[str, Any]] = {}


@pytest.fixture(autouse=True)
def same_draws(request: pytest.FixtureRequest) -> None:
    """A module's RNG begins each test in one state: which tests ran before changes nothing."""
    rng = getattr(request.module, "RNG", None)
    if rng is not None:
        state = _STATES.setdefault(request.module.__name__, copy.deepcopy(rng.bit_generator.state))
        rng.bit_generator.state = copy.deepcopy(state)


@pytest.fixture(scope="session")
def tiny() -> Setting:
    """A Setting that trains in a moment: 8x8 images, four classes, two epochs."""
    return Setting(dataset="digits", digits=(0, 1, 2, 3), epochs=2, batch_size=64)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return Store(tmp_path / "checkpoints")
