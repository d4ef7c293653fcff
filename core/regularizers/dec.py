"""Deep embedded clustering: soft clusters sharpen themselves, and they alone train the encoder.

The penalty is that of `idec.py`; the decoder reads a latent without gradient, so it only follows and
there is something to see.

Xie, Girshick, Farhadi 2016, Unsupervised Deep Embedding for Clustering Analysis, ICML, eqs. 1 to 3.
"""

from __future__ import annotations

from core.regularizers.idec import IDEC
from core.regularizers.support.base import Effect, LatentBatch


class DEC(IDEC):
    name = "dec"

    def forward(self, batch: LatentBatch) -> Effect:
        return super().forward(batch)._replace(decoded=batch.latent.detach())
