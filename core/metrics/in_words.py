"""Scores in words: where a silhouette stands, and one sentence on a whole Evaluation."""

from __future__ import annotations

from core.metrics.evaluation import Evaluation

# Kaufman and Rousseeuw 1990, Finding Groups in Data, table 4 of chapter 2: at least so much is a strong,
# a reasonable, a weak structure; below, no substantial one.
_STRUCTURE = ((0.71, "strong structure"), (0.51, "clear structure"), (0.26, "weak structure"))
_NONE = "hardly any structure"
_APART = {
    "strong structure": "stand far apart",
    "clear structure": "stand apart",
    "weak structure": "touch each other",
    _NONE: "run into each other",
}
_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()


def structure(silhouette: float) -> str:
    """Where a silhouette, -1 to 1, stands."""
    return next((word for least, word in _STRUCTURE if silhouette >= least), _NONE)


def number_word(count: int) -> str:
    """A count in words up to twelve."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else f"{count:,}"


def in_a_sentence(scores: Evaluation, noun: str = "digit", things: str = "images") -> str:
    """What an Evaluation says, in a sentence.

    Args:
        scores: of one latent space.
        noun: what a class of the images is called.
        things: what was scored.
    """
    count = scores.n_clusters
    if count < 2:
        return (
            "There is one cluster, so nothing is told apart." if count else "No cluster was found."
        )
    silhouette = scores.values.get("silhouette_clusters")
    many = number_word(count).capitalize()
    first = f"{many} clusters"
    first += " were found" if silhouette is None else f" {_APART[structure(silhouette)]}"
    agreement = scores.values.get("acc")
    if agreement is None:
        return f"{first}."
    share = f"{agreement * 100:.1f}\u00a0%"  # a space that no line ends at
    return f"{first}, and {share} of the {things} are in the cluster of their {noun}."
