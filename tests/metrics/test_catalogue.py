"""The catalogue of metrics: its rows are whole, and whatever shows scores follows them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields

import pytest

from core.compare.sources import SCHEMA
from core.metrics.catalogue import METRICS
from core.metrics.metric import Measured, Metric
from core.studies.results import COLUMNS

# Stored Runs and results files have these names, in this order: a new one may join them, none leave.
STORED = (
    "acc", "nmi", "ari", "ami", "homogeneity", "completeness", "silhouette_labels",
    "silhouette_clusters", "davies_bouldin", "calinski_harabasz", "knn_accuracy",
    "knn_accuracy_pixels", "trustworthiness", "reconstruction_mse",
)  # fmt: skip


def test_names_in_stored_runs_and_results_stay() -> None:
    assert tuple(key for key in METRICS if key in STORED) == STORED


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_a_row_is_whole(metric: Metric) -> None:
    assert metric.label
    assert metric.source
    assert metric.help.endswith(".")
    assert metric.better in ("higher", "lower")
    assert metric.bounds[0] < metric.bounds[1]
    known = {field.name for field in fields(Measured)} | {"clusters"}
    assert set(metric.takes) <= known


@pytest.mark.parametrize("key", METRICS)
def test_results_and_index_have_a_column_for_each(key: str) -> None:
    assert key in COLUMNS
    assert str(SCHEMA.field(key).type) == "double"


def test_what_a_metric_takes_says_when_it_changes() -> None:
    of_clusters = [key for key, metric in METRICS.items() if metric.of_clusters]
    assert of_clusters == [*STORED[:6], *STORED[7:10]]
    of_more_than_latents = [key for key, metric in METRICS.items() if not metric.of_latents]
    assert of_more_than_latents == list(STORED[11:])


ADDED = """
import numpy as np
from core.latents.clustering_methods import Clustering
from core.metrics import separation
from core.metrics.metric import Measured, Metric

def diameter(latents):
    return float(np.ptp(latents))

separation.ROWS += (
    Metric("diameter", "Diameter", "nobody", "How wide.", "separation", ("latents",), diameter),
)

from core.compare.sources import SCHEMA
from core.compare.paired_seeds import METRICS as compared
from core.compare.table_formats import METRICS as shown
from core.metrics.evaluation import Evaluation, evaluate
from core.studies.results import COLUMNS, scores

found = evaluate(Measured(np.eye(4), Clustering("kmeans", np.array([0, 0, 1, 1]), 2, 0)))
assert Evaluation.from_json(found.to_json()) == found
print(found.values["diameter"], "diameter" in COLUMNS, "diameter" in SCHEMA.names,
      scores(found)["diameter"], "diameter" in compared, "diameter" in shown)
"""


def test_a_row_in_one_file_is_all_that_a_new_metric_takes() -> None:
    done = subprocess.run([sys.executable, "-c", ADDED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1.0", "True", "True", "1.0", "True", "True"]


def test_rows_are_read_without_what_computes_them() -> None:
    code = (
        "import sys, core.metrics.evaluation, core.metrics.published;"
        "print([m for m in ('torch', 'sklearn', 'scipy', 'numba') if m in sys.modules])"
    )
    heavy = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert heavy.stdout == "[]\n"
