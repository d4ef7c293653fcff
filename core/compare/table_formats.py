r"""Tables of results for papers and spreadsheets: CSV, Parquet, LaTeX and Markdown.

CSV and Parquet hold what the table holds, under the names that `core.studies.results` gives the
columns, and can be read back. LaTeX (booktabs) and Markdown are for people: labels for names, an arrow
for the direction in which a score is better, a mean and its spread in one cell.

Columns that belong to a score `X`, as `core.compare.result_table.grouped` makes them and others may:
`X_std` is its standard deviation, shown as mean ± spread; `X_low` and `X_high` are an interval or a
range, shown as mean [low, high]. A column `cited` is true for rows of the literature; they are marked
"cited".
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.metrics.evaluation import METRICS
from core.setting.setting import FIELDS

CITED = "cited"
MAX_DECIMALS = 6
STD, LOW, HIGH = "_std", "_low", "_high"
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
def to_latex(frame: pd.DataFrame) -> bytes:
    r"""A `tabular` with rules of booktabs; texts are escaped, so none is ever a command."""
    header, columns, right = _for_people(frame, _latex_text, _latex_score, _latex_arrow)
    lines = [" & ".join(cells) + r" \\" for cells in zip(*columns, strict=True)]
    return "\n".join(
        [
            r"% \usepackage{booktabs}",
            rf"\begin{{tabular}}{{{''.join('r' if r else 'l' for r in right)}}}",
            r"\toprule",
            " & ".join(header) + r" \\",
            r"\midrule",
            *lines,
            r"\bottomrule",
            r"\end{tabular}",
            "",
        ]
    ).encode()


def to_markdown(frame: pd.DataFrame) -> bytes:
    """A table of GitHub's Markdown, numbers to the right, columns of equal width."""
    header, columns, right = _for_people(frame, _markdown_text, " ".join, " {}".format)
    rows = [header, *map(list, zip(*columns, strict=True))]
    widths = [max(3, *map(len, cells)) for cells in zip(*rows, strict=True)]
    rule = ["-" * (w - 1) + (":" if r else "-") for w, r in zip(widths, right, strict=True)]
    lines = []
    for row in (rows[0], rule, *rows[1:]):
        cells = [
            cell.rjust(w) if r else cell.ljust(w)
            for cell, w, r in zip(row, widths, right, strict=True)
        ]
        lines.append(f"| {' | '.join(cells)} |\n")
    return "".join(lines).encode()


def _for_people(
    frame: pd.DataFrame,
    text: Callable[[str], str],
    score: Callable[[list[str]], str],
    arrow: Callable[[str], str],
) -> tuple[list[str], list[list[str]], list[bool]]:
    """Header, columns of cells, and which columns are numbers; spreads are in their score's column."""
    header, columns, right = [], [], []
    for name in frame.columns:
        if any(name == m + end for m in METRICS for end in (STD, LOW, HIGH) if m in frame):
            continue
        column, numeric = frame[name], pd.api.types.is_numeric_dtype(frame[name].dtype)
        if name == CITED:
            cells = [text(CITED) if not _missing(v) and bool(v) else "" for v in column]
            numeric = False
        elif name in METRICS and numeric:
            cells = [score(parts) if parts else "" for parts in _scores(frame, name)]
        elif numeric and not pd.api.types.is_bool_dtype(column.dtype):
            cells = ["" if _missing(v) else _number(v) for v in column]
        else:
            cells = ["" if _missing(v) else text(str(_plain(v))) for v in column]
            numeric = False
        better = {"higher": "↑", "lower": "↓"}[METRICS[name].better] if name in METRICS else ""
        header.append(text(_label(name)) + (arrow(better) if better else ""))
        columns.append(cells)
        right.append(numeric)
    return header, columns, right


def _label(name: str) -> str:
    if name == CITED:
        return ""
    known = METRICS.get(name) or FIELDS.get(name)
    return known.label if known else str(name).replace("_", " ")


def _scores(frame: pd.DataFrame, name: str) -> list[list[str]]:
    """The parts of each cell of a score: its value and, where known, its spread or interval."""
    value = frame[name].to_numpy(np.float64, na_value=np.nan)
    none = np.full(len(frame), np.nan)
    std, low, high = (
        frame[name + end].to_numpy(np.float64, na_value=np.nan) if name + end in frame else none
        for end in (STD, LOW, HIGH)
    )
    d = decimals(value, std if np.isfinite(std).any() else (high - low) / 2)
    found = []
    for v, s, a, b in zip(value, std, low, high, strict=True):
        parts = [f"{v:.{d}f}"] if np.isfinite(v) else []
        if parts and np.isfinite(s):
            parts += ["±", f"{s:.{d}f}"]
        elif parts and np.isfinite(a) and np.isfinite(b):
            parts += [f"[{a:.{d}f}, {b:.{d}f}]"]
        found.append(parts)
    return found


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


def _latex_arrow(arrow: str) -> str:
    return {"↑": r" $\uparrow$", "↓": r" $\downarrow$"}[arrow]


def _latex_score(parts: list[str]) -> str:
    return f"${' '.join(parts)}$".replace("±", r"\pm").replace(" [", r"\;[")


def _markdown_text(text: str) -> str:
    return _escaped(text, _MARKDOWN)


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


FORMATS: dict[str, TableFormat] = {
    "csv": TableFormat("CSV", "csv", "text/csv", to_csv),
    "parquet": TableFormat(
        "Parquet", "parquet", "application/vnd.apache.parquet", to_parquet, binary=True
    ),
    "latex": TableFormat("LaTeX", "tex", "application/x-tex", to_latex, for_people=True),
    "markdown": TableFormat("Markdown", "md", "text/markdown", to_markdown, for_people=True),
}
