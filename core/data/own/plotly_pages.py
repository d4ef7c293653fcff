"""Points of a web page that plotly has saved (`write_html`): a scatter plot, each trace a class.

Only the traces are read, which are JSON; nothing of the page is run.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np

from core.data.errors import DataError
from core.data.own.found import Array

FORM = "a page of plotly"
MOST_BYTES = 30_000_000  # JSON takes some ten times its size while it is read
_CALL = "Plotly.newPlot("
_KINDS = ("scatter3d", "scatter", "scattergl")
_DTYPES = {"f8": "<f8", "f4": "<f4", "i4": "<i4", "i2": "<i2", "i1": "i1",
           "u4": "<u4", "u2": "<u2", "u1": "u1"}  # fmt: skip


def read(content: bytes, limit: int, remarks: list[str]) -> dict[str, Array]:
    """`X` (n, 2 or 3) of the scatter traces that are markers, and `y`: the names of their traces.

    Args:
        content: of the page.
        limit: bytes that may be read.
        remarks: gets a sentence where traces are left out.

    Raises:
        DataError: no such plot is in the page, or the page is too large.
    """
    if len(content) > min(limit, MOST_BYTES):
        raise DataError(
            f"a page of plotly must have at most {min(limit, MOST_BYTES) / 1e6:.0f} MB; "
            f"got {len(content) / 1e6:.0f}"
        )
    traces = _traces(content.decode("utf-8", "replace"))
    drawn = [t for t in traces if t.get("type", "scatter") in _KINDS and t.get("mode") != "lines"]
    axes = ("x", "y", "z") if any(t.get("type") == "scatter3d" for t in drawn) else ("x", "y")
    drawn = [trace for trace in drawn if all(axis in trace for axis in axes)]
    if not drawn:
        raise DataError("the page has no scatter plot of plotly; save one with write_html")
    if len(drawn) < len(traces):
        remarks.append(
            f"{len(traces) - len(drawn)} of {len(traces)} traces are no points: not read."
        )
    parts = [np.stack([_numbers(trace[axis]) for axis in axes], axis=1) for trace in drawn]
    found: dict[str, Array] = {"X": np.concatenate(parts)}
    names = [str(trace.get("name", "")) for trace in drawn]
    if len(set(names)) > 1:
        found["y"] = np.repeat(names, [len(part) for part in parts])
    return found


def _traces(page: str) -> list[dict[str, Any]]:
    """The traces of the last plot in a page: what comes before may be plotly.js itself."""
    start = page.find("[", page.rfind(_CALL)) if _CALL in page else -1
    if start < 0:
        return []
    try:
        found, _ = json.JSONDecoder().raw_decode(page, start)
    except RecursionError:
        return []
    return [trace for trace in found if isinstance(trace, dict)]


def _numbers(values: Any) -> Array:
    """Numbers of one axis: a list, or as plotly packs arrays since its version 6."""
    if isinstance(values, dict):
        packed = base64.b64decode(values["bdata"], validate=True)
        return np.frombuffer(packed, _DTYPES[values["dtype"]]).astype(np.float64)
    return np.array(values, dtype=np.float64)
