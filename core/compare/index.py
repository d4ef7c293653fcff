"""The index: one table of all stored Runs and all results of studies, cheap to ask for.

Reading ten thousand Runs takes most of a minute, so what was read is kept in a file
(`core.compare.index_file`): a later call reads only what was written since. A file that is damaged,
outdated or of other sources is made again without a word. It is replaced as a whole, so several
processes may make it at once.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from core.compare.index_file import Kept, keep, read_kept, renewed
from core.compare.result_table import MEASURED
from core.compare.sources import (
    CSV,
    DAMAGED,
    FAILED,
    RUN,
    UNKNOWN,
    UNREADABLE,
    digest,
    find_sources,
)
from core.runs.provenance import PACKAGES
from core.runs.store import Store
from core.setting.amounts import counted
from core.setting.paths import RESULTS as RESULTS
from core.setting.setting import FIELDS, Setting


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


def stamp(store: Store, folder: Path = RESULTS) -> str:
    """Changes when a Run or a results file does; reads none of them."""
    return digest(find_sources(store, folder))


def load(store: Store, folder: Path = RESULTS) -> Index:
    """The index of the store's Runs and the results files in a folder.

    What was written since the last call on this machine is read, and nothing else.
    """
    sources = find_sources(store, folder)
    path = store.cache("index.parquet")
    kept = read_kept(path)
    if kept.stamps != sources:
        kept = renewed(kept, sources, store, folder)
        # the file only saves the reading: a full disk is no reason to fail
        with contextlib.suppress(OSError):
            keep(path, kept)
    names = [source.removeprefix(RUN) for source in sources if source.startswith(RUN)]
    return Index(_merged(kept.table, names), _problems(kept, folder), digest(sources))


def stored_runs(rows: pd.DataFrame) -> pd.DataFrame:
    """Of some rows those whose weights are here, one for each Run."""
    return rows[rows["has_run"]].drop_duplicates("run")


def setting_of(row: Mapping[Any, Any] | pd.Series) -> Setting:
    """The Setting of one of the rows."""
    return Setting.from_text({name: str(row[name]) for name in FIELDS})


def mixed_versions(rows: pd.DataFrame) -> str:
    """A sentence when rows were made with several versions of what computes them; else ''."""
    mixed = []
    for name in PACKAGES:
        found = sorted({str(v).partition("+")[0] for v in rows[name].dropna().unique() if v})
        if len(found) > 1:
            mixed.append(f"{name} {' and '.join([', '.join(found[:-1]), found[-1]])}")
    if not mixed:
        return ""
    return (
        f"These results were made with several versions ({'; '.join(mixed)}): the same setting may "
        "score a little differently in each."
    )


def _merged(table: pa.Table, names: Iterable[str]) -> pd.DataFrame:
    """One row a Setting, split, what was trained on and scoring.

    A Run's row goes before those of results files: it is what Explore shows. Among these the newest
    counts. All studies that have the row are named.
    """
    raw = table.to_pandas()
    raw["id"] = _ids(raw)
    raw["_first"] = raw["origin"].str.startswith(RUN)
    raw = raw.sort_values(["_first", "when"], ascending=False, kind="stable")
    rows = raw.drop_duplicates("id").copy()
    for name in ("study", "grid"):
        rows[name] = _joined(raw, name, rows)
    rows["has_run"] = rows["run"].isin(set(names)) & (rows["trained_on"] == "train")
    rows = rows.sort_values(["when", "id"], ascending=[False, True], kind="stable")
    return rows.drop(columns=["_first", "origin"]).reset_index(drop=True)


def _ids(rows: pd.DataFrame) -> pd.Series:
    """Hashes of the Settings, and where something else than usual was measured, of that, too."""
    usual = (rows["split"] == "heldout") & (rows["trained_on"] == "train")
    usual &= (rows["clustering"] == "kmeans") & (rows["clusters_asked"] == 0)
    usual &= rows["neighbours"] == 5
    key = rows["hash"].str.cat([rows[name].astype(str) for name in MEASURED], sep="|")
    short = key.map(lambda text: hashlib.sha256(text.encode()).hexdigest()[:4])
    return rows["hash"].where(usual, rows["hash"] + "-" + short)


def _joined(every: pd.DataFrame, name: str, rows: pd.DataFrame) -> pd.Series:
    """For each of some rows the different texts of a column that any row of its id has."""
    several = every.loc[every[name] != "", ["id", name]].drop_duplicates().sort_values(name)
    again = several["id"].duplicated(keep=False)  # few: joining ten thousand texts takes a while
    joined = several[again].groupby("id")[name].agg(", ".join)
    texts = dict(zip(several["id"], several[name], strict=True)) | joined.to_dict()
    return pd.Series([texts.get(i, "") for i in rows["id"]], rows.index, dtype="str")


def _problems(kept: Kept, folder: Path) -> tuple[str, ...]:
    """A sentence for everything that was left out."""
    runs = sum(
        source.startswith(RUN) and bool({DAMAGED, UNREADABLE} & set(why))
        for source, why in kept.left_out.items()
    )
    found = []
    if runs:
        found.append(
            f"{counted(runs, 'stored run')} can't be read and {'are' if runs > 1 else 'is'} left out; "
            "the Runs page says why."
        )
    for source, why in kept.left_out.items():
        if source.startswith(CSV):
            found += _problems_of(source.removeprefix(CSV), why, folder)
    return tuple(found)


def _problems_of(name: str, why: Mapping[str, int], folder: Path) -> list[str]:
    """The same for one results file."""
    found = []
    if DAMAGED in why:
        found.append(f"{name} in {folder.name} is not a file of results; left out.")
    if UNREADABLE in why:
        found.append(f"{name} in {folder.name} can't be read now; left out.")
    if n := why.get(UNKNOWN):
        are = "are" if n > 1 else "is"
        found.append(
            f"{counted(n, 'row')} of {name} {are} of no setting that this version knows; left out."
        )
    if n := why.get(FAILED):
        found.append(f"{counted(n, 'setting')} of {name} failed; the file has the reasons.")
    return found
