"""A Run's network at work: images to latents, latents to images, and frames on the way between two."""

from __future__ import annotations

import numpy as np
import torch

from core.latents.arrays import FloatArray, LatentError
from core.latents.neighbours import nearest_neighbours
from core.latents.paths import WAYS, along_neighbours, spherical, straight
from core.models.autoencoder import Autoencoder
from core.runs.answers import Morph
from core.runs.run import Run
from core.setting.checks import listed, quoted
from core.setting.errors import UserError
from core.setting.setting import Setting

_CHUNK_PIXELS = 2**20  # of images that are in a network at a time: 1,337 of 28 x 28
FRAMES = 16
_OVER = 1e-4  # by rounding, images may go so far beyond 0 and 1


class ImageError(UserError, ValueError):
    """Images that a network can't take; the message is one sentence for people."""


@torch.inference_mode()
def encode_images(model: Autoencoder, images: FloatArray, setting: Setting) -> FloatArray:
    """Latents of images that need not be in a data set.

    Args:
        model: ready to encode.
        images: (n, s, s) or one (s, s), from 0 to 1; s is the Setting's image_size.
        setting: gives size and pixel range.

    Returns:
        (n, d) float32.

    Raises:
        ImageError: another shape, not finite, or beyond 0 and 1.
    """
    x = _checked_images(images, setting.image_size) * np.float32(setting.pixel_range)
    found = [
        model.encode(torch.from_numpy(x[rows, None])).numpy()
        for rows in _chunks(len(x), setting.image_size)
    ]
    return np.concatenate(found) if found else np.empty((0, setting.latent_dim), np.float32)


@torch.inference_mode()
def decode_latents(model: Autoencoder, latents: FloatArray, setting: Setting) -> FloatArray:
    """Images of latents; what the decoder draws beyond black and white is clipped.

    Args:
        model: ready to decode.
        latents: (n, d) or one (d,).
        setting: gives size and pixel range.

    Returns:
        (n, s, s) float32 from 0 to 1.

    Raises:
        LatentError: another shape, or not finite.
    """
    z = checked_latents(latents, setting.latent_dim)
    size = setting.image_size
    images = np.empty((len(z), size, size), np.float32)
    for rows in _chunks(len(z), size):
        decoded = model.decode(torch.from_numpy(z[rows]))[:, 0] / setting.pixel_range
        images[rows] = decoded.clamp_(0, 1).numpy()
    return images


def morphed(
    run: Run, a: int | FloatArray, b: int | FloatArray, along: str, frames: int | None
) -> Morph:
    """`Run.morph`."""
    data = run.arrays["latents"]
    if along == "neighbours":
        path = along_neighbours(data, _row(data, a), _row(data, b), frames)
    elif along in WAYS:
        way = straight if along == "straight" else spherical
        path = way(data, _latent(data, a), _latent(data, b), FRAMES if frames is None else frames)
    else:
        raise LatentError(f"along must be {listed(WAYS)}; got {quoted(along)}")
    return Morph(path, run.decode(path.latents))


def _latent(data: FloatArray, place: int | FloatArray) -> FloatArray:
    """(d,) of an image's number, or as it is."""
    if isinstance(place, int | np.integer):
        return np.asarray(data[_row(data, place)])
    return _one(data, place)


def _one(data: FloatArray, latent: FloatArray) -> FloatArray:
    if np.ndim(latent) != 1:
        raise LatentError(f"an end must be an image's number or one latent; got {np.shape(latent)}")
    return np.asarray(checked_latents(latent, data.shape[1])[0])


def _row(data: FloatArray, place: int | FloatArray) -> int:
    """The number of an image, or of the one nearest to a latent (d,)."""
    if not isinstance(place, int | np.integer):
        return int(nearest_neighbours(_one(data, place)[None], data, 1)[0][0, 0])
    if not 0 <= place < len(data):
        raise LatentError(f"an image must be a number from 0 to {len(data) - 1}; got {place}")
    return int(place)


def checked_latents(latents: FloatArray, dim: int) -> FloatArray:
    """Latents (n, dim) or (dim,) as a table (n, dim) float32. Raises LatentError."""
    z = np.ascontiguousarray(np.atleast_2d(np.asarray(latents, dtype=np.float32)))
    if z.ndim != 2 or z.shape[1] != dim:
        raise LatentError(
            f"latents must be of {dim} values each, as this run's are; got shape "
            f"{np.shape(latents)}"
        )
    if not np.isfinite(z).all():
        raise LatentError("latents must be finite numbers; got NaN or infinity")
    return z


def _checked_images(images: FloatArray, size: int) -> FloatArray:
    x = np.asarray(images, dtype=np.float32)
    x = x[None] if x.ndim == 2 else x
    if x.shape[1:] != (size, size):
        raise ImageError(
            f"images must be (n, {size}, {size}), as this run's are; got shape {np.shape(images)}"
        )
    if not np.isfinite(x).all():
        raise ImageError("images must be finite numbers; got NaN or infinity")
    if x.size and (x.min() < -_OVER or x.max() > 1 + _OVER):
        raise ImageError(
            f"images must go from 0 (black) to 1 (white); got {x.min():g} to {x.max():g}"
        )
    return np.clip(x, 0, 1)


def _chunks(n: int, size: int) -> list[slice]:
    """Slices of n images of size x size that are worked on together."""
    step = max(1, _CHUNK_PIXELS // size**2)
    return [slice(start, start + step) for start in range(0, n, step)]
