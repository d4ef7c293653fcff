"""The menu of regularizers. To add one: write its file, add its class to `MENU`, write its test.

Defaults are those of the paper or its authors' code, turned into the units of our loss (a mean over
pixels) where it says them. Most papers tune a weight for each data set: a default of which a file says
nothing is this project's, of a size at which the term is felt beside the reconstruction error and does
not drown it.
"""

from __future__ import annotations

import torch
from torch import nn

from core.regularizers.consistency import Consistency
from core.regularizers.contractive import Contractive
from core.regularizers.contrastive import Contrastive
from core.regularizers.dec import DEC, IDEC
from core.regularizers.denoising import Denoising
from core.regularizers.drift import Drift
from core.regularizers.kmeans import DCN, DKM
from core.regularizers.l1 import L1
from core.regularizers.latent_noise import LatentNoise
from core.regularizers.mutual_information import MutualInformation
from core.regularizers.parametric_umap import ParametricUMAP
from core.regularizers.rae import RAE
from core.regularizers.repulsion import Repulsion
from core.regularizers.self_labelling import SelfLabelling
from core.regularizers.sine import Sine
from core.regularizers.sliced_wasserstein import SlicedWasserstein
from core.regularizers.soft_silhouette import SoftSilhouette
from core.regularizers.support.base import (
    Effect,
    LatentBatch,
    Overview,
    Regularizer,
    Shape,
    View,
)
from core.regularizers.vade import VaDE
from core.regularizers.vae import VAE
from core.regularizers.vq import VQ
from core.regularizers.wae_mmd import WAE
from core.setting.setting import REGULARIZERS, RegularizerInfo, Term

MENU: tuple[type[Regularizer], ...] = (
    Sine, Drift, L1, RAE, Contractive, Denoising, LatentNoise, VAE, WAE, SlicedWasserstein,
    VaDE, DEC, IDEC, DCN, DKM, SoftSilhouette, MutualInformation, Repulsion, VQ,
    Consistency, Contrastive, ParametricUMAP, SelfLabelling,
)  # fmt: skip

NONE = RegularizerInfo(
    name="none",
    label="None (plain autoencoder)",
    meaning="Only the reconstruction error: the baseline that every regularizer is compared with.",
    formula=r"0",
    paper="Hinton and Salakhutdinov 2006, Reducing the Dimensionality of Data with Neural Networks",
    parameters={},
)
CLASSES = {cls.info.name: cls for cls in MENU}
REGULARIZERS.update({"none": NONE} | {name: cls.info for name, cls in CLASSES.items()})


def build(terms: tuple[Term, ...], shape: Shape, generator: torch.Generator) -> nn.ModuleDict:
    """The modules of a Setting's terms, by name and in order."""
    return nn.ModuleDict(
        {term.name: CLASSES[term.name](term.full_params(), shape, generator) for term in terms}
    )


__all__ = [
    "CLASSES",
    "MENU",
    "NONE",
    "Effect",
    "LatentBatch",
    "Overview",
    "Regularizer",
    "Shape",
    "View",
    "build",
]
