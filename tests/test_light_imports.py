"""What answers at once must not load what computes: torch alone takes two seconds to import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("torch", "torchvision", "sklearn", "scipy", "numba", "umap", "ray")
COMMAND = """
import runpy, sys
sys.argv = ["core", *{!r}]
try:
    runpy.run_module("core", run_name="__main__")
except SystemExit:
    pass"""

RUNS = """
from core.latents.projection import Projection
from core.runs.projections import stored_projection
from core.runs.store import Store
from core.setting.recipes import RECIPES, SHIPPED

for name in SHIPPED:
    run = Store().find(RECIPES[name].setting)
    assert run.arrays["latents"].any() and run.clustering.n_clusters and run.replay() is not None
assert stored_projection(Store().find(RECIPES["ten-10d"].setting), Projection("umap")) is not None"""

LIGHT = [
    pytest.param("import core", id="core"),
    pytest.param("from core.setting.setting import Setting; Setting()", id="Setting"),
    pytest.param(
        "import sys; from core.studies.engines import ray_tasks; del sys.modules['ray']",
        id="what relays trainings to a cluster, beside Ray",
    ),
    pytest.param("import core.setting.recipes", id="recipes"),
    pytest.param(
        "from core.latents.clustering_methods import CLUSTERING_METHODS", id="catalogue of methods"
    ),
    pytest.param("from core.metrics.evaluation import METRICS", id="catalogue of scores"),
    pytest.param("import core.compare.index", id="index"),
    pytest.param(
        "from core.training import capacity, records, replay, schedule, threads",
        id="records of training",
    ),
    pytest.param(RUNS, id="stored Runs, their replays and projections"),
    pytest.param("import core.studies.study_file, core.studies.plan", id="studies and plans"),
    pytest.param(
        "import core.studies.sweep, core.studies.engines.local",
        id="what gives trainings to workers",
    ),
    pytest.param(
        "import core.jobs.projections, core.jobs.sweeps, core.jobs.trainings, core.jobs.cluster",
        id="queues",
    ),
    pytest.param(
        "import pages.parts.explore.controls, pages.parts.explore.view", id="page of a stored Run"
    ),
    pytest.param("import pages.parts.explore.training_panel", id="page of a Setting without a Run"),
    pytest.param(COMMAND.format(["--help"]), id="python -m core --help"),
    pytest.param(COMMAND.format(["train", "--help"]), id="python -m core train --help"),
    pytest.param(COMMAND.format(["runs"]), id="python -m core runs"),
]


@pytest.mark.parametrize("code", LIGHT)
def test_is_light(code: str) -> None:
    look = f"\nimport sys; print('HEAVY', *(name for name in {HEAVY} if name in sys.modules))"
    ended = subprocess.run(
        [sys.executable, "-c", code + look], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ended.stdout.splitlines()[-1] == "HEAVY"


TRAINING = """
import sys
from core.data.splits import load
from core.regularizers.support import scan
from core.setting.setting import Setting
from core.training.cost_model import predicted_seconds
from core.training.loop import Training

scan.HEAD_STEPS = 4
terms = "self_labelling:heads=2,restarts=0"
setting = Setting(dataset="digits", digits=(0, 1, 2), epochs=1, regularizer=terms)
assert [record.epoch for record in Training(setting, load(setting)).epochs()] == [1]
assert predicted_seconds(setting) > 0
print("compiler", "torch._dynamo" in sys.modules)"""


def test_a_training_does_not_load_torchs_compiler() -> None:
    """It takes a second and 66 MB of every process that trains."""
    ended = subprocess.run(
        [sys.executable, "-c", TRAINING], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ended.stdout.splitlines()[-1] == "compiler False"


VISITS = """
import os, sys
from pathlib import Path
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from pages.parts.shared import services

os.environ.pop("LATENT_CLUSTERS_WORKERS", None)
manifest_scanner.scan_component_manifests = list  # a tenth of a second and more each time
for page in ["streamlit_app.py", *sorted(map(str, Path("pages").glob("[A-Z]*.py")))]:
    seen = AppTest.from_file(os.path.abspath("streamlit_app.py"), default_timeout=120)
    seen.switch_page(page).run()
    assert not seen.exception, (page, seen.exception)
    assert "torch" not in sys.modules, page
    if page == "streamlit_app.py":  # what a first visitor waits for
        heavy = {"pandas", "pyarrow", "scipy.optimize", "sklearn"} & set(sys.modules)
        assert not heavy, heavy
        assert services.workers().pids == []  # the points come first
services.forget()
print("all pages seen")"""


def test_a_visit_to_any_page_loads_no_torch_into_the_server() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", VISITS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.stdout.splitlines()[-1:] == ["all pages seen"], ended.stderr[-2000:]
