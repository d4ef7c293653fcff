"""Latent spaces on the Compare page: small ones of many Runs, or a few at full size, linked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.compare import comparisons
from core.compare.comparisons import Comparison
from core.compare.groups import typical_runs, with_group_names
from core.compare.summary import summarise
from core.figures.thumbnail import thumbnail
from core.latents.projection import Projection, ProjectionError
from core.metrics.catalogue import METRICS
from core.runs.run import Run
from pages.parts.compare.picked import address
from pages.parts.shared import loaders
from pages.parts.shared.space import COLOURS, images_of, pieces, space
from pages.parts.shared.wording import score_text, warn

if TYPE_CHECKING:
    import pandas as pd

MOST = 16
POINTS = 1_000
MOST_BESIDE = 4
_LINK = "compare"
_NONE_HERE = (
    "Of these results only the scores are here, no weights. Switch on “weights are here” in the "
    "sidebar, choose another “otherwise equal”, or open one of the table to train it."
)


def thumbnails(rows: pd.DataFrame, part: pd.DataFrame, metric: str) -> None:
    """Small latent spaces, those of the context first, all from the same side."""
    stored = rows[rows["has_run"]].drop_duplicates("run")
    if not len(stored):
        st.info(_NONE_HERE)
        return
    ascending = METRICS[metric].better == "lower"
    stored = with_group_names(stored, ["regularizer"]).assign(
        here=stored["id"].isin(part["id"]).astype(int)
    )
    stored = stored.sort_values(["here", metric], ascending=[False, ascending], kind="stable")
    shown = stored.head(MOST).to_dict("records")
    fields = [n for n in (*comparisons.HELD_EQUAL, "seed") if n != "regularizer"]
    titles = comparisons.titles(
        [Comparison(row["id"], {name: row[name] for name in fields}, 1, 1) for row in shown]
    )
    with st.container(horizontal=True, gap="small"):
        for row in shown:
            _card(row, metric, titles[row["id"]])
    if len(stored) > MOST:
        st.caption(f"{MOST} of {len(stored):,} stored runs; filters choose others.")
    st.caption(
        f"{POINTS:,} held-out images each, coloured by digit, or by found cluster where they have no "
        "labels; spaces of three dimensions are all seen from the same corner, those of more as their "
        "PCA in the plane."
    )


def _card(row: dict[Any, Any], metric: str, about: str) -> None:
    with st.container(width=190, border=True, gap="small"):
        if (run := loaders.run_named(str(row["run"]))) is None:
            st.caption("It can't be read any more.")
            return
        try:
            st.image(_thumbnail(loaders.run_key(run), run), width="stretch")
        except ProjectionError as error:
            st.caption(str(error))
        terms = str(row["group"]).replace("_", "\\_")
        st.markdown(f"**[{terms}]({address(row)})**  \n{METRICS[metric].label} "
                    f"{score_text(_value(row[metric]))}")  # fmt: skip
        st.caption(about)


def _value(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


@st.cache_resource(max_entries=256, show_spinner=False)
def _thumbnail(key: str, _run: Run) -> Any:
    """The picture of a Run's latent space."""
    from core.latents.projection import project

    latents = _run.arrays["latents"][:POINTS]
    dims = _run.setting.latent_dim
    shown = project(latents, Projection("none" if dims <= 3 else "pca", 3 if dims <= 3 else 2))
    labels = _run.arrays.get("labels", _run.arrays["clusters"])[:POINTS]
    return thumbnail(shown.points, labels)


def side_by_side(part: pd.DataFrame, metric: str) -> None:
    """Two to four groups: their scores, and a latent space of each, linked."""
    typical = typical_runs(part, metric)
    if not typical:
        st.info(_NONE_HERE)
        return
    left, right = st.columns([3, 2])
    chosen = left.multiselect(
        "Groups",
        list(typical),
        default=list(typical)[:2],
        max_selections=MOST_BESIDE,
        key="side",
        bind="query-params",
        help=f"Two to {MOST_BESIDE} groups of which a run is stored.",
    )
    colour = right.segmented_control(
        "Coloured by", ["digit", "cluster"], default="digit", required=True,
        format_func=COLOURS.__getitem__, key="side_colour", bind="query-params",
    )  # fmt: skip
    chosen = [group for group in chosen if group in typical] or list(typical)[:2]
    if len(chosen) < 2:
        st.caption("Choose at least two groups to set them side by side.")
    summary = summarise(part, ["group"], metric).set_index("group")
    by_id = part.set_index("id")
    drawn = []
    for first in range(0, len(chosen), 2):
        for column, group in zip(st.columns(2), chosen[first : first + 2], strict=False):
            with column:
                drawn.append(
                    _beside(group, by_id.loc[typical[group]], summary, metric, colour or "digit")
                )
    runs = [found[0] for found in drawn if found is not None]
    if len({images_of(run.setting) for run in runs}) > 1:
        st.caption("These are of different images, so the views are not linked.")
    elif len(runs) > 1:
        st.caption("What you point at in one view is marked in the others: the same images.")
    for found in drawn:  # pictures for the cards, after all views are there
        if found is not None:
            run, shown, key, waiting = found
            pieces(run, run.clustering, shown, key=key, waiting=waiting)


def _beside(
    group: str, row: pd.Series, summary: pd.DataFrame, metric: str, colour: str
) -> tuple[Run, Any, str, Any] | None:
    """One group's view; the Run, what is drawn, its place, and an empty place below."""
    st.markdown(f"#### {group}".replace("_", "\\_"))
    run = loaders.run_named(str(row["run"]))
    if run is None:
        st.info("Its run can't be read any more.")
        return None
    info, label = summary.loc[group] if group in summary.index else None, METRICS[metric].label
    if info is not None:
        interval = ""
        if not np.isnan(info["low"]):
            interval = f", 95 % interval {score_text(info['low'])} to {score_text(info['high'])}"
        st.caption(
            f"{label}: mean {score_text(info['mean'])}{interval} of {int(info['n'])} "
            f"seed{'s' * int(info['n'] != 1)}; drawn is seed {row['seed']} with "
            f"{score_text(_value(row[metric]))}."
        )
    warn(run.evaluation)
    found = run.clustering
    dims = run.setting.latent_dim
    projection = Projection("none", max(dims, 2)) if dims <= 3 else Projection("pca", 3)
    colouring = colour if "labels" in run.arrays else "cluster"
    key = f"compare_view_{run.setting.hash}"
    shown = loaders.shown_images(loaders.run_key(run), run, found, "heldout")
    space(run, found, shown, colouring, projection, key=key, link=_LINK)
    return run, shown, key, st.empty()
