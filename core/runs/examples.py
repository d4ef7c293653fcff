"""Embeddings to begin with: small, made in a moment from data that scikit-learn brings along.

The points of the blog post's plots would be the natural example. They are not in the repository: only
the scores that were read off them are (`core/metrics/published.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.runs.embedding import Array, Embedding


@dataclass(frozen=True)
class Example:
    """An Embedding to begin with.

    Attributes:
        label: name for people.
        about: a sentence on what it is.
        make: gives its points (1797, d) out of the images' pixels (1797, 64).
    """

    label: str
    about: str
    make: Callable[[Array], Array]


def _components(pixels: Array) -> Array:
    from core.latents.projection import Projection, project

    return project(pixels, Projection("pca", 3)).points


EXAMPLES: dict[str, Example] = {
    "pixels": Example(
        "Pixels of 8x8 digits",
        "The 64 pixels of scikit-learn's 1,797 digits, without any encoder: what every latent space of "
        "them has to beat.",
        lambda pixels: pixels,
    ),
    "components": Example(
        "PCA of 8x8 digits",
        "The same pixels by their three principal components: the best that a linear encoder of three "
        "dimensions can reconstruct.",
        _components,
    ),
}


def example(key: str) -> Embedding:
    """An Embedding of `EXAMPLES` by its key."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    points = EXAMPLES[key].make(digits.data)
    images = np.rint(digits.images * (255 / 16)).astype(np.uint8)
    names = tuple(f"digit {name}" for name in digits.target_names)
    return Embedding(
        EXAMPLES[key].label, points.astype(np.float32), digits.target.astype(np.int64), names,
        images=images,
    )  # fmt: skip
