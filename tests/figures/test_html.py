"""Figures to be exported."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from core.figures.html import file_name, height_of, on_paper, picture_options, to_html


def figure(name: str = "line") -> go.Figure:
    trace = go.Scatter(x=[1, 2], y=[3, 5], name=name)
    return go.Figure(trace, layout={"height": 321, "paper_bgcolor": "rgba(0,0,0,0)"})


def test_on_paper_is_white_and_leaves_the_figure_as_it_was() -> None:
    before = figure()
    paper = on_paper(before, "Loss")
    assert paper.layout.paper_bgcolor == paper.layout.plot_bgcolor == "white"
    assert paper.layout.title.text == "Loss"
    assert before == figure()
    assert on_paper(before).layout.title.text is None


def test_a_page_needs_nothing_else_and_runs_no_text() -> None:
    page = to_html(figure("</script><b>"), 'a "run" </script> {plot_id}').decode()
    assert len(page) > 1_000_000  # plotly.js is inside
    assert 'src="http' not in page
    own = page.split("plotly.js v")[-1]
    assert "</script><b>" not in own
    assert '"filename": "a-run-script-plot_id"' in own
    assert '"height": 321' in own
    assert "Plotly.downloadImage" in own


def test_a_picture_is_as_high_as_its_figure() -> None:
    assert height_of(figure()) == 321
    assert height_of(go.Figure()) == 560


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mnist-02468-3d-vae+l1-s0: training", "mnist-02468-3d-vae+l1-s0-training"),
        ("../../etc/passwd", "etc-passwd"),
        ("ACC · 95 %", "ACC-95"),
        ("«»", "chart"),
        ("", "chart"),
        ("x" * 999, "x" * 150),
    ],
)
def test_file_names(text: str, name: str) -> None:
    assert file_name(text) == name
    assert picture_options(text)["filename"] == name
