"""Vector quantisation: the decoder reads the nearest entry of a learned code book, not the latent.

    weight * ( mean |sg(z) - e|^2 + commitment * mean |z - sg(e)|^2 ),   e = nearest code of z

with sg the identity that stops gradients and means over batch and dimensions; the decoder's gradient
goes straight through to the latent. van den Oord, Vinyals, Kavukcuoglu 2017, Neural Discrete
Representation Learning, NeurIPS, eq. 3, commitment 0.25. There the reconstruction error is divided by
the variance of the pixels, hence the weight here. Held-out reconstructions are made from the latent
itself, as for every term.
"""

from __future__ import annotations

from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch
from core.regularizers.support.centroids import Clustered, squared_distances


def nearest(latent: Tensor, codes: Tensor) -> Tensor:
    """The nearest of codes (k, d) for each latent (b, d): (b, d)."""
    return codes[squared_distances(latent, codes).argmin(dim=1)]


class VQ(Clustered):
    name = "vq"

    def forward(self, batch: LatentBatch) -> Effect:
        latent = batch.latent
        code = nearest(latent, self.centroids)
        moved = (latent.detach() - code).square().mean()
        committed = (latent - code.detach()).square().mean()
        penalty = moved + self.params["commitment"] * committed
        straight_through = latent + (code - latent).detach()
        return Effect(self.params["weight"] * penalty, decoded=straight_through)
