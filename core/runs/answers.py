"""What a Run's network gives: `Morph` and `Answer`. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from core.latents.arrays import FloatArray, IntArray
from core.latents.paths import Path

_FAR, _STRANGE = 99.0, 99.0  # percentiles above which a distance or an error is unusual


@dataclass(frozen=True, eq=False)
class Morph:
    """Frames on a path between two latents.

    Attributes:
        path: the frames' latents, how far they are from the data, and which images they are.
        images: (m, s, s) float32 from 0 to 1, decoded.
    """

    path: Path
    images: FloatArray

    @property
    def latents(self) -> FloatArray:
        """(m, d) of the frames."""
        return self.path.latents

    @property
    def rows(self) -> IntArray | None:
        """(m,) which held-out images the frames are; None where they are any latents."""
        return self.path.rows

    @property
    def gaps(self) -> FloatArray:
        """(m,) distance of each frame to the nearest latent of the data."""
        return self.path.gaps


@dataclass(frozen=True, eq=False)
class Answer:
    """What a Run makes of a picture.

    Attributes:
        image: (s, s) float32 from 0 to 1, as the network got it.
        latent: (d,) float32.
        reconstruction: (s, s) float32 from 0 to 1.
        error: mean squared error per pixel of the reconstruction, pixels from 0 to 1.
        rows: (k,) the nearest training images, nearest first.
        distances: (k,) to these.
        near: (k, d) latents of these.
        labels: (k,) of these, or None where there are none.
        votes: share of the k neighbours by class, greatest first; empty without labels.
        cluster: of the nearest held-out image; -1 is noise.
        distance_percentile: share of held-out images, in percent, that are nearer to their nearest
            training image.
        error_percentile: share of held-out images, in percent, that are reconstructed better.
    """

    image: FloatArray
    latent: FloatArray
    reconstruction: FloatArray
    error: float
    rows: IntArray
    distances: FloatArray
    near: FloatArray
    labels: IntArray | None
    votes: dict[int, float]
    cluster: int
    distance_percentile: float
    error_percentile: float

    @property
    def predicted(self) -> int | None:
        """The class of most votes, the smallest of equal ones; None without labels."""
        return next(iter(self.votes), None)

    @property
    def is_usual(self) -> bool:
        """Whether data is there, and the network reconstructs the picture as well as data."""
        return self.distance_percentile <= _FAR and self.error_percentile <= _STRANGE

    @property
    def sentence(self) -> str:
        """In words, whether it lies where the data is."""
        nearer, better = _part(self.distance_percentile), _part(self.error_percentile)
        if self.distance_percentile > _FAR:
            return (
                f"It lies where no data is: {nearer} of the held-out images are nearer to their nearest "
                "training image, so its neighbours say little."
            )
        if self.error_percentile > _STRANGE:
            return (
                f"It lies where the data is, but the network can't draw it: {better} of the held-out "
                "images are reconstructed better, so its place says little."
            )
        return (
            f"It lies where the data is: {nearer} of the held-out images are nearer to their nearest "
            f"training image, and {better} are reconstructed better."
        )


def _part(percentile: float) -> str:
    """A share in words that does not round up to all."""
    return "all" if percentile >= 100 else f"{int(percentile)} %"
