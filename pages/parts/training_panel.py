"""A Setting without a Run: offer to train it, show how that goes, let it be cancelled."""

from __future__ import annotations

import streamlit as st

from core.config import Setting
from core.figures import loss_curves
from core.jobs import Job, QueueFull
from pages.parts import loaders


def training_panel(setting: Setting) -> None:
    """Draw what belongs to the state of this Setting's job."""
    job = loaders.queue().find(setting)
    if job is not None and job.active:
        _live(setting)
        return
    st.subheader("This setting has not been trained yet")
    _last_attempt(setting, job)
    seconds = loaders.estimate(setting.name, setting)
    st.write(
        f"Training takes about **{in_words(seconds)}** here ({setting.epochs} epochs), and a few "
        "seconds more for the scores. The result is kept: the next visitor sees it at once."
    )
    ahead = len(loaders.queue().active())
    if ahead:
        st.caption(f"{ahead} training{'s' if ahead > 1 else ''} before this one.")
    st.button("Train", type="primary", icon=":material/play_arrow:", on_click=_submit,
              args=(setting,))  # fmt: skip
    if problem := st.session_state.pop("queue_problem", ""):
        st.error(problem)
    with st.expander("The same on the command line"):
        st.code(setting.command(), language="bash", wrap_lines=True)


def _last_attempt(setting: Setting, job: Job | None) -> None:
    """How the last training ended that gave no Run, and its curves until then."""
    stopped = loaders.store().failure(setting)
    history = [record.to_json() for record in job.records] if job else []
    if job is not None and job.state == "failed":
        st.error(job.error, icon=":material/error:")
    elif job is not None and job.state == "cancelled":
        st.info("Training was cancelled; nothing was stored.", icon=":material/cancel:")
    elif stopped is not None:  # by the command line, or before this server started
        reason, history = stopped[0], list(stopped[1])
        st.error(reason, icon=":material/error:")
    if history:
        st.plotly_chart(loss_curves(history), key="loss_of_ended_job")


def _submit(setting: Setting) -> None:
    try:
        loaders.queue().submit(setting)
    except QueueFull as full:
        st.session_state["queue_problem"] = str(full)


@st.fragment(run_every=0.5)
def _live(setting: Setting) -> None:
    """Progress, redrawn twice a second while the job runs; it goes on when nobody looks."""
    job = loaders.queue().find(setting)
    if job is None or not job.active:
        st.rerun()
    st.subheader("Training")
    st.progress(min(job.fraction, 1.0), text=_progress_text(job))
    st.button("Cancel", icon=":material/stop:", on_click=job.cancel, key="cancel")
    st.caption("It goes on if you change the controls, close this tab or leave the page.")
    if job.records:
        st.plotly_chart(loss_curves([r.to_json() for r in list(job.records)]), key="live_loss")


def _progress_text(job: Job) -> str:
    if job.state == "waiting":
        ahead = loaders.queue().active().index(job) if job in loaders.queue().active() else 0
        return f"waiting for {ahead} training{'s' if ahead != 1 else ''} before it"
    if not job.records or job.stage != "training":
        return f"{job.stage} …"
    left = job.remaining_seconds or 0.0
    error = job.records[-1].heldout["reconstruction"]
    return (
        f"epoch {len(job.records)} of {job.setting.epochs} · held-out squared error {error:.4g} · "
        f"{in_words(left)} left"
    )


def in_words(seconds: float) -> str:
    """A duration as people say it."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
