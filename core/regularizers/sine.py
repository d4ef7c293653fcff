"""The post's sine product: a grid of valleys in latent space for points to fall into.

    weight * mean_i prod_j (sin(2 pi z_ij / wavelength) + offset)^3

The term of the blog post that this project began with (hpcfung, "Autoencoder clustering", HackMD,
https://hackmd.io/@hpcfung/autoencoder_clustering), with c = `weight`, w = `wavelength` and o =
`offset`. It draws latents to the places where an odd number of the sines is at its minimum. On the
post's scale (pixels 0..255) latents reach the hundreds and its published plots use c = 250, w = 300 or
400, o = 0. By default the wavelength is in units of the batch's own latent scale, so that it means the
same in every Setting.
"""

from __future__ import annotations

import math

from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch, Regularizer, relative_scale


def sine_product(latent: Tensor, wavelength: float, offset: float) -> Tensor:
    """Mean over the batch of the product of cubed sines; latent (b, d) -> scalar."""
    waves = (latent * (2 * math.pi / wavelength)).sin() + offset
    return waves.pow(3).prod(dim=1).mean()


class Sine(Regularizer):
    name = "sine"

    def forward(self, batch: LatentBatch) -> Effect:
        p = self.params
        unit = relative_scale(batch.latent) if p["scale"] == "relative" else 1.0
        product = sine_product(batch.latent / unit, p["wavelength"], p["offset"])
        return Effect(p["weight"] * product)
