"""The controls of the Compare page. All are in its address, so that a link shows the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from core.compare import comparisons
from core.compare.comparisons import Comparison
from core.compare.index import Index
from core.compare.words import cell, terms_name
from core.metrics.catalogue import METRICS
from core.setting.amounts import counted
from core.setting.setting import FIELDS
from pages.parts.compare import presets, published_values, query
from pages.parts.compare.query import FILTERS, Filter
from pages.parts.shared import address, study_data

VIEWS = {
    "groups": "Groups",
    "trend": "Trend",
    "tradeoff": "Trade-off",
    "heat": "Heat map",
    "parallel": "Parallel axes",
    "latents": "Latent spaces",
    "beside": "Side by side",
}
SCORE = "silhouette_labels"  # chosen at the start
LONGEST, _LONGEST_WIDE = 45, 64  # letters that a box shows, and on a wide screen
ANY, WITHIN = "any", "within"
MAIN = ("study", "terms", "dataset", "digits", "latent_dim", "architecture")


def filters(index: Index) -> Filter:
    """Draw the filters in the sidebar."""
    choices = query.filter_choices(index.stamp)
    with st.sidebar:
        st.markdown("**Show only**")
        where = {column: _values(column, values) for column, values in choices.items()}
        for column in MAIN:
            _box(column, choices)
        _describe_studies(where.get("study", ()))
        with_run = st.toggle(
            "Weights are here", key=address.flag("with_run"),
            help="Runs that Explore can open. Of other studies the repository has the scores alone.",
        )  # fmt: skip
        without_warnings = st.toggle(
            "Without warnings", key=address.flag("sound"),
            help="Leaves out results with warnings, such as a collapsed latent space; see Method.",
        )  # fmt: skip
        _other_boxes(choices, where)
        found = Filter(
            tuple((column, values) for column, values in where.items() if values),
            with_run,
            without_warnings,
        )
        published_values.switch()
        st.button(
            "Show everything", on_click=presets.reset, disabled=not found.active, width="stretch"
        )
    return found


def _values(column: str, values: list[str]) -> tuple[str, ...]:
    """The values of a column that are wanted, whether its box is drawn or not."""
    key = address.choices(f"where_{column}", values, label=partial(_option, column))
    return tuple(st.session_state[key])


def _box(column: str, choices: Mapping[str, list[str]]) -> None:
    """The box of a column in which results differ."""
    if column in choices:
        st.multiselect(
            FILTERS[column],
            choices[column],
            key=f"where_{column}",
            format_func=partial(_option, column),
            placeholder="any",
            help=_help(column),
        )


def _other_boxes(choices: Mapping[str, list[str]], where: Mapping[str, tuple[str, ...]]) -> None:
    """The boxes that few ask for, sent when they are opened; how many are in use is said before."""
    others = [column for column in choices if column not in MAIN]
    if not others:
        return
    used = sum(bool(where[column]) for column in others)
    label = f"More filters: {used} in use" if used else "More filters"
    part = st.expander(label, key="more_filters", on_change="rerun")
    if part.open:
        with part:
            for column in others:
                _box(column, choices)


def _option(column: str, value: str) -> str:
    """An option of a filter: names of terms by the menu, other values in words."""
    return terms_name(value) if column == "terms" else cell(column, value)


def _help(column: str) -> str | None:
    if column == "study":
        return "\n\n".join(
            f"**{name}**: {text}" for name, text in study_data.descriptions().items() if text
        )
    return FIELDS[column].help if column in FIELDS else None


def _describe_studies(names: tuple[str, ...]) -> None:
    """What the chosen studies ask."""
    known = study_data.descriptions()
    for name in names:
        if known.get(name):
            st.caption(f"{name}: {known[name]}")


def view() -> str:
    """Which view is drawn."""
    return str(
        st.segmented_control(
            "View",
            list(VIEWS),
            required=True,
            format_func=VIEWS.__getitem__,
            key=address.choice("view", list(VIEWS), "groups", VIEWS.__getitem__),
            label_visibility="collapsed",
        )
    )


def score(names: list[str], text: str, key: str, default: str) -> str:
    """One of the scores."""
    names = names or [default]

    def label(name: str) -> str:
        return METRICS[name].label

    return str(
        st.selectbox(
            text,
            names,
            format_func=label,
            key=address.choice(key, names, default if default in names else names[0], label),
            help="\n\n".join(f"**{METRICS[n].label}**: {METRICS[n].help}" for n in names),
        )
    )


def group_by(names: list[str]) -> tuple[str, ...]:
    """The fields that groups differ in."""
    found = st.multiselect(
        "Group by",
        names,
        format_func=lambda name: FIELDS[name].label,
        key=address.choices("by", names, ["regularizer"], lambda name: FIELDS[name].label),
        help="Rows that share these fields are one group: the seeds of one setting, as long as all "
        "other fields are equal.",
    )
    return tuple(found)


def comparison(found: dict[str, Comparison]) -> str:
    """What else is equal: a key of the comparisons found, or '' for whatever there is.

    The key is in the address, and not the title: that changes with every new result.
    """
    titles = comparisons.titles(list(found.values()))
    keys = [*found, *([ANY] if len(found) > 1 else [])]

    def title(key: str) -> str:
        if key not in titles:
            return "anything: other fields differ, too"
        return f"{titles[key]} ({counted(found[key].rows, 'result')})"

    chosen = st.selectbox(
        "Otherwise equal",
        keys,
        format_func=title,
        key=address.choice(WITHIN, keys, keys[0]),
        help="Groups can only be compared where all other fields are equal. First come those with most "
        f"groups of {comparisons.ENOUGH_SEEDS} seeds or more.",
    )
    if len(text := title(str(chosen))) > LONGEST:
        # static/pages.css hides what a wide screen's box shows whole
        with st.container(key="whole_title" if len(text) <= _LONGEST_WIDE else None):
            st.caption(text)
    return "" if chosen == ANY else str(chosen)


def link(within: str) -> str:
    """The address of what is shown, with its comparison: which comes first changes with new results."""
    address.say({WITHIN: within or ANY})
    return address.link()
