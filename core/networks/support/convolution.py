"""Layers of convolutional networks: as torch has them, but faster on the CPU.

Filters and values lie channels last there (`core.models.autoencoder`). Where one gradient comes in
another order, all layers before it take it over and work across memory.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

Pair = tuple[int, int]


class Flatten(nn.Flatten):
    """Images (b, c, h, w) to rows (b, c * h * w); its gradient comes back channels last."""

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        if x.requires_grad:
            x.register_hook(lambda gradient: gradient.contiguous(memory_format=torch.channels_last))
        return super().forward(x)


class Unflatten(nn.Unflatten):
    """Rows (b, c * h * w) to values (b, c, h, w) that lie channels last, once for forward and back."""

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        return super().forward(x).contiguous(memory_format=torch.channels_last)


class ToPixels(nn.ConvTranspose2d):
    """A transposed convolution to one channel, for which torch has no fast kernel forward on the CPU."""

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Values (b, c, h, w) to images (b, 1, h', w')."""
        if x.device.type != "cpu":
            return super().forward(x, output_size)
        return _ToPixels.apply(x, self.weight, self.bias, self.stride, self.padding)


class _ToPixels(torch.autograd.Function):
    """Forward a matrix product: a patch for every place; then they are added up where they overlap."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, stride: Pair, padding: Pair
    ) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.stride, ctx.padding = stride, padding
        sides, kernel = x.shape[2:], weight.shape[2:]
        every = weight.flatten(1).t().expand(len(x), -1, -1)  # or the patches would be copied
        patches = every.bmm(x.flatten(2))  # (b, k * k, h * w)
        size = tuple(
            (n - 1) * s + k - 2 * p
            for n, s, k, p in zip(sides, stride, kernel, padding, strict=True)
        )
        # images as channels of one, or torch would go through them in a slow loop
        patches = patches.view(1, -1, patches.shape[2])
        folded = F.fold(patches, size, kernel, padding=padding, stride=stride)
        return folded.view(len(x), 1, *size) + bias

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        # with one channel both orders are the same in memory, and only the strides say which it is
        last = torch.empty_like(gradient, memory_format=torch.channels_last).copy_(gradient)
        found = torch.ops.aten.convolution_backward(
            last, x, weight, [1], ctx.stride, ctx.padding, [1, 1],
            True, [0, 0], 1, ctx.needs_input_grad[:3],
        )  # fmt: skip
        return (*found, None, None)
