"""`core.view`: points from anywhere, in a notebook."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from core.data.errors import DataError

Y = np.arange(60) % 3
X = np.random.default_rng(0).normal(size=(60, 2)) + 9 * np.array([[0, 0], [0, 1], [1, 0]])[Y]
NAMES = np.array(["cat", "dog", "owl"])[Y]


def test_all_ways_to_say_the_same_give_the_same(tmp_path: Path) -> None:
    frame = pd.DataFrame(X, columns=["a", "b"]).assign(label=NAMES)
    frame.to_csv(tmp_path / "mine.csv", index=False)
    wanted = core.evaluate(X, Y).values
    for seen in (
        core.view(X, NAMES),
        core.view(X.tolist(), list(NAMES)),
        core.view(frame),
        core.view(tmp_path / "mine.csv"),
        core.view(str(tmp_path / "mine.csv"), labels=Y),
    ):
        scores = seen.scores()
        assert scores["ACC"] == 1.0
        assert scores["Label silhouette"] == pytest.approx(wanted["silhouette_labels"], abs=1e-5)
        pd.testing.assert_series_equal(core.scores(seen), scores)
    assert core.view(tmp_path / "mine.csv").title == "mine"


def test_its_figure_has_a_trace_for_each_class() -> None:
    figure = core.view(X, NAMES, title="Mine").figure()
    assert [trace.name for trace in figure.data] == ["cat", "dog", "owl"]
    assert sum(len(trace.x) for trace in figure.data) == 60
    assert figure.layout.title.text == "Mine (not trained here)"


def test_beyond_three_dimensions_the_figure_says_how_it_was_projected() -> None:
    seen = core.view(np.hstack([X, X]), Y)
    figure = seen.figure(dims=2, projection="pca")
    assert "PCA: explains 100 % of the variance" in figure.layout.title.text
    assert seen.figure(projection="umap").data[0].type == "scatter3d"


def test_a_cell_shows_figure_scores_and_remarks_without_fetching_anything() -> None:
    html = core.view(X, np.where(Y == 0, np.nan, Y))._repr_html_()
    assert "20 points without a label" in html
    assert "ACC" in html
    assert 'src="http' not in html


def test_what_cannot_be_viewed_is_a_sentence() -> None:
    with pytest.raises(DataError, match="60 whole numbers or names"):
        core.view(X, Y[:-1])
