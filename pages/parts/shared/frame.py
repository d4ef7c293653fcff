"""What every page begins with: configuration, links to the other pages, one place for errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.setting.errors import UserError
from core.setting.paths import STATIC
from core.setting.setting import Setting
from pages.parts.shared.wording import plain

ICON = STATIC / "icon.png"
PAGES = (
    ("streamlit_app.py", "Explore"),
    ("pages/Compare.py", "Compare"),
    ("pages/Runs.py", "Runs"),
    ("pages/Sweep.py", "Sweep"),
    ("pages/Method.py", "Method"),
)


def begin(title: str) -> None:
    """Page configuration and navigation; the first call of every page."""
    st.set_page_config(
        # a file and not one of Streamlit's icons, which a browser fetches from elsewhere
        page_title=f"{title} · Latent Clusters",
        page_icon=ICON,
        layout="wide",
    )
    with st.sidebar:
        st.markdown("**Latent Clusters**")
        with st.container(horizontal=True, gap=None):
            for path, label in PAGES:
                st.page_link(path, label=label, width="content")


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Show what users can cause as a sentence; Streamlit hides the details of everything else."""
    try:
        yield
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")


def remembered() -> Setting | None:
    """The Setting that this visitor looked at last."""
    value = st.session_state.get("setting")
    return value if isinstance(value, Setting) else None
