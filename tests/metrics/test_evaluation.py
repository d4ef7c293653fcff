"""Evaluation: all scores at once, what is undefined and why, and its JSON."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from core.latents.clustering_methods import Clustering
from core.metrics import agreement, neighbourhood, separation
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import Evaluation, evaluate
from core.metrics.metric import Measured

RNG = np.random.default_rng(0)
X = RNG.normal(size=(400, 3)).astype(np.float32)
Y = RNG.integers(0, 4, 400)
C = np.where(RNG.random(400) < 0.7, Y, RNG.integers(0, 6, 400))
X[:, 0] += Y
AGREEMENT = ["nmi", "ari", "ami", "homogeneity", "completeness"]
BARE = [key for key, metric in METRICS.items() if metric.of_latents]
OF_CLUSTERS = [key for key, metric in METRICS.items() if metric.of_clusters]


def clustering(labels: Any, method: str = "kmeans") -> Clustering:
    labels = np.asarray(labels)
    count = len(set(labels.tolist()) - {-1})
    return Clustering(method, labels, count, int(np.sum(labels == -1)))


def full() -> Evaluation:
    return evaluate(
        Measured(X, clustering(C), Y, originals=X, reconstruction_mse=0.02, knn_accuracy_pixels=0.9)
    )


def test_evaluate_gives_every_metric_in_order() -> None:
    result = full()
    assert list(result.values) == list(METRICS)
    assert result.undefined == {}
    assert (result.n, result.n_clusters, result.noise, result.neighbours) == (400, 6, 0, 5)
    assert result.values["acc"] == agreement.accuracy(Y, C)
    assert result.values["silhouette_labels"] == separation.silhouette(X, Y)
    assert result.values["trustworthiness"] == 1
    trained = evaluate(Measured(X[:9], clustering(C[:9]), Y[:9], train_latents=X, train_labels=Y))
    assert trained.values["knn_accuracy"] == neighbourhood.knn_accuracy(X, Y, X[:9], Y[:9])


BY_LABEL = {"acc", *AGREEMENT, "silhouette_labels", "knn_accuracy"}
BY_CLUSTER = {"silhouette_clusters", "davies_bouldin", "calinski_harabasz"}


@pytest.mark.parametrize(
    ("latents", "found", "labels", "expected"),
    [
        pytest.param(X, C, None, BY_LABEL, id="no labels -> scores against labels undefined"),
        pytest.param(X, C * 0, Y, BY_CLUSTER, id="one cluster -> shape undefined"),
        pytest.param(
            X, C, Y * 0, {*AGREEMENT, "silhouette_labels"}, id="one class -> agreement undefined"
        ),
        pytest.param(X[:5], C[:5], Y[:5], {"knn_accuracy"}, id="5 points -> kNN of 5 undefined"),
        pytest.param(X * np.nan, C, Y, BY_LABEL | BY_CLUSTER, id="NaN latents -> all undefined"),
        pytest.param(X[:0], C[:0], Y[:0], BY_LABEL | BY_CLUSTER, id="no points -> all undefined"),
    ],
)
def test_evaluate_says_why(
    latents: np.ndarray, found: np.ndarray, labels: np.ndarray | None, expected: set[str]
) -> None:
    result = evaluate(Measured(latents, clustering(found), labels), BARE)
    assert set(result.undefined) == expected
    assert {key for key, value in result.values.items() if value is None} == expected
    assert all(why.startswith("undefined because ") for why in result.undefined.values())
    assert Evaluation.from_json(result.to_json()) == result


def test_labels_are_classes_whatever_their_numbers() -> None:
    before = evaluate(Measured(X, clustering(C), Y), BARE)
    assert evaluate(Measured(X, clustering(C), Y - 1), BARE) == before
    halves = evaluate(Measured(X, clustering(C), np.where(Y < 2, -1, 1)), BARE)
    assert halves.undefined == {}
    expected = silhouette_score(X.astype(np.float64), Y < 2)
    assert halves.values["silhouette_labels"] == pytest.approx(expected)


def test_training_images_without_labels_cannot_be_asked() -> None:
    why = evaluate(Measured(X, clustering(C), Y, train_latents=X)).undefined
    assert why["knn_accuracy"] == "undefined because there are no labels of the training images"


def test_without_a_model_three_scores_are_left_out() -> None:
    left_out = {"knn_accuracy_pixels", "trustworthiness", "reconstruction_mse"}
    bare = evaluate(Measured(X, clustering(C), Y), BARE)
    assert set(METRICS) - set(bare.values) == left_out
    asked = evaluate(Measured(X, clustering(C), Y, reconstruction_mse=float("nan")))
    assert set(asked.undefined) == left_out


def test_json_round_trip() -> None:
    result = full()
    assert Evaluation.from_json(json.loads(json.dumps(result.to_json(), allow_nan=False))) == result


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        pytest.param({"beauty": 1.0}, "unknown entries: beauty", id="unknown score"),
        pytest.param({"n": None}, "n must be a whole number", id="n missing its value"),
        pytest.param({"n": True}, "n must be a whole number", id="n is a truth value"),
        pytest.param({"noise": -1}, "noise must be", id="negative count"),
        pytest.param({"split": 3}, "split must be a text", id="split is a number"),
        pytest.param({"acc": "0.5"}, "acc must be a finite", id="score is a text"),
        pytest.param({"acc": float("nan")}, "acc must be a finite", id="score is NaN"),
        pytest.param({"acc": True}, "acc must be a finite", id="score is a truth value"),
        pytest.param({"acc": None}, "reason for each", id="null without a reason"),
        pytest.param({"undefined": {"acc": "x"}}, "reason for each", id="reason without a null"),
        pytest.param({"undefined": []}, "must map", id="reasons are a list"),
    ],
)
def test_damaged_json_is_refused(damage: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Evaluation.from_json({**full().to_json(), **damage})
    with pytest.raises(ValueError, match="must be an object"):
        Evaluation.from_json([])
    with pytest.raises(ValueError, match="missing or unknown entries: split"):
        Evaluation.from_json({k: v for k, v in full().to_json().items() if k != "split"})


def test_another_clustering_changes_its_own_scores_alone() -> None:
    before = full()
    other = evaluate(Measured(X, clustering(C * 0), Y), OF_CLUSTERS)
    after = before.with_clusters(other)
    assert list(after.values) == list(METRICS)
    assert {k for k in METRICS if after.values[k] != before.values[k]} <= set(OF_CLUSTERS)
    assert set(after.undefined) == {
        "silhouette_clusters", "davies_bouldin", "calinski_harabasz",
    }  # fmt: skip
    assert Evaluation.from_json(after.to_json()) == after
