"""The forest plot of verdicts: order, looks, what is left out."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from core.compare.verdict import NO_EVIDENCE, STRONGER, WEAKER, Verdict
from core.figures.forest import forest


def verdict(name: str, differences: list[float], word: str, metric: str = "acc") -> Verdict:
    mean = float(np.mean(differences)) if differences else None
    return Verdict(
        "regularizer", name, "none", metric, (), tuple(range(len(differences))), tuple(differences), 0,
        mean, mean, None if mean is None else mean - 0.1, None if mean is None else mean + 0.1,
        0.01, 0.02, 3, 1.0, word, 0,
    )  # fmt: skip


THREE = [
    verdict("l1", [-0.3, -0.2], WEAKER),
    verdict("vae", [0.2, 0.4], STRONGER),
    verdict("sine", [0.0, 0.01], NO_EVIDENCE),
]


def _by_word(figure: go.Figure) -> dict[str, go.Scatter]:
    return {trace.name: trace for trace in figure.data}


def test_the_best_is_on_top_and_each_verdict_has_its_look() -> None:
    figure = forest(THREE, ["l1", "vae", "sine"])
    assert list(figure.layout.yaxis.ticktext) == ["vae", "sine", "l1"]
    traces = _by_word(figure)
    assert set(traces) == {"one seed", STRONGER, NO_EVIDENCE, WEAKER}
    assert list(traces[STRONGER].x) == pytest.approx([0.3])
    assert list(traces[STRONGER].y) == [0]
    assert list(traces[WEAKER].y) == [2]
    looks = {(t.marker.color, t.marker.symbol) for name, t in traces.items() if name != "one seed"}
    assert len(looks) == 3
    assert list(traces[STRONGER].error_x.array) == pytest.approx([0.1])
    assert sorted(traces["one seed"].x) == [-0.3, -0.2, 0.0, 0.01, 0.2, 0.4]
    rows = dict(zip(traces["one seed"].x, np.round(traces["one seed"].y), strict=True))
    assert rows == {0.2: 0, 0.4: 0, 0.0: 1, 0.01: 1, -0.3: 2, -0.2: 2}


def test_where_lower_is_better_the_lowest_is_on_top() -> None:
    mse = "reconstruction_mse"
    two = [verdict("l1", [0.3], WEAKER, mse), verdict("vae", [-0.2], STRONGER, mse)]
    figure = forest(two, ["l1", "vae"])
    assert list(figure.layout.yaxis.ticktext) == ["vae", "l1"]
    assert figure.layout.xaxis.title.text == "better ← difference → worse"


def test_without_a_pair_it_says_so() -> None:
    figure = forest([verdict("l1", [], NO_EVIDENCE)], ["l1"])
    assert not figure.data
    assert "No seed" in figure.layout.annotations[0].text
    figure = forest([*THREE, verdict("rae", [], NO_EVIDENCE)], list("abcd"))
    assert list(figure.layout.yaxis.ticktext) == ["b", "c", "a"]


def test_hundreds_of_seeds_are_not_drawn_one_by_one() -> None:
    figure = forest([verdict("vae", [0.1] * 401, STRONGER)], ["vae"])
    assert {trace.name for trace in figure.data} == {STRONGER}
