"""Latent spaces on the Compare page: small ones of many Runs, each with its score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from core.compare import comparisons
from core.compare.comparisons import Comparison
from core.compare.groups import with_group_names
from core.compare.index import stored_runs
from core.compare.words import score_text
from core.latents.projection import ProjectionError
from core.metrics.catalogue import METRICS
from pages.parts.compare.side_by_side import nothing_stored
from pages.parts.shared import image_data, run_data
from pages.parts.shared.result_columns import explore_address

if TYPE_CHECKING:
    import pandas as pd

MAX_THUMBNAILS = 16
_CARD = 160  # pixels, at least: two beside each other on a telephone
_NONE_HERE = "Of the results that pass the filters only the scores are here, no weights."


def thumbnails(rows: pd.DataFrame, part: pd.DataFrame, metric: str) -> None:
    """Small latent spaces, those of the comparison first, all from the same side."""
    stored = stored_runs(rows)
    if not len(stored):
        nothing_stored(_NONE_HERE)
        return
    ascending = METRICS[metric].better == "lower"
    stored = with_group_names(stored, ["regularizer"]).assign(
        here=stored["id"].isin(part["id"]).astype(int)
    )
    stored = stored.sort_values(["here", metric], ascending=[False, ascending], kind="stable")
    shown = stored.head(MAX_THUMBNAILS).to_dict("records")
    fields = [n for n in (*comparisons.HELD_EQUAL, "seed") if n != "regularizer"]
    titles = comparisons.titles(
        [Comparison(row["id"], {name: row[name] for name in fields}, 1, 1) for row in shown]
    )
    with st.grid(min_column_width=_CARD, border=True, gap="small"):
        for row in shown:
            _card(row, metric, titles[row["id"]])
    if len(stored) > MAX_THUMBNAILS:
        st.caption(f"{MAX_THUMBNAILS} of {len(stored):,} stored runs; filters choose others.")
    st.caption(
        f"{image_data.THUMBNAIL_POINTS:,} held-out images each, coloured by digit, or by found cluster "
        "where they have no labels; spaces of three dimensions are all seen from the same corner, "
        "those of more as their PCA in the plane."
    )


def _card(row: dict[Any, Any], metric: str, about: str) -> None:
    """One small latent space with its score, and a link to Explore."""
    with st.container(gap="small"):
        if (run := run_data.run_named(str(row["run"]))) is None:
            st.caption("It can't be read any more.")
            return
        try:
            st.image(image_data.thumbnail(run_data.run_key(run), lambda: run), width="stretch",
                     alt=f"Latent space of {row['group']}, coloured by class")  # fmt: skip
        except ProjectionError as error:
            st.caption(str(error))
        terms = str(row["group"]).replace("_", "\\_")
        st.markdown(f"**[{terms}]({explore_address(row)})**  \n{METRICS[metric].label} "
                    f"{score_text(metric, row[metric])}")  # fmt: skip
        st.caption(about)
