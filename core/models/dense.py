"""Dense layers forward and back without autograd.

The steps of a small network are so short that what autograd and modules do around each product takes as
long as the product. Here the same kernels of torch are called one after the other. The gradients are
those of Rumelhart, Hinton, Williams 1986, Learning representations by back-propagating errors, Nature.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_leaky_relu_backward = torch.ops.aten.leaky_relu_backward.default
_silu_backward = torch.ops.aten.silu_backward.default


class _Layer(NamedTuple):
    """A layer: with weight and bias if it is linear, with a slope if it is leaky, else SiLU."""

    weight: Tensor | None = None
    bias: Tensor | None = None
    slope: float | None = None


class Dense:
    """Linear layers and activations, one after another; call it without gradients (`torch.no_grad`).

    Args:
        part: a layer, or a sequence of layers, which may begin with `Flatten`.

    Raises:
        ValueError: a layer that is neither linear nor leaky nor SiLU.
    """

    def __init__(self, part: nn.Module) -> None:
        layers = list(part) if isinstance(part, nn.Sequential) else [part]
        if isinstance(layers[0], nn.Flatten):
            layers = layers[1:]
        self._layers = [_layer(layer) for layer in layers]

    def forward(self, x: Tensor) -> list[Tensor]:
        """What each layer reads, beginning with x (b, p), and at the end what the last one gives."""
        values = [x]
        for weight, bias, slope in self._layers:
            if weight is not None:
                x = F.linear(x, weight, bias)
            elif slope is not None:
                x = F.leaky_relu(x, slope)
            else:
                x = F.silu(x)
            values.append(x)
        return values

    def backward(self, values: list[Tensor], gradient: Tensor, through: bool) -> Tensor:
        """Add the gradients of all parameters to their `grad`.

        Args:
            values: of `forward`.
            gradient: of the loss by the last of them.
            through: whether the gradient by the first of them is wanted, too.

        Returns:
            It; or any other where it is not wanted.
        """
        for k in range(len(self._layers) - 1, -1, -1):
            weight, bias, slope = self._layers[k]
            x = values[k]
            if weight is not None and bias is not None:
                _add(weight, gradient.t().mm(x))
                _add(bias, gradient.sum(0))
                if k or through:
                    gradient = gradient.mm(weight)
            elif slope is not None:
                gradient = _leaky_relu_backward(gradient, x, slope, False)
            else:
                gradient = _silu_backward(gradient, x)
        return gradient


def _layer(layer: nn.Module) -> _Layer:
    if isinstance(layer, nn.Linear) and layer.bias is not None:
        return _Layer(layer.weight, layer.bias)
    if isinstance(layer, nn.LeakyReLU):
        return _Layer(slope=layer.negative_slope)
    if isinstance(layer, nn.SiLU):
        return _Layer()
    raise ValueError(f"only dense layers are known here; got {type(layer).__name__}")


def _add(parameter: Tensor, gradient: Tensor) -> None:
    parameter.grad = gradient if parameter.grad is None else parameter.grad + gradient
