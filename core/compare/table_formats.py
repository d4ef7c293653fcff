r"""Tables of results for papers and spreadsheets: CSV, Parquet, LaTeX and Markdown.

CSV and Parquet hold what the table holds, under the names that `core.studies.results` gives the
columns, and can be read back. LaTeX (booktabs) and Markdown are for people: labels for names, an arrow
for the direction in which a score is better, a mean and its spread in one cell.

Columns that belong to a score `X`, as those of `core.compare.result_table.summarised_by`:
`X_std` is its standard deviation, shown as mean ± spread; `X_low` and `X_high` are an interval or a
range, shown as mean [low, high]; `X_worst` is the worst seed's value. A column `cited` is true for rows
of the literature; they are marked "cited". People are shown regularizers in short.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.metrics.catalogue import METRICS
from core.setting.names import regularizer_names
from core.setting.setting import FIELDS

CITED = "cited"
MAX_DECIMALS = 6
STD, LOW, HIGH, WORST = "_std", "_low", "_high", "_worst"
_LATEX = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    **{c: f"\\{c}" for c in "&%$#_{}"},
    # after the \\ of the row before, these would be its arguments
    **{c: f"{{{c}}}" for c in "[]*"},
}  # fmt: skip
_MARKDOWN = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", **{c: f"\\{c}" for c in "\\`*_{}[]~|$"}
}  # fmt: skip
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


# -------------------------------------------------------------------------------- for other programs
def to_csv(frame: pd.DataFrame) -> bytes:
    """UTF-8, one header line, numbers in full; lists and the like as JSON."""
    plain = frame.assign(**{name: frame[name].map(_plain) for name in _mixed(frame)})
    return plain.to_csv(index=False, lineterminator="\n").encode()


def to_parquet(frame: pd.DataFrame) -> bytes:
    """Columns keep their types; one of values of several types becomes text."""
    kept = frame.copy()
    for name in _mixed(kept):
        if kept[name].dropna().map(type).nunique() > 1:
            kept[name] = kept[name].map(lambda v: None if _missing(v) else str(_plain(v)))
    file = io.BytesIO()
    kept.to_parquet(file, index=False)
    return file.getvalue()


def _mixed(frame: pd.DataFrame) -> list[str]:
    """Columns that may hold anything, lists too."""
    return [name for name in frame if pd.api.types.is_object_dtype(frame[name].dtype)]


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    return json.dumps(value) if isinstance(value, list | tuple | dict) else value


# ---------------------------------------------------------------------------------------- for people
class _Column(NamedTuple):
    """A column for people: its label, which way is better, what its cells are, and these as text."""

    label: str
    arrow: str
    kind: str  # "text", "number" or "score"
    cells: list[str]


def to_latex(frame: pd.DataFrame) -> bytes:
    r"""A `tabular` with rules of booktabs; texts are escaped, so none is ever a command."""
    columns = _for_people(frame)
    cells = pd.DataFrame(
        {i: list(map(_LATEX_CELL[c.kind], c.cells)) for i, c in enumerate(columns)}
    )
    arrows = {"↑": r" $\uparrow$", "↓": r" $\downarrow$", "": ""}
    cells.columns = [_latex_text(c.label) + arrows[c.arrow] for c in columns]
    sides = "".join("l" if c.kind == "text" else "r" for c in columns)
    table = cells.style.hide(axis="index").to_latex(hrules=True, column_format=sides)
    return f"% \\usepackage{{booktabs}}\n{table}".encode()


def to_markdown(frame: pd.DataFrame) -> bytes:
    """A table of GitHub's Markdown, numbers to the right, columns of equal width."""
    columns = _for_people(frame)
    cells = pd.DataFrame(
        {i: list(map(_markdown_text, c.cells)) if c.kind == "text" else c.cells
         for i, c in enumerate(columns)}
    )  # fmt: skip
    cells.columns = [f"{_markdown_text(c.label)} {c.arrow}".strip() for c in columns]
    sides = ["left" if c.kind == "text" else "right" for c in columns] if len(cells) else None
    table = cells.to_markdown(index=False, colalign=sides, disable_numparse=True)
    return f"{table}\n".encode()


def _for_people(frame: pd.DataFrame) -> list[_Column]:
    """Columns with labels and rounded numbers; spreads are in their score's column."""
    found = []
    for name in frame.columns:
        metric, end = _score_of(name, frame)
        column, values = frame[name], frame[name].dtype
        numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        if end in (STD, LOW, HIGH):
            continue
        if end == WORST:
            found.append(_Column("worst seed", "", "score", _scores(frame, metric, name)))
        elif name in METRICS and numeric:
            arrow = {"higher": "↑", "lower": "↓"}[METRICS[name].better]
            found.append(_Column(METRICS[name].label, arrow, "score", _with_spreads(frame, name)))
        elif name == CITED:
            marks = [CITED if not _missing(v) and bool(v) else "" for v in column]
            found.append(_Column("", "", "text", marks))
        elif numeric:
            numbers = ["" if _missing(v) else _number(v) for v in column]
            found.append(_Column(_label(name), "", "number", numbers))
        else:
            found.append(_Column(_label(name), "", "text", _texts(name, column)))
    return found


def _score_of(name: str, frame: pd.DataFrame) -> tuple[str, str]:
    """Score and ending of a column that belongs to a score of the table; else two empty texts."""
    for end in (STD, LOW, HIGH, WORST):
        metric = str(name).removesuffix(end)
        if metric != name and metric in METRICS and metric in frame:
            return metric, end
    return "", ""


def _label(name: str) -> str:
    known = METRICS.get(name) or FIELDS.get(name)
    return known.label if known else str(name).replace("_", " ")


def _texts(name: str, column: pd.Series) -> list[str]:
    texts = ["" if _missing(v) else str(_plain(v)) for v in column]
    if name != "regularizer":
        return texts
    short = regularizer_names(list(dict.fromkeys(texts)))
    return [short[text] for text in texts]


def _floats(frame: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """A column's numbers (n,); NaN where there is none, or no such column."""
    if name not in frame:
        return np.full(len(frame), np.nan)
    return frame[name].to_numpy(np.float64, na_value=np.nan)


def _decimals_of(frame: pd.DataFrame, metric: str) -> int:
    std, low, high = (_floats(frame, metric + end) for end in (STD, LOW, HIGH))
    return decimals(_floats(frame, metric), std if np.isfinite(std).any() else (high - low) / 2)


def _scores(frame: pd.DataFrame, metric: str, name: str) -> list[str]:
    """Values of a column with as many decimals as the score has."""
    d = _decimals_of(frame, metric)
    return [f"{v:.{d}f}" if np.isfinite(v) else "" for v in _floats(frame, name)]


def _with_spreads(frame: pd.DataFrame, metric: str) -> list[str]:
    """Values of a score and, where known, their spread or interval."""
    cells, d = _scores(frame, metric, metric), _decimals_of(frame, metric)
    spreads = zip(*(_floats(frame, metric + end) for end in (STD, LOW, HIGH)), strict=True)
    for i, (std, low, high) in enumerate(spreads):
        if cells[i] and np.isfinite(std):
            cells[i] += f" ± {std:.{d}f}"
        elif cells[i] and np.isfinite(low) and np.isfinite(high):
            cells[i] += f" [{low:.{d}f}, {high:.{d}f}]"
    return cells


def decimals(values: Any, spreads: Any = ()) -> int:
    """How many decimals a column of scores is written with, the same for all, 0 to 6.

    Two significant digits of the median spread, or more where the least would else be 0; three of
    the median value where there is no spread.

    Args:
        values: (n,) scores, NaN where undefined.
        spreads: (n,) or none; NaN where unknown.
    """

    def needed(size: float, digits: int) -> int:
        return digits - 1 - math.floor(math.log10(size) + 1e-9)

    sizes = np.abs(np.asarray(values, dtype=np.float64))
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    known = np.asarray(spreads, dtype=np.float64)
    # a spread of rounding errors asks for no digits
    known = known[np.isfinite(known) & (known > 10.0**-MAX_DECIMALS)]
    if len(known):
        found = max(needed(float(np.median(known)), 2), needed(float(known.min()), 1))
    else:
        found = needed(float(np.median(sizes)), 3) if len(sizes) else 3
    return min(max(found, 0), MAX_DECIMALS)


def _number(value: Any) -> str:
    """A whole number in full, another with six significant digits."""
    return f"{value:.0f}" if value % 1 == 0 and abs(value) < 2**53 else f"{value:.6g}"


def _missing(value: Any) -> bool:
    return value is None or (bool(pd.api.types.is_scalar(value)) and bool(pd.isna(value)))


def _escaped(text: str, table: dict[str, str]) -> str:
    """One line, nothing in it with a meaning beyond itself."""
    return "".join(table.get(c, c) for c in _UNSEEN.sub(" ", text).strip())


def _latex_text(text: str) -> str:
    return _escaped(text, _LATEX)


def _latex_score(text: str) -> str:
    return f"${text}$".replace("±", r"\pm").replace(" [", r"\;[") if text else ""


def _markdown_text(text: str) -> str:
    return _escaped(text, _MARKDOWN)


_LATEX_CELL: dict[str, Callable[[str], str]] = {
    "text": _latex_text, "number": str, "score": _latex_score
}  # fmt: skip


# ------------------------------------------------------------------------------------------- registry
@dataclass(frozen=True)
class TableFormat:
    """A way to write a table.

    Attributes:
        label: name for people.
        extension: of its files, without a dot.
        mime: media type.
        write: a table as bytes; text is UTF-8.
        for_people: labels and rounded numbers, where the others hold everything as it is.
        binary: no text.
    """

    label: str
    extension: str
    mime: str
    write: Callable[[pd.DataFrame], bytes]
    for_people: bool = False
    binary: bool = False


TABLE_FORMATS: dict[str, TableFormat] = {
    "csv": TableFormat("CSV", "csv", "text/csv", to_csv),
    "parquet": TableFormat(
        "Parquet", "parquet", "application/vnd.apache.parquet", to_parquet, binary=True
    ),
    "latex": TableFormat("LaTeX", "tex", "application/x-tex", to_latex, for_people=True),
    "markdown": TableFormat("Markdown", "md", "text/markdown", to_markdown, for_people=True),
}
