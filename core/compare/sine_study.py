"""The post's sine term: what a grid of its parameters gains, and what new seeds leave of its best.

`studies/sine-quick.toml` has the grid, two seeds of each choice; `studies/sine-confirm.toml` what looked
best there, with ten other seeds. Verdicts are of the second alone: the best of a grid looks better there
than it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from core.compare.study_rows import measured
from core.compare.verdict import Verdict
from core.compare.verdicts import verdicts
from core.setting.paths import STUDIES
from core.setting.setting import Term

RESULTS = STUDIES / "results"
GRID, CONFIRM = "sine-quick", "sine-confirm"
METRIC = "silhouette_labels"
PARAMETERS = ["weight", "wavelength", "offset", "scale"]


class SineStory(NamedTuple):
    """What the two studies say.

    Attributes:
        gains: `PARAMETERS` and `gain` (label silhouette less that of `none`), a row a choice.
        none: label silhouette of `none` in the grid.
        confirmed: verdicts on the choices that looked best, with new seeds.
    """

    gains: pd.DataFrame
    none: float
    confirmed: list[Verdict]


def sine_rows(name: str, folder: Path = RESULTS) -> pd.DataFrame:
    """Results of a study, with the parameters of the sine term in columns of their own.

    Raises:
        ResultsError: the file is something else.
    """
    frame = measured(folder / f"{name}.csv")
    terms = [
        dict(Term.parse(text).params) if text != "none" else {} for text in frame["regularizer"]
    ]
    return frame.join(pd.DataFrame(terms, columns=PARAMETERS))


def gains(frame: pd.DataFrame, metric: str = METRIC) -> tuple[pd.DataFrame, float]:
    """A score less that of `none`, a row a choice of `PARAMETERS`; and what `none` has."""
    none = float(frame.loc[frame["regularizer"] == "none", metric].mean())
    terms = frame[frame["regularizer"] != "none"]
    means = terms.assign(gain=terms[metric] - none).groupby(PARAMETERS)["gain"].mean()
    return means.reset_index(), none


def sine_story(folder: Path = RESULTS) -> SineStory | None:
    """What the two studies say; None without their results.

    Raises:
        ResultsError: a file is something else.
    """
    if not all((folder / f"{name}.csv").is_file() for name in (GRID, CONFIRM)):
        return None
    found, none = gains(sine_rows(GRID, folder))
    return SineStory(found, none, verdicts(sine_rows(CONFIRM, folder), [METRIC]))
