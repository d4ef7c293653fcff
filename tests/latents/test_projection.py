"""Projections: by hand, against scikit-learn, and what must not change them."""

import warnings

import numpy as np
import pytest
from scipy.spatial.distance import pdist
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA

from core.latents.neighbours import nearest_neighbours
from core.latents.projection import (
    PROJECTION_METHODS,
    Projection,
    ProjectionError,
    project,
    warm_up,
)
from core.latents.umap.curve import curve
from core.latents.umap.layout import fuzzy_graph, lay_out, spectral_start
from core.metrics.neighbourhood import trustworthiness


def gaussian(n: int = 60, d: int = 6, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, d)) * np.arange(d, 0, -1)).astype(np.float32)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        pytest.param(
            {"method": "tsne"}, "method must be none, pca, umap or umap-learn; got 'tsne'"
        ),
        pytest.param({"dims": 4}, "dims must be a whole number from 2 to 3; got 4"),
        pytest.param({"dims": True}, "dims must be a whole number from 2 to 3; got True"),
        pytest.param({"neighbours": 1}, "neighbours must be a whole number from 2 to 200; got 1"),
        pytest.param({"neighbours": 15.5}, "neighbours must be a whole number .*; got 15.5"),
        pytest.param({"min_dist": 1.0}, "min_dist must be a number from 0 to 0.99; got 1.0"),
        pytest.param({"min_dist": float("nan")}, "min_dist must be a number .*; got nan"),
        pytest.param({"min_dist": "near"}, "min_dist must be a number .*; got 'near'"),
        pytest.param({"seed": True}, "seed must be a whole number from 0 to .*; got True"),
        pytest.param({"seed": -1}, "seed must be a whole number from 0 to .*; got -1"),
    ],
)
def test_what_is_not_allowed_is_named(values, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        Projection(**values)


def test_key_differs_exactly_where_points_do():
    assert Projection("none", 2).key == Projection("none", 3, seed=1).key
    assert Projection("pca", 2).key != Projection("pca", 3).key
    assert Projection("pca", 2).key == Projection("pca", 2, neighbours=40).key
    assert Projection("umap", min_dist=0).key == Projection("umap", min_dist=0.0).key
    assert Projection("umap", neighbours=15.0, min_dist="0.1") == Projection("umap")
    variants = [
        {},
        {"dims": 2},
        {"neighbours": 16},
        {"min_dist": 0.11},
        {"seed": 1},
        {"seed": None},
    ]
    assert len({Projection("umap", **v).key for v in variants}) == len(variants)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_none_is_the_identity(d):
    latents = gaussian(d=d)
    points, axes, _ = project(latents, Projection("none", 2))
    np.testing.assert_array_equal(points, latents)
    assert axes == ("z1", "z2", "z3")[:d]


def test_none_beyond_three_dimensions_says_what_to_choose():
    with pytest.raises(ProjectionError, match="these latents have 4: choose pca or umap"):
        project(gaussian(d=4), Projection("none"))


@pytest.mark.parametrize("method", PROJECTION_METHODS)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_latents_that_are_not_finite_are_refused(method, bad):
    latents = gaussian(d=3)
    latents[4, 1] = bad
    with pytest.raises(ProjectionError, match="1 of 60 points hold NaN or infinity"):
        project(latents, Projection(method))


@pytest.mark.parametrize("shape", [(5,), (5, 0), (2, 2, 2)])
def test_latents_must_be_a_table(shape):
    with pytest.raises(ProjectionError, match="must be a table"):
        project(np.zeros(shape), Projection("pca"))


# ------------------------------------------------------------------------------------------ PCA
def test_pca_of_a_line_by_hand():
    # Along (3, 4) / 5, at -5, 0 and 5 from the mean (1, 1).
    points, axes, note = project([[-2, -3], [1, 1], [4, 5]], Projection("pca", 2))
    np.testing.assert_allclose(points, [[-5, 0], [0, 0], [5, 0]], atol=1e-6)
    assert points.dtype == np.float32
    assert axes == ("PCA 1", "PCA 2")
    assert note == "explains 100 % of the variance"


def test_pca_agrees_with_scikit_learn_up_to_sign():
    latents = gaussian()
    ours = project(latents, Projection("pca", 3))
    reference = PCA(3).fit(latents.astype(np.float64))
    theirs = reference.transform(latents.astype(np.float64))
    np.testing.assert_allclose(np.abs(ours.points), np.abs(theirs), atol=1e-4)
    assert (
        ours.note
        == f"explains {100 * reference.explained_variance_ratio_.sum():.0f} % of the variance"
    )


def test_pca_keeps_distances_under_rotation_and_shift():
    latents = gaussian()
    rotation, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(6, 6)))
    before = project(latents, Projection("pca", 3)).points
    after = project(latents @ rotation + 5, Projection("pca", 3)).points
    np.testing.assert_allclose(pdist(before), pdist(after), rtol=1e-3, atol=1e-4)


def test_pca_has_one_sign_whatever_the_order_of_the_points():
    latents = gaussian()
    forward = project(latents, Projection("pca", 3)).points
    backward = project(latents[::-1], Projection("pca", 3)).points
    np.testing.assert_allclose(forward, backward[::-1], atol=1e-4)


@pytest.mark.parametrize(
    ("n", "d", "m"),
    [
        pytest.param(9, 1, 1, id="one latent dimension"),
        pytest.param(9, 2, 2, id="two latent dimensions"),
        pytest.param(2, 8, 2, id="two points"),
        pytest.param(9, 8, 3, id="enough of both"),
    ],
)
def test_pca_gives_as_many_dimensions_as_there_are(n, d, m):
    points, axes, _ = project(gaussian(n, d), Projection("pca", 3))
    assert points.shape == (n, m)
    assert len(axes) == m


def test_pca_of_equal_points_and_of_too_few():
    points, _, note = project(np.ones((4, 5)), Projection("pca", 2))
    assert not points.any()
    assert note == "all points are the same"
    with pytest.raises(ProjectionError, match="at least 2 points; got 1"):
        project(np.ones((1, 5)), Projection("pca", 2))


# ----------------------------------------------------------------------------------------- UMAP
def test_umap_needs_five_points():
    with pytest.raises(ProjectionError, match="at least 5 points; got 4: choose pca"):
        project(gaussian(4), Projection("umap"))


def test_umap_repeats_itself_keeps_groups_and_lowers_neighbours():
    groups = np.repeat(np.arange(4), 50)
    latents = gaussian(200) * 0.1 + 10 * np.eye(6, dtype=np.float32)[groups]
    projection = Projection("umap", 2, neighbours=10, seed=3)
    points, axes, note = project(latents, projection)
    assert points.shape == (200, 2)
    assert points.dtype == np.float32
    assert axes == ("UMAP 1", "UMAP 2")
    assert "asked for" not in note
    np.testing.assert_array_equal(points, project(latents, projection).points)
    centres = np.stack([points[groups == g].mean(axis=0) for g in range(4)])
    nearest = np.linalg.norm(points[:, None] - centres, axis=2).argmin(axis=1)
    np.testing.assert_array_equal(nearest, groups)
    assert not np.array_equal(points, project(latents, Projection("umap", 2, 10, 0.1, 4)).points)

    few = project(latents[::40], Projection("umap", 3))
    assert few.points.shape == (5, 3)
    assert np.isfinite(few.points).all()
    assert "UMAP with 4 neighbours" in few.note
    assert "15 neighbours were asked for, there are 5 points" in few.note
    same = project(np.ones((60, 6)), Projection("umap", 2))
    assert np.isfinite(same.points).all()


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return load_digits().data[:600].astype(np.float32)


@pytest.fixture(scope="module")
def reference():
    """umap-learn; what it says while it is imported and compiled is not ours to mend.

    Two of its functions run uncompiled: compiling them would take longer than all these tests.
    """
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")
        import umap.umap_

        for name in ("smooth_knn_dist", "compute_membership_strengths"):
            patch.setattr(umap.umap_, name, getattr(umap.umap_, name).py_func)
        yield umap.umap_


def test_fuzzy_graph_by_hand() -> None:
    # k = 2: one neighbour, at rho, so v = 1 from every point; 0 and 1 choose each other, 2 chooses 1.
    graph = fuzzy_graph(np.array([[1], [0], [1]]), np.array([[1.0], [1.0], [4.0]])).toarray()
    np.testing.assert_allclose(graph, [[0, 1, 0], [1, 0, 1], [0, 1, 0]])


def test_fuzzy_graph_and_curve_agree_with_umap_learn(digits, reference) -> None:
    indices, distances = nearest_neighbours(digits, digits, 14, exclude_self=True)
    own = np.arange(len(digits))[:, None]
    theirs, _, _ = reference.fuzzy_simplicial_set(
        digits, 15, None, "euclidean",
        knn_indices=np.hstack([own, indices]).astype(np.int32),
        knn_dists=np.hstack([0 * own, distances]).astype(np.float32),
    )  # fmt: skip
    ours = fuzzy_graph(indices, distances)
    np.testing.assert_allclose(ours.toarray(), theirs.toarray(), atol=1e-3)
    assert curve(0.1) == pytest.approx(reference.find_ab_params(1.0, 0.1), rel=1e-6)


@pytest.mark.parametrize("n", [60, 600])
def test_spectral_start_is_the_laplacians_smallest_up_to_sign(digits, n) -> None:
    # Against all eigenvectors of I - D^-1/2 W D^-1/2. Not against umap-learn: its iteration can miss
    # the eigenvalue 0, here for 2 dimensions, and then drops the first useful vector instead.
    X = digits[:n]
    graph = fuzzy_graph(*nearest_neighbours(X, X, 20, exclude_self=True))
    W = graph.toarray()
    degree = W.sum(axis=0)
    laplacian = np.eye(n) - W / np.sqrt(np.outer(degree, degree))
    values, vectors = np.linalg.eigh(laplacian)
    assert values[0] == pytest.approx(0, abs=1e-9)
    assert values[1] > 0.001  # one piece
    cosines = np.abs(spectral_start(graph, X, 2).T @ vectors[:, 1:3])
    np.testing.assert_allclose(cosines, np.eye(2), atol=0.01)


def test_separate_pieces_start_where_they_lie() -> None:
    X = np.vstack([gaussian(30, 6) * 0.1 + 50 * np.eye(6)[i] for i in range(3)]).astype(np.float32)
    graph = fuzzy_graph(*nearest_neighbours(X, X, 5, exclude_self=True))
    start = spectral_start(graph, X, 2)
    pca = project(X, Projection("pca", 2)).points
    np.testing.assert_allclose(pdist(start), pdist(pca), rtol=1e-3, atol=1e-2)


@pytest.mark.parametrize("dims", [2, 3])
def test_umap_keeps_neighbours_as_well_as_umap_learn(digits, reference, dims) -> None:
    indices, distances = nearest_neighbours(digits, digits, 14, exclude_self=True)
    own = np.arange(len(digits))[:, None]
    knn = (np.hstack([own, indices]), np.hstack([0 * own, distances]).astype(np.float32), None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = reference.UMAP(
            n_components=dims, random_state=0, n_jobs=1, precomputed_knn=knn
        ).fit_transform(digits)
    ours = project(digits, Projection("umap", dims)).points
    score = trustworthiness(digits, ours, 15)
    assert score >= trustworthiness(digits, theirs, 15) - 0.005
    # Neither a point nor a shell: as large as umap-learn's, within a factor.
    assert np.ptp(theirs) / 2 < np.ptp(ours) < np.ptp(theirs) * 2


def test_the_layout_does_not_depend_on_the_number_of_threads() -> None:
    X = gaussian(200)
    graph = fuzzy_graph(*nearest_neighbours(X, X, 10, exclude_self=True))
    start = spectral_start(graph, X, 3)
    one, three = (
        lay_out(graph, start, 0.1, np.random.default_rng(5), threads=threads) for threads in (1, 3)
    )
    np.testing.assert_array_equal(one, three)


def test_unseeded_differs_each_time() -> None:
    unseeded = Projection("umap", 2, seed=None)
    first, second = (project(gaussian(), unseeded).points for _ in range(2))
    assert not np.array_equal(first, second)


def test_progress_tells_the_stages_and_cancels() -> None:
    reports = []
    project(gaussian(), Projection("umap", 2), lambda *step: reports.append(step))
    stages, fractions = zip(*reports, strict=True)
    assert stages[:5] == ("neighbours", "graph", "compiling", "spectral start", "epoch 1 of 500")
    assert stages[-1] == "epoch 500 of 500"
    assert list(fractions) == sorted(fractions)
    assert 0 <= fractions[0] < fractions[-1] < 1

    def stop(stage: str, fraction: float) -> None:
        reports.append((stage, fraction))
        if stage.startswith("epoch 3 "):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        project(gaussian(), Projection("umap", 2), stop)
    assert reports[-1][0] == "epoch 3 of 500"


@pytest.mark.parametrize(
    ("stage", "untouched"),
    [
        pytest.param(
            "neighbours", "core.latents.neighbours.neighbour_graph", id="before the search"
        ),
        pytest.param("graph", "core.latents.umap.layout.fuzzy_graph", id="after the search"),
        pytest.param("compiling", "core.latents.projection.warm_up", id="before compiling"),
        pytest.param(
            "spectral start", "core.latents.umap.layout.spectral_start", id="after compiling"
        ),
        pytest.param(
            "epoch 1 of 500", "core.latents.umap.kernel.move", id="after the spectral start"
        ),
    ],
)
def test_cancelling_before_the_layout_spares_what_comes_next(
    stage: str, untouched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = []
    monkeypatch.setattr(untouched, lambda *_, **__: called.append(untouched))

    def stop(now: str, fraction: float) -> None:
        if now == stage:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        project(gaussian(), Projection("umap", 2), stop)
    assert not called


def test_warmed_up_twice_costs_once() -> None:
    warm_up()
    assert warm_up() < 0.1


def test_umap_learn_keeps_what_ours_keeps() -> None:
    digits = (load_digits().data[:400] / 16).astype(np.float32)
    scores = {
        method: trustworthiness(digits, project(digits, Projection(method, 2)).points, 15)
        for method in ("umap", "umap-learn")
    }
    assert scores["umap"] > scores["umap-learn"] - 0.02
    assert scores["umap-learn"] > 0.95
