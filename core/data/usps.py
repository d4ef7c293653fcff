"""USPS's digits, in the two files of LIBSVM."""

from __future__ import annotations

import bz2
from pathlib import Path

import numpy as np

from core.data.own.found import Array

USPS = "usps"
FOLDER, FILES = "USPS", ("usps.bz2", "usps.t.bz2")
_COUNTS = (7_291, 2_007)
_MOST_BYTES = 50_000_000  # of a file, unpacked


def read(folder: Path, problems: dict[str, str]) -> list[Array] | None:
    """Lines of a label from 1 to 10 and 256 pixels from -1 to 1, each after its number: `3 1:-1 ...`."""
    found: list[Array] = []
    for file, count in zip(FILES, _COUNTS, strict=True):
        if not (folder / file).is_file():
            continue
        try:
            text = bz2.BZ2Decompressor().decompress((folder / file).read_bytes(), _MOST_BYTES)
            rows = [line.replace(b":", b" ").split() for line in text.splitlines()]
            table = np.array(rows, dtype=np.float32).reshape(count, 513)
        except (OSError, ValueError, EOFError):
            problems[file] = f"it must have {count:,} images of 256 pixels"
            continue
        # as torchvision has it
        pixels = ((table[:, 2::2].reshape(-1, 16, 16) + 1) / 2 * 255).astype(np.uint8)
        found += [pixels, table[:, 0].astype(np.int64) - 1]
    return found if len(found) == 4 else None
