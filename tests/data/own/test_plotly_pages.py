"""Pages that plotly has saved are embeddings: points of their markers, classes by trace."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from core.data.errors import DataError
from core.data.own import plotly_pages
from core.data.own.embeddings import FoundEmbedding, read_embedding

RNG = np.random.default_rng(0)
X = RNG.normal(size=(30, 3)).astype(np.float32)
CLASSES = {"cat": slice(0, 12), "owl": slice(12, 30)}


def scatter(dims: int = 3, dtype: str = "float32") -> list[go.Scatter3d | go.Scatter]:
    kind, axes = (go.Scatter3d, "xyz") if dims == 3 else (go.Scatter, "xy")
    return [
        kind(
            dict(zip(axes, X[rows].T.astype(dtype), strict=False)), mode="markers", name=name
        )
        for name, rows in CLASSES.items()
    ]  # fmt: skip


def page(traces: list[go.Scatter3d | go.Scatter], plotly: bool | str = "cdn") -> bytes:
    text: str = go.Figure(traces).to_html(include_plotlyjs=plotly)
    return text.encode()


def read(content: bytes) -> FoundEmbedding:
    return read_embedding({"plot.html": content}, strangers=True)


@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize("plotly", [True, "cdn"], ids=["with plotly.js in it", "without"])
def test_points_and_classes_are_those_of_the_plot(dims: int, plotly: bool | str) -> None:
    found = read(page(scatter(dims), plotly))
    np.testing.assert_array_equal(found.points, X[:, :dims])
    assert found.classes == ("cat", "owl")
    assert found.labels is not None
    assert found.labels.tolist() == [0] * 12 + [1] * 18


def test_lists_of_numbers_as_older_pages_have_them() -> None:
    traces = [{"type": "scatter3d", "x": [1, 2], "y": [3, 4.5], "z": [5, 6]}]
    found = read(f"<html><script>Plotly.newPlot('a', {json.dumps(traces)}, {{}})</script>".encode())
    assert found.points.tolist() == [[1, 3, 5], [2, 4.5, 6]]
    assert found.labels is None


def test_lines_are_left_out_and_it_is_said() -> None:
    found = read(page([*scatter(), go.Scatter3d(x=[0], y=[0], z=[0], mode="lines")]))
    assert len(found.points) == 30
    assert found.remarks == ("1 of 3 traces are no points: not read.",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"<html>no plot</html>", "no scatter plot of plotly", id="another page"),
        pytest.param(page([go.Bar(y=[1, 2])]), "no scatter plot of plotly", id="a bar chart"),
        pytest.param(b"<html>Plotly.newPlot(", "no scatter plot", id="cut off at once"),
        pytest.param(page(scatter()).partition(b"bdata")[0], "damaged", id="cut off in the traces"),
        pytest.param(b"<html>Plotly.newPlot(" + b"[" * 200_000, "no scatter plot", id="deep"),
        pytest.param(
            b'<html>Plotly.newPlot([{"type": "scatter", "x": [1], "y": [1, 2]}])', "damaged",
            id="axes of two lengths",
        ),
        pytest.param(
            b'<html>Plotly.newPlot([{"x": {"bdata": "AAA", "dtype": "f8"}, "y": [1]}])', "damaged",
            id="packed numbers that are none",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read(content)


def test_a_large_page_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plotly_pages, "MOST_BYTES", 1_000)
    with pytest.raises(DataError, match="at most 0 MB"):
        read(page(scatter()))
