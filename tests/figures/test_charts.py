"""Figures: what is drawn, by hand and by count; looks are not tested."""

import re
from types import SimpleNamespace

import numpy as np
import plotly.graph_objects as go
import pytest

from core.figures import charts
from core.figures.charts import DIGIT_COLOURS, NOISE_COLOUR, colour_of

NAMES = tuple("0123456789")
rng = np.random.default_rng(0)
LABELS = np.repeat([0, 2, 4, 6, 8], 20)
CLUSTERS = np.concatenate([rng.integers(0, 4, 90), np.full(10, -1)])
VALUES = rng.uniform(-1, 1, 100).astype(np.float32)


def points(m: int, n: int = 100) -> np.ndarray:
    return np.random.default_rng(m).normal(size=(n, m)).astype(np.float32)


def axes(m: int) -> tuple[str, ...]:
    return ("z1", "z2", "z3")[:m]


def draw(m: int, colour: str, **more) -> go.Figure:
    given = {"labels": LABELS, "clusters": CLUSTERS, "values": VALUES, "class_names": NAMES, **more}
    where = given.pop("at", points(m))
    return charts.scatter(where, axes(m), colour=colour, **given)


def rows(figure: go.Figure) -> list[int]:
    return sorted(int(i) for trace in figure.data for i in np.asarray(trace.customdata)[:, 0])


def said(figure: go.Figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


# -------------------------------------------------------------------------------------- palette
def _lab(linear: np.ndarray) -> np.ndarray:
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x = linear @ np.array(to_xyz).T / [0.9505, 1, 1.089]
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    parts = [116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])]
    return np.stack(parts, axis=1)


def _linear_rgb() -> np.ndarray:
    texts = [*DIGIT_COLOURS, NOISE_COLOUR]
    rgb = np.array([[int(v) for v in re.findall(r"\d+", t)] for t in texts]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize(
    "seen_as",
    [
        pytest.param(np.eye(3), id="full colour vision"),
        pytest.param(
            [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
             [-0.003882, -0.048116, 1.051998]],
            id="without red cones",
        ),
        pytest.param(
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
             [-0.011820, 0.042940, 0.968881]],
            id="without green cones",
        ),
    ],
)  # fmt: skip
def test_colours_can_be_told_apart(seen_as):
    lab = _lab(np.clip(_linear_rgb() @ np.array(seen_as).T, 0, 1))
    apart = np.linalg.norm(lab[:, None] - lab[None], axis=2)
    assert apart[~np.eye(11, dtype=bool)].min() >= 25


def test_colours_stand_out_from_light_and_dark_pages():
    luminance = _linear_rgb()[:10] @ [0.2126, 0.7152, 0.0722]
    assert (1.05 / (luminance + 0.05)).min() >= 2  # white
    assert ((luminance + 0.05) / (0.0056 + 0.05)).min() >= 2.1  # rgb(14,17,23)


def test_colours_cycle_beyond_ten_and_noise_is_grey():
    assert colour_of(13) == colour_of(3) == DIGIT_COLOURS[3]
    assert colour_of(-1) == NOISE_COLOUR


# -------------------------------------------------------------------------------------- scatter
@pytest.mark.parametrize("m", [1, 2, 3])
@pytest.mark.parametrize("colour", charts.COLOURINGS)
def test_every_point_is_drawn_exactly_once(m, colour):
    figure = draw(m, colour)
    assert rows(figure) == list(range(100))
    assert {t.type for t in figure.data} == {"scatter3d" if m == 3 else "scattergl"}
    for trace in figure.data:
        chosen = np.asarray(trace.customdata)[:, 0].astype(int)
        for axis, column in zip(
            (trace.x, trace.y, trace.z if m == 3 else None), points(m).T, strict=False
        ):
            assert axis.dtype == np.float32
            np.testing.assert_array_equal(axis, column[chosen])
    assert '"bdata"' in figure.to_json()


@pytest.mark.parametrize(
    ("colour", "names"),
    [
        pytest.param("digit", ["0", "2", "4", "6", "8"]),
        pytest.param("cluster", ["0", "1", "2", "3", "noise"], id="noise comes last"),
        pytest.param("silhouette", ["silhouette"]),
        pytest.param("reconstruction", ["reconstruction"]),
    ],
)
def test_traces(colour, names):
    assert [t.name for t in draw(3, colour).data] == names


def test_a_digit_has_one_colour_in_all_figures():
    full = {t.name: t.marker.color for t in draw(3, "digit").data}
    flat = {t.name: t.marker.color for t in draw(2, "digit").data}
    few = LABELS >= 4
    part = {t.name: t.marker.color for t in draw(3, "digit", at=points(3)[few], labels=LABELS[few],
            clusters=None, values=None).data}  # fmt: skip
    shapes = {t.name: t.fillcolor for t in charts.silhouette_plot(VALUES, LABELS, NAMES, 0.1).data}
    assert full == flat == shapes == {n: DIGIT_COLOURS[int(n)] for n in "02468"}
    assert part == {n: DIGIT_COLOURS[int(n)] for n in "468"}


@pytest.mark.parametrize(
    ("colour", "title"),
    [
        ("silhouette", "silhouette (by found cluster)"),
        ("reconstruction", "squared error per pixel"),
    ],
)
def test_the_colour_bar_says_what_it_shows(colour, title):
    (trace,) = draw(3, colour).data
    assert trace.marker.colorbar.title.text == title
    np.testing.assert_array_equal(trace.marker.color, VALUES)


def test_undefined_values_are_grey_points():
    values = VALUES.copy()
    values[:7] = np.nan
    figure = draw(3, "silhouette", values=values)
    assert [(t.name, len(t.x)) for t in figure.data] == [("silhouette", 93), ("undefined", 7)]
    assert figure.data[1].marker.color == NOISE_COLOUR
    assert rows(figure) == list(range(100))


def test_points_that_are_not_finite_are_counted():
    at = points(3)
    at[5, 0], at[9, 2] = np.nan, np.inf
    figure = draw(3, "digit", at=at)
    assert rows(figure) == [i for i in range(100) if i not in (5, 9)]
    assert said(figure) == ["2 points not drawn: not finite"]


@pytest.mark.parametrize("colour", charts.COLOURINGS)
def test_no_points_give_a_sentence(colour):
    none = np.zeros(0)
    figure = draw(2, colour, at=np.zeros((0, 2)), labels=none.astype(int),
                  clusters=none.astype(int), values=none)  # fmt: skip
    assert len(figure.data) == 0
    assert said(figure) == ["There are no points to draw."]


def test_hover_names_index_digit_cluster_and_value():
    trace = draw(3, "digit").data[1]
    assert trace.hovertemplate.startswith("index %{customdata[0]:d}<br>digit 2<br>cluster %{")
    np.testing.assert_allclose(trace.customdata[0], [20, 2, CLUSTERS[20], VALUES[20]], rtol=1e-6)
    assert trace.text is None
    named = draw(3, "cluster", class_names=["coat", "-", "bag"]).data[0]
    assert "digit %{text}" in named.hovertemplate
    assert set(named.text) <= {"coat", "bag", "4", "6", "8"}


def test_only_what_is_given_is_needed():
    figure = charts.scatter(points(3), axes(3), colour="cluster", clusters=CLUSTERS)
    assert np.asarray(figure.data[0].customdata).shape[1] == 2


def test_equal_aspect():
    assert draw(3, "digit", equal_aspect=True).layout.scene.aspectmode == "data"
    assert draw(3, "digit").layout.scene.aspectmode == "cube"
    assert draw(2, "digit", equal_aspect=True).layout.yaxis.scaleanchor == "x"
    assert draw(2, "digit").layout.yaxis.scaleanchor is None


def test_one_dimension_stands_on_the_same_random_heights_each_time():
    a, b = draw(1, "silhouette"), draw(1, "silhouette")
    np.testing.assert_array_equal(a.data[0].y, b.data[0].y)
    assert a.layout.yaxis.title.text == "random height, without meaning"


def test_recolouring_keeps_the_view_and_payloads_repeat():
    assert draw(3, "digit").layout.uirevision == draw(3, "cluster").layout.uirevision
    assert draw(3, "digit").to_json() == draw(3, "digit").to_json()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param({"colour": "mood"}, "colour must be one of .*; got 'mood'"),
        pytest.param({"colour": "digit", "labels": None}, "colour 'digit' needs labels"),
        pytest.param({"colour": "silhouette", "values": None}, "needs values"),
        pytest.param({"colour": "digit", "labels": LABELS[:9]}, "one entry a point, 100; got 9"),
        pytest.param({"colour": "digit", "at": np.zeros((100, 4))}, "1 to 3 named axes; got 4"),
    ],
)
def test_what_cannot_be_drawn_is_named(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        draw(3, **change)


# ----------------------------------------------------------------------------------- evaluation
def test_silhouette_plot_by_hand():
    samples = np.array([0.1, 0.5, np.nan, 0.3, -0.2])
    figure = charts.silhouette_plot(samples, np.array([0, 0, 0, 2, -1]), NAMES, 0.175)
    zero, two, noise = figure.data
    np.testing.assert_allclose(zero.x, [0.5, 0.1])
    np.testing.assert_allclose(zero.y, [0, 2])
    np.testing.assert_allclose(two.x, [0.3, 0.3])
    assert (noise.name, noise.fillcolor) == ("noise", NOISE_COLOUR)
    assert figure.layout.yaxis.ticktext == ("0", "2", "noise")
    assert [shape.x0 for shape in figure.layout.shapes] == [0.175]
    assert said(figure) == ["mean 0.175"]


def test_silhouette_plot_of_many_is_400_quantiles_as_high_as_the_class():
    samples = np.linspace(-1, 1, 5001)
    (trace,) = charts.silhouette_plot(samples, np.zeros(5001, int), NAMES).data
    assert len(trace.x) == 400
    assert (trace.x[0], trace.x[-1], trace.y[-1]) == (1, -1, 5001)


def test_silhouette_plot_without_any():
    figure = charts.silhouette_plot(np.full(3, np.nan), np.zeros(3, int), NAMES, float("nan"))
    assert said(figure) == ["There are no silhouettes to draw."]


def test_confusion_by_hand():
    counts = np.array([[3, 1, 0], [0, 0, 0]])
    (trace,) = charts.confusion(counts, ["0", "2"], ["cluster 1", "7", "7"]).data
    np.testing.assert_allclose(trace.z, [[0.75, 0.25, 0], [0, 0, 0]])
    assert [list(row) for row in trace.text] == counts.tolist()
    figure = charts.confusion(counts, ["0", "2"], ["cluster 1", "7", "7"])
    assert figure.layout.xaxis.ticktext == ("cluster 1", "7", "7")
    assert figure.layout.yaxis.autorange == "reversed"


# ------------------------------------------------------------------------------------- training
def record(epoch: int, **terms: float) -> dict:
    train = {"reconstruction": 1 / epoch, **terms}
    return {
        "epoch": epoch,
        "train": train,
        "heldout": {"reconstruction": 1.1 / epoch},
        "seconds": 1.0,
    }


def test_loss_curves_show_every_term():
    figure = charts.loss_curves([record(e, sine=-0.5, kl=2.0) for e in (1, 2, 4)])
    assert [t.name for t in figure.data] == [
        "reconstruction, training", "reconstruction, held out", "sine", "kl"
    ]  # fmt: skip
    np.testing.assert_allclose(figure.data[0].y, [1, 0.5, 0.25])
    assert [t.line.dash for t in figure.data[:2]] == [None, "dash"]
    assert {t.mode for t in figure.data} == {"lines"}
    assert (figure.layout.yaxis.type, figure.layout.yaxis2.type) == ("log", "linear")


def test_loss_curves_of_one_epoch_and_of_none():
    figure = charts.loss_curves([record(1)])
    assert [t.mode for t in figure.data] == ["markers", "markers"]
    assert "yaxis2" not in figure.layout
    assert said(charts.loss_curves([])) == ["No epoch has finished yet."]


def test_choice_of_k_marks_the_best_of_each():
    scores = [
        SimpleNamespace(k=k, silhouette=s, bic=b)
        for k, s, b in [(1, None, 9.0), (2, 0.3, 5.0), (3, 0.6, 4.0), (4, 0.5, 1.0)]
    ]
    figure = charts.choice_of_k(scores)
    assert {t.name: t.x[0] for t in figure.data if t.name.startswith("best")} == {
        "best silhouette": 3, "best BIC": 4
    }  # fmt: skip
    alone = charts.choice_of_k(scores[:1])
    assert [t.name for t in alone.data] == ["silhouette", "BIC", "best BIC"]
    assert said(charts.choice_of_k([])) == ["No number of clusters has been tried yet."]


# --------------------------------------------------------------------------------------- images
def test_montage_by_hand():
    images = np.array([[[0.0, 1.0]], [[0.5, 2.0]], [[np.nan, -1.0]]])
    g = 128
    expected = [
        [g, g, g, g, g, g, g],
        [g, 0, 255, g, 128, 255, g],
        [g, g, g, g, g, g, g],
        [g, 0, 0, g, g, g, g],
        [g, g, g, g, g, g, g],
    ]
    np.testing.assert_array_equal(charts.montage(images, 2), np.array(expected, np.uint8))
    assert charts.montage(images, 3, pad=0).tolist() == [[0, 255, 128, 255, 0, 0]]


def test_pairs_put_originals_above():
    page = charts.pairs(np.ones((3, 4, 5)), np.zeros((3, 4, 5)))
    assert page.shape == (2 * 5 + 1, 3 * 6 + 1)
    assert page[1:5, 1:6].min() == 255
    assert page[6:10, 1:6].max() == 0


def test_images_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="needs images"):
        charts.montage(np.zeros((0, 2, 2)), 3)
    with pytest.raises(ValueError, match="must have one shape"):
        charts.pairs(np.zeros((2, 2, 2)), np.zeros((3, 2, 2)))
