"""Runs are listed and read without the libraries that training needs: a command answers at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

from core.setting.paths import ROOT

HEAVY = ("torch", "sklearn", "scipy", "pandas", "numba", "umap")
READ = """
import sys
from core.latents.projection import Projection
from core.runs.projections import stored_projection
from core.runs.store import Store
from core.setting.recipes import RECIPES, SHIPPED

runs = [run for run in Store().list()[0] if run.setting in {RECIPES[r].setting for r in SHIPPED}]
assert len(runs) == len(SHIPPED)
for run in runs:
    assert run.arrays["latents"].any() and run.clustering.n_clusters and run.replay() is not None
assert any(stored_projection(run, Projection("umap")) for run in runs)
"""


def _loaded(code: str) -> list[str]:
    code += f"\nimport sys\nprint(*[name for name in {HEAVY} if name in sys.modules])"
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    ).stdout.split()


def test_every_shipped_run_is_read_without_them() -> None:
    assert _loaded(READ) == []


@pytest.mark.parametrize(
    "module",
    ["core.studies.plan", "core.studies.study_file", "core.studies.watch"],
)
def test_queues_and_plans_are_imported_without_them(module: str) -> None:
    assert _loaded(f"import {module}") == []
