"""Which Runs a visitor may name, annotate and delete: those of this session's own trainings.

On one's own machine, where nobody else can come, all but those that come with the project.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import streamlit as st

from core.jobs.limits import is_public
from core.runs.mending import is_shipped
from core.setting.setting import Setting
from pages.parts.shared import services

_KEY = "own_runs"  # of this session: names
_LOCAL = ("localhost", "127.0.0.1", "::1")
_FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via")


def note(settings: Iterable[Setting]) -> None:
    """Note what this session is about to train, but for what is stored or trained for others."""
    own = st.session_state.setdefault(_KEY, set())
    for setting in settings:
        job = services.queue().find(setting)
        if not services.store().has(setting) and not (job and job.active):
            own.add(setting.name)


def may_change(name: str) -> bool:
    """Whether this visitor may name, annotate and delete that Run."""
    return not is_shipped(name) and (name in st.session_state.get(_KEY, ()) or is_local())


def is_local() -> bool:
    """Whether the server is asked, and can be asked, from its own machine alone.

    A server behind another one that passes on requests listens on its own machine, too: then a request
    names another host, or says for whom it was passed on.
    """
    headers = st.context.headers
    host = urlsplit(f"//{headers.get('Host', '')}").hostname
    return (
        not is_public()
        and st.get_option("server.address") in _LOCAL
        and host in _LOCAL
        and not any(name in headers for name in _FORWARDED)
    )
