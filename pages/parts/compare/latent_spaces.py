"""Latent spaces on the Compare page: small ones of many Runs, or a few at full size, linked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import streamlit as st

from core.compare import comparisons
from core.compare.comparisons import Comparison
from core.compare.groups import typical_runs, with_group_names
from core.compare.summary import summarise
from core.figures.thumbnail import latent_thumbnail
from core.latents.projection import Projection, ProjectionError
from core.metrics.catalogue import METRICS
from core.runs.run import Run
from core.setting.amounts import counted
from pages.parts.shared import address, image_data, run_data
from pages.parts.shared.cards import cards
from pages.parts.shared.result_columns import explore_address
from pages.parts.shared.space import COLOURS, ShownRun, images_of, space
from pages.parts.shared.wording import score_text, warn

if TYPE_CHECKING:
    import pandas as pd
    from streamlit.delta_generator import DeltaGenerator

MAX_THUMBNAILS = 16
POINTS = 1_000
MAX_BESIDE = 4
_LINK = "compare"
_NONE_HERE = (
    "Of these results only the scores are here, no weights. Switch on “weights are here” in the "
    "sidebar, choose another “otherwise equal”, or open one of the table to train it."
)


def thumbnails(rows: pd.DataFrame, part: pd.DataFrame, metric: str) -> None:
    """Small latent spaces, those of the comparison first, all from the same side."""
    stored = rows[rows["has_run"]].drop_duplicates("run")
    if not len(stored):
        st.info(_NONE_HERE)
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
    with st.container(horizontal=True, gap="small"):
        for row in shown:
            _card(row, metric, titles[row["id"]])
    if len(stored) > MAX_THUMBNAILS:
        st.caption(f"{MAX_THUMBNAILS} of {len(stored):,} stored runs; filters choose others.")
    st.caption(
        f"{POINTS:,} held-out images each, coloured by digit, or by found cluster where they have no "
        "labels; spaces of three dimensions are all seen from the same corner, those of more as their "
        "PCA in the plane."
    )


def _card(row: dict[Any, Any], metric: str, about: str) -> None:
    """One small latent space with its score, and a link to Explore."""
    with st.container(width=190, border=True, gap="small"):
        if (run := run_data.run_named(str(row["run"]))) is None:
            st.caption("It can't be read any more.")
            return
        try:
            st.image(_thumbnail(run_data.run_key(run), run), width="stretch")
        except ProjectionError as error:
            st.caption(str(error))
        terms = str(row["group"]).replace("_", "\\_")
        st.markdown(f"**[{terms}]({explore_address(row)})**  \n{METRICS[metric].label} "
                    f"{score_text(_known(row[metric]))}")  # fmt: skip
        st.caption(about)


def _known(number: float) -> float | None:
    """The number; None for NaN, which is the only one that differs from itself."""
    return float(number) if number == number else None


@st.cache_resource(max_entries=256, show_spinner=False)
def _thumbnail(key: str, _run: Run) -> Any:
    """The picture of a Run's latent space."""
    labels = _run.arrays.get("labels", _run.arrays["clusters"])
    return latent_thumbnail(_run.arrays["latents"][:POINTS], labels[:POINTS])


# --------------------------------------------------------------------------------- side by side
class _Drawn(NamedTuple):
    """A view that is on the page: what it shows, its key and the empty place below it."""

    what: ShownRun
    key: str
    below: DeltaGenerator


def side_by_side(part: pd.DataFrame, metric: str) -> None:
    """Two to four groups: their scores, and a latent space of each, linked."""
    typical = typical_runs(part, metric)
    if not typical:
        st.info(_NONE_HERE)
        return
    groups, colour = _chosen_groups(list(typical))
    summary = summarise(part, ["group"], metric).set_index("group")
    by_id = part.set_index("id")
    drawn = []
    for first in range(0, len(groups), 2):
        for column, group in zip(st.columns(2), groups[first : first + 2], strict=False):
            with column:
                row = by_id.loc[typical[group]]
                st.markdown(f"#### {group}".replace("_", "\\_"))
                if (run := run_data.run_named(str(row["run"]))) is None:
                    st.info("Its run can't be read any more.")
                    continue
                if group in summary.index:
                    _describe(summary.loc[group], row, metric)
                drawn.append(_view(run, colour))
    _say_linked([one.what.run for one in drawn])
    for what, key, below in drawn:  # images for the cards, after all views are there
        cards(what, key=key, waiting=below)


def _chosen_groups(groups: list[str]) -> tuple[list[str], str]:
    """The controls: which groups, and what the points are coloured by."""
    left, right = st.columns([3, 2])
    colours = ["digit", "cluster"]
    chosen = left.multiselect(
        "Groups", groups, max_selections=MAX_BESIDE, key=address.choices("side", groups, groups[:2]),
        help=f"Two to {MAX_BESIDE} groups of which a run is stored.",
    )  # fmt: skip
    colour = right.segmented_control(
        "Coloured by", colours, required=True, format_func=COLOURS.__getitem__,
        key=address.choice("side_colour", colours, "digit", COLOURS.__getitem__),
    )  # fmt: skip
    chosen = [group for group in chosen if group in groups] or groups[:2]
    if len(chosen) < 2:
        st.caption("Choose at least two groups to set them side by side.")
    return chosen, colour or "digit"


def _describe(summary: pd.Series, row: pd.Series, metric: str) -> None:
    """The group's mean and interval, and which of its seeds is drawn."""
    interval = ""
    if (low := _known(summary["low"])) is not None:
        interval = f", 95 % interval {score_text(low)} to {score_text(summary['high'])}"
    st.caption(
        f"{METRICS[metric].label}: mean {score_text(summary['mean'])}{interval} of "
        f"{counted(int(summary['n']), 'seed')}; drawn is seed {row['seed']} with "
        f"{score_text(_known(row[metric]))}."
    )


def _view(run: Run, colour: str) -> _Drawn:
    """A Run's latent space, linked with the others on the page."""
    warn(run.evaluation)
    dims = run.setting.latent_dim
    projection = Projection("none", max(dims, 2)) if dims <= 3 else Projection("pca", 3)
    colouring = colour if "labels" in run.arrays else "cluster"
    key = f"compare_view_{run.setting.hash}"
    shown = image_data.shown_images(run_data.run_key(run), run, run.clustering, "heldout")
    what = ShownRun(run, run.clustering, shown)
    space(what, colouring, projection, key=key, link=_LINK)
    return _Drawn(what, key, st.empty())


def _say_linked(runs: Sequence[Run]) -> None:
    if len({images_of(run.setting) for run in runs}) > 1:
        st.caption("These are of different images, so the views are not linked.")
    elif len(runs) > 1:
        st.caption("What you point at in one view is marked in the others: the same images.")
