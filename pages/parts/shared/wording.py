"""How numbers and warnings are said to people."""

from __future__ import annotations

import re

import streamlit as st

from core.latents.shown import TRAINING, ShownImages, ShownSplit
from core.metrics.diagnostics import DIAGNOSTICS
from core.metrics.evaluation import Evaluation

# the scores that tables and tiles show first
MAIN_SCORES = ("acc", "nmi", "ari", "silhouette_labels", "silhouette_clusters", "knn_accuracy",
               "trustworthiness", "reconstruction_mse")  # fmt: skip


# signs that Markdown reads as its own; and where it would find an address that has none of them
_SIGNS = re.compile(r"[\\`*_{}\[\]()#+!|$<>~:]")
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)", re.IGNORECASE)


def plain(text: str) -> str:
    """Text of a visitor's, an address's or a file's, so that Markdown shows it as it is.

    A link in it stays text: what a stranger's link to this app says must not lead elsewhere. Addresses
    are broken by a word joiner, which is not seen: backslashes don't keep them from becoming links.
    """
    return _SIGNS.sub(r"\\\g<0>", _ADDRESS.sub("\u2060", text))


def warn(scores: Evaluation, *, trained: bool = True) -> None:
    """What is broken however fine the scores look; nothing where nothing is.

    Args:
        scores: of a latent space.
        trained: by this project; elsewhere only what concerns the clusters is said, as the rest speaks
            of training.
    """
    found = {c: t for c, t in scores.warnings.items() if trained or DIAGNOSTICS[c].of_clusters}
    if found:
        sentences = [f"**{DIAGNOSTICS[code].label}**: {text}" for code, text in found.items()]
        st.warning(
            "\n\n".join(["Read these scores with care.", *sentences]), icon=":material/warning:"
        )


def images_in(shown: ShownImages) -> str:
    """Which images, and how many of each split; a split that is not there in full says so."""
    if all(len(part) == part.total for part in shown.parts):
        return "all " + " and ".join(f"{len(p):,} {p.split}" for p in shown.parts) + " images"
    return " and ".join(map(_some_of, shown.parts)) + " images"


def _some_of(part: ShownSplit) -> str:
    if len(part) == part.total:
        return f"all {len(part):,} {part.split}"
    return f"the first {len(part):,} of {part.total:,} {part.split}"


def image_name(shown: ShownImages, row: int) -> str:
    """An image as it is spoken of: by its number, and by its split where that could be another."""
    split, number = shown.place(row)
    if not shown.has_training:
        return f"image {number}"
    return f"{'training' if split == TRAINING else 'held-out'} image {number}"
