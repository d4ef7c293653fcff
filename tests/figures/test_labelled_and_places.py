"""Figures of the neighbour classifier, of labels, of planes and of paths: they show what they got."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from core.figures.cells import with_cells
from core.figures.clusters import confusion
from core.figures.images import grey_levels
from core.figures.labelled import decision_map, efficiency_chart, k_curve
from core.figures.places import _tiles, gap_curve, manifold
from core.figures.style import class_colour, for_dark_page
from core.latents.paths import along_neighbours, straight
from core.latents.planes import axes_plane, coordinates
from core.metrics.label_efficiency import KNN, PIXELS, Efficiency
from core.metrics.neighbour_classifier import accuracy_by_k, ask, decision_regions

RNG = np.random.default_rng(8)


def curve():
    labels = RNG.integers(0, 3, 80)
    X = RNG.normal(size=(80, 2)) + labels[:, None]
    return accuracy_by_k(ask(X[:60], labels[:60], X[60:], labels[60:], 12))


def test_the_curve_names_its_best_k_and_its_baselines() -> None:
    found = curve()
    figure = k_curve(found, {"on pixels, k = 5": 0.9})
    assert figure.layout.title.text.startswith(f"Best with k = {found.best}: ")
    band, line, mark, level = figure.data
    assert list(line.y) == found.accuracy.tolist()
    assert max(band.y) == pytest.approx(found.high.max())
    assert (mark.x[0], mark.y[0]) == (found.best, found.accuracy.max())
    assert list(level.y) == [0.9, 0.9]
    assert level.name == "on pixels, k = 5 0.900"
    assert k_curve(found, {}, chosen=2).data[2].x[0] == 2


def test_a_baseline_far_below_does_not_press_the_curve_flat() -> None:
    found = curve()
    low, high = k_curve(found, {"far below": 0.05}).layout.yaxis.range
    assert 0.1 < low < found.low.min()
    assert found.high.max() < high < 1.2


def test_each_cell_of_a_table_can_be_clicked() -> None:
    figure = with_cells(confusion(np.array([[5, 1], [0, 7]]), ["3", "8"], ["3", "8"]))
    cells = figure.data[-1]
    assert list(zip(cells.x, cells.y, strict=True)) == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert [list(place) for place in cells.customdata] == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert list(cells.text) == ["5", "1", "0", "7"]


def test_points_lie_over_a_map_that_begins_at_most_of_them() -> None:
    labels = RNG.integers(0, 2, 500)
    X = RNG.normal(size=(500, 2)) + labels[:, None]
    X[0] = 1_000
    regions = decision_regions(X, labels, 3, 20)
    figure = decision_map(regions, [0, 1], points=(X, labels))
    assert len(figure.data[1].x) == 500
    assert figure.layout.xaxis.range[1] < 10
    assert decision_map(regions, [0, 1]).layout.xaxis.range is None


def test_the_chart_of_labels_says_what_the_fewest_give() -> None:
    found = [
        Efficiency(KNN, 1, 10, 0.58, 0.46, 0.68, 5), Efficiency(KNN, None, 1000, 0.9, 0.88, 0.92, 1),
        Efficiency(PIXELS, 1, 10, 0.43, 0.4, 0.5, 5),
    ]  # fmt: skip
    figure = efficiency_chart(found)
    assert figure.layout.title.text == (
        "With 1 label of each class: 0.58 in latent space, 0.43 on pixels"
    )
    assert figure.layout.xaxis.type == "log"
    assert list(figure.layout.xaxis.ticktext) == ["1", "all"]
    assert [trace.name for trace in figure.data if trace.showlegend is None] == [KNN, PIXELS]
    assert list(figure.data[1].y) == [0.58, 0.9]
    assert efficiency_chart([]).layout.annotations


def test_a_table_of_mistakes_says_what_its_columns_are() -> None:
    figure = confusion(np.eye(2, dtype=int), ["3", "5"], ["3", "5"], across="neighbours say")
    assert figure.layout.xaxis.title.text == "neighbours say"


def test_regions_have_the_colours_of_their_classes() -> None:
    labels = np.repeat([1, 4], 20)
    X = RNG.normal(size=(40, 2)) + 9 * labels[:, None]
    regions = decision_regions(X, labels, 3, 20)
    figure = decision_map(regions, [1, 4], ["zero", "one", "two", "three", "four"])
    area = figure.data[0]
    assert [colour for _, colour in area.colorscale] == [class_colour(c) for c in (1, 1, 4, 4)]
    assert area.text[0, 0] == "one"
    assert area.text[-1, -1] == "four"
    np.testing.assert_array_equal(np.array([1, 4])[area.z], regions.classes)
    assert [trace.name for trace in figure.data[1:]] == ["one", "four"]
    assert class_colour(1) not in str(for_dark_page(figure).to_plotly_json())


def test_values_are_counted_in_tiles() -> None:
    places, values = np.array([0.0, 1, 10]), np.array([-0.6, -0.5, 0, 0.5, 5.5, 10, 14.5, 15])
    np.testing.assert_allclose(_tiles(places, values), [np.nan, -0.5, 0, 0.5, 1.5, 2, 2.5, np.nan])


@pytest.mark.parametrize("second", [1, None])
def test_a_manifold_has_its_tiles_and_the_data_behind_them(second: int | None) -> None:
    X = RNG.normal(size=(500, 3))
    plane = axes_plane(X, 0, second, 6)
    rows = len(plane.ys)
    images = RNG.random((6 * rows, 5, 5))
    figure = manifold(plane, images, coordinates(plane, X))
    drawn = np.expm1(figure.data[0].z).sum()
    assert 440 < drawn <= 500  # those beyond the grid are left out
    picture = figure.layout.images[0]
    assert (picture.x, picture.y, picture.sizex, picture.sizey) == (-0.5, rows - 0.5, 6, rows)
    content = base64.b64decode(picture.source.split(",")[1])
    page = np.asarray(Image.open(io.BytesIO(content)))
    assert (page[..., 0] == 255).all()
    np.testing.assert_array_equal(page[:5, :5, 1], grey_levels(images[0]))
    assert figure.layout.xaxis.title.text == "z1"
    assert figure.layout.xaxis.ticktext[0] == f"{plane.xs[0]:.3g}"


def test_latents_that_are_all_the_same_have_a_manifold() -> None:
    X = np.ones((9, 2))
    plane = axes_plane(X, 0, 1, 3)
    assert manifold(plane, np.zeros((9, 4, 4)), coordinates(plane, X)).data[0].z.sum() > 0


def test_gaps_stand_beside_what_is_usual() -> None:
    X = RNG.normal(size=(60, 2))
    path = straight(X, X[0], X[1], 9)
    figure = gap_curve(path)
    np.testing.assert_allclose(figure.data[0].y, path.gaps, rtol=1e-6)
    assert figure.layout.shapes[0].y1 == path.usual.far
    assert figure.layout.shapes[1].y0 == path.usual.median
    assert len(gap_curve(along_neighbours(X, 0, 1)).data[0].y) > 1
