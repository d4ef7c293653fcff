"""Scores of a trained model: the same by whichever door they are asked for."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from core.data.splits import Data, load
from core.latents.clustering_methods import ClusteringError
from core.metrics.catalogue import METRICS
from core.metrics.diagnostics import diagnose
from core.metrics.evaluation import Scoring
from core.models.autoencoder import Autoencoder
from core.runs import scoring
from core.runs.pipeline import make
from core.runs.scoring import images_of, model_facts, pixel_baseline, score_model
from core.setting.setting import Setting
from core.studies.engines.protocol import Trial
from core.studies.perform import perform
from core.training.loop import Training


def model_of(setting: Setting) -> Autoencoder:
    """What a training of the Setting begins with."""
    return Autoencoder(setting, torch.Generator().manual_seed(setting.seed))


def test_a_run_a_trial_and_scoring_again_agree(tiny: Setting) -> None:
    made = make(tiny, threads=1)
    again = score_model(tiny, made.model, load(tiny))
    assert again.evaluation == made.evaluation
    for name, array in (("latents", again.latents), ("errors", again.errors)):
        np.testing.assert_array_equal(array, made.arrays[name])
    np.testing.assert_array_equal(again.clustering.labels, made.arrays["clusters"])
    row = perform(Trial(tiny, "grid", ("heldout",), Scoring())).rows[0]
    assert {key: row[key] for key in METRICS} == dict(made.evaluation.values)


def test_other_splits_leave_one_out_and_have_no_baseline(tiny: Setting) -> None:
    data, model = load(tiny), model_of(tiny)
    everything = len(data.train) + len(data.test)
    for split, n in (("heldout", len(data.test)), ("train", len(data.train)), ("all", everything)):
        evaluation = score_model(tiny, model, data, split=split).evaluation
        assert evaluation.n == n
        baseline = {"knn_accuracy_pixels"} - set(evaluation.values)
        assert bool(baseline) == (split != "heldout")
        assert evaluation.undefined == {}


def test_clusters_and_neighbours_are_as_asked(tiny: Setting) -> None:
    data, model = load(tiny), model_of(tiny)
    scored = score_model(tiny, model, data, Scoring("gmm", 3, 7)).evaluation
    assert (scored.method, scored.n_clusters, scored.neighbours) == ("gmm", 3, 7)
    default = score_model(tiny, model, data).evaluation
    assert (default.method, default.n_clusters, default.neighbours) == ("kmeans", 4, 5)
    with pytest.raises(ClusteringError):
        score_model(tiny, model, data, Scoring(clusters=10**6))


def test_a_known_baseline_is_not_measured_again(tiny: Setting, monkeypatch) -> None:
    def measured(*_: object) -> float:
        raise AssertionError("it was known")

    monkeypatch.setattr(scoring, "pixel_baseline", measured)
    scored = score_model(tiny, model_of(tiny), load(tiny), pixels={5: 0.25})
    assert scored.evaluation.values["knn_accuracy_pixels"] == 0.25


def test_without_labels_scores_of_labels_say_why(tiny: Setting) -> None:
    data = load(tiny)
    bare = Data(*(dataclasses.replace(s, labels=None) for s in (data.train, data.test)), ())
    evaluation = score_model(tiny, model_of(tiny), bare).evaluation
    assert evaluation.undefined["acc"] == "undefined because there are no labels"
    pixels = evaluation.undefined["knn_accuracy_pixels"]
    assert pixels == "undefined because there are no measurements on pixels"
    assert evaluation.values["silhouette_clusters"] is not None
    assert images_of(bare, "all").labels is None


def test_the_baseline_on_pixels_is_of_the_images_alone(tiny: Setting) -> None:
    baseline = pixel_baseline(tiny)
    assert baseline == pixel_baseline(tiny.replace(latent_dim=7, seed=3))
    data = load(tiny)
    assert data.test.labels is not None
    score = score_model(tiny, model_of(tiny), data).evaluation.values["knn_accuracy_pixels"]
    assert score == baseline


class Centroids(torch.nn.Module):
    """A part of a term that has learned two centroids, the second where no latent is."""

    def __init__(self, mean: torch.Tensor) -> None:
        super().__init__()
        self.centroids = torch.nn.Parameter(torch.stack([mean, mean + 1e6]))


def test_dead_centroids_of_a_model_are_named(tiny: Setting) -> None:
    data, model = load(tiny), model_of(tiny)
    before = score_model(tiny, model, data)
    assert "dead_centroids" not in before.evaluation.warnings
    model.terms["made"] = Centroids(torch.from_numpy(before.latents).mean(0))
    sentence = score_model(tiny, model, data).evaluation.warnings["dead_centroids"]
    assert "1 of 2 centroids of made are the nearest of no latent (1)." in sentence


def test_an_untrained_model_has_not_collapsed(tiny: Setting) -> None:
    """What training began with is the measure: it is compared with itself here."""
    data = load(tiny)
    model = Training(tiny, data).model
    scored = score_model(tiny, model, data)
    assert "collapsed" not in scored.evaluation.warnings
    facts = model_facts(tiny, model, data)
    sentence = diagnose(scored.latents * 0.1, scored.clustering, facts)["collapsed"]
    assert "10.0\u00a0% of what it was before training" in sentence
