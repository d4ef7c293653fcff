"""What every page is framed by: configuration, links to the other pages, the address, errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.setting.paths import STATIC
from core.setting.setting import Setting
from pages.parts.shared import address, services, visitor
from pages.parts.shared.copy_link import copy_link
from pages.parts.shared.sentences import sentences
from pages.parts.shared.wording import plain

ICON = STATIC / "icon.png"
PAGES = (
    ("streamlit_app.py", "Explore"),
    ("pages/Decode.py", "Decode"),
    ("pages/Classify.py", "Classify"),
    ("pages/Compare.py", "Compare"),
    ("pages/Runs.py", "Runs"),
    ("pages/Embeddings.py", "Embeddings"),
    ("pages/Sweep.py", "Sweep"),
    ("pages/Method.py", "Method"),
)
_STYLE = (STATIC / "pages.css").read_text(encoding="utf-8")


@contextmanager
def page(title: str) -> Iterator[None]:
    """All that a page draws; the first thing in each.

    What users can cause becomes a sentence; Streamlit hides the details of everything else. Where a
    click interrupts the page its address is left to the run that follows.
    """
    st.set_page_config(
        # a file and not one of Streamlit's icons, which a browser fetches from elsewhere
        page_title=f"{title} · Latent Clusters",
        page_icon=ICON,
        layout="wide",
    )
    with st.container(horizontal=True, gap="xsmall", key="pages", vertical_alignment="center"):
        st.html(f"<style>{_STYLE}</style>", width="content")
        st.markdown("**Latent Clusters**", width="content")
        for path, label in PAGES:
            # the key has a telephone begin with the page one is on
            with st.container(key="this_page" if label == title else None, width="content"):
                st.page_link(path, label=label, width="content")
        copy_link()
    services.start()
    address.begin(title)
    visitor.begin()
    notes = st.container()
    with sentences():
        yield
    address.write()
    with notes:
        for sentence in address.problems():
            st.warning(
                plain(f"Part of the link can't be followed: {sentence}"), icon=":material/link_off:"
            )


def remembered() -> Setting | None:
    """The Setting that this visitor looked at last."""
    value = st.session_state.get("setting")
    return value if isinstance(value, Setting) else None
