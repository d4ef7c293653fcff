"""Runs: everything that has been trained here, to sort, to open, to take along."""

from __future__ import annotations

from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from core.checkpoints import Run
from core.evaluation import METRICS
from core.guards import GUARDS
from pages.parts import frame, loaders

SHOWN = ("acc", "nmi", "ari", "silhouette_labels", "silhouette_clusters", "knn_accuracy",
         "trustworthiness", "reconstruction_mse")  # fmt: skip


def table(runs: list[Run]) -> pd.DataFrame:
    """A row per Run: what was trained and how it scores."""
    rows = []
    for run in runs:
        s = run.setting
        rows.append(
            {
                "open": f"./?{urlencode(run.setting.to_text())}",
                "data set": s.dataset,
                "digits": ", ".join(map(str, s.digits)),
                "dim": s.latent_dim,
                "regularizer": " + ".join(t.name for t in s.regularizer) or "none",
                "network": s.architecture,
                "epochs": s.epochs,
                "seed": s.seed,
                "warnings": ", ".join(GUARDS[code].label for code in run.evaluation.warnings),
                **{name: run.evaluation.values.get(name) for name in SHOWN},
                "held-out error": [r["heldout"]["reconstruction"] for r in run.history],
                "seconds": run.provenance.get("training_seconds"),
                "run": run.name,
            }
        )
    return pd.DataFrame(rows)


frame.begin("Runs")
st.subheader("Runs")
with frame.errors_as_sentences():
    with st.spinner("Reading the stored runs …"):
        runs, problems = loaders.store().list()
    for problem in problems:
        st.warning(problem, icon=":material/healing:")
    for job in loaders.queue().active():
        st.info(f"{job.stage}: {job.setting.name} ({job.fraction:.0%})", icon=":material/timer:")
    if not runs:
        st.info("Nothing has been trained yet. Pick a setting on the Explore page and train it.")
        st.page_link("streamlit_app.py", label="Explore", icon=":material/scatter_plot:")
    else:
        frame_ = table(runs)
        selected = st.dataframe(
            frame_,
            hide_index=True,
            width="stretch",
            on_select="rerun",
            selection_mode="single-row",
            key="runs_table",
            height="content" if len(frame_) <= 20 else 700,
            column_config={
                "open": st.column_config.LinkColumn("", display_text="open", pinned=True),
                "held-out error": st.column_config.LineChartColumn(
                    "held-out error", help="Squared error per pixel over the epochs"
                ),
                "warnings": st.column_config.TextColumn(
                    width="small",
                    help="Signs that scores mislead; the Explore page says more, and Method when "
                    "each is raised.",
                ),
                **{
                    name: st.column_config.NumberColumn(
                        METRICS[name].label, help=METRICS[name].help, format="%.3f"
                    )
                    for name in SHOWN
                },
                "reconstruction_mse": st.column_config.NumberColumn(
                    METRICS["reconstruction_mse"].label,
                    help=METRICS["reconstruction_mse"].help,
                    format="%.4g",
                ),
            },
        )
        if rows := selected["selection"]["rows"]:
            chosen = runs[rows[0]]
            if st.button(f"Explore {chosen.name}", type="primary", icon=":material/scatter_plot:"):
                st.switch_page("streamlit_app.py", query_params=chosen.setting.to_text())
        else:
            st.caption("Select a row to explore that run, or follow its link in a new tab.")
        st.caption(
            f"{len(runs)} runs, scored on held-out images with as many k-means clusters as classes."
        )
        st.download_button(
            "All scores (CSV)",
            frame_.drop(columns=["open", "held-out error"]).to_csv(index=False),
            "runs.csv",
            "text/csv",
        )
