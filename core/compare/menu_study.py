"""What the study of the whole menu (`studies/menu.toml`) found about each regularizer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.compare.study_rows import measured
from core.compare.verdict import NO_EVIDENCE, STRONGER, WEAKER, Verdict
from core.compare.verdicts import verdicts
from core.setting.menu import REGULARIZERS
from core.setting.paths import STUDIES
from core.studies.plan import default_out

RESULTS = default_out(STUDIES / "menu.toml")
METRIC = "silhouette_labels"
SETTING = "MNIST, even digits, 3-D, 14 x 14 pixels, 10 epochs, ten seeds"
# headings of the menu, by verdict on the label silhouette, in their order
GROUPS = {
    STRONGER: "Makes clusters stronger",
    NO_EVIDENCE: "No evidence",
    WEAKER: "Makes clusters weaker",
}


NOT_STUDIED = "Not in the study"


def in_groups(found: Mapping[str, Verdict]) -> dict[str, dict[str, Verdict | None]]:
    """All terms of the menu by heading, each with its verdict; the strongest first, no heading empty.

    Args:
        found: as `menu_verdicts` gives them.
    """
    headings: dict[str, dict[str, Verdict | None]] = {
        heading: {n: v for n, v in found.items() if v.word == word and n in REGULARIZERS}
        for word, heading in GROUPS.items()
    }
    headings[NOT_STUDIED] = {n: None for n in REGULARIZERS if n not in found and n != "none"}
    return {heading: terms for heading, terms in headings.items() if terms}


def menu_verdicts(path: Path = RESULTS) -> dict[str, Verdict]:
    """The verdict on the label silhouette by term, the strongest first; {} where there are no results.

    Raises:
        ResultsError: the file is something else.
    """
    if not path.is_file():
        return {}
    found = verdicts(measured(path), [METRIC])
    found.sort(key=lambda verdict: -(verdict.difference or 0.0))
    return {verdict.value.split(":")[0]: verdict for verdict in found}
