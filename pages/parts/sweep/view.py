"""Pieces of the Sweep page: which study, what it would take, and how it goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.compare.comparisons import shortened
from core.data.splits import is_local
from core.jobs.queue import QueueFull
from core.jobs.sweeps import SweepJob, own_results, tidy
from core.metrics.diagnostics import GUARDS
from core.metrics.evaluation import METRICS
from core.setting.amounts import counted, duration, in_bytes
from core.setting.paths import STUDIES
from core.setting.setting import Setting, dataset_info
from core.studies import sweep
from core.studies.results import DONE, Row, key_of, read
from core.studies.study import Study, StudyError, parse_study
from core.studies.sweep import Estimate, Options
from core.training.estimate import Cost, costs, shortage
from pages.parts.shared import limits, loaders
from pages.parts.shared.wording import plain

if TYPE_CHECKING:
    import pandas as pd

OWN = "own_sweeps"  # results files of sweeps that this visitor started: name and text of the study
MAX_CHARACTERS = 20_000
MAX_SETTINGS = 1_000  # larger studies are for the command line
FIRST = "tiny"  # what a new visitor sees: done in seconds
_TIMING_SECONDS = 5.0  # for the estimate of a study
_SHOWN = ("acc", "nmi", "silhouette_labels", "silhouette_clusters", "knn_accuracy",
          "reconstruction_mse")  # fmt: skip
_SPLITS = {"heldout": "held-out images", "train": "training images", "all": "all images"}


def choose() -> tuple[Study, Path, str] | None:
    """Draw the choice of a study and its text; the study, its results file and the text.

    None, and a sentence on the page, when there is none.
    """
    files = {path.stem: path for path in sorted(STUDIES.glob("*.toml"))}
    if not files:
        st.info("There are no studies here. A study is a small TOML file in the folder studies/.")
        return None
    names = sorted(files, key=lambda name: name != FIRST)
    name = st.selectbox("Study", names, key="study", bind="query-params", persist_state="session")
    path = files[name]
    try:
        shipped = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        st.error(f"{plain(path.name)} can't be read.", icon=":material/error:")
        return None
    with st.expander("What it says, to read and to change", icon=":material/edit_note:"):
        st.session_state.setdefault(_text_key(name), shipped)
        text = st.text_area(
            "TOML",
            height=320,
            max_chars=MAX_CHARACTERS,
            key=_text_key(name),
            label_visibility="collapsed",
            persist_state="session",  # it may be work: other pages and studies leave it alone
        )
        st.caption(
            "A grid is the product of its lists; `0.1|1` inside a regularizer stands for one with "
            "each. Fields are those of the Explore page's address. What you change here is a study "
            "of its own, with results of its own; the file stays as it is."
        )
        changed = text.strip() != shipped.strip()
        if changed:
            st.button("Back to the file's text", icon=":material/undo:", on_click=_show,
                      args=(name, shipped), key="study_undo")  # fmt: skip
    called = Path("your study" if changed else path.name)
    try:
        study = parse_study(text, called, MAX_SETTINGS)
    except StudyError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
    folder = sweep.default_out(path).parent
    return study, own_results(folder, text) if changed else sweep.default_out(path), text


def _text_key(name: str) -> str:
    return f"study_text_{name}"


def _show(name: str, text: str) -> None:
    """Have the page show a study with that text; in a callback."""
    st.session_state["study"] = name
    st.session_state[_text_key(name)] = text


def _known(study: Study, text: str) -> dict[Setting, Cost]:
    """What each Setting of a study takes, of those whose images are here now."""
    here = {setting.dataset for setting in study.settings if is_local(setting.dataset)}
    return _costs(text, tuple(sorted(here)), study)


# not for good: what memory was free may have been short
@st.cache_resource(max_entries=32, ttl=600, show_spinner="Timing a few steps of each kind …")
def _costs(text: str, here: tuple[str, ...], _study: Study) -> dict[Setting, Cost]:
    with limits.timing:
        return costs(list(_study.settings), _study.splits, _TIMING_SECONDS)


def show_plan(study: Study, out: Path, text: str, found: list[Row]) -> None:
    """Draw what a sweep would do and take, and the button that starts it."""
    failed = any(row["status"] != DONE for row in found)
    retry = failed and st.toggle("Try again what failed", key="sweep_retry")
    todo = sweep.plan(study, found, Options(retry_failed=bool(retry)))
    if not todo.trials:
        _nothing_to_do(study, todo.failed)
        return
    keep = st.toggle(
        "Keep the runs", key="sweep_keep",
        help="Store weights, latents and replays, so that each setting can be opened in Explore.",
    )  # fmt: skip
    options = Options(keep_runs=keep, retry_failed=bool(retry))
    todo = sweep.plan(study, found, options)
    slots = loaders.sweep_workers()
    needs = sweep.estimate(todo, loaders.store(), _known(study, text), slots, options)
    st.markdown("\n".join(f"- **{plain(grid.name)}**: {counted(len(grid.settings), 'setting')} "
                          f"({sweep.lengths(grid)})" for grid in study.grids))  # fmt: skip
    with st.container(horizontal=True, gap="large"):  # two beside each other on a phone
        st.metric("Settings", f"{len(study.settings):,}", width="content")
        st.metric("To do", f"{len(todo.trials):,}", width="content")
        st.metric("Time", duration(needs.seconds), width="content",
                  help="By timing a few steps of each kind.")  # fmt: skip
        st.metric("Disk", in_bytes(needs.disk), width="content")
    notes = [f"Measured on {', '.join(_SPLITS[split] for split in study.splits)}."]
    if needs.stored:
        are = "is a stored run and" if needs.stored == 1 else "are stored runs and"
        notes.append(f"{needs.stored} {are} only scored.")
    if needs.unknown:
        notes.append(f"{needs.unknown} can't be timed.")
    if slots > 1:
        notes.append(f"{slots} settings at a time.")
    st.caption(" ".join(notes))
    refused = _refusal(needs)
    st.button("Start", type="primary", icon=":material/play_arrow:", disabled=bool(refused),
              on_click=_submit, args=(study, out, text, options), key="sweep_start")  # fmt: skip
    if refused:
        st.info(refused, icon=":material/block:")
    if problem := st.session_state.pop("sweep_problem", ""):
        st.error(plain(problem), icon=":material/error:")


def _nothing_to_do(study: Study, failed: int) -> None:
    settings = counted(len(study.settings), "setting")
    if failed:
        st.info(f"{failed} of {settings} failed before; the others are done.")
    elif len(study.settings) == 1:
        st.success("The setting is done.", icon=":material/check:")
    else:
        st.success(f"All {settings} are done.", icon=":material/check:")


def _refusal(needs: Estimate) -> str:
    """Why a sweep can't be started here, in a sentence; empty: it can."""
    if refused := limits.too_long("sweep", 0.0):  # none may be started
        return refused
    away = sorted({t.setting.dataset for t in needs.plan.trials if not is_local(t.setting.dataset)})
    if away:
        names = " and ".join(dataset_info(name).label for name in away)
        return (
            f"The images of {names} are not here. Train one of the settings on the Explore page first, "
            "which downloads them, or use the command below."
        )
    if needs.unknown:
        return (
            f"{counted(needs.unknown, 'setting')} can't be timed: a step of training needs more memory "
            "than is free here. Smaller batches or images need less; the command below has no limit."
        )
    if short := shortage(needs.memory):
        return (
            f"This study is too large for this machine now. {short} The command below has no limit."
        )
    return limits.too_long("sweep", needs.seconds)


def _submit(study: Study, out: Path, text: str, options: Options) -> None:
    """Start or join the sweep; checks of its size were made where the button is."""
    try:
        tidy(out.parent, [out, *(job.out for job in loaders.sweeps().active())])
        loaders.sweeps().submit(study, out, options)
        st.session_state.setdefault(OWN, {})[out] = (st.session_state["study"], text)
    except QueueFull as full:
        st.session_state["sweep_problem"] = str(full)
    except OSError as error:
        st.session_state["sweep_problem"] = f"Results can't be kept: {error.strerror or error}."


def command(study: Study) -> None:
    """How the same is done without the app."""
    name = f"studies/{study.path.name}" if study.path.suffix else "my-study.toml"
    with st.expander("The same on the command line"):
        if not study.path.suffix:
            st.caption("Save the text above as `my-study.toml` first.")
        st.code(f"python -m core sweep {name} --workers 2", language="bash", wrap_lines=True)


@st.fragment(run_every=1.0)
def live(study: Study, out: Path, text: str) -> None:
    """How a sweep goes, redrawn every second; it goes on when nobody looks."""
    job = loaders.sweeps().find(out)
    if job is None or not job.active:
        st.rerun()
    st.progress(*_progress(job))
    st.button("Cancel", icon=":material/stop:", on_click=job.cancel, key="sweep_cancel")
    st.caption(
        "It goes on if you close this tab or leave the page, and gives way to trainings that are "
        "started on the Explore page. Cancelled, it keeps what is done."
    )
    if job.progress is not None and job.progress.running:
        st.markdown("\n".join(f"- {share:.0%} {plain(name)}"
                              for name, share in job.progress.running))  # fmt: skip
    show_rows(study, out, text, "live")


def _progress(job: SweepJob) -> tuple[float, str]:
    """Share done and a sentence, for the bar."""
    if job.state == "waiting":
        active = loaders.sweeps().active()
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
    """Sweeps of other studies that this one would wait for; the way back to one's own."""
    own = st.session_state.get(OWN, {})
    for job in loaders.sweeps().active():
        if job.out == out:
            continue
        name = plain(job.study.path.name)
        if not job.study.path.suffix and job.out not in own:
            name = "a visitor's study"  # its own name is "your study"
        share, text = _progress(job)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(f"Another sweep is under way ({name}): {share:.0%}, {text}.",
                    icon=":material/hourglass:")  # fmt: skip
            if job.out in own:
                st.button("Show it", on_click=_show, args=own[job.out],
                          key=f"sweep_show_{job.out.stem}")  # fmt: skip


def rows(study: Study, out: Path) -> list[Row]:
    """What the results file has of this study, in its order.

    Raises:
        ResultsError: it is something else.
    """
    wanted = study.settings
    return [row for row in read(out) if (key := key_of(row)) is not None and key[0] in wanted]


def show_rows(study: Study, out: Path, text: str, key: str) -> None:
    """Draw the rows that are there: scores, then failures with their reasons, then the download."""
    try:
        stat = out.stat()
    except OSError:
        st.caption("No results yet.")
        return
    done, failed = _tables(text, str(out), (stat.st_mtime_ns, stat.st_size), study, out)
    if len(done):
        st.dataframe(
            done,
            hide_index=True,
            width="stretch",
            height="content" if len(done) <= 12 else 420,
            key=f"sweep_rows_{key}",
            column_config=_columns(),
        )
    elif not len(failed):
        st.caption("No results yet.")
    if len(failed):
        st.markdown(f"**{len(failed)} failed**")
        st.dataframe(failed, hide_index=True, width="stretch", key=f"sweep_failed_{key}")
    if key != "live" and (len(done) or len(failed)):
        st.download_button(
            "All results (CSV)", out.read_bytes(), out.name, "text/csv", key="sweep_csv",
            on_click="ignore", help="Every field, every score, seconds, versions and the machine.",
        )  # fmt: skip


def _columns() -> dict[str, Any]:
    numbers = {
        name: st.column_config.NumberColumn(
            METRICS[name].label,
            help=METRICS[name].help,
            format="%.4g" if name == "reconstruction_mse" else "%.3f",
        )
        for name in _SHOWN
    }
    return {
        **numbers,
        "seconds": st.column_config.NumberColumn("seconds", format="%.1f"),
    }


@st.cache_data(max_entries=16, show_spinner=False)
def _tables(
    text: str, name: str, stamp: tuple[int, int], _study: Study, _out: Path
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows done and rows failed, as they are shown; newest first, since one watches them come."""
    import pandas as pd

    done, failed = [], []
    for row in reversed(rows(_study, _out)):
        key = key_of(row)
        if key is None:
            continue
        fields = key[0].to_text()
        about = {field.replace("_", " "): fields[field] for field in _study.varied}
        about["images"] = _SPLITS.get(row["split"], row["split"])
        if row["status"] == DONE:
            scores = {n: _number(row.get(n)) for n in (*_SHOWN, "seconds")}
            raised = row.get("warnings", "").split()
            warned = ", ".join(GUARDS[code].label for code in raised if code in GUARDS)
            done.append({**about, **scores, "warnings": warned})
        else:
            failed.append({**about, "reason": row.get("reason", "")})
    tables = pd.DataFrame(done), pd.DataFrame(failed)
    short = shortened([str(setting.to_text()["regularizer"]) for setting in _study.settings])
    for table in tables:
        if "regularizer" in table:
            table["regularizer"] = table["regularizer"].map(short)
    return tables


def _number(text: str | None) -> float | None:
    """A cell as a number; None when it is empty, or was edited into something else."""
    try:
        return float(text or "")
    except ValueError:
        return None
