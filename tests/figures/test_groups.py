"""Figures of comparisons: what is drawn where, and which rows a point stands for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from core.compare import comparisons
from core.compare.verdicts import summarise
from core.figures import groups, maps
from core.metrics.published import references


def rows_of(**columns: object) -> pd.DataFrame:
    """Three seeds of two groups, in two latent dimensions."""
    table = pd.DataFrame(
        [
            {"group": g, "latent_dim": d, "seed": s, "id": f"{i:010x}", "acc": a, "line": g,
             "x": float(d), "reconstruction_mse": 0.1 * d}
            for i, (g, d, s, a) in enumerate(
                [("none", 2, 0, 0.1), ("none", 2, 1, 0.2), ("none", 2, 2, 0.3), ("none", 3, 0, 0.4),
                 ("sine", 2, 0, 0.7), ("sine", 3, 0, 0.5), ("sine", 3, 1, 0.9)]
            )
        ]
    )  # fmt: skip
    return table.assign(**columns)


def _trace(figure: go.Figure, name: str) -> go.Scatter:
    return next(trace for trace in figure.data if trace.name and trace.name.startswith(name))


def _picked(figure: go.Figure) -> set[str]:
    """Ids that can be selected in a figure, as the page reads them."""
    found: set[str] = set()
    for trace in figure.data:
        for custom in trace.customdata if trace.customdata is not None else []:
            found |= set(str(custom[0]).split())
    return found


# --------------------------------------------------------------------------------------- groups
def test_groups_are_drawn_best_first_with_every_seed() -> None:
    rows = rows_of()
    figure = groups.groups(summarise(rows, ["group"], "acc"), rows, "acc")
    assert list(figure.layout.yaxis.ticktext) == ["sine", "none"]
    means = _trace(figure, "mean")
    assert list(means.x) == pytest.approx([0.7, 0.25])
    assert list(means.y) == [0, 1]
    dots = _trace(figure, "one seed")
    assert sorted(dots.x) == pytest.approx(sorted(rows["acc"]))
    for x, y, custom in zip(dots.x, dots.y, dots.customdata, strict=True):
        row = rows[rows["id"] == custom[0]].iloc[0]
        assert row["acc"] == pytest.approx(x)
        assert round(float(y)) == (0 if row["group"] == "sine" else 1)
    assert len({float(y) for y in dots.y}) == len(rows)  # none hides another
    assert set(means.customdata[0][0].split()) == set(rows[rows["group"] == "sine"]["id"])
    assert _picked(figure) == set(rows["id"])


def test_where_less_is_better_the_least_is_on_top() -> None:
    rows = rows_of(reconstruction_mse=[3, 3, 3, 3, 9, 9, 9])
    summary = summarise(rows, ["group"], "reconstruction_mse")
    figure = groups.groups(summary, rows, "reconstruction_mse")
    assert list(figure.layout.yaxis.ticktext) == ["none", "sine"]


def test_error_bars_are_the_interval() -> None:
    rows = rows_of()
    summary = summarise(rows, ["group"], "acc").set_index("group")
    means = _trace(groups.groups(summary.reset_index(), rows, "acc"), "mean")
    for i, name in enumerate(("sine", "none")):
        low, high = summary.loc[name, ["low", "high"]]
        assert means.x[i] + means.error_x.array[i] == pytest.approx(high, abs=1e-6)
        assert means.x[i] - means.error_x.arrayminus[i] == pytest.approx(low, abs=1e-6)


def test_more_groups_than_can_be_read_are_cut_at_the_best() -> None:
    many = 2 * groups.MAX_GROUPS
    rows = pd.DataFrame(
        {"group": [f"g{i}" for i in range(many)], "seed": 0, "acc": np.linspace(0, 1, many),
         "id": [f"{i:010x}" for i in range(many)]}
    )  # fmt: skip
    figure = groups.groups(summarise(rows, ["group"], "acc"), rows, "acc")
    shown = list(figure.layout.yaxis.ticktext)
    assert len(shown) == groups.MAX_GROUPS
    assert shown[0] == f"g{many - 1}"
    assert len(_trace(figure, "one seed").x) == groups.MAX_GROUPS


def test_cited_values_stand_apart_and_can_not_be_picked() -> None:
    rows, cited = rows_of(), references()
    figure = groups.groups(summarise(rows, ["group"], "acc"), rows, "acc", cited)
    marks = _trace(figure, "cited")
    known = cited.dropna(subset=["acc"])
    assert list(marks.x) == known["acc"].tolist()
    assert marks.customdata is None
    names = list(figure.layout.yaxis.ticktext)
    assert len(names) == 2 + len(known)
    assert all("cited" in str(t) or "…" in str(t) for t in names[2:])
    assert _picked(figure) == set(rows["id"])


@pytest.mark.parametrize("column", ["acc", "x"])
def test_nothing_to_draw_is_a_sentence(column: str) -> None:
    rows = rows_of(**{column: np.nan})
    nothing = pd.DataFrame({n: [] for n in ("group", "line", "x", "mean", "low", "high", "n",
                                            "latent_dim")})  # fmt: skip
    figures = [groups.trend(nothing, rows, "latent_dim", "acc")]
    if column == "acc":
        figures += [
            groups.groups(nothing, rows, "acc"),
            maps.heat(nothing, rows, "acc"),
            maps.trade_off(rows, "reconstruction_mse", "acc"),
            maps.parallel(rows, ["acc", "latent_dim"]),  # one axis is left
        ]
    for figure in figures:
        assert len(figure.layout.annotations) == 1
        assert not len(figure.data)


# --------------------------------------------------------------------------------------- trends
def test_a_trend_has_a_line_a_band_and_its_rows() -> None:
    rows = rows_of()
    summary = summarise(rows, ["line", "x"], "acc")
    figure = groups.trend(summary, rows, "latent_dim", "acc")
    line = _trace(figure, "none")
    assert list(line.x) == [2, 3]
    assert list(line.y) == pytest.approx([0.2, 0.4])
    assert line.customdata[0][1] == 3
    assert _picked(figure) == set(rows["id"])
    band = next(t for t in figure.data if t.fill == "toself" and t.legendgroup == "none")
    low, high = summary.set_index(["line", "x"]).loc[("none", 2.0), ["low", "high"]]
    assert band.y[0] == pytest.approx(high)
    assert band.y[-1] == pytest.approx(low)
    assert figure.layout.xaxis.type == "linear"


def test_a_level_without_a_place_is_a_line_across() -> None:
    rows = rows_of()
    rows.loc[rows["group"] == "none", "x"] = np.nan
    figure = groups.trend(summarise(rows, ["line", "x"], "acc"), rows, "sine.weight", "acc")
    assert [shape.y0 for shape in figure.layout.shapes] == [pytest.approx(0.25)]
    assert "none" in figure.layout.annotations[0].text


def test_weights_over_magnitudes_get_a_logarithmic_axis() -> None:
    rows = rows_of(x=[0.001, 0.01, 0.1, 1, 10, 100, 1000])
    figure = groups.trend(summarise(rows, ["line", "x"], "acc"), rows, "a.b", "acc")
    assert figure.layout.xaxis.type == "log"


# ------------------------------------------------------------------------------- many at once
def test_the_trade_off_draws_all_and_joins_the_front() -> None:
    rows = rows_of()
    figure = maps.trade_off(rows, "reconstruction_mse", "acc")
    front = _trace(figure, "front")
    assert list(front.x) == pytest.approx([0.2, 0.3])
    assert list(front.y) == pytest.approx([0.7, 0.9])
    assert front.line.shape == "hv"
    assert sum(len(t.x) for t in figure.data if t.name in ("none", "sine")) == len(rows)
    assert maps.trade_off(rows, "acc", "reconstruction_mse").data[-1].line.shape == "vh"


def test_a_heat_map_cell_is_the_mean_of_its_rows_and_can_be_picked() -> None:
    rows = rows_of()
    summary = summarise(rows, ["group", "latent_dim"], "acc")
    figure = maps.heat(summary, rows, "acc")
    assert list(figure.layout.yaxis.ticktext) == ["sine", "none"]
    z = np.asarray(figure.data[0].z)
    assert z == pytest.approx(np.array([[0.7, 0.7], [0.2, 0.4]]))
    cells = {(x, y): c for x, y, c in zip(figure.data[1].x, figure.data[1].y,
                                          figure.data[1].customdata, strict=True)}  # fmt: skip
    picked = set(cells[(1, 0)][0].split())
    assert picked == set(rows[(rows["group"] == "sine") & (rows["latent_dim"] == 3)]["id"])
    assert _picked(figure) == set(rows["id"])


def test_a_heat_map_has_room_for_long_names() -> None:
    rows = rows_of()
    long = rows.assign(
        group=rows["group"] + " weight 1000 wavelength 1.5 offset 0.5 scale relative"
    )
    few, many = (
        maps.heat(summarise(part, ["group", "latent_dim"], "acc"), part, "acc")
        for part in (rows, long)
    )
    assert max(text.count("<br>") for text in many.layout.yaxis.ticktext) > 1
    assert many.layout.height > few.layout.height


def test_a_heat_map_has_cited_rows_where_their_dimension_is_known() -> None:
    rows, cited = rows_of(), references()
    summary = summarise(rows, ["group", "latent_dim"], "acc")
    figure = maps.heat(summary, rows, "acc", cited)
    known = cited.dropna(subset=["acc", "latent_dim"])
    assert len(figure.layout.yaxis.ticktext) == 2 + known["label"].nunique()
    assert {"2", "3", "10"} == {str(t) for t in figure.layout.xaxis.ticktext}
    assert _picked(figure) == set(rows["id"])


def test_parallel_axes_go_from_least_to_most_with_a_gap_after_each_row() -> None:
    rows = rows_of()
    figure = maps.parallel(rows, ["acc", "latent_dim"])
    none = _trace(figure, "none")
    assert len(none.x) == 4 * 3
    first = np.asarray(none.y)[:3]
    assert first[0] == 0  # the least accuracy of all
    assert first[1] == 0
    assert np.isnan(first[2])
    sine = np.asarray(_trace(figure, "sine").y).reshape(-1, 3)
    assert sine[:, 0] == pytest.approx([0.75, 0.5, 1.0])
    assert _picked(figure) == set(rows["id"])
    texts = [a.text for a in figure.layout.annotations]
    assert texts == ["0.1", "0.9", "2", "3"]


def test_cited_values_are_lines_between_the_axes_that_they_have() -> None:
    cited = pd.DataFrame({"label": ["post", "one score"], "acc": [1.3, 0.5], "x": [2.5, np.nan]})
    figure = maps.parallel(rows_of(), ["acc", "x"], cited)
    line = _trace(figure, "post (cited)")
    assert np.asarray(line.y)[:2] == pytest.approx([1.0, 0.5])  # beyond all of ours: the axis grows
    assert line.line.dash == "dot"
    assert not [t for t in figure.data if t.name.startswith("one score")]
    assert _picked(figure) == set(rows_of()["id"])


def test_parallel_axes_of_many_rows_draw_some_from_all_over() -> None:
    n = 5 * maps.MAX_LINES
    rows = pd.DataFrame({"group": "a", "seed": 0, "acc": np.arange(n) / n, "nmi": np.arange(n) / n,
                         "id": [f"{i:010x}" for i in range(n)]})  # fmt: skip
    figure = maps.parallel(rows, ["acc", "nmi"])
    drawn = _picked(figure)
    assert len(drawn) == maps.MAX_LINES
    assert {rows["id"].iloc[0], rows["id"].iloc[-1]} <= drawn


# ------------------------------------------------------------------------------------ thumbnails
def test_a_thumbnail_shows_classes_where_they_are() -> None:
    points = np.array([[-1.0, 1.0], [1.0, -1.0]], dtype=np.float32)
    picture = maps.thumbnail(points, np.array([0, 1]), 60)
    assert picture.shape == (60, 60, 4)
    upper_left, lower_right = picture[:30, :30], picture[30:, 30:]
    blue = upper_left[upper_left[..., 3] > 200]
    orange = lower_right[lower_right[..., 3] > 200]
    assert (blue[:, :3] == [24, 21, 243]).all()
    assert (orange[:, :3] == [224, 129, 64]).all()
    assert not picture[:30, 30:, 3].any()  # nothing behind the points
    assert not picture[30:, :30, 3].any()


def test_thumbnails_of_moved_and_resized_points_are_the_same() -> None:
    points = np.random.default_rng(0).normal(size=(200, 3))
    labels = np.arange(200) % 10
    first = maps.thumbnail(points, labels)
    np.testing.assert_array_equal(first, maps.thumbnail(points * 300 + 7, labels))


def test_what_is_nearer_hides_what_is_behind() -> None:
    near, far = np.array([[2.0, 2.0, 2.0]]), np.array([[-2.0, -2.0, -2.0]])
    others = np.array([[1.0, -1, 0], [-1, 1, 0]])
    for points, labels in (
        (np.vstack([near, far, others]), [1, 2, 0, 0]),
        (np.vstack([far, near, others]), [2, 1, 0, 0]),
    ):
        picture = maps.thumbnail(points, np.array(labels), 61)
        assert picture[30, 30, :3].tolist() == [224, 129, 64]


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_a_thumbnail_of_nothing_or_of_one_point(dims: int) -> None:
    empty = maps.thumbnail(np.full((3, dims), np.nan), None, 40)
    assert empty.shape == (40, 40, 4)
    assert not empty.any()
    assert maps.thumbnail(np.zeros((5, dims)), None, 40)[..., 3].any()


def test_a_score_says_which_way_is_better() -> None:
    assert groups.label("acc").endswith("↑")
    assert groups.label("reconstruction_mse").endswith("↓")
    assert groups.label("sine.weight") == "sine weight"
    assert comparisons.ERROR == "reconstruction_mse"
