"""Pairs: from a table of results to the differences between rows that share all but one field.

That field is the regularizer, unless somebody asks about another, such as the latent dimension.

What is compared with what is decided here and nowhere else; `core.compare.verdicts` says what it means.
A table is one of `core.studies.results`, numbers as numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.compare import paired_tests
from core.compare.result_table import MEASURED
from core.latents.arrays import FloatArray, IntArray
from core.metrics.catalogue import METRICS
from core.metrics.diagnostics import DIAGNOSTICS
from core.setting.checks import quoted
from core.setting.setting import FIELDS

_KEYS = ["group", "value", "seed"]
_BASELINE = " of the baseline"


def shared(field: str) -> tuple[str, ...]:
    """What two rows have in common that are compared for their difference in a field."""
    return (*(name for name in FIELDS if name not in (field, "seed")), *MEASURED)


class Pairs(NamedTuple):
    """One comparison: a value of the field and a baseline in one score, seed by seed.

    Attributes:
        group: number of the rows that share all else, as in `group_codes`.
        value: of the field, as text: of the regularizer as in `Setting.to_text`.
        metric: key of `METRICS`.
        seeds: that both have, ascending.
        scores: (n,) of the value.
        differences: (n,) these less the baseline's.
        left_out: seeds that only one of them has, or that lack the score.
    """

    group: int
    value: str
    metric: str
    seeds: tuple[int, ...]
    scores: FloatArray
    differences: FloatArray
    left_out: int


def check_columns(rows: pd.DataFrame, metrics: Sequence[str], columns: Sequence[str]) -> None:
    """Raises ValueError for a metric that is unknown, and for a column that the table lacks."""
    unknown = [metric for metric in metrics if metric not in METRICS]
    if unknown:
        raise ValueError(f"metrics must be among {', '.join(METRICS)}; got {quoted(unknown[0])}")
    missing = [name for name in (*columns, *metrics) if name not in rows]
    if missing:
        raise ValueError(f"results must have the column {missing[0]!r}; it is missing")


def group_codes(rows: pd.DataFrame, columns: Sequence[str]) -> IntArray:
    """For each row the number of its group, in order of appearance: rows equal in these columns."""
    # most columns hold one value only, and grouping by all of them takes several times as long
    varied = [name for name in columns if rows[name].nunique(dropna=False) > 1]
    if not varied:
        return np.zeros(len(rows), dtype=np.int64)
    grouped = rows.groupby(varied, sort=False, dropna=False, observed=True)
    return grouped.ngroup().to_numpy(dtype=np.int64)


def numbers(rows: pd.DataFrame, metric: str) -> FloatArray:
    """A score's column; nan where it is undefined or was not measured."""
    column = pd.to_numeric(rows[metric], errors="coerce")
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def seeds_of(rows: pd.DataFrame) -> IntArray:
    """The column of seeds as whole numbers."""
    return pd.to_numeric(rows["seed"]).to_numpy(dtype=np.int64)


def values_by_group(
    codes: IntArray, values: npt.NDArray[Any], groups: int
) -> list[npt.NDArray[Any]]:
    """The values of each of so many groups, in their order."""
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=groups))[:-1]
    return np.split(values[order], ends)


def find_pairs(
    rows: pd.DataFrame, groups: IntArray, metrics: Sequence[str], field: str, baseline: str
) -> list[Pairs]:
    """All comparisons with a baseline: group by group, value by value, score by score.

    Rows of one group, value and seed (the same Setting trained on two machines) count once, with
    their mean. Groups without the baseline have no comparison.

    Args:
        rows: results.
        groups: of each row, as `group_codes` has them.
        metrics: keys of `METRICS`, each once.
        field: column that they are compared by.
        baseline: its value to compare with, as text.
    """
    table = _beside_baseline(rows, groups, metrics, field, baseline)
    scores = table[list(metrics)].to_numpy()  # (seeds of all comparisons, metrics)
    differences = paired_tests.differences(
        scores, table[[m + _BASELINE for m in metrics]].to_numpy()
    )
    known, seeds = np.isfinite(differences), table["seed"].to_numpy()
    found = []
    for (group, value), indices in table.groupby(_KEYS[:2], sort=False).indices.items():
        mine = indices[np.argsort(seeds[indices], kind="stable")]
        baseline_alone = int(
            table["baseline_seeds"].iloc[mine[0]] - table["paired"].iloc[mine].sum()
        )
        for column, metric in enumerate(metrics):
            both = mine[known[mine, column]]
            found.append(
                Pairs(
                    group=int(group),
                    value=value,
                    metric=metric,
                    seeds=tuple(seeds[both].tolist()),
                    scores=scores[both, column],
                    differences=differences[both, column],
                    left_out=len(mine) + baseline_alone - len(both),
                )
            )
    return found


def _beside_baseline(
    rows: pd.DataFrame, groups: IntArray, metrics: Sequence[str], field: str, baseline: str
) -> pd.DataFrame:
    """One row a group, value and seed, with its scores and, where there are any, the baseline's.

    `paired` says whether the baseline has this seed, `baseline_seeds` how many the baseline has.
    """
    keys = (groups, rows[field].astype(str).to_numpy(), seeds_of(rows))
    scores = {metric: numbers(rows, metric) for metric in metrics}
    table = pd.DataFrame({**dict(zip(_KEYS, keys, strict=True)), **scores})
    table = table.groupby(_KEYS, sort=False).mean().reset_index()
    base = table[table["value"] == baseline]
    other = table[(table["value"] != baseline) & table["group"].isin(base["group"])]
    joined = other.merge(
        base.drop(columns="value").assign(paired=True),
        how="left",
        on=["group", "seed"],
        suffixes=("", _BASELINE),
    )
    return joined.assign(
        paired=joined["paired"].notna(),
        baseline_seeds=joined["group"].map(base.groupby("group").size()),
    )


def warned_seeds(
    rows: pd.DataFrame, groups: IntArray, field: str
) -> dict[tuple[int, str], dict[str, set[int]]]:
    """Seeds by the diagnostic that they raise, for each group and value that raises any."""
    found: dict[tuple[int, str], dict[str, set[int]]] = {}
    if "warnings" not in rows:
        return found
    texts = rows["warnings"].astype(object).to_numpy()  # a column of empty cells holds floats
    some = np.flatnonzero([isinstance(text, str) and text != "" for text in texts])
    values = rows[field].astype(str).to_numpy()[some]
    seeds = seeds_of(rows)[some].tolist()
    for index, value, seed in zip(some.tolist(), values, seeds, strict=True):
        by_diagnostic = found.setdefault((int(groups[index]), value), {})
        for code in texts[index].split():
            if code in DIAGNOSTICS:
                by_diagnostic.setdefault(code, set()).add(seed)
    return found
