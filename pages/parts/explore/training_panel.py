"""A Setting without a Run: offer to train it, show how that goes, let it be cancelled."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.figures.training import loss_curves
from core.jobs.queue import QueueFull
from core.jobs.trainings import Job
from core.latents.shown import HELD_OUT
from core.setting.amounts import counted, duration
from core.setting.links import command
from core.setting.names import title
from core.setting.quick import SECONDS, quick_look
from core.setting.setting import Setting, dataset_info
from core.training import replay
from core.training.replay import Snapshot
from pages.parts.explore import downloading
from pages.parts.explore.suggested_clusters import suggested_clusters
from pages.parts.explore.untrained import example_images, known_scores, nearest_runs
from pages.parts.explore.widgets import seed_widgets
from pages.parts.latent_view.component import latent_view
from pages.parts.latent_view.fields import digit_field
from pages.parts.latent_view.records import View
from pages.parts.shared import image_data, limits, own_runs, services, visitor
from pages.parts.shared.charts import chart, config
from pages.parts.shared.commands import commands
from pages.parts.shared.sentences import fragment
from pages.parts.shared.wording import plain

_QUICK = "quick_looks"  # of this session: the name of each, and the whole Setting


def training_panel(setting: Setting) -> None:
    """Draw what belongs to the state of this Setting's job; what is known of it where there is none."""
    job = services.queue().find(setting)
    if job is not None and job.active:
        visitor.carry(job)
        _live(setting)
        return
    st.title(title(setting), anchor=False)
    st.markdown("This setting has not been trained here yet.")
    _last_attempt(setting, job)
    left, right = st.columns([3, 2], gap="large")
    with left:
        if downloading.is_missing(setting.dataset):
            downloading.offer(setting.dataset)
        else:
            _offers(setting)
            suggested_clusters(setting)
        known_scores(setting)
    with right:
        example_images(setting)
    nearest_runs(setting)


def _offers(setting: Setting) -> None:
    """The whole training with its estimate, and a quick look where that would take long."""
    seconds, refused = limits.training(setting)
    cluster = services.cluster()
    closed = services.store().unwritable() or (cluster.problem() if cluster else "")
    refused = refused or closed
    _ahead(services.queue().ahead())
    with st.container(horizontal=True, gap="small"):
        whole = f", about {duration(seconds)}" if seconds is not None else ""
        st.button(f"Train {counted(setting.epochs, 'epoch')}{whole}", type="primary", key="train",
                  icon=":material/play_arrow:", on_click=_submit, args=(setting, seconds),
                  disabled=bool(refused))  # fmt: skip
        look = quick_look(setting, seconds) if seconds is not None else None
        if look is not None and not closed and not limits.too_long("training", SECONDS):
            st.button(f"Quick look, {counted(look.epochs, 'epoch')}", icon=":material/bolt:",
                      on_click=_submit_quick, args=(look, setting), key="quick",
                      help="The same with fewer epochs, in some seconds: what to expect, not what "
                      "it can become.")  # fmt: skip
    if seconds is not None and not refused:
        st.caption("The scores take up to a minute more. The result is kept: the next visitor sees it "
                   "at once.")  # fmt: skip
    if refused:
        st.info(refused, icon=":material/block:")
    if problem := st.session_state.pop("queue_problem", ""):
        st.error(plain(problem))
    commands("The same on the command line", f"commands_{bool(refused)}",
             lambda: command(setting), expanded=bool(refused))  # fmt: skip


def offer_full_training(setting: Setting) -> None:
    """Beside a quick look: the whole training."""
    full = st.session_state.get(_QUICK, {}).get(setting.name)
    if full is not None:
        st.badge("quick look", icon=":material/bolt:")
        st.button(f"Train all {full.epochs} epochs", on_click=seed_widgets, args=(full,), key="full",
                  type="tertiary")  # fmt: skip


def _submit_quick(look: Setting, full: Setting) -> None:
    """Start a quick look and go to it, in a callback."""
    st.session_state.setdefault(_QUICK, {})[look.name] = full
    seed_widgets(look)
    if not services.store().has(look):
        _submit(look, SECONDS)


def _ahead(count: int) -> None:
    """How many trainings come first, if any, and where they can be seen and cancelled."""
    if not count:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{counted(count, 'training')} before this one.", width="content")
        st.page_link("pages/Runs.py", label="See them", width="content",
                     help="Each can be opened there, and cancelled.")  # fmt: skip


def _last_attempt(setting: Setting, job: Job | None) -> None:
    """How the last training ended that gave no Run, and its curves until then."""
    stopped = services.store().failure(setting)
    history = [record.to_json() for record in job.records] if job else []
    if job is not None and job.state == "failed":
        st.error(plain(job.error), icon=":material/error:")
    elif job is not None and job.state == "cancelled":
        st.info("Training was cancelled; nothing was stored.", icon=":material/cancel:")
    elif stopped is not None:  # by the command line, or before this server started
        reason, history = stopped[0], list(stopped[1])
        st.error(plain(reason), icon=":material/error:")
    if history:
        chart(
            loss_curves(history), "loss_of_ended_job", f"{setting.name}: training that ended early"
        )


def _submit(setting: Setting, seconds: float | None) -> None:
    own_runs.note([setting])
    try:
        services.queue().submit(setting, visitor.token(), seconds or 0.0)
    except QueueFull as full:
        st.session_state["queue_problem"] = str(full)


@fragment(run_every=0.5)
def _live(setting: Setting) -> None:
    """Progress, redrawn twice a second while the job runs; it goes on when nobody looks."""
    job = services.queue().find(setting)
    if job is None or not job.active:
        st.rerun()
    st.title(f"Training: {title(setting)}", anchor=False)
    st.progress(min(job.fraction, 1.0), text=_progress_text(job))
    visitor.cancel_button(job, "cancel")
    st.caption("It goes on if you change the controls, close this tab or leave the page.")
    if job.resumed:
        st.caption(
            "The server ended while this was trained. It goes on where it was, and the result is the "
            "same as without the interruption."
        )
    if job.state == "waiting":
        _ahead(services.queue().ahead(job))
    left, right = st.columns(2)
    with left:
        if snapshots := job.snapshots:  # a job that ends meanwhile drops its own
            _latents_so_far(setting, snapshots[-1])
    with right:
        if job.records:
            records = [r.to_json() for r in list(job.records)]
            st.plotly_chart(loss_curves(records), key="live_loss", config=config(setting.name))


def _latents_so_far(setting: Setting, snapshot: Snapshot) -> None:
    """The latent space as it is now; points glide from one snapshot to the next."""
    labels = image_data.split_labels(setting, HELD_OUT)
    points = replay.aligned([snapshot.latents])[0]
    axes = tuple(
        f"{'z' if setting.latent_dim <= 3 else 'PCA '}{i + 1}" for i in range(points.shape[1])
    )
    if labels is None:
        name, coloured, said = "image", "", "They have no labels, so all have one colour."
        field = digit_field(np.zeros(len(points)), ("without label",), name)
    else:
        info = dataset_info(setting.dataset)
        name, coloured = "digit", f", coloured by {info.noun}"
        said = "Labels colour them; training does not see them."
        field = digit_field(labels[replay.sample(len(labels))], info.class_names, info.noun)
    view = View(
        points,
        axes,
        {name: field},
        name,
        images_key=f"live-{setting.name}",
        latents_key=f"live-{setting.name}",
        alt=f"The latent space after {snapshot.step} steps{coloured}.",
    )
    latent_view(view, "live_view")
    st.caption(f"{len(points):,} held-out images after {snapshot.step:,} steps. {said}")


def _progress_text(job: Job) -> str:
    if job.state == "waiting":
        return f"waiting for {counted(services.queue().ahead(job), 'training')} before it"
    if not job.records or job.stage != "training":
        return f"{job.stage} …"
    left = job.remaining_seconds or 0.0
    error = job.records[-1].heldout["reconstruction"]
    return (
        f"epoch {len(job.records)} of {job.setting.epochs} · held-out squared error {error:.4g} · "
        f"{duration(left)} left"
    )
