"""Accuracy against the number of neighbours, with what it is up against."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.figures.labelled import k_curve
from core.metrics.label_efficiency import CLUSTERS, LOGISTIC, PCA, PIXELS
from core.metrics.neighbour_classifier import Curve, accuracy_by_k
from core.runs.run import Run
from core.setting.amounts import counted, percent
from core.setting.names import title
from pages.parts.classify import evidence
from pages.parts.shared import charts

_NAMES = {
    PIXELS: "5 neighbours on pixels",
    PCA: "5 neighbours after PCA of the pixels",
    LOGISTIC: "logistic regression on latents",
    CLUSTERS: "clusters, each named by its majority",
}


def curve(run: Run) -> None:
    """The finding, the chart, the files."""
    found = accuracy_by_k(evidence.asked(run))
    finding = st.container()
    k = evidence.chosen_k(run)
    others = evidence.baselines(run)
    finding.markdown(f"**{_sentence(run, found, k, others)}**")
    named = {_NAMES[name]: others[name] for name in _NAMES if name in others}
    charts.chart(
        k_curve(found, named, k), "classify_curve", f"Accuracy by neighbours: {title(run.setting)}",
        alt="Accuracy of held-out images against the number of neighbours asked, from 1 to "
        f"{len(found.ks)}, with its 95 % interval",
    )  # fmt: skip
    if named:
        listed = "; ".join(f"{name} {percent(value)}" for name, value in named.items())
        st.caption(
            f"The band is the 95 % interval of {found.n:,} held-out images. Against it: {listed}. "
            "PCA has as many dimensions as the latent space."
        )
    with st.container(horizontal=True):
        st.download_button("Curve (CSV)", lambda: _csv(found), f"{run.name}-neighbours.csv",
                           "text/csv", on_click="ignore", key="curve_csv")  # fmt: skip
        st.download_button(
            "Predictions (CSV)", lambda: evidence.predictions_csv(run, k),
            f"{run.name}-predictions.csv", "text/csv", on_click="ignore", key="predictions_csv",
        )  # fmt: skip


def _sentence(run: Run, found: Curve, k: int, others: dict[str, float]) -> str:
    d, side = run.setting.latent_dim, run.setting.image_size
    said = (
        f"{counted(k, 'neighbour')} in {counted(d, 'dimension')} {'names' if k == 1 else 'name'} "
        f"{percent(found.accuracy[k - 1])} of held-out images right"
    )
    if PIXELS in others:
        said += f"; on all {side * side} pixels {percent(others[PIXELS])}"
    return f"{said}."


def _csv(found: Curve) -> bytes:
    table = {"k": found.ks, "accuracy": found.accuracy, "low": found.low, "high": found.high}
    return pd.DataFrame(table).to_csv(index=False, float_format="%.6g").encode()
