"""What can be copied to a command line, out of the way until it is opened."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def commands(
    label: str,
    key: str,
    lines: Callable[[], str],
    *,
    link: str = "",
    note: str = "",
    expanded: bool = False,
) -> None:
    """Commands below a heading that opens.

    They are made, and sent, when it is opened: showing them takes the browser a third of a second.

    Args:
        label: the heading.
        key: of the part.
        lines: gives the commands.
        link: to be copied, above them.
        note: on them.
        expanded: whether it is open at first.
    """
    part = st.expander(label, expanded=expanded, key=key, on_change="rerun")
    if not part.open:
        return
    with part:
        if note:
            st.caption(note)
        if link:
            st.code(link, language=None, wrap_lines=True)
        st.code(lines(), language="bash", wrap_lines=True)
