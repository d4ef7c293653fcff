"""Means of groups: what is drawn where, and which rows a point stands for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.compare.summary import summarise
from core.figures.group_means import group_means
from core.figures.shared import MAX_GROUPS
from core.metrics.published import published_scores
from tests.figures.reading import NO_SUMMARY, result_rows, selectable_ids, sentences, trace_named


def test_groups_are_drawn_best_first_with_every_seed() -> None:
    rows = result_rows()
    figure = group_means(summarise(rows, ["group"], "acc"), rows, "acc")
    assert list(figure.layout.yaxis.ticktext) == ["sine", "none"]
    means = trace_named(figure, "mean")
    assert list(means.x) == pytest.approx([0.7, 0.25])
    assert list(means.y) == [0, 1]
    dots = trace_named(figure, "one seed")
    assert sorted(dots.x) == pytest.approx(sorted(rows["acc"]))
    for x, y, custom in zip(dots.x, dots.y, dots.customdata, strict=True):
        row = rows[rows["id"] == custom[0]].iloc[0]
        assert row["acc"] == pytest.approx(x)
        assert round(float(y)) == (0 if row["group"] == "sine" else 1)
    assert len({float(y) for y in dots.y}) == len(rows)  # none hides another
    assert set(means.customdata[0][0].split()) == set(rows[rows["group"] == "sine"]["id"])
    assert selectable_ids(figure) == set(rows["id"])


def test_where_less_is_better_the_least_is_on_top() -> None:
    rows = result_rows(reconstruction_mse=[3, 3, 3, 3, 9, 9, 9])
    summary = summarise(rows, ["group"], "reconstruction_mse")
    figure = group_means(summary, rows, "reconstruction_mse")
    assert list(figure.layout.yaxis.ticktext) == ["none", "sine"]


def test_error_bars_are_the_interval() -> None:
    rows = result_rows()
    summary = summarise(rows, ["group"], "acc").set_index("group")
    means = trace_named(group_means(summary.reset_index(), rows, "acc"), "mean")
    for i, name in enumerate(("sine", "none")):
        low, high = summary.loc[name, ["low", "high"]]
        assert means.x[i] + means.error_x.array[i] == pytest.approx(high, abs=1e-6)
        assert means.x[i] - means.error_x.arrayminus[i] == pytest.approx(low, abs=1e-6)


def test_more_groups_than_can_be_read_are_cut_at_the_best() -> None:
    many = 2 * MAX_GROUPS
    rows = pd.DataFrame(
        {"group": [f"g{i}" for i in range(many)], "seed": 0, "acc": np.linspace(0, 1, many),
         "id": [f"{i:010x}" for i in range(many)]}
    )  # fmt: skip
    figure = group_means(summarise(rows, ["group"], "acc"), rows, "acc")
    shown = list(figure.layout.yaxis.ticktext)
    assert len(shown) == MAX_GROUPS
    assert shown[0] == f"g{many - 1}"
    assert len(trace_named(figure, "one seed").x) == MAX_GROUPS


def test_cited_values_stand_apart_and_can_not_beselectable_ids() -> None:
    rows, cited = result_rows(), published_scores()
    figure = group_means(summarise(rows, ["group"], "acc"), rows, "acc", cited)
    marks = trace_named(figure, "cited")
    known = cited.dropna(subset=["acc"])
    assert list(marks.x) == known["acc"].tolist()
    assert marks.customdata is None
    names = list(figure.layout.yaxis.ticktext)
    assert len(names) == 2 + len(known)
    assert all("cited" in str(t) or "…" in str(t) for t in names[2:])
    assert selectable_ids(figure) == set(rows["id"])


def test_without_that_score_there_is_a_sentence() -> None:
    figure = group_means(NO_SUMMARY, result_rows(acc=np.nan), "acc")
    assert sentences(figure) == ["None of these has that score."]
    assert not len(figure.data)
