"""Trade-offs: every row, and the front."""

from __future__ import annotations

import numpy as np
import pytest

from core.figures.trade_offs import trade_offs
from tests.figures.reading import result_rows, sentences, trace_named


def test_the_trade_off_draws_all_and_joins_the_front() -> None:
    rows = result_rows()
    figure = trade_offs(rows, "reconstruction_mse", "acc", ["none"])
    front = trace_named(figure, "front")
    assert list(front.x) == pytest.approx([0.2, 0.3])
    assert list(front.y) == pytest.approx([0.7, 0.9])
    assert front.line.shape == "hv"
    assert [note.text for note in figure.layout.annotations] == ["none"]
    assert sum(len(t.x) for t in figure.data if t.name in ("none", "sine")) == len(rows)
    assert trade_offs(rows, "acc", "reconstruction_mse", []).data[-1].line.shape == "vh"


def test_without_both_scores_there_is_a_sentence() -> None:
    figure = trade_offs(result_rows(acc=np.nan), "reconstruction_mse", "acc", [])
    assert sentences(figure) == ["None of these has both scores."]
    assert not len(figure.data)
