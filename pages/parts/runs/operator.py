"""The operator's panel: queue, workers, memory and store, and a button that cancels everything.

It is there where LATENT_CLUSTERS_OPERATOR holds a secret of at least 12 characters: who types it is the
operator for the session, and may cancel what others asked for.
"""

from __future__ import annotations

import hmac
import os
import time

import streamlit as st

from core.jobs.queue import Work
from core.setting.amounts import counted, duration, in_bytes
from core.training.capacity import available_memory
from pages.parts.shared import services
from pages.parts.shared.visitor import OPERATOR

_SHORTEST = 12
_WAIT_SECONDS = 1.0  # after a wrong one


def panel() -> None:
    """Draw it, or the field for the secret; nothing where there is no secret."""
    secret = os.environ.get("LATENT_CLUSTERS_OPERATOR", "")
    if len(secret) < _SHORTEST:
        return
    with st.expander("Operator", icon=":material/admin_panel_settings:"):
        if st.session_state.get(OPERATOR):
            _show()
        else:
            st.text_input(
                "Secret", type="password", max_chars=200, key="operator_secret",
                on_change=_check, args=(secret,), autocomplete="off",
            )  # fmt: skip


def _check(secret: str) -> None:
    given = st.session_state.pop("operator_secret", "")
    if hmac.compare_digest(given.encode(), secret.encode()):
        st.session_state[OPERATOR] = True
    else:
        time.sleep(_WAIT_SECONDS)


def _show() -> None:
    store, free = services.store(), available_memory()
    size = sum(store.size(name) for name in store.names())
    jobs = _jobs()
    with st.container(horizontal=True):
        st.metric("Waiting or running", len(jobs), width="content")
        st.metric("Workers", len(services.workers().pids), width="content")
        st.metric("Memory free", "?" if free is None else in_bytes(free), width="content")
        st.metric("Runs on disk", in_bytes(size), width="content")
    for job in jobs:
        seconds = f", about {duration(job.seconds)}" if job.seconds else ""
        st.caption(
            f"{type(job).__name__}: {job.state}, {job.stage}{seconds}, "
            f"{counted(len(job.visitors), 'visitor')}"
        )
    st.button("Cancel everything", icon=":material/stop:", on_click=_cancel_all, disabled=not jobs)


def _jobs() -> list[Work]:
    queues = (services.queue(), services.projections(), services.sweeps())
    return [job for queue in queues for job in queue.active()]


def _cancel_all() -> None:
    for job in _jobs():
        job.cancel()
