"""What clusters are called and coloured by: those of the digits that they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from core.figures.style import CLASS_COLOURS, SPARE_COLOURS, Shades, class_name, class_shades


class Look(NamedTuple):
    """How a cluster is drawn.

    Attributes:
        name: its number and, after `≈`, the digit that it stands for.
        shades: its colour on a light and on a dark page.
    """

    name: str
    shades: Shades


def cluster_looks(
    clusters: Iterable[int], matches: Mapping[int, int] | None, class_names: Sequence[str] = ()
) -> dict[int, Look]:
    """Name and colour of each cluster, in the order of their digits; the others follow, -1 (noise) last.

    A cluster that is matched has its digit's colour. The others take colours that no matched one has
    and, when these are used up, shades of grey.

    Args:
        clusters: their numbers.
        matches: digit by cluster, as `core.metrics.agreement.match_clusters` gives it; None: there are
            no labels, so a cluster's number chooses its colour.
        class_names: by digit.
    """
    matched = matches or {}
    clusters = sorted(clusters, key=lambda c: (c < 0, c not in matched, matched.get(c, c)))
    if matches is None:
        return {c: Look(class_name(c), class_shades(c)) for c in clusters}
    taken = {digit % len(CLASS_COLOURS) for digit in matches.values()}
    free = [class_shades(i) for i in range(len(CLASS_COLOURS)) if i not in taken]
    looks, surplus = {}, 0
    for c in clusters:
        if c in matches:
            looks[c] = Look(_matched(c, matches[c], class_names), class_shades(matches[c]))
        elif c < 0:
            looks[c] = Look(class_name(c), class_shades(c))
        else:
            spare = SPARE_COLOURS[(surplus - len(free)) % len(SPARE_COLOURS)]
            looks[c] = Look(class_name(c), free[surplus] if surplus < len(free) else spare)
            surplus += 1
    return looks


def _matched(cluster: int, digit: int, class_names: Sequence[str]) -> str:
    name = class_name(digit, class_names)
    return f"{cluster} ≈ digit {name}" if name.isdigit() else f"{cluster} ≈ {name}"
