"""Heat maps: a cell is the mean of its rows, and can be selected."""

from __future__ import annotations

import numpy as np
import pytest

from core.compare.summary import summarise
from core.figures.heat_map import heat_map
from core.metrics.published import published_scores
from tests.figures.reading import NO_SUMMARY, result_rows, selectable_ids, sentences


def test_a_heat_map_cell_is_the_mean_of_its_rows_and_can_beselectable_ids() -> None:
    rows = result_rows()
    summary = summarise(rows, ["group", "latent_dim"], "acc")
    figure = heat_map(summary, rows, "acc")
    assert list(figure.layout.yaxis.ticktext) == ["sine", "none"]
    z = np.asarray(figure.data[0].z)
    assert z == pytest.approx(np.array([[0.7, 0.7], [0.2, 0.4]]))
    cells = {(x, y): c for x, y, c in zip(figure.data[1].x, figure.data[1].y,
                                          figure.data[1].customdata, strict=True)}  # fmt: skip
    picked = set(cells[(1, 0)][0].split())
    assert picked == set(rows[(rows["group"] == "sine") & (rows["latent_dim"] == 3)]["id"])
    assert selectable_ids(figure) == set(rows["id"])


def test_a_heat_map_has_room_for_long_names() -> None:
    rows = result_rows()
    long = rows.assign(
        group=rows["group"] + " weight 1000 wavelength 1.5 offset 0.5 scale relative"
    )
    few, many = (
        heat_map(summarise(part, ["group", "latent_dim"], "acc"), part, "acc")
        for part in (rows, long)
    )
    assert max(text.count("<br>") for text in many.layout.yaxis.ticktext) > 1
    assert many.layout.height > few.layout.height


def test_a_heat_map_has_cited_rows_where_their_dimension_is_known() -> None:
    rows, cited = result_rows(), published_scores()
    summary = summarise(rows, ["group", "latent_dim"], "acc")
    figure = heat_map(summary, rows, "acc", cited)
    known = cited.dropna(subset=["acc", "latent_dim"])
    assert len(figure.layout.yaxis.ticktext) == 2 + known["label"].nunique()
    assert {"2", "3", "10"} == {str(t) for t in figure.layout.xaxis.ticktext}
    assert selectable_ids(figure) == set(rows["id"])


def test_without_that_score_there_is_a_sentence() -> None:
    figure = heat_map(NO_SUMMARY, result_rows(acc=np.nan), "acc")
    assert sentences(figure) == ["None of these has that score."]
    assert not len(figure.data)
