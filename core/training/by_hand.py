"""Gradients of a dense autoencoder without autograd, which is left what lies between latent and loss.

A third of the time of a small network's gradients is autograd's own. So encoder and decoder go forward
and back as `core.models.dense` has them, and only the terms that act are differentiated by autograd, by
latents and features. The gradients are the same but for the order of sums.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from core.models.autoencoder import Autoencoder
from core.models.dense import Dense
from core.regularizers import View


class DenseParts(NamedTuple):
    """The layers of an autoencoder."""

    trunk: Dense
    head: Dense
    decoder: Dense


def dense_parts(model: Autoencoder) -> DenseParts | None:
    """None: it has layers that are not dense, or it is not on the CPU, and autograd does it all."""
    if next(model.parameters()).device.type != "cpu":
        return None
    try:
        return DenseParts(Dense(model.trunk), Dense(model.head), Dense(model.decoder))
    except ValueError:
        return None


class _Pass(NamedTuple):
    """Images through the encoder: what the terms see of it, and the values of every layer."""

    view: View
    trunk: list[Tensor]
    head: list[Tensor]


class ByHand:
    """One step: first `view` as often as images are encoded, then `backward`.

    Args:
        parts: of the model.
    """

    def __init__(self, parts: DenseParts) -> None:
        self._parts = parts
        self._passes: list[_Pass] = []

    def view(self, images: Tensor) -> View:
        """Images (b, 1, s, s) as the encoder sees them; autograd begins at what it sees."""
        with torch.no_grad():
            trunk = self._parts.trunk.forward(images.flatten(1))
            head = self._parts.head.forward(trunk[-1])
        view = View(trunk[-1].requires_grad_(), head[-1].requires_grad_())
        self._passes.append(_Pass(view, trunk, head))
        return view

    def backward(self, code: Tensor, target: Tensor, penalties: list[Tensor]) -> Tensor:
        """Gradients of all parameters by reconstruction error and penalties.

        Args:
            code: (b, d) what the decoder reads, made of the latents of a `view`.
            target: (b, 1, s, s) what it is to answer with.
            penalties: scalars, made of what `view` gave.

        Returns:
            The reconstruction error, a scalar.
        """
        target = target.flatten(1)
        with torch.no_grad():
            values = self._parts.decoder.forward(code)
            off = (values[-1] - target).flatten()
            error = off.square().mean()
            slope = off.mul_(2 / len(off)).view_as(target)
            by_code = self._parts.decoder.backward(values, slope, through=code.requires_grad)
        self._through_the_terms(code, by_code, penalties)
        with torch.no_grad():
            for view, trunk, head in self._passes:
                self._through_the_encoder(view, trunk, head)
        return error

    def _through_the_terms(self, code: Tensor, by_code: Tensor, penalties: list[Tensor]) -> None:
        roots = [p for p in penalties if p.requires_grad]
        slopes: list[Tensor | None] = [None] * len(roots)
        latent = self._passes[0].view.latent
        if code is latent:  # as autograd would, at once
            latent.grad = by_code
        elif code.requires_grad:
            roots, slopes = [*roots, code], [*slopes, by_code]
        if roots:
            torch.autograd.backward(roots, slopes)

    def _through_the_encoder(self, view: View, trunk: list[Tensor], head: list[Tensor]) -> None:
        by_features, by_latent = view.features.grad, view.latent.grad
        if by_latent is not None:
            by_head = self._parts.head.backward(head, by_latent, through=True)
            by_features = by_head if by_features is None else by_features + by_head
        if by_features is not None:
            self._parts.trunk.backward(trunk, by_features, through=False)
