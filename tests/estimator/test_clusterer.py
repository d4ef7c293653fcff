"""LatentClusterer: what scikit-learn asks of an estimator, and what it adds."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
from sklearn.datasets import load_digits, make_blobs
from sklearn.metrics import adjusted_rand_score
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from core import LatentClusterer, load
from core.estimator.squares import Squares
from core.runs.content import to_bytes
from core.runs.run import DamagedRun
from core.runs.store import Store

BLOBS, WHICH = make_blobs([40, 50, 60], 7, cluster_std=0.5, random_state=0)
DIGITS = load_digits().images[:300]


@pytest.fixture(scope="module")
def fitted() -> LatentClusterer:
    return LatentClusterer(4, 2, epochs=3, random_state=0).fit(DIGITS)


# array_api asks for input of other libraries, and only where scipy is told to take it
@pytest.mark.filterwarnings("ignore:Skipping check_array_api_input")
@parametrize_with_checks([LatentClusterer(epochs=3)])
def test_it_is_an_estimator(estimator: LatentClusterer, check: object) -> None:
    check(estimator)  # type: ignore[operator]


def test_clusters_of_rows_of_numbers_are_found() -> None:
    clusterer = LatentClusterer(3, random_state=0, epochs=40)
    found = make_pipeline(StandardScaler(), clusterer).fit_predict(BLOBS)
    assert adjusted_rand_score(WHICH, found) == 1


def test_new_samples_go_to_the_cluster_of_the_nearest(fitted: LatentClusterer) -> None:
    np.testing.assert_array_equal(fitted.predict(DIGITS), fitted.labels_)
    nearly = DIGITS + 1e-9
    np.testing.assert_array_equal(fitted.predict(nearly), fitted.labels_)


def test_a_seed_is_repeated(fitted: LatentClusterer) -> None:
    again = LatentClusterer(4, 2, epochs=3, random_state=0).fit(DIGITS)
    np.testing.assert_array_equal(again.latents_, fitted.latents_)
    other = LatentClusterer(4, 2, epochs=3, random_state=np.random.RandomState(0)).fit(DIGITS)
    assert not np.array_equal(other.latents_, fitted.latents_)


def test_rows_with_a_shape_are_images(fitted: LatentClusterer) -> None:
    rows = DIGITS.reshape(300, -1)
    same = LatentClusterer(4, 2, epochs=3, random_state=0, image_shape=(8, 8)).fit(rows)
    np.testing.assert_array_equal(same.labels_, fitted.labels_)


def test_decoded_samples_are_on_the_scale_of_the_samples() -> None:
    clusterer = LatentClusterer(2, 7, epochs=60, random_state=0).fit(BLOBS * 100 + 5000)
    decoded = clusterer.inverse_transform(clusterer.transform(BLOBS * 100 + 5000))
    error = np.abs(decoded - (BLOBS * 100 + 5000)).mean()
    assert error < 0.1 * np.std(BLOBS * 100)


@pytest.mark.parametrize("architecture", ["conv", "conv-bn"])
def test_images_that_are_not_square_come_back(architecture: str) -> None:
    images = np.random.default_rng(0).normal(size=(20, 5, 7))
    clusterer = LatentClusterer(2, architecture=architecture, epochs=1).fit(images)
    assert clusterer.inverse_transform(clusterer.latents_).shape == (20, 35)
    squares = clusterer._squares
    np.testing.assert_allclose(squares.samples(squares.images(images.reshape(20, 35))),
                               images.reshape(20, 35), atol=1e-12)  # fmt: skip
    picture = squares.images(images.reshape(20, 35))[0]
    inside = np.argwhere(picture != 0)
    assert (np.ptp(inside, axis=0) + 1 == (5, 7)).all()


def test_a_search_needs_no_labels() -> None:
    search = GridSearchCV(LatentClusterer(3, epochs=5, random_state=0), {"latent_dim": [1, 2]},
                          cv=KFold(2, shuffle=True, random_state=0))  # fmt: skip
    search.fit(BLOBS)
    assert search.best_params_["latent_dim"] in (1, 2)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_latents_have_names_in_a_frame(fitted: LatentClusterer) -> None:
    frame = LatentClusterer(4, 2, epochs=1).set_output(transform="pandas").fit_transform(BLOBS)
    assert list(frame.columns) == ["latentclusterer0", "latentclusterer1"]


def test_it_is_pickled(fitted: LatentClusterer) -> None:
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.transform(DIGITS), fitted.latents_)


def test_terms_that_ask_for_views_and_clusters_train() -> None:
    text = "contrastive:until_epoch=1+self_labelling:from_epoch=2"
    clusterer = LatentClusterer(3, regularizer=text, epochs=2, architecture="conv").fit(DIGITS)
    assert len(clusterer.setting_.regularizer) == 2
    assert set(clusterer.labels_) <= {0, 1, 2}


@pytest.mark.parametrize(
    ("params", "X", "said"),
    [
        ({}, np.zeros((9, 5000)), "at most 4,096 features"),
        ({"image_shape": (3, 3)}, BLOBS, "image_shape must have as many pixels"),
        ({"n_clusters": 20}, BLOBS[:10], "n_clusters must be at most the number of points, 10"),
        ({"regularizer": "nothing"}, BLOBS, "nothing"),
        ({"latent_dim": 65}, BLOBS, "latent_dim must be"),
        ({"clustering": "best"}, BLOBS, "method must be one of"),
    ],
)
def test_what_can_not_be_used_is_said(params: dict[str, object], X: np.ndarray, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        LatentClusterer(epochs=1, **params).fit(X)  # type: ignore[arg-type]


def test_it_is_kept_and_comes_back(fitted: LatentClusterer, store: Store) -> None:
    run = fitted.save(DIGITS, store)
    assert run.evaluation.split == "train"
    again = LatentClusterer.load(run.name, store)
    np.testing.assert_allclose(again.transform(DIGITS), fitted.latents_, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(again.predict(DIGITS), fitted.labels_)
    decoded = fitted.inverse_transform(fitted.latents_)
    np.testing.assert_allclose(again.inverse_transform(fitted.latents_), decoded, atol=1e-3)
    with pytest.raises(ValueError, match="X must be the samples"):
        fitted.save(DIGITS + 1, store)


def test_any_run_is_a_clusterer() -> None:
    from core.data import splits

    run = load("plain")
    clusterer = LatentClusterer.load("plain")
    test = splits.load(run.setting).test
    images = test.pixels[test.index[:50]].numpy()
    np.testing.assert_array_equal(clusterer.predict(images), run.arrays["clusters"][:50])


@pytest.mark.parametrize(
    "plain",
    [
        None, 5, {}, {"side": 8, "places": [64], "least": 0, "greatest": 1},
        {"side": 8, "places": [0], "least": 0, "greatest": float("inf")},
        {"side": 9, "places": [0], "least": 0, "greatest": 1},
        {"side": 8, "places": [[0]], "least": 0, "greatest": 1},
    ],
)  # fmt: skip
def test_what_a_file_says_of_samples_is_not_believed(plain: object) -> None:
    with pytest.raises(ValueError, match="places and range"):
        Squares.from_json(plain, 8)


def test_a_run_whose_samples_are_unknown_says_so(fitted: LatentClusterer, store: Store) -> None:
    run = fitted.save(DIGITS, store)
    path = run.folder / "run.json"
    path.write_bytes(to_bytes(json.loads(path.read_text().replace('"least"', '"last"'))))
    with pytest.raises(DamagedRun, match="can't be used as a clusterer"):
        LatentClusterer.load(run.name, store)
