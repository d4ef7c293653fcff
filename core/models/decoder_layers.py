"""A trained decoder as numbers, for programs that have no torch, such as a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from core.models.autoencoder import Autoencoder

Layers = list[dict[str, Any]]


def decoder_layers(model: Autoencoder) -> tuple[Layers, np.ndarray[Any, Any]]:
    """The decoder's layers in order, and the numbers they have learned.

    Args:
        model: on the CPU.

    Returns:
        For each layer its `kind` ("linear", "transposed", "silu" or "leaky"), its sizes, and in
        `weight` and `bias` where its numbers begin; and all numbers (n,) float32. A linear layer's
        weight is (outputs, inputs), that of a transposed convolution (inputs, outputs, kernel, kernel).

    Raises:
        ValueError: a layer that is none of these.
    """
    from torch import nn

    layers: Layers = []
    numbers: list[np.ndarray[Any, Any]] = []
    begun = side = 0

    def place(values: Any) -> int:
        nonlocal begun
        numbers.append(values.detach().contiguous().numpy().astype(np.float32).ravel())
        begun += len(numbers[-1])
        return begun - len(numbers[-1])

    assert isinstance(model.decoder, nn.Sequential)
    for layer in model.decoder:  # not `children`: an activation may stand in several places
        if isinstance(layer, nn.Linear):
            layers.append({
                "kind": "linear", "inputs": layer.in_features, "outputs": layer.out_features,
                "weight": place(layer.weight), "bias": place(layer.bias),
            })  # fmt: skip
        elif isinstance(layer, nn.ConvTranspose2d):
            layers.append({
                "kind": "transposed", "inputs": layer.in_channels, "outputs": layer.out_channels,
                "kernel": layer.kernel_size[0], "stride": layer.stride[0],
                "padding": layer.padding[0], "side": side,
                "weight": place(layer.weight), "bias": place(layer.bias),
            })  # fmt: skip
            side = (side - 1) * layer.stride[0] - 2 * int(layer.padding[0]) + layer.kernel_size[0]
        elif isinstance(layer, nn.Unflatten):
            side = int(layer.unflattened_size[-1])  # numbers stay in their order
        elif isinstance(layer, nn.SiLU):
            layers.append({"kind": "silu"})
        elif isinstance(layer, nn.LeakyReLU):
            layers.append({"kind": "leaky", "slope": layer.negative_slope})
        else:
            raise ValueError(f"a decoder's layers must be known here; got {type(layer).__name__}")
    return layers, np.concatenate(numbers)
