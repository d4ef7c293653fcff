"""Who a visitor is: a token of the session, which a link to one's own work carries, too.

Only who asked for a training, a projection or a sweep may cancel it; on one's own machine anybody may,
and so may the operator, who has opened the panel of the Runs page.
"""

from __future__ import annotations

import re
import secrets

import streamlit as st

from core.jobs.queue import Work
from pages.parts.shared import address, own_runs

_KEY, _IN_ADDRESS = "visitor_tokens", "ticket"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,40}")
_MOST = 20  # links of one's own that a session remembers
OPERATOR = "is_operator"


def begin() -> None:
    """Learn the token that the address carries."""
    carried = (address.taken("ticket", [_IN_ADDRESS]) or {}).get(_IN_ADDRESS, "")
    if _TOKEN.fullmatch(carried) and carried not in tokens():
        st.session_state[_KEY] = [*tokens(), carried][:_MOST]


def tokens() -> list[str]:
    """All that this session may act for; its own comes first."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = [secrets.token_urlsafe(16)]
    found: list[str] = st.session_state[_KEY]
    return found


def token() -> str:
    """This session's own."""
    return tokens()[0]


def may_cancel(job: Work) -> bool:
    """Whether this visitor may cancel that job."""
    return (
        own_runs.is_local()
        or bool(st.session_state.get(OPERATOR))
        or bool(job.visitors.intersection(tokens()))
    )


def cancel(job: Work) -> None:
    """Cancel it, in a callback; where others want it, too, it goes on for them."""
    if own_runs.is_local() or st.session_state.get(OPERATOR):
        job.cancel()
    elif may_cancel(job):
        job.withdraw(tokens())


def cancel_button(job: Work, key: str) -> None:
    """A button for who may cancel it; nothing for others."""
    if may_cancel(job):
        st.button("Cancel", icon=":material/stop:", on_click=cancel, args=(job,), key=key)


def carry(job: Work) -> None:
    """Let the address of this page carry the token, so that who comes back by it may cancel."""
    for each in tokens():
        if each in job.visitors:
            address.say({_IN_ADDRESS: each})
            return
