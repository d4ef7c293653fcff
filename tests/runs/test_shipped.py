"""Runs that are shipped: readable, and their stored scores are what scoring gives today."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.data.splits import load
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import evaluate
from core.metrics.metric import Measured
from core.runs.run import RUN, Run
from core.runs.scoring import score_model
from core.runs.store import Store

STORE = Store(Path(__file__).resolve().parents[2] / "checkpoints")
WHOLE = "mnist-0123456789-2d-none-s0-c5a5fbb3a5"  # the one that is encoded and clustered anew
# Of latents, clusters and labels alone. All pairs of points, for silhouettes, take a second a Run.
QUICK = [k for k, m in METRICS.items() if m.of_clusters and k != "silhouette_clusters"]


def stored(name: str) -> Run:
    run = STORE.load(name)
    assert run is not None
    return run


def test_some_are_shipped() -> None:
    assert WHOLE in STORE.names()


@pytest.mark.parametrize("name", STORE.names())
def test_stored_latents_give_the_stored_scores(name: str) -> None:
    run = stored(name)
    labels = run.arrays["labels"].astype(np.int64)
    found = evaluate(Measured(run.arrays["latents"], run.clustering, labels), QUICK)
    values = {key: run.evaluation.values[key] for key in QUICK}
    assert found.values == pytest.approx(values, rel=1e-12)
    assert found.undefined == {}
    assert run.evaluation.undefined == {}


@pytest.mark.slow
def test_encoded_clustered_and_scored_anew_nothing_changes() -> None:
    run = stored(WHOLE)
    baseline = run.evaluation.values["knn_accuracy_pixels"]  # of the images; it takes a minute
    scored = score_model(run.setting, run.model(), load(run.setting), pixels={5: baseline})
    np.testing.assert_allclose(scored.latents, run.arrays["latents"], rtol=1e-4, atol=1e-4)
    # equal to the last bit here; another processor may round a point or two into another cluster
    expected = pytest.approx(run.evaluation.values, rel=1e-6, abs=2e-4)
    assert scored.evaluation.values == expected
    assert scored.evaluation.warnings.keys() == run.evaluation.warnings.keys()
    assert scored.evaluation.split == run.evaluation.split


@pytest.mark.parametrize("name", STORE.names())
def test_run_json_carries_its_own_checksum(name: str) -> None:
    content = json.loads((STORE.root / name / RUN).read_bytes())
    assert RUN in content["sha256"]
