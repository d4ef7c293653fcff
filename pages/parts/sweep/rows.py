"""The results of a study as far as they are there: scores, failures with their reasons, the download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from core.compare.words import cell, column_name
from core.metrics.catalogue import METRICS
from core.metrics.diagnostics import DIAGNOSTICS
from core.setting.names import regularizer_names
from core.studies.results import DONE, Row, key_of, read
from pages.parts.sweep.study import ChosenStudy

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = ("acc", "nmi", "silhouette_labels", "silhouette_clusters", "knn_accuracy",
          "reconstruction_mse")  # fmt: skip


def rows(chosen: ChosenStudy) -> list[Row]:
    """What the results file has of this study, in its order.

    Raises:
        ResultsError: it is something else.
    """
    wanted = chosen.study.settings
    return [
        row for row in read(chosen.out) if (key := key_of(row)) is not None and key[0] in wanted
    ]


def show_rows(chosen: ChosenStudy, key: str) -> None:
    """Draw the rows that are there: scores, then failures with their reasons, then the download."""
    out = chosen.out
    try:
        stat = out.stat()
    except OSError:
        st.caption("No results yet.")
        return
    done, failed = _tables(chosen.text, str(out), (stat.st_mtime_ns, stat.st_size), chosen)
    if len(done):
        st.dataframe(
            done,
            hide_index=True,
            width="stretch",
            height="content" if len(done) <= 12 else 420,
            key=f"sweep_rows_{key}",
            column_config=_columns(done),
        )
    elif not len(failed):
        st.caption("No results yet.")
    if len(failed):
        st.markdown(f"**{len(failed)} failed**")
        st.dataframe(failed, hide_index=True, width="stretch", key=f"sweep_failed_{key}",
                     column_config=_columns(failed))  # fmt: skip
    if key != "live" and (len(done) or len(failed)):
        st.download_button(
            "All results (CSV)", out.read_bytes(), out.name, "text/csv", key="sweep_csv",
            on_click="ignore", help="Every field, every score, seconds, versions and the machine.",
        )  # fmt: skip


def _columns(table: pd.DataFrame) -> dict[str, Any]:
    """Names of the columns for people."""
    numbers = {
        name: st.column_config.NumberColumn(
            METRICS[name].label,
            help=METRICS[name].help,
            format="%.4g" if name == "reconstruction_mse" else "%.3f",
        )
        for name in _SHOWN
    }
    seconds = st.column_config.NumberColumn("Seconds", format="%.1f")
    known = {**numbers, "seconds": seconds}
    return {name: known.get(name, column_name(name)) for name in table}


@st.cache_data(max_entries=16, show_spinner=False)
def _tables(
    text: str, name: str, stamp: tuple[int, int], _chosen: ChosenStudy
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows done and rows failed, as they are shown; newest first, since one watches them come."""
    import pandas as pd

    done, failed = [], []
    for row in reversed(rows(_chosen)):
        key = key_of(row)
        if key is None:
            continue
        fields = key[0].to_text()
        about = {field: fields[field] for field in _chosen.study.varied}
        about["split"] = cell("split", row["split"])
        if row["status"] == DONE:
            scores = {n: _number(row.get(n)) for n in (*_SHOWN, "seconds")}
            raised = row.get("warnings", "").split()
            warned = ", ".join(DIAGNOSTICS[code].label for code in raised if code in DIAGNOSTICS)
            done.append({**about, **scores, "warnings": warned})
        else:
            failed.append({**about, "reason": row.get("reason", "")})
    tables = pd.DataFrame(done), pd.DataFrame(failed)
    short = regularizer_names(
        [str(setting.to_text()["regularizer"]) for setting in _chosen.study.settings]
    )
    for table in tables:
        if "regularizer" in table:
            table["regularizer"] = table["regularizer"].map(short)
    return tables


def _number(text: str | None) -> float | None:
    """A cell as a number; None when it is empty, or was edited into something else."""
    try:
        return float(text or "")
    except ValueError:
        return None
