"""How sweeps go: this study's, redrawn every second, how it ended, and those of other studies."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.jobs.sweeps import SweepJob
from core.setting.amounts import counted, duration, percent
from pages.parts.shared import services, visitor
from pages.parts.shared.sentences import fragment
from pages.parts.shared.wording import plain
from pages.parts.sweep.chart import show_chart
from pages.parts.sweep.rows import show_rows
from pages.parts.sweep.study import ChosenStudy, is_own, show_own


@fragment(run_every=1.0)
def live(chosen: ChosenStudy, metric: str) -> None:
    """How a sweep goes, redrawn every second; it goes on when nobody looks."""
    job = services.sweeps().find(chosen.out)
    if job is None or not job.active:
        st.rerun()
    st.progress(*_progress(job))
    visitor.cancel_button(job, "sweep_cancel")
    st.caption(
        "It goes on if you close this tab or leave the page, and gives way to trainings that are "
        "started on the Explore page. Cancelled, it keeps what is done."
    )
    if job.progress is not None and job.progress.running:
        st.markdown("\n".join(f"- {percent(share, 0)} {plain(name)}"
                              for name, share in job.progress.running))  # fmt: skip
    show_chart(chosen, metric, "live")
    show_rows(chosen, "live")


def _progress(job: SweepJob) -> tuple[float, str]:
    """Share done and a sentence, for the bar."""
    if job.state == "waiting":
        active = services.sweeps().active()
        ahead = active.index(job) if job in active else 0
        return 0.0, f"waiting for {counted(ahead, 'sweep')} before it"
    state = job.progress
    if state is None:
        return 0.0, "timing a few steps of each kind …"
    ended = state.done + state.failed
    parts = [f"{ended} of {counted(state.settings, 'setting')}"]
    if state.failed:
        parts.append(f"{state.failed} failed")
    if job.stage != "running":
        parts.append(job.stage)
    elif state.starting:
        parts.append("starting the workers")
    if state.seconds_left is not None:
        parts.append(f"about {duration(state.seconds_left)} left")
    return min(ended / max(state.settings, 1), 1.0), " · ".join(parts)


def ended(job: SweepJob | None) -> None:
    """How the last sweep of this study ended, if that was since the app began."""
    if job is None or job.active:
        return
    if job.state == "failed":
        st.error(f"The sweep stopped: {plain(without_folder(job.error, job.out))}",
                 icon=":material/error:")  # fmt: skip
    elif job.state == "cancelled":
        st.info("The sweep was cancelled; what is done is kept, and Start goes on from there.",
                icon=":material/cancel:")  # fmt: skip
    else:
        st.caption(f"The last sweep trained {counted(job.trained, 'setting')}.")


def without_folder(text: str, out: Path) -> str:
    """A sentence about a results file; where it is on the server is nobody's business."""
    return text.replace(str(out), out.name)


def others(out: Path) -> None:
    """Sweeps of other studies that this one would wait for; a button back to one's own."""
    for job in services.sweeps().active():
        if job.out == out:
            continue
        name = plain(job.study.path.name)
        if not job.study.path.suffix and not is_own(job.out):
            name = "a visitor's study"  # its own name is "your study"
        share, text = _progress(job)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(f"Another sweep is under way ({name}): {percent(share, 0)}, {text}.",
                    icon=":material/hourglass:")  # fmt: skip
            if is_own(job.out):
                st.button("Show it", on_click=show_own, args=(job.out,),
                          key=f"sweep_show_{job.out.stem}")  # fmt: skip
