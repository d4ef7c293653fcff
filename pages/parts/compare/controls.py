"""The controls of the Compare page. All are in its address, so that a link shows the same."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from core.compare import comparisons
from core.compare.comparisons import Comparison
from core.compare.index import Index
from core.metrics.catalogue import METRICS
from core.setting.amounts import counted
from core.setting.setting import FIELDS
from pages.parts.compare import published_values, query
from pages.parts.compare.query import FILTERS, Filter

VIEWS = {
    "groups": "Groups",
    "trend": "Trend",
    "tradeoff": "Trade-off",
    "heat": "Heat map",
    "parallel": "Parallel axes",
    "latents": "Latent spaces",
    "beside": "Side by side",
}
ANY, WITHIN = "any", "within"
_CHOICE = "within_choice"
MAIN = ("study", "terms", "dataset", "digits", "latent_dim", "architecture")
_BOUND = ("with_run", "sound")


def filters(index: Index) -> Filter:
    """Draw the filters in the sidebar."""
    choices = query.filter_choices(index.stamp)
    with st.sidebar:
        st.markdown("**Show only**")
        where = {column: _values(column, choices[column]) for column in MAIN if column in choices}
        with_run = st.toggle(
            "Weights are here", key="with_run", bind="query-params",
            help="Runs that Explore can open. Of other studies the repository has the scores alone.",
        )  # fmt: skip
        without_warnings = st.toggle(
            "Without warnings", key="sound", bind="query-params",
            help="Leaves out results with warnings, such as a collapsed latent space; see Method.",
        )  # fmt: skip
        others = [column for column in choices if column not in MAIN]
        if others:
            with st.expander("More filters"):
                where |= {column: _values(column, choices[column]) for column in others}
        found = Filter(
            tuple((column, values) for column, values in where.items() if values),
            with_run,
            without_warnings,
        )
        published_values.switch()
        st.button("Show everything", on_click=_reset, disabled=not found.active, width="stretch")
    return found


def _values(column: str, values: list[str]) -> tuple[str, ...]:
    return tuple(
        st.multiselect(
            FILTERS[column],
            values,
            key=f"where_{column}",
            bind="query-params",
            placeholder="any",
            help=FIELDS[column].help if column in FIELDS else None,
        )
    )


def _reset() -> None:
    for column in FILTERS:
        if f"where_{column}" in st.session_state:
            st.session_state[f"where_{column}"] = []
    for key in _BOUND:
        st.session_state[key] = False


def view() -> str:
    """Which view is drawn."""
    return str(
        st.segmented_control(
            "View",
            list(VIEWS),
            default="groups",
            required=True,
            format_func=VIEWS.__getitem__,
            key="view",
            bind="query-params",
            label_visibility="collapsed",
        )
        or "groups"  # an empty parameter of the address chooses nothing, required or not
    )


def score(names: list[str], text: str, key: str, default: str) -> str:
    """One of the scores."""
    return str(
        st.selectbox(
            text,
            names or [default],
            index=names.index(default) if default in names else 0,
            format_func=lambda name: METRICS[name].label,
            key=key,
            bind="query-params",
            help="\n\n".join(f"**{METRICS[n].label}**: {METRICS[n].help}" for n in names),
        )
    )


def group_by(names: list[str]) -> tuple[str, ...]:
    """The fields that groups differ in."""
    found = st.multiselect(
        "Group by",
        names,
        default=["regularizer"],
        format_func=lambda name: FIELDS[name].label,
        key="by",
        bind="query-params",
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
        return f"{titles[key]} ({counted(found[key].rows, 'row')})"

    wanted = st.query_params.get(WITHIN, "")
    st.session_state[_CHOICE] = wanted if wanted in keys else keys[0]
    chosen = st.selectbox(
        "Otherwise equal",
        keys,
        format_func=title,
        key=_CHOICE,
        on_change=_keep_comparison,
        help="Groups can only be compared where all other fields are equal. First come those with most "
        f"groups of {comparisons.ENOUGH_SEEDS} seeds or more.",
    )
    return "" if chosen == ANY else str(chosen)


def _keep_comparison() -> None:
    st.query_params[WITHIN] = st.session_state[_CHOICE]


def link(within: str) -> str:
    """The address of what is shown, with its comparison: which comes first changes with new results."""
    parameters = {name: st.query_params.get_all(name) for name in st.query_params}
    parameters[WITHIN] = [within or ANY]
    base = str(st.context.url or "").rstrip("/")
    return f"{base}?{urlencode(parameters, doseq=True)}"
