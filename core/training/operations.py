"""How many floating-point operations something takes: those of its matrix products and convolutions.

`torch.utils.flop_counter` counts the same, but first imports torch's compiler, a second and 67 MB of
each process that asks how long a training will take, and it fails where a term differentiates by itself.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

import torch

os.environ.setdefault("KINETO_LOG_LEVEL", "6")  # the profiler reports each use on standard error

# which two of an operation's inputs are multiplied
_PRODUCTS = {
    "aten::mm": (0, 1),
    "aten::bmm": (0, 1),
    "aten::addmm": (1, 2),
    "aten::baddbmm": (1, 2),
}


def operations(act: Callable[[], object]) -> int:
    """Of what is computed while `act` runs, its gradients included."""
    with torch.autograd.profiler.profile(record_shapes=True) as seen:
        act()
    return sum(_of(event) for event in seen.function_events or ())


def _of(event: Any) -> int:
    """Of one operation, by the shapes of its inputs."""
    shapes, values = event.input_shapes, event.concrete_inputs
    if event.name in _PRODUCTS:
        first, second = (shapes[i] for i in _PRODUCTS[event.name])
        return 2 * math.prod(first) * int(second[-1])
    if event.name == "aten::convolution":
        image, filters = shapes[:2]
        stride, padding, dilation, transposed = values[3:7]
        sides = image[2:] if transposed else _answered(image, filters, stride, padding, dilation)
        return _convolution(image, filters, sides)
    if event.name == "aten::convolution_backward":
        slope, image, filters = shapes[:3]
        transposed, wanted = values[7], values[10]
        sides = image[2:] if transposed else slope[2:]
        return sum(wanted[:2]) * _convolution(
            image, filters, sides
        )  # by the images, by the filters
    return 0


def _convolution(image: Sequence[int], filters: Sequence[int], sides: Sequence[int]) -> int:
    """Of all filters, each put once at every place of a picture with such sides."""
    return 2 * image[0] * math.prod(filters) * math.prod(sides)


def _answered(
    image: Sequence[int],
    filters: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
) -> list[int]:
    """Sides of what a convolution gives."""
    each = zip(image[2:], filters[2:], stride, padding, dilation, strict=True)
    return [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in each]
