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
from core.regularizers.support.centroids import PRETRAINED, Clustered, squared_distances
from core.setting.setting import Parameter, RegularizerInfo


def nearest(latent: Tensor, codes: Tensor) -> Tensor:
    """The nearest of codes (k, d) for each latent (b, d): (b, d)."""
    return codes[squared_distances(latent, codes).argmin(dim=1)]


class VQ(Clustered):
    info = RegularizerInfo(
        name="vq",
        label="VQ (code book)",
        meaning="The decoder sees only the nearest of a few learned points: latents gather at them.",
        formula=r"\lambda\,\frac{1}{nd}\sum_i\left(\|\mathrm{sg}(z_i)-e_i\|^2+\beta\,\|z_i-\mathrm{sg}(e_i)\|^2"
        r"\right),\quad e_i=\operatorname{argmin}_{c_k}\|z_i-c_k\|",
        paper="van den Oord, Vinyals, Kavukcuoglu 2017, Neural Discrete Representation Learning",
        feeds_decoder=True,
        parameters={
            "weight": Parameter(0.1, "λ: how much the distance to the code counts.", maximum=1e6),
            "commitment": Parameter(
                0.25, "β: how much of it moves the latent, not the code.", maximum=1e3
            ),
            "clusters": Parameter(
                64, "How many codes; 0: as many as classes are chosen.", maximum=1000, label="Codes"
            ),
        },
        schedule=PRETRAINED,
    )

    def forward(self, batch: LatentBatch) -> Effect:
        latent = batch.latent
        code = nearest(latent, self.centroids)
        moved = (latent.detach() - code).square().mean()
        committed = (latent - code.detach()).square().mean()
        penalty = moved + self.params["commitment"] * committed
        straight_through = latent + (code - latent).detach()
        return Effect(self.params["weight"] * penalty, decoded=straight_through)
