"""Latent noise: the decoder reads a blurred latent, so near latents must mean near images.

    z_i + deviation * scale * eps_i,  eps_i ~ N(0, I)

Poole, Sohl-Dickstein, Ganguli 2014, Analyzing Noise in Autoencoders and Deep Networks, section 3. The
noise is in units of the batch's own latent scale: otherwise growing latents would outrun it. No penalty
is added: the task itself is what regularizes.
"""

from __future__ import annotations

import torch

from core.regularizers.support.base import Effect, LatentBatch, Regularizer, relative_scale


class LatentNoise(Regularizer):
    name = "latent_noise"

    def forward(self, batch: LatentBatch) -> Effect:
        latent = batch.latent
        noise = torch.randn(latent.shape, generator=batch.generator, device=latent.device)
        return Effect(decoded=latent + self.params["deviation"] * relative_scale(latent) * noise)
