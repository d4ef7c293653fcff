"""Contractive autoencoder: small changes of the image should hardly move its latent.

    weight * mean_i || d z_i / d x_i ||_F^2

Rifai et al. 2011, Contractive Auto-Encoders, ICML, eq. 4. The squared norm of the Jacobian is taken
exactly for few latent dimensions and, above `EXACT_DIMS`, estimated without bias from one random sign
vector v per image, E ||v^T J||^2 = ||J||_F^2 (Hutchinson 1990), so that its cost stays that of one
backward pass whatever the latent dimension.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch, Regularizer

EXACT_DIMS = 3


def squared_jacobian(inputs: Tensor, latent: Tensor, generator: torch.Generator) -> Tensor:
    """Mean over the batch of the squared Frobenius norm of d latent / d inputs.

    Args:
        inputs: (b, ...) images that require a gradient.
        latent: (b, d) their latents, each a function of its own image only.
        generator: for the random signs above `EXACT_DIMS` dimensions.

    Returns:
        Scalar through which gradients flow.
    """
    dims = latent.shape[1]
    if dims <= EXACT_DIMS:
        directions = [latent[:, j] for j in range(dims)]
    else:
        signs = torch.randint(0, 2, latent.shape, generator=generator, device=generator.device)
        directions = [(latent * (signs.to(latent) * 2 - 1)).sum(dim=1)]
    total = latent.new_zeros(())
    for direction in directions:
        (rows,) = torch.autograd.grad(direction.sum(), inputs, create_graph=True)  # (b, ...)
        total = total + rows.square().sum() / len(latent)
    return total


class Contractive(Regularizer):
    name = "contractive"

    needs_gradient = True

    def forward(self, batch: LatentBatch) -> Effect:
        # a second pass through the encoder, on inputs that are leaves with a gradient
        inputs = batch.inputs.detach().requires_grad_()
        norm = squared_jacobian(inputs, batch.encode(inputs), batch.generator)
        return Effect(self.params["weight"] * norm)
