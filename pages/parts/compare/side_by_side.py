"""Side by side on the Compare page: two to four Runs with their scores, linked latent spaces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.compare import comparisons
from core.compare.comparisons import HELD_EQUAL, Comparison
from core.compare.findings import value_name
from core.compare.index import stored_runs
from core.compare.pairs_to_show import pair_to_show
from core.compare.summary import summarise
from core.compare.words import column_name, images_of, in_words, score_text
from core.latents.projection import Projection
from core.metrics.across_spaces import ACROSS, NOT_COMPARABLE
from core.metrics.catalogue import METRICS
from core.runs.run import Run
from core.setting.amounts import counted
from pages.parts.compare import controls
from pages.parts.compare.selection import selected
from pages.parts.shared import across, address, run_data
from pages.parts.shared.cards import Drawn, cards
from pages.parts.shared.linked import draw
from pages.parts.shared.space import COLOURS, Place
from pages.parts.shared.space import images_of as images_key
from pages.parts.shared.wording import MAIN_SCORES, warn

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

MAX_BESIDE = 4
MAX_DIFFERENT = 6  # fields that are named
_LINK = "compare"


def side_by_side(
    every: pd.DataFrame, rows: pd.DataFrame, scores: list[str], finding: DeltaGenerator
) -> pd.DataFrame:
    """Latent spaces beside each other: of the rows ticked, else of none and the best.

    Args:
        every: all rows of the index.
        rows: those that pass the filters.
        scores: those to choose from.
        finding: place of the answer.

    Returns:
        The rows that are shown.
    """
    left, middle, right = st.columns([2, 5, 2])
    with left:
        metric = controls.score(scores, "Score", "metric", controls.SCORE)
    stored, default = _candidates(every, rows, metric)
    if not len(stored):
        nothing_stored("There are no weights here at all: every latent space needs a trained run.")
        return rows.head(0)
    names = _names(stored)
    chosen = middle.multiselect(
        "Runs", list(names), format_func=names.__getitem__, max_selections=MAX_BESIDE,
        key=address.choices("side", list(names), default, names.__getitem__),
        help=f"Two to {MAX_BESIDE} runs whose weights are here. Rows that you tick in the table win.",
    )  # fmt: skip
    colours = ["digit", "cluster"]
    colour = right.segmented_control(
        "Coloured by", colours, required=True, format_func=COLOURS.__getitem__,
        key=address.choice("side_colour", colours, "digit", COLOURS.__getitem__),
    )  # fmt: skip
    by_id = stored.set_index("id", drop=False)
    shown = by_id.loc[chosen or default]
    with finding.container(border=True, key="finding"):
        _answer(shown, metric)
    _views(shown, names, every, metric, colour or "digit")
    _explain(shown)
    _scores(shown, metric)
    return stored[stored["id"].isin(shown["id"])]


def nothing_stored(why: str) -> None:
    """Say why there is no latent space to show, and offer what can be done."""
    st.info(why, icon=":material/info:")
    with st.container(horizontal=True):
        st.button("Show all runs whose weights are here", on_click=_all_stored, key="all_stored")
        st.page_link("streamlit_app.py", label="Train a setting in Explore",
                     icon=":material/scatter_plot:", width="content")  # fmt: skip


def _all_stored() -> None:
    """Have the filters pass all Runs that are here; in a callback."""
    filters = ("sound", "within", "side")
    address.forget(k for k in address.declared() if k.startswith("where_") or k in filters)
    st.session_state["with_run"] = True


def _candidates(
    every: pd.DataFrame, rows: pd.DataFrame, metric: str
) -> tuple[pd.DataFrame, list[str]]:
    """The Runs to choose from, and the ids of those shown at first."""
    stored = stored_runs(every)
    ticked = [i for i in selected() if i in set(stored["id"])][:MAX_BESIDE]
    if len(ticked) >= 2:
        return stored, ticked
    passing = stored[stored["id"].isin(rows["id"])]
    return stored, pair_to_show(passing if len(passing) > 1 else stored, metric)


def _names(stored: pd.DataFrame) -> dict[str, str]:
    """The name of each Run, by id: regularizer, images, dimension, and what else tells it apart."""
    base = {}
    for row in stored.to_dict("records"):
        what = value_name("regularizer", str(row["regularizer"]))
        images = images_of(str(row["dataset"]), str(row["digits"]))
        base[row["id"]] = f"{what} · {images} · {in_words('latent_dim', row['latent_dim'])}"
    fields = [name for name in (*HELD_EQUAL, "seed") if name != "regularizer"]
    found = dict(base)
    for name in set(base.values()):
        alike = stored[[base[i] == name for i in stored["id"]]]
        if len(alike) > 1:
            more = comparisons.titles(
                [Comparison(row["id"], {f: row[f] for f in fields}, 1, 1)
                 for row in alike.to_dict("records")]
            )  # fmt: skip
            found |= {i: f"{name} · {text}" for i, text in more.items()}
    return found


def _answer(shown: pd.DataFrame, metric: str) -> None:
    """What the chosen score says of each."""
    first = shown.iloc[0][metric]
    said = [f"{_short(shown.iloc[0])} {score_text(metric, first)}"]
    for _, row in shown.iloc[1:].iterrows():
        less = score_text(metric, row[metric] - first, signed=True)
        said.append(f"{_short(row)} {score_text(metric, row[metric])} ({less})")
    st.markdown(f"**{METRICS[metric].label}: {'; '.join(said)}.**")


def _explain(shown: pd.DataFrame) -> None:
    """What one has to know before one compares them."""
    differ = [n for n in comparisons.varied(shown) if n != "regularizer"]
    differ.sort(key=lambda name: name not in ("dataset", "digits", "latent_dim", "architecture"))
    also = ""
    if differ:
        more = " and more" if len(differ) > MAX_DIFFERENT else ""
        listed = ", ".join(column_name(n).lower() for n in differ[:MAX_DIFFERENT])
        also = f" These runs differ in {listed}{more}, too, not in the regularizer alone."
    st.caption(
        "One seed each, so chance plays a part; Groups compares means over seeds. In brackets: the 95 % "
        f"interval of the mean.{also}"
    )


def _scores(shown: pd.DataFrame, metric: str) -> None:
    """All main scores with their differences from the first run."""
    first = shown.iloc[0]
    wanted = [n for n in dict.fromkeys((metric, *MAIN_SCORES)) if shown[n].notna().any()]
    table = pd.DataFrame({"Score": [METRICS[name].label for name in wanted]})
    for number, (_, row) in enumerate(shown.iterrows()):
        table[f"{number + 1}: {_short(row)}"] = [score_text(name, row[name]) for name in wanted]
        if number:
            table[f"{number + 1} minus 1"] = [
                score_text(name, row[name] - first[name], signed=True) for name in wanted
            ]
    st.markdown("**Scores and their differences**")
    if across.switch():
        table = pd.concat([table, pd.DataFrame([_across(shown, list(table))])])
    else:
        st.caption(NOT_COMPARABLE)
    st.dataframe(table, hide_index=True, width="stretch", height="content", key="side_scores",
                 alt="Scores of the runs shown and their differences")  # fmt: skip


def _across(shown: pd.DataFrame, columns: list[str]) -> dict[str, str]:
    """The row of the score that is meant for comparing spaces, in the columns of the table."""
    runs = [run_data.run_named(str(name)) for name in shown["run"]]
    values = [None if run is None else across.of_run(run) for run in runs]
    first, *others = values
    cells = [ACROSS.label, score_text(ACROSS.key, first)]
    for other in others:
        less = None if first is None or other is None else other - first
        cells += [score_text(ACROSS.key, other), score_text(ACROSS.key, less, signed=True)]
    return dict(zip(columns, cells, strict=True))


def _short(row: pd.Series) -> str:
    return value_name("regularizer", str(row["regularizer"]))


def _views(
    shown: pd.DataFrame, names: dict[str, str], every: pd.DataFrame, metric: str, colour: str
) -> None:
    """The latent spaces, two in a row."""
    drawn = []
    runs = list(shown.to_dict("index").items())
    for first in range(0, len(runs), 2):
        for column, (identity, row) in zip(st.columns(2), runs[first : first + 2], strict=False):
            with column:
                st.markdown(f"**{names[str(identity)]}**")
                if (run := run_data.run_named(str(row["run"]))) is None:
                    st.info("Its run can't be read any more.")
                    continue
                st.caption(_seeds(every, row, metric))
                drawn.append(_view(run, colour))
    _say_linked([one.what.run for one in drawn])
    cards(*drawn)


def _seeds(every: pd.DataFrame, row: dict[object, object], metric: str) -> str:
    """The drawn seed's score, and the mean over all seeds of the same setting."""
    alike = every
    for name in HELD_EQUAL:
        alike = alike[alike[name] == row[name]]
    drawn = f"Seed {row['seed']}: {score_text(metric, row[metric])}"  # type: ignore[arg-type]
    summary = summarise(alike.assign(group="all"), ["group"], metric)
    if not len(summary) or int(summary["n"].iloc[0]) < 2:
        return f"{drawn} (the only seed)"
    one = summary.iloc[0]
    return (
        f"{drawn}; mean of {counted(int(one['n']), 'seed')} {score_text(metric, one['mean'])} "
        f"({score_text(metric, one['low'])} to {score_text(metric, one['high'])})"
    )


def _view(run: Run, colour: str) -> Drawn:
    """A Run's latent space, linked with the others on the page."""
    warn(run.evaluation)
    dims = run.setting.latent_dim
    projection = Projection("none", max(dims, 2)) if dims <= 3 else Projection("pca", 3)
    colouring = colour if "labels" in run.arrays else "cluster"
    key = f"compare_view_{run.setting.hash}"
    return draw(run, colouring, projection, Place(key, _LINK))


def _say_linked(runs: Sequence[Run]) -> None:
    if len({images_key(run.setting) for run in runs}) > 1:
        st.caption("These are of different images, so the views are not linked.")
    elif len(runs) > 1:
        st.caption("What you point at in one view is marked in the others: the same images.")
