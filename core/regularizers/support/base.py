"""What a regularizer is: an `nn.Module` with a `name`, called once per batch by the training loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor, nn


class Shape(NamedTuple):
    """Sizes a regularizer may need to build what it learns.

    Attributes:
        latent_dim: length d of a latent.
        feature_dim: length f of the encoder's last hidden layer.
        pixels: number p of pixels of an image.
        pixel_range: pixels go from 0 to this.
        clusters: how many clusters are looked for by default.
    """

    latent_dim: int
    feature_dim: int
    pixels: int
    pixel_range: float
    clusters: int = 10

    @property
    def per_pixel(self) -> float:
        """r^2 / p: what a weight beside a sum over unit pixels is beside our mean over pixels."""
        return self.pixel_range**2 / self.pixels


class View(NamedTuple):
    """How the encoder sees other images, row by row beside those of the batch.

    Attributes:
        features: (b, f) the encoder's last hidden layer.
        latent: (b, d) the encoder's output.
    """

    features: Tensor
    latent: Tensor

    def at(self, rows: slice) -> View:
        """Some of its rows."""
        return View(self.features[rows], self.latent[rows])


class Overview(NamedTuple):
    """All training images at the start of an epoch, for terms that plan with the whole.

    Attributes:
        epoch: from 1 on.
        seed: of this epoch, for anything random.
        latents: gives (n, d), without gradient; encoded when first asked for.
        features: gives (n, f), likewise.
        pixels: gives the images themselves, (n, p).
    """

    epoch: int
    seed: int
    latents: Callable[[], Tensor]
    features: Callable[[], Tensor]
    pixels: Callable[[], Tensor]


class LatentBatch(NamedTuple):
    """What the loop gives to every regularizer.

    Attributes:
        images: (b, 1, s, s) clean images, 0 to pixel_range.
        inputs: (b, 1, s, s) what the encoder read: `images` after every term's `corrupt`.
        features: (b, f) the encoder's last hidden layer.
        latent: (b, d) the encoder's output.
        encode: images to latents, each by itself, for terms that need the encoder again.
        generator: the only source of randomness, so that a seed repeats a Run.
        view: the same images, augmented; there if a term has `needs_view`.
        partner: for each image another one, as the term's `partners` chose; None on held-out
            images, which have no neighbours among themselves.
        rows: (b,) numbers of the images among all training images; None on held-out images.
    """

    images: Tensor
    inputs: Tensor
    features: Tensor
    latent: Tensor
    encode: Callable[[Tensor], Tensor]
    generator: torch.Generator
    view: View | None = None
    partner: View | None = None
    rows: Tensor | None = None

    def split(self, sizes: Sequence[int]) -> Iterator[LatentBatch]:
        """Its images, in order, in batches of those sizes."""
        start = 0
        for size in sizes:
            part = slice(start, start + size)
            yield self._replace(
                images=self.images[part],
                inputs=self.inputs[part],
                features=self.features[part],
                latent=self.latent[part],
                view=self.view and self.view.at(part),
                partner=self.partner and self.partner.at(part),
                rows=None if self.rows is None else self.rows[part],
            )
            start += size


class Effect(NamedTuple):
    """What a regularizer does with a batch.

    Attributes:
        penalty: scalar added to the loss, its weight included; None when there is nothing to add.
        decoded: (b, d) what the decoder reads in place of the latent; None: the latent itself.
    """

    penalty: Tensor | None = None
    decoded: Tensor | None = None


class Regularizer(nn.Module):
    """A term of the loss that acts on the latent batch. A subclass has `name` and `forward`.

    Attributes:
        needs_view: whether it wants `LatentBatch.view`.
        needs_partner: whether it wants `LatentBatch.partner`, which its `partners` chooses.
        needs_gradient: whether it differentiates by itself, also on held-out images.
        planned_bytes: memory that planning an epoch takes, per pixel of all training images, of which
            each counts as 28 x 28 at least; 0: not worth counting.
        constant: attributes that a training under way needs not keep (`core.training.restart`).
        notes: what it decided while it planned an epoch, for the record of that epoch.

    Learned parts (a variance head, centroids) are ordinary submodules made in `__init__`, from the
    generator given there; the loop optimizes and the store keeps them with the autoencoder.
    """

    name: ClassVar[str]
    needs_view: ClassVar[bool] = False
    needs_partner: ClassVar[bool] = False
    needs_gradient: ClassVar[bool] = False
    planned_bytes: ClassVar[int] = 0
    constant: ClassVar[frozenset[str]] = frozenset({"params", "shape"})

    def __init__(self, params: Mapping[str, Any], shape: Shape, generator: torch.Generator) -> None:
        super().__init__()
        self.params = dict(params)
        self.shape = shape
        self.notes: dict[str, float] = {}

    @property
    def clusters(self) -> int:
        """k: as many as the parameter `clusters` asks for; with 0 as many as the Setting looks for."""
        return int(self.params["clusters"]) or self.shape.clusters

    def corrupt(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """What the encoder reads in place of `images` (b, 1, s, s) while training."""
        return images

    def begin_epoch(self, overview: Overview) -> None:
        """Plan an epoch in which the term acts: first centroids, a neighbour graph."""

    def plan_seconds(self, overview: Overview, images: int, epochs: int) -> float:
        """Seconds that `begin_epoch` takes in the whole of a training, by what it takes for a sample.

        By default they grow with the number of images; a term whose plans grow otherwise has its own.

        Args:
            overview: a sample of the training images, encoded whenever asked for.
            images: how many training images there are.
            epochs: in how many the term acts.
        """
        if type(self).begin_epoch is Regularizer.begin_epoch:
            return 0.0
        first = seconds(lambda: self.begin_epoch(overview))
        later = seconds(lambda: self.begin_epoch(overview)) if epochs > 1 else 0.0
        return (first + (epochs - 1) * later) * images / len(overview.pixels())

    def partners(self, rows: Tensor, generator: torch.Generator) -> Tensor | None:
        """For training images (b,) by number, the numbers (b,) of those to see as `partner`."""
        return None

    def forward(self, batch: LatentBatch) -> Effect:
        raise NotImplementedError


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    if torch.cuda.is_available():  # which goes on after Python does
        torch.cuda.synchronize()
    return time.perf_counter() - start


def linear(
    inputs: int, outputs: int, generator: torch.Generator, *, std: float, bias: float = 0.0
) -> nn.Linear:
    """A linear layer, its weights drawn from the generator: from N(0, std^2)."""
    layer = nn.Linear(inputs, outputs)
    nn.init.normal_(layer.weight, std=std, generator=generator)
    nn.init.constant_(layer.bias, bias)
    return layer


def relative_scale(latent: Tensor) -> Tensor:
    """Scalar: root mean square distance of latents (b, d) from their mean, per dimension.

    Without gradient: a term measured in this unit has the same value whatever the size of all latents
    together, and takes the unit as given. With its gradient `drift` would draw the latents together,
    away from the origin, until all images look alike to the decoder. One image alone has no scale: 1.
    """
    if len(latent) < 2:
        return latent.new_ones(())
    centred = latent.detach() - latent.detach().mean(dim=0)
    return centred.square().mean().sqrt().clamp_min(1e-12)
