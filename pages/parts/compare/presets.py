"""The questions people come with, a click each: what each sets the controls to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.parts.compare.query import FILTERS
from pages.parts.shared import address

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

# what a question sets: all that says which results are shown, and how
_CONTROLS = ("view", "metric", "by", "x", "within", "against", "side", "judged", "with_run", "sound",
             *(f"where_{column}" for column in FILTERS))  # fmt: skip
_BASELINES = "baseline"  # and `baseline_FIELD`


@dataclass(frozen=True)
class Preset:
    """A question.

    Attributes:
        question: as people ask it.
        controls: what differs from the defaults, by key.
    """

    question: str
    controls: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> dict[str, list[str]]:
        """What the address then says."""
        return {
            key: value if isinstance(value, list) else [value]
            for key, value in self.controls.items()
        }


PRESETS = {
    "which": Preset("Which regularizer?"),
    "dimension": Preset("Does the dimension matter?", {"view": "trend", "x": "latent_dim"}),
    "tight": Preset(
        "Is Tight better, and what does it cost?",
        {
            "view": "tradeoff",
            "where_study": ["headline"],
            "by": ["regularizer", "digits"],
            "within": "any",
        },
    ),
    "beside": Preset("Two spaces side by side", {"view": "beside"}),
}
# the first number that a trend can be drawn along needs no saying
_UNSAID = {"x": ["latent_dim"]}


def buttons(place: DeltaGenerator) -> None:
    """A button for each question; the one that the controls answer now is marked."""
    shown = asked()
    with place.container(horizontal=True, gap="small"):
        for name, preset in PRESETS.items():
            st.button(
                preset.question, key=f"ask_{name}", on_click=ask, args=(name,),
                type="primary" if name == shown else "secondary",
            )  # fmt: skip


def asked() -> str:
    """The question whose controls these are; '' for none."""
    said = {k: v for k, v in address.said().items() if k in _CONTROLS or _is_baseline(k)}
    for name, preset in PRESETS.items():
        if _without_unsaid(preset.address) == _without_unsaid(said):
            return name
    return ""


def _without_unsaid(said: dict[str, list[str]]) -> dict[str, list[str]]:
    return {key: values for key, values in said.items() if _UNSAID.get(key) != values}


def ask(name: str) -> None:
    """Set the controls to a question; in a callback."""
    reset()
    for key, value in PRESETS[name].controls.items():
        st.session_state[key] = value


def reset() -> None:
    """Set all controls that say what is compared to their defaults; in a callback."""
    address.forget(k for k in address.declared() if k in _CONTROLS or _is_baseline(k))


def _is_baseline(key: str) -> bool:
    return key == _BASELINES or key.startswith(f"{_BASELINES}_")
