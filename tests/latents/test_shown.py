"""Which image a row is, when images of both splits are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from core.latents.shown import HELD_OUT, TRAINING, ShownImages, ShownSplit


def part(split: str, n: int, first: float = 0.0, labels: bool = True) -> ShownSplit:
    values = np.arange(first, first + n)
    whole = values.astype(np.int64)
    return ShownSplit(split, values[:, None], whole if labels else None, whole % 3, values / 10, n)


def test_a_row_counts_through_the_held_out_images_first() -> None:
    shown = ShownImages("both", (part(HELD_OUT, 3), part(TRAINING, 4, 100)))
    assert len(shown) == 7
    assert [shown.place(row) for row in (0, 2, 3, 6)] == [
        (HELD_OUT, 0), (HELD_OUT, 2), (TRAINING, 0), (TRAINING, 3)
    ]  # fmt: skip
    assert shown.latents[:, 0].tolist() == [0, 1, 2, 100, 101, 102, 103]
    assert shown.labels.tolist() == shown.latents[:, 0].tolist()
    assert shown.errors[3] == 10
    assert [(start, p.split) for start, p in shown.starts()] == [(0, HELD_OUT), (3, TRAINING)]
    assert shown.splits.tolist() == [shown.place(row).split for row in range(7)]
    assert shown.numbers.tolist() == [shown.place(row).number for row in range(7)]


def test_one_part_is_itself_and_copies_nothing() -> None:
    own = part(TRAINING, 4)
    shown = ShownImages("training", (own,))
    assert shown.latents is own.latents
    assert shown.has_training
    assert not ShownImages("heldout", (part(HELD_OUT, 4),)).has_training


def test_without_labels_there_are_none() -> None:
    assert ShownImages("training", (part(TRAINING, 4, labels=False),)).labels is None


@pytest.mark.parametrize("row", [-1, 7])
def test_a_row_that_there_is_not(row: int) -> None:
    shown = ShownImages("both", (part(HELD_OUT, 3), part(TRAINING, 4)))
    with pytest.raises(IndexError, match="row must be from 0 to 6"):
        shown.place(row)


def test_parts_must_be_those_of_the_choice() -> None:
    with pytest.raises(ValueError, match="parts must be"):
        ShownImages("both", (part(TRAINING, 3), part(HELD_OUT, 4)))
