"""Regularizers in short."""

from __future__ import annotations

from core.compare.short_names import shortened
from tests.compare.rows import grid


def test_a_regularizer_is_shortened_to_what_differs() -> None:
    choices = ("none", "sine:weight=50", "sine:weight=250", "sine:weight=50,offset=1", "vae+l1")
    texts = [setting.to_text()["regularizer"] for setting in grid(*choices, seeds=1)]
    short = shortened(texts)
    assert len(set(short.values())) == len(texts)
    assert short["none"] == "none"
    assert short[texts[1]].startswith("sine weight 50")
    assert "offset 1" in short[texts[3]]
    assert short[texts[4]] == "l1 + vae"  # terms are in one order
    alone = shortened(texts[:2])
    assert alone[texts[1]] == "sine"


def test_a_term_of_the_future_is_called_what_it_is() -> None:
    assert shortened(["none", "warp:drive=9"])["warp:drive=9"] == "warp:drive=9"
