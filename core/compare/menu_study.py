"""What the study of the whole menu (`studies/menu.toml`) found about each regularizer."""

from __future__ import annotations

from pathlib import Path

from core.compare.result_table import scored, typed
from core.compare.verdict import NO_EVIDENCE, STRONGER, WEAKER, Verdict
from core.compare.verdicts import verdicts
from core.setting.paths import STUDIES
from core.studies.results import read

RESULTS = STUDIES / "results" / "menu.csv"
METRIC = "silhouette_labels"
SETTING = "MNIST, even digits, 3-D, 14 x 14 pixels, 10 epochs, ten seeds"
# headings of the menu, by verdict on the label silhouette, in their order
GROUPS = {
    STRONGER: "Makes clusters stronger",
    NO_EVIDENCE: "Undecided",
    WEAKER: "Makes clusters weaker",
}


def menu_verdicts(path: Path = RESULTS) -> dict[str, Verdict]:
    """The verdict on the label silhouette by term, the strongest first; {} where there are no results.

    Raises:
        ResultsError: the file is something else.
    """
    if not path.is_file():
        return {}
    found = verdicts(scored(typed(read(path))), [METRIC])
    found.sort(key=lambda verdict: -(verdict.difference or 0.0))
    return {verdict.value.split(":")[0]: verdict for verdict in found}
