"""What a network is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch import nn


class Parts(NamedTuple):
    """The layers of an autoencoder, with weights still to be drawn.

    Attributes:
        trunk: images (b, 1, s, s) to features (b, f).
        head: features to latents (b, d).
        decoder: latents to pixels (b, ...) of s * s values each.
        feature_dim: f.
    """

    trunk: nn.Module
    head: nn.Module
    decoder: nn.Module
    feature_dim: int


@dataclass(frozen=True)
class Network:
    """What is said of a network, and how it is made.

    Attributes:
        name: as in `--architecture NAME`.
        meaning: one plain sentence.
        build: side s of the images and latent dimension d to its layers.
        image_size: the only size of images that it takes; 0: any.
        multiple_of: the size of its images must be a multiple of this.
        why: the reason of a rule on the size, for an error.
    """

    name: str
    meaning: str
    build: Callable[[int, int], Parts]
    image_size: int = 0
    multiple_of: int = 1
    why: str = ""

    def refuses(self, image_size: int) -> str:
        """Why images of that size can't be taken, in a sentence; empty: they can."""
        if self.image_size and image_size != self.image_size:
            rule = f"{self.image_size}"
        elif image_size % self.multiple_of:
            rule = f"a multiple of {self.multiple_of}"
        else:
            return ""
        return (
            f"image_size must be {rule} for architecture {self.name!r} ({self.why}); "
            f"got {image_size}"
        )
