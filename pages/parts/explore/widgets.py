"""A widget for each field of a Setting and each parameter of a term, made from what is said of it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import streamlit as st

from core.jobs import image_tasks
from core.setting.errors import UserError
from core.setting.recipes import RECIPES
from core.setting.setting import FIELDS, Parameter, Setting, Term
from core.setting.tight import tight
from pages.parts.shared import address, services

DIMENSIONS = (1, 2, 3, 4, 5, 8, 10, 16, 32, 64)


def field_key(name: str) -> str:
    """Key of a field's widget, which holds its value in the session."""
    return f"field_{name}"


def _parameter_key(term: str, name: str) -> str:
    return f"parameter_{term}_{name}"


def seed_widgets(setting: Setting) -> None:
    """Make the widgets show this Setting; call before they are drawn, or in a callback."""
    state = st.session_state
    for field in dataclasses.fields(Setting):
        state[field_key(field.name)] = getattr(setting, field.name)
    state[field_key("digits")] = list(setting.digits)
    state[field_key("regularizer")] = [term.name for term in setting.regularizer]
    for term in setting.regularizer:
        seed_term(term)


def take_recipe(name: str) -> None:
    """Set every control to a recipe; before any of them is drawn, so in a callback."""
    seed_widgets(RECIPES[name].setting)
    st.session_state["clustering"] = RECIPES[name].clustering


def take_tight(setting: Setting) -> None:
    """Set every control to the recipe Tight for the images of a Setting; likewise in a callback."""
    try:
        images = services.workers().call(image_tasks.count_training_images, setting)
    except UserError as error:
        address.problem(str(error))
        return
    seed_widgets(tight(setting, images))


def seed_term(term: Term) -> None:
    """Make the widgets of a term's parameters show this Term."""
    for name, value in term.full_params().items():
        st.session_state[_parameter_key(term.name, name)] = value


def in_the_controls() -> Setting:
    """The Setting that the widgets are about to show, before all of them are drawn.

    Raises:
        SettingError: they show none.
    """
    state = st.session_state
    values = {field.name: state[field_key(field.name)] for field in dataclasses.fields(Setting)}
    values["digits"] = tuple(values["digits"])
    values["regularizer"] = tuple(map(_term, values["regularizer"]))
    return Setting(**values)


def _term(name: str) -> Term:
    params = Term(name).full_params().items()
    said = [(p, st.session_state.get(_parameter_key(name, p), default)) for p, default in params]
    return Term(name, tuple(said))


def dimension() -> int:
    """The latent dimension: the first few one by one, then in steps that one can hit."""
    info, key = FIELDS["latent_dim"], field_key("latent_dim")
    options = sorted({*DIMENSIONS, int(st.session_state[key])})
    return int(st.select_slider(info.label, options, key=key, help=info.help, width=170))


def number(name: str) -> Any:
    """The value of a field that is a number."""
    info = FIELDS[name]
    whole = isinstance(st.session_state[field_key(name)], int)
    kind = int if whole else float
    return st.number_input(
        info.label,
        min_value=kind(info.minimum),
        max_value=kind(info.maximum),
        step=1 if whole else _step(st.session_state[field_key(name)]),
        format=None if whole else "%.6g",
        key=field_key(name),
        help=info.help,
    )


def _step(value: float, low: float = 0.0, high: float = math.inf) -> float:
    """A step of one unit of the value's first digit, or a tenth of a short range: 0.003 by 0.001."""
    step = 10.0 ** math.floor(math.log10(abs(value))) if value else 0.1
    return min(step, (high - low) / 10)


def choice(name: str, on_change: Callable[[], None] | None = None) -> Any:
    """The value of a field that is one of a few."""
    info = FIELDS[name]
    return st.selectbox(
        info.label, info.choices, key=field_key(name), help=info.help, on_change=on_change
    )


def parameter(term: str, name: str, spec: Parameter) -> Any:
    """The value of a term's parameter."""
    key = _parameter_key(term, name)
    st.session_state.setdefault(key, spec.default)
    label = spec.label or name.replace("_", " ").capitalize()
    if spec.choices:
        return st.selectbox(label, spec.choices, key=key, help=spec.help)
    default = spec.default
    if isinstance(default, int):
        return st.number_input(label, int(spec.minimum), int(spec.maximum), key=key, help=spec.help)
    default = float(default)
    return st.number_input(
        label,
        min_value=float(spec.minimum),
        max_value=float(spec.maximum),
        step=_step(default, spec.minimum, spec.maximum),
        format="%.4g",
        key=key,
        help=spec.help,
    )
