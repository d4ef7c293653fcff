"""The fields of a Setting as a row of controls; what few people change is behind buttons."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.setting.names import method_name
from core.setting.setting import (
    FIELDS,
    MAX_TERMS,
    REGULARIZERS,
    RegularizerInfo,
    SettingError,
    Term,
    schedule_of,
)
from pages.parts.explore.dataset import dataset, digits, fit_image_size
from pages.parts.explore.own_images import own_images
from pages.parts.explore.regularizer_menu import regularizer_menu
from pages.parts.explore.widgets import (
    choice,
    dimension,
    field_key,
    in_the_controls,
    number,
    parameter,
)

SHORT_FORMULA = 80  # characters of LaTeX that fit a menu
IN_SIGHT = 4  # parameters of a term


def fields() -> dict[str, Any]:
    """Draw a widget per field, the main ones first; their values by field name."""
    values: dict[str, Any] = {"dataset": dataset()}
    values["digits"] = tuple(digits(values["dataset"]))
    values["latent_dim"] = dimension()
    values["regularizer"] = _regularizer()
    with st.popover("More", icon=":material/tune:", width="content"):
        left, right = st.columns(2)
        with left:
            values["epochs"] = number("epochs")
        with right:
            values["seed"] = number("seed")
        with st.expander("Network and optimizer"):
            for name, info in FIELDS.items():
                if info.advanced:
                    on_change = fit_image_size if name == "architecture" else None
                    values[name] = choice(name, on_change) if info.choices else number(name)
        with st.expander("Your own images"):
            own_images()
    return values


def _regularizer() -> tuple[Term, ...]:
    """Which terms, and exactly their parameters."""
    names = [name for name in REGULARIZERS if name != "none"]
    chosen = st.session_state[field_key("regularizer")]
    label = _label(chosen)
    with st.popover(label, icon=":material/category:", width="content", key="regularizers",
                    on_change="rerun") as menu:  # fmt: skip
        chosen = st.multiselect(
            FIELDS["regularizer"].label,
            names,
            format_func=lambda name: REGULARIZERS[name].label,
            max_selections=MAX_TERMS,
            placeholder="none",
            key=field_key("regularizer"),
            help=FIELDS["regularizer"].help,
        )
        terms = tuple(_term(name, REGULARIZERS[name]) for name in chosen)
        if menu.open:
            regularizer_menu()
    return terms


def _label(chosen: list[str]) -> str:
    """The regularizer's name, a recipe's where it is one."""
    if not chosen:
        return "No regularizer"
    try:
        return method_name(in_the_controls())
    except SettingError:
        return " + ".join(REGULARIZERS[name].short for name in chosen)


def _term(name: str, info: RegularizerInfo) -> Term:
    """What a term does, and its parameters; the first of them in sight."""
    with st.container(border=True):
        st.caption(f"**{info.label}**: {info.meaning}")
        if len(info.formula) <= SHORT_FORMULA:
            st.latex(info.formula)
        else:
            st.caption("Its formula, too long for here, is on the Method page.")
        own = list(info.parameters.items())
        params = [(p, parameter(name, p, spec)) for p, spec in own[:IN_SIGHT]]
        if len(own) > IN_SIGHT:
            with st.expander("More parameters"):
                params += [(p, parameter(name, p, spec)) for p, spec in own[IN_SIGHT:]]
        with st.expander("When it acts"):
            params += [(p, parameter(name, p, spec)) for p, spec in schedule_of(name).items()]
    return Term(name, tuple(params))
