"""The training images of an epoch, in random order and cut into batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from core.training.batches import images_per_epoch

if TYPE_CHECKING:
    from core.training.loop import Training

CHUNK = 1024  # images gathered at a time: 3 MB at 28 x 28, which caches hold


def shuffled_batches(training: Training) -> Iterator[tuple[Tensor, Tensor]]:
    """Numbers (b,) of images, and the images (b, 1, s, s) on the device.

    In an epoch that was interrupted those that are left.
    """
    generator, size = training.cpu_generator, training.setting.batch_size
    train, place = training.data.train, training.place
    if place.order is None:
        place.order = generator.get_state()
    else:
        generator = torch.Generator()
        generator.set_state(place.order)
    order = torch.randperm(len(train), generator=generator)
    order = order[place.steps_done * size : images_per_epoch(len(train), size)]
    if not len(order):  # interrupted between the last step and the record of the epoch
        return
    for rows in order.split(max(CHUNK // size, 1) * size):
        chunk = train.images(training.setting, rows).to(training.device)
        yield from zip(rows.split(size), chunk.split(size), strict=True)
