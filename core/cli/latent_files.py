"""Latents and labels from a file, for the command line; nothing is unpickled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.cli.inputs import UsageError, existing_file
from core.data.errors import DataError
from core.data.own.embeddings import FoundEmbedding, read_embedding
from core.latents.arrays import centred


def read_latents(path: Path, labels: Path | None = None) -> FoundEmbedding:
    """Latents (n, d) and, if there are any, labels (n,) of a file.

    The points are centred float64: their places alone count, and large offsets cost no digits.

    Args:
        path: in any form that `read_embedding` knows.
        labels: a file with one label for each point: .npy, or a text with one a line.

    Raises:
        UsageError: it is something else; what was found and what would do.
    """
    for file in (path, labels):
        if file is not None:
            existing_file(file)
    try:
        found = read_embedding(path, labels)
    except DataError as error:
        raise UsageError(str(error)) from error
    return replace(found, points=centred(found.points))
