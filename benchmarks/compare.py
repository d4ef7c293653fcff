"""Ten thousand Runs on the Compare page: `python -m benchmarks.compare --json`. Needs Chromium.

The Runs are made up, the same each time, in a temporary folder: 20 regularizers, 5 latent dimensions, 2
sets of digits and 50 seeds, each with a run.json as the store writes it (no weights). Seconds, medians:
`build`, reading all of them once; `renew`, after one more; `open`, from the kept file in a new process
(without imports); `check`, that nothing has changed; `script_first`, the page's script for the first
visitor, `script_next` for the next one, and `script_filter` after a filter has changed; in a browser,
`first_view`, from opening the page until its chart and its table are drawn, once the process has been
visited, and `fresh_process` before; `filter`, from choosing a filter to the new chart.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from core.checkpoints import FORMAT, Store
from core.config import REGULARIZERS, Setting, Term
from core.evaluation import METRICS, Evaluation
from core.index import load, stamp

DIGITS = ((0, 2, 4, 6, 8), tuple(range(10)))
DIMS = (2, 3, 5, 8, 10)
SEEDS = 50
TERMS = ("none", *(name for name in REGULARIZERS if name != "none"))[:20]
VERSIONS = {"torch": "2.13.0", "torchvision": "0.28.0", "scikit-learn": "1.9.1",
            "numpy": "2.4.6", "scipy": "1.17.1"}  # fmt: skip


def settings(count: int) -> Iterator[Setting]:
    """So many Settings, at most 10,000; fewer have fewer seeds."""
    every = itertools.product(range(SEEDS), TERMS, DIMS, DIGITS)
    for seed, term, dims, digits in itertools.islice(every, count):
        terms = () if term == "none" else (Term(term),)
        yield Setting(digits=digits, latent_dim=dims, regularizer=terms, seed=seed)


def made_up(setting: Setting) -> tuple[Evaluation, list[dict[str, Any]]]:
    """Scores and a history that no training gave, the same each time for a Setting."""
    rng = np.random.default_rng(int(setting.hash, 16))
    terms = setting.to_text()["regularizer"]
    level = 0.4 + 0.03 * (len(terms) % 12) + 0.02 * setting.latent_dim
    values: dict[str, float | None] = {
        name: float(np.clip(level + rng.normal(0, 0.04), 0, 1)) for name in METRICS
    }
    values["calinski_harabasz"] = float(4000 * level + rng.normal(0, 200))
    values["reconstruction_mse"] = float(0.06 / setting.latent_dim + rng.uniform(0, 0.01))
    k = len(setting.digits)
    history = [
        {
            "epoch": epoch,
            "train": {"reconstruction": float(0.05 + 0.1 / epoch)},
            "heldout": {"reconstruction": float(0.05 + 0.1 / epoch + rng.normal(0, 0.001))},
            "seconds": 1.0,
        }
        for epoch in range(1, setting.epochs + 1)
    ]
    return Evaluation("test", 10_000, "kmeans", k, 0, 5, values, {}), history


def write(root: Path, setting: Setting) -> None:
    """A made-up Run's run.json, as the store writes it."""
    evaluation, history = made_up(setting)
    about = {
        "trained_at": f"2026-01-01T00:00:{setting.seed:02d}+00:00", "training_seconds": 30.0,
        "device": "cpu", "machine": "made up", "python": "3.11", "versions": VERSIONS,
        "command": setting.command(),
    }  # fmt: skip
    content = {
        "format": FORMAT, "setting": setting.to_json(), "evaluation": evaluation.to_json(),
        "history": history, "provenance": about, "sha256": {},
    }  # fmt: skip
    folder = root / setting.name
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(content, indent=1))
