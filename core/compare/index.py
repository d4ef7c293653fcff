"""The index: one table of all stored Runs and all results of studies, cheap to ask for.

Reading ten thousand Runs takes most of a minute, so what was read is kept as one Parquet file, with the
time and size of each source: a later call reads only what was written since. The file can be made again
at any time; one that is damaged, outdated or of other sources is, silently. It is replaced as a whole,
so several processes may make it at once.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.compare.result_table import MEASURED
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import Scoring
from core.runs.files import replace_synced
from core.runs.run import Run, RunError, UnreadableRun
from core.runs.store import Store
from core.setting.paths import RESULTS as RESULTS
from core.setting.setting import FIELDS, Setting
from core.studies import results

FORMAT = "latent-clusters-index/1"  # the number rises when the same sources would give other rows
MAX_CSV_BYTES = 200_000_000
MAX_INDEX_BYTES = 1_000_000_000
CURVE = 30  # points of a loss curve
_RUN = "run:"
_CSV = "csv:"

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
Stamps = dict[str, tuple[int, int]]


@dataclass(frozen=True, eq=False)
class Index:
    """Everything that has been measured.

    Attributes:
        rows: one a Setting, split, what was trained on and scoring, newest first. Setting's fields
            and the scores as `core.studies.results.COLUMNS` names them, numbers as numbers, an undefined
            score NaN; besides them `study` (names of the results files that have it, joined by
            ", "), `terms` (names of the regularizer's terms), `hash` (of the Setting), `id` (of the
            row), `curve` (held-out error over the epochs, at most `CURVE` values; empty where it is
            not known) and `has_run` (weights are here, so that Explore can open it).
        problems: a sentence about everything that should be in it and is not.
        stamp: changes with the sources.
    """

    rows: pd.DataFrame
    problems: tuple[str, ...]
    stamp: str


class _Kept(NamedTuple):
    """What the file holds: rows (not yet one a Setting) and, by source, stamp and what was left out."""

    table: pa.Table
    stamps: Stamps
    left_out: dict[str, dict[str, int]]


def stamp(store: Store, folder: Path = RESULTS) -> str:
    """Changes when a Run or a results file does; reads none of them."""
    return _digest(_sources(store, folder))


def load(store: Store, folder: Path = RESULTS) -> Index:
    """The index of the store's Runs and the results files in a folder.

    Of what was written since the last call on this machine all is read, of the rest nothing.
    """
    sources = _sources(store, folder)
    path = store.cache("index.parquet")
    kept = _kept(path)
    if kept.stamps != sources:
        kept = _renewed(kept, sources, store, folder)
        with contextlib.suppress(
            OSError
        ):  # it only saves the reading: a full disk is no reason to fail
            _keep(path, kept)
    names = [source.removeprefix(_RUN) for source in sources if source.startswith(_RUN)]
    return Index(_merged(kept.table, names), _problems(kept, folder), _digest(sources))


def setting_of(row: Mapping[Any, Any] | pd.Series) -> Setting:
    """The Setting of one of the rows."""
    return Setting.from_text({name: str(row[name]) for name in FIELDS})


def mixed_versions(rows: pd.DataFrame) -> str:
    """A sentence when rows were made with several versions of what computes them; else ''."""
    mixed = []
    for name in results.PACKAGES:
        found = sorted({str(v).partition("+")[0] for v in rows[name].dropna().unique() if v})
        if len(found) > 1:
            mixed.append(f"{name} {' and '.join([', '.join(found[:-1]), found[-1]])}")
    if not mixed:
        return ""
    return (
        f"These results were made with several versions ({'; '.join(mixed)}): the same setting may "
        "score a little differently in each."
    )


# ------------------------------------------------------------------------------------- sources
def _sources(store: Store, folder: Path) -> Stamps:
    """Time and size of every Run and every results file, by where they come from."""
    found = {_RUN + name: stamp for name, stamp in sorted(store.stamps().items())}
    for file in sorted(folder.glob("*.csv")) if folder.is_dir() else []:
        if not file.name.startswith("."):
            with contextlib.suppress(FileNotFoundError):  # it was removed a moment ago
                status = file.stat()
                found[_CSV + file.name] = (status.st_mtime_ns, status.st_size)
    return found


def _digest(sources: Stamps) -> str:
    return hashlib.sha256(json.dumps(sources, sort_keys=True).encode()).hexdigest()[:16]


def _renewed(kept: _Kept, sources: Stamps, store: Store, folder: Path) -> _Kept:
    """What is kept, without sources that are gone or older, with those that are new."""
    same = {source for source, found in sources.items() if kept.stamps.get(source) == found}
    mask = pc.is_in(kept.table["origin"], pa.array(sorted(same), pa.string()))
    rows: list[dict[str, Any]] = []
    left_out = {source: why for source, why in kept.left_out.items() if source in same}
    for source in sources:
        if source in same:
            continue
        why: dict[str, int] = {}
        if source.startswith(_RUN):
            try:
                rows.append(_of_run(store.peek(source.removeprefix(_RUN))))
            except RunError as problem:
                why["damaged"] = 1
                if isinstance(problem, UnreadableRun):
                    why["unreadable"] = 1
        else:
            rows += _of_csv(folder / source.removeprefix(_CSV), why)
        if why:
            left_out[source] = why
    fresh = pa.Table.from_pylist(rows, SCHEMA)
    # what could not be read just now is tried again next time: it has no stamp
    read = {s: at for s, at in sources.items() if "unreadable" not in left_out.get(s, {})}
    return _Kept(pa.concat_tables([kept.table.filter(mask), fresh]), read, left_out)


def _of_run(run: Run) -> dict[str, Any]:
    """The row of a Run, as a study that scores held-out images by k-means would have it."""
    scoring = Scoring(run.evaluation.method, 0, run.evaluation.neighbours)
    found = results.row(run.setting, "", "heldout", scoring, run.provenance)
    found |= results.scores(run.evaluation)
    origin = _RUN + run.name
    return _typed(run.setting, found, study="", curve=_curve(run.history), origin=origin)


def _curve(history: Iterable[Any]) -> list[float]:
    """Held-out error over the epochs, of more than `CURVE` some; what is no number is left out."""
    known = []
    for record in history:
        with contextlib.suppress(KeyError, TypeError):
            known.append(_number(record["heldout"]["reconstruction"]))
    values = [value for value in known if value is not None]
    chosen = np.unique(np.linspace(0, len(values) - 1, min(CURVE, len(values))).round())
    return [values[int(i)] for i in chosen]


def _of_csv(file: Path, why: dict[str, int]) -> list[dict[str, Any]]:
    """The rows of a results file that are done; how many others there are goes to `why`."""
    try:
        if file.stat().st_size > MAX_CSV_BYTES:
            raise results.ResultsError("too large")
        rows = results.read(file)
    except results.ResultsError:
        why["damaged"] = 1
        return []
    except OSError:
        why["damaged"] = why["unreadable"] = 1
        return []
    found = []
    for row in rows:
        key = results.key_of(row)
        if key is None:
            why["unknown"] = why.get("unknown", 0) + 1
        elif row["status"] != results.DONE:
            why["failed"] = why.get("failed", 0) + 1
        else:
            full = {**row, "run": key[0].name, "trained_on": key[2]}
            found.append(_typed(key[0], full, study=file.stem, curve=[], origin=_CSV + file.name))
    return found


def _typed(setting: Setting, row: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A row with numbers as numbers, as SCHEMA has it."""
    text = setting.to_text()
    values: dict[str, Any] = {}
    for name, kind in zip(SCHEMA.names, SCHEMA.types, strict=True):
        if name in text:
            values[name] = text[name] if kind == pa.string() else getattr(setting, name)
        elif kind == pa.float64():
            values[name] = _number(row.get(name))
        elif kind == pa.int64():
            number = _number(row.get(name)) or 0
            values[name] = int(number) if abs(number) < 2**53 else 0
        elif kind == pa.string():
            values[name] = str(row.get(name) or "")
    terms = "+".join(term.name for term in setting.regularizer) or "none"
    return {**values, "terms": terms, "hash": setting.hash, **more}


def _number(value: Any) -> float | None:
    """A finite number from a number or its text, or None: files may hold anything."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


# ------------------------------------------------------------------------------------ the file
def _kept(path: Path) -> _Kept:
    """What an earlier call kept; nothing when there is no such file or it can't be used."""
    nothing = _Kept(SCHEMA.empty_table(), {}, {})
    try:
        if path.stat().st_size > MAX_INDEX_BYTES:
            return nothing
        table = pq.read_table(path)
        about = json.loads(table.schema.metadata[FORMAT.encode()])
        stamps = {str(k): (int(v[0]), int(v[1])) for k, v in about["stamps"].items()}
        left_out = {str(k): {str(a): int(b) for a, b in v.items()} for k, v in about["out"].items()}
        table.validate(full=True)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return nothing
    except pa.ArrowException:
        return nothing
    return _Kept(table, stamps, left_out) if table.schema.equals(SCHEMA) else nothing


def _keep(path: Path, kept: _Kept) -> None:
    about = json.dumps({"stamps": kept.stamps, "out": kept.left_out})
    sink = pa.BufferOutputStream()
    pq.write_table(kept.table.replace_schema_metadata({FORMAT: about}), sink)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_synced(path, sink.getvalue().to_pybytes())


# --------------------------------------------------------------------------------- one row each
def _merged(table: pa.Table, names: Iterable[str]) -> pd.DataFrame:
    """One row a Setting, split, what was trained on and scoring.

    A Run's row goes before those of results files: it is what Explore shows. Among these the newest
    counts. All studies that have the row are named.
    """
    raw = table.to_pandas()
    key = raw["hash"].str.cat([raw[name].astype(str) for name in MEASURED], sep="|")
    usual = (raw["split"] == "heldout") & (raw["trained_on"] == "train")
    usual &= (
        (raw["clustering"] == "kmeans") & (raw["clusters_asked"] == 0) & (raw["neighbours"] == 5)
    )
    raw["id"] = raw["hash"].where(usual, raw["hash"] + "-" + key.map(_short))
    raw["_first"] = raw["origin"].str.startswith(_RUN)
    raw = raw.sort_values(["_first", "when"], ascending=False, kind="stable")
    rows = raw.drop_duplicates("id").copy()
    for name in ("study", "grid"):
        several = raw.loc[raw[name] != "", ["id", name]].drop_duplicates().sort_values(name)
        again = several["id"].duplicated(
            keep=False
        )  # few: joining ten thousand texts takes a while
        joined = several[again].groupby("id")[name].agg(", ".join)
        texts = dict(zip(several["id"], several[name], strict=True)) | joined.to_dict()
        rows[name] = pd.Series([texts.get(i, "") for i in rows["id"]], rows.index, dtype="str")
    rows["has_run"] = rows["run"].isin(set(names)) & (rows["trained_on"] == "train")
    rows = rows.sort_values(["when", "id"], ascending=[False, True], kind="stable")
    return rows.drop(columns=["_first", "origin"]).reset_index(drop=True)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:4]


def _problems(kept: _Kept, folder: Path) -> tuple[str, ...]:
    damaged = sum(s.startswith(_RUN) and "damaged" in why for s, why in kept.left_out.items())
    said = []
    if damaged:
        said.append(
            f"{damaged} stored run{'s' * (damaged > 1)} can't be read and "
            f"{'are' if damaged > 1 else 'is'} left out; the Runs page says why."
        )
    for source, why in kept.left_out.items():
        name = source.removeprefix(_CSV)
        if source.startswith(_RUN):
            continue
        if "damaged" in why:
            said.append(f"{name} in {folder.name} is not a file of results; left out.")
        if n := why.get("unknown"):
            said.append(
                f"{n} row{'s' * (n > 1)} of {name} {'are' if n > 1 else 'is'} of no setting that this "
                "version knows; left out."
            )
        if n := why.get("failed"):
            said.append(f"{n} setting{'s' * (n > 1)} of {name} failed; the file has the reasons.")
    return tuple(said)
