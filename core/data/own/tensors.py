"""Tensors of torch in a .safetensors, the form that needs no pickle."""

from __future__ import annotations

import torch
from safetensors.torch import load

from core.data.own.found import Array, too_large

FORM = "a .safetensors file"


def read(content: bytes, limit: int, remarks: list[str]) -> dict[str, Array]:
    """Its tensors by name. Raises DataError: they have more than `limit` bytes."""
    if len(content) > limit:  # nothing is packed
        raise too_large("the tensors", limit)
    return {name: numbers_of(tensor) for name, tensor in load(content).items()}


def numbers_of(tensor: torch.Tensor) -> Array:
    """A tensor as an array; numpy has no bfloat16."""
    plain = tensor.detach().cpu()
    plain = plain.float() if plain.dtype == torch.bfloat16 else plain
    array: Array = plain.numpy()
    return array
