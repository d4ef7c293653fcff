"""Where the index comes from: stored Runs and the results files of studies, as rows with numbers.

A source is named by its kind and its name, `run:...` or `csv:...`. Files may hold anything: what can't
be read is counted and left out.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from core.metrics.catalogue import METRICS
from core.metrics.evaluation import Scoring
from core.runs.run import DamagedRun, Run
from core.runs.store import Store
from core.setting.checks import finite_number
from core.setting.setting import Setting
from core.studies import results

CURVE = 30  # points of a loss curve
RUN, CSV = "run:", "csv:"  # kinds of sources
# why something is left out: bad content, a disk that did not answer, of no known setting, not done
DAMAGED, UNREADABLE, UNKNOWN, FAILED = "damaged", "unreadable", "unknown", "failed"

_TYPES = {"int": pa.int64(), "float": pa.float64()}
_FIELD_TYPES = {f.name: _TYPES.get(str(f.type), pa.string()) for f in dataclasses.fields(Setting)}
_OTHER_TYPES = {
    **dict.fromkeys(("clusters_asked", "neighbours", "n", "n_clusters", "noise"), pa.int64()),
    **dict.fromkeys((*METRICS, "training_seconds", "seconds"), pa.float64()),
}
_NO_COLUMNS = ("status", "reason")  # rows of the index are done
SCHEMA = pa.schema(
    {
        **{
            name: _FIELD_TYPES.get(name, _OTHER_TYPES.get(name, pa.string()))
            for name in results.COLUMNS
            if name not in _NO_COLUMNS
        },
        "study": pa.string(),
        "terms": pa.string(),
        "hash": pa.string(),
        "curve": pa.list_(pa.float32()),
        "origin": pa.string(),
    }
)
_log = logging.getLogger(__name__)

Stamps = dict[str, tuple[int, int]]  # time and size, by source
Row = dict[str, Any]


def find_sources(store: Store, folder: Path) -> Stamps:
    """Time and size of every Run and every results file, by their names as sources."""
    found = {RUN + name: stamp for name, stamp in sorted(store.stamps().items())}
    for file in sorted(folder.glob("*.csv")) if folder.is_dir() else []:
        if not file.name.startswith("."):
            with contextlib.suppress(OSError):  # it was removed just now, or is a link to nothing
                status = file.stat()
                found[CSV + file.name] = (status.st_mtime_ns, status.st_size)
    return found


def digest(sources: Stamps) -> str:
    """A short text that changes when a source does."""
    return hashlib.sha256(json.dumps(sources, sort_keys=True).encode()).hexdigest()[:16]


def read_source(source: str, store: Store, folder: Path) -> tuple[list[Row], dict[str, int]]:
    """The rows of a source, as `SCHEMA` has them, and how many were left out, by why."""
    name = source.partition(":")[2]
    try:
        if source.startswith(CSV):
            return _of_csv(folder / name)
        return [_of_run(store.peek(name))], {}
    except (DamagedRun, results.ResultsError):
        return [], {DAMAGED: 1}
    except (OSError, MemoryError):
        return [], {UNREADABLE: 1}
    except Exception:  # one file of any content must not take the others down
        _log.exception("%s is left out of the index", source)
        return [], {DAMAGED: 1}


def _of_run(run: Run) -> Row:
    """The row of a Run, as a study that scores held-out images by k-means would have it."""
    scoring = Scoring(run.evaluation.method, 0, run.evaluation.neighbours)
    found = results.row(run.setting, "", "heldout", scoring, run.provenance)
    found |= results.scores(run.evaluation)
    origin = RUN + run.name
    return _typed(run.setting, found, study="", curve=_curve(run.history), origin=origin)


def _curve(history: Iterable[Any]) -> list[float]:
    """Held-out error over the epochs, at most `CURVE` values; what is no number is left out."""
    known = []
    for record in history:
        with contextlib.suppress(KeyError, TypeError):
            known.append(finite_number(record["heldout"]["reconstruction"]))
    values = [value for value in known if value is not None]
    chosen = np.unique(np.linspace(0, len(values) - 1, min(CURVE, len(values))).round())
    return [values[int(i)] for i in chosen]


def _of_csv(file: Path) -> tuple[list[Row], dict[str, int]]:
    """The rows of a results file that are done, and how many others there are, by why."""
    found, left_out = [], Counter[str]()
    for row in results.read(file):
        key = results.key_of(row)
        if key is None:
            left_out[UNKNOWN] += 1
        elif row["status"] != results.DONE:
            left_out[FAILED] += 1
        else:
            full = {**row, "run": key[0].name, "trained_on": key[2]}
            found.append(_typed(key[0], full, study=file.stem, curve=[], origin=CSV + file.name))
    return found, dict(left_out)


def _typed(setting: Setting, row: Mapping[str, Any], **more: Any) -> Row:
    """A row with numbers as numbers, as `SCHEMA` has it."""
    text = setting.to_text()
    values: dict[str, Any] = {}
    for name, kind in zip(SCHEMA.names, SCHEMA.types, strict=True):
        if name in text:
            values[name] = text[name] if kind == pa.string() else getattr(setting, name)
        elif kind == pa.float64():
            values[name] = finite_number(row.get(name))
        elif kind == pa.int64():
            number = finite_number(row.get(name)) or 0
            values[name] = int(number) if abs(number) < 2**53 else 0
        elif kind == pa.string():
            values[name] = str(row.get(name) or "")
    terms = "+".join(term.name for term in setting.regularizer) or "none"
    return {**values, "terms": terms, "hash": setting.hash, **more}
