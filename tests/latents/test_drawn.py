"""Which image a row is, when images of both splits are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from core.latents.drawn import HELD_OUT, TRAINING, Cloud, Part


def part(split: str, n: int, first: float = 0.0, labels: bool = True) -> Part:
    values = np.arange(first, first + n)
    whole = values.astype(np.int64)
    return Part(split, values[:, None], whole if labels else None, whole % 3, values / 10, n)


def test_a_row_counts_through_the_held_out_images_first() -> None:
    cloud = Cloud("both", (part(HELD_OUT, 3), part(TRAINING, 4, 100)))
    assert len(cloud) == 7
    assert [cloud.place(row) for row in (0, 2, 3, 6)] == [
        (HELD_OUT, 0), (HELD_OUT, 2), (TRAINING, 0), (TRAINING, 3)
    ]  # fmt: skip
    assert cloud.latents[:, 0].tolist() == [0, 1, 2, 100, 101, 102, 103]
    assert cloud.labels.tolist() == cloud.latents[:, 0].tolist()
    assert cloud.errors[3] == 10
    assert [(start, p.split) for start, p in cloud.starts()] == [(0, HELD_OUT), (3, TRAINING)]
    assert cloud.splits.tolist() == [cloud.place(row).split for row in range(7)]
    assert cloud.numbers.tolist() == [cloud.place(row).number for row in range(7)]


def test_one_part_is_itself_and_copies_nothing() -> None:
    own = part(TRAINING, 4)
    cloud = Cloud("training", (own,))
    assert cloud.latents is own.latents
    assert cloud.has_training
    assert not Cloud("heldout", (part(HELD_OUT, 4),)).has_training


def test_without_labels_there_are_none() -> None:
    assert Cloud("training", (part(TRAINING, 4, labels=False),)).labels is None


@pytest.mark.parametrize("row", [-1, 7])
def test_a_row_that_there_is_not(row: int) -> None:
    cloud = Cloud("both", (part(HELD_OUT, 3), part(TRAINING, 4)))
    with pytest.raises(IndexError, match="row must be from 0 to 6"):
        cloud.place(row)


def test_parts_must_be_those_of_the_choice() -> None:
    with pytest.raises(ValueError, match="parts must be"):
        Cloud("both", (part(TRAINING, 3), part(HELD_OUT, 4)))
