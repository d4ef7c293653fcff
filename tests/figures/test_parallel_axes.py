"""Parallel axes: each row a line from its least to its most, with gaps where nothing is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.figures.parallel_axes import MAX_LINES, parallel_axes
from tests.figures.reading import result_rows, selectable_ids, sentences, trace_named


def test_parallel_axes_go_from_least_to_most_with_a_gap_after_each_row() -> None:
    rows = result_rows()
    figure = parallel_axes(rows, ["acc", "latent_dim"])
    none = trace_named(figure, "none")
    assert len(none.x) == 4 * 3
    first = np.asarray(none.y)[:3]
    assert first[0] == 0  # the least accuracy of all
    assert first[1] == 0
    assert np.isnan(first[2])
    sine = np.asarray(trace_named(figure, "sine").y).reshape(-1, 3)
    assert sine[:, 0] == pytest.approx([0.75, 0.5, 1.0])
    assert selectable_ids(figure) == set(rows["id"])
    texts = [a.text for a in figure.layout.annotations]
    assert texts == ["0.1", "0.9", "2", "3"]


def test_cited_values_are_lines_between_the_axes_that_they_have() -> None:
    cited = pd.DataFrame({"label": ["post", "one score"], "acc": [1.3, 0.5], "x": [2.5, np.nan]})
    figure = parallel_axes(result_rows(), ["acc", "x"], cited)
    line = trace_named(figure, "post (cited)")
    assert np.asarray(line.y)[:2] == pytest.approx([1.0, 0.5])  # beyond all of ours: the axis grows
    assert line.line.dash == "dot"
    assert not [t for t in figure.data if t.name.startswith("one score")]
    assert selectable_ids(figure) == set(result_rows()["id"])


def test_parallel_axes_of_many_rows_draw_some_from_all_over() -> None:
    n = 5 * MAX_LINES
    rows = pd.DataFrame({"group": "a", "seed": 0, "acc": np.arange(n) / n, "nmi": np.arange(n) / n,
                         "id": [f"{i:010x}" for i in range(n)]})  # fmt: skip
    figure = parallel_axes(rows, ["acc", "nmi"])
    drawn = selectable_ids(figure)
    assert len(drawn) == MAX_LINES
    assert {rows["id"].iloc[0], rows["id"].iloc[-1]} <= drawn


def test_one_axis_is_too_few() -> None:
    figure = parallel_axes(result_rows(acc=np.nan), ["acc", "latent_dim"])
    assert len(sentences(figure)) == 1
    assert not len(figure.data)


def test_names_stand_in_short_lines_with_their_arrow() -> None:
    rows = pd.DataFrame({"group": "a", "seed": 0, "silhouette_labels": [-0.25, 0.5],
                         "knn_accuracy": [0.1, 0.2], "id": ["x", "y"]})  # fmt: skip
    figure = parallel_axes(rows, ["silhouette_labels", "knn_accuracy"])
    names = [text.replace("\N{NO-BREAK SPACE}", "_") for text in figure.layout.xaxis.ticktext]
    assert names == ["Label<br>silhouette_↑", "kNN<br>accuracy_↑"]
    assert "−0.25" in {note.text for note in figure.layout.annotations}
