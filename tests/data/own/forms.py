"""Small images of two kinds, easily told apart, in the forms that people have."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def images(count: int = 40, height: int = 8, width: int = 8, seed: int = 0) -> Array:
    """Light bars on dark ground, with some noise; values reach 0 and 255."""
    draw = np.random.default_rng(seed)
    pixels = draw.integers(0, 40, (count, height, width))
    for i in range(count):
        pixels[i, 2 + i % 2 : 4 + i % 2, 1:-1] = 255
    pixels[:, 0, 0] = 0
    return pixels.astype(np.uint8)


def bars(count: int, kinds: int = 3) -> Array:
    """Images (count, 16, 16) of a bar in one of so many directions, a little moved and noisy."""
    rng = np.random.default_rng(0)
    across, down = np.meshgrid(np.arange(16) - 7.5, np.arange(16) - 7.5)
    images = []
    for i in range(count):
        angle = np.pi * (i % kinds) / kinds + rng.normal(scale=0.05)
        away = across * np.sin(angle) - down * np.cos(angle) + rng.normal(scale=0.5)
        images.append(220 * np.exp(-(away**2) / 2) + rng.integers(0, 20, (16, 16)))
    return np.array(images).astype(np.uint8)


def labels(count: int = 40, classes: int = 4) -> Array:
    return np.arange(count) % classes


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def npy(array: Array) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def idx(array: Array) -> bytes:
    kinds = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}
    kind = kinds[array.dtype.str[1:]]
    head = struct.pack(f">2xBB{array.ndim}I", kind, array.ndim, *array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


def picture(image: Array, form: str = "PNG", **options: Any) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(image).save(file, form, **options)
    return file.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
