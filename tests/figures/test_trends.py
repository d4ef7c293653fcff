"""Trends: a line, its band and its rows."""

from __future__ import annotations

import numpy as np
import pytest

from core.compare.summary import summarise
from core.figures.style import GREY
from core.figures.trends import trends
from tests.figures.reading import NO_SUMMARY, result_rows, selectable_ids, sentences, trace_named


def test_a_trend_has_a_line_a_band_and_its_rows() -> None:
    rows = result_rows()
    summary = summarise(rows, ["line", "x"], "acc")
    figure = trends(summary, rows, "latent_dim", "acc", ["none", "sine"])
    line = trace_named(figure, "none")
    assert list(line.x) == [2, 3]
    assert list(line.y) == pytest.approx([0.2, 0.4])
    assert line.customdata[0][1] == 3
    assert selectable_ids(figure) == set(rows["id"])
    band = next(t for t in figure.data if t.fill == "toself")
    low, high = summary.set_index(["line", "x"]).loc[("none", 2.0), ["low", "high"]]
    assert band.y[0] == pytest.approx(high)
    assert band.y[-1] == pytest.approx(low)
    assert figure.layout.xaxis.type == "linear"


def test_named_lines_have_their_name_at_their_end_and_others_are_grey() -> None:
    rows = result_rows()
    figure = trends(summarise(rows, ["line", "x"], "acc"), rows, "latent_dim", "acc", ["none"])
    assert [note.text for note in figure.layout.annotations] == ["none"]
    assert trace_named(figure, "sine").line.color == GREY
    assert trace_named(figure, "none").line.color != GREY
    assert selectable_ids(figure) == set(rows["id"])  # means stand for their rows


def test_a_level_without_a_place_is_a_line_across() -> None:
    rows = result_rows()
    rows.loc[rows["group"] == "none", "x"] = np.nan
    figure = trends(summarise(rows, ["line", "x"], "acc"), rows, "sine.weight", "acc", ["sine"])
    assert [shape.y0 for shape in figure.layout.shapes] == [pytest.approx(0.25)]
    assert "none" in figure.layout.annotations[0].text


def test_weights_over_magnitudes_get_a_logarithmic_axis() -> None:
    rows = result_rows(x=[0.001, 0.01, 0.1, 1, 10, 100, 1000])
    figure = trends(summarise(rows, ["line", "x"], "acc"), rows, "a.b", "acc", [])
    assert figure.layout.xaxis.type == "log"


@pytest.mark.parametrize("column", ["acc", "x"])
def test_without_scores_or_places_there_is_a_sentence(column: str) -> None:
    figure = trends(NO_SUMMARY, result_rows(**{column: np.nan}), "latent_dim", "acc", [])
    assert sentences(figure) == ["None of these has that score along that axis."]
    assert not len(figure.data)
