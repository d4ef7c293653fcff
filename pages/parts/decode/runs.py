"""Which stored Runs are decoded: one, or two beside each other."""

from __future__ import annotations

import streamlit as st

from core.runs.run import Run
from core.setting.names import title
from core.setting.recipes import RECIPES
from core.setting.setting import Setting
from pages.parts.shared import address, index_data, run_data
from pages.parts.shared.frame import remembered

PAIR = RECIPES["plain"].setting, RECIPES["vae"].setting  # a space with holes, and a filled one
NONE = "none"


def choose_runs() -> list[Run]:
    """Draw the two controls; the Runs that can be read, none where none is stored."""
    stored = {s.name: s for s in index_data.stored()}
    if not stored:
        return []
    plain, vae = (s.name for s in PAIR)
    last = remembered()
    first = last.name if last and last.name in stored else plain
    first = first if first in stored else next(iter(stored))

    def label(name: str) -> str:
        return "nothing" if name == NONE else _label(stored[name])

    chosen = st.selectbox(
        "Latent space", list(stored), format_func=label, width=330,
        key=address.choice("run", list(stored), first, label),
        help="Every stored run. Train more in Explore.",
    )  # fmt: skip
    others = [NONE, *(name for name in stored if name != chosen)]
    beside = vae if chosen == plain and vae in stored else NONE
    other = st.selectbox(
        "Beside it", others, format_func=label, width=330,
        key=address.choice("second", others, beside, label),
    )  # fmt: skip
    found = [run_data.find_run(stored[name]) for name in (chosen, other) if name in stored]
    return [run for run in found if run is not None]


def _label(s: Setting) -> str:
    """Its title, and its hash: Streamlit takes equal labels for one option."""
    seed = f", seed {s.seed}" if s.seed else ""
    return f"{title(s)}{seed} ({s.hash[:4]})"
