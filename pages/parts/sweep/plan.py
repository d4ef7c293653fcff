"""What a sweep would do and take, the button that starts it, and the command that does the same."""

from __future__ import annotations

import streamlit as st

from core.compare.words import SPLIT_NAMES
from core.data.present import is_local
from core.jobs.queue import QueueFull
from core.jobs.sweeps import tidy
from core.setting.amounts import counted, duration, in_bytes
from core.setting.setting import FIELDS, Setting, dataset_info
from core.studies import trial
from core.studies.pace import START_SECONDS
from core.studies.plan import Estimate, Options, estimate, plan
from core.studies.results import DONE, Row
from core.studies.study import Grid, Study
from core.training.capacity import Cost, shortage
from pages.parts.shared import limits, own_runs, services, visitor
from pages.parts.shared.commands import commands
from pages.parts.shared.wording import plain
from pages.parts.sweep.study import ChosenStudy, remember_own

_TIMING_SECONDS = 5.0  # for the estimate of a study
_PLURALS = {"digits": "sets of digits", "regularizer": "regularizers", "seed": "seeds",
            "latent_dim": "latent dimensions", "dataset": "data sets"}  # fmt: skip


def show_plan(chosen: ChosenStudy, found: list[Row]) -> None:
    """Draw what a sweep would do and take, and the button that starts it."""
    study = chosen.study
    failed = any(row["status"] != DONE for row in found)
    retry = bool(failed and st.toggle("Try again what failed", key="sweep_retry"))
    todo = plan(study, found, Options(retry_failed=retry))
    if not todo.trials:
        _nothing_to_do(study, todo.failed)
        return
    keep = st.toggle(
        "Keep the runs", key="sweep_keep",
        help="Store weights, latents and replays, so that each setting can be opened in Explore.",
    )  # fmt: skip
    options = Options(keep_runs=keep, retry_failed=retry)
    slots = services.sweep_workers()
    needs = estimate(todo, services.store(), _known(chosen), slots, options)
    _show_estimate(study, needs, slots)
    refused = _refusal(needs) or (services.store().unwritable() if keep else "")
    st.button("Start", type="primary", icon=":material/play_arrow:", disabled=bool(refused),
              on_click=_submit, args=(chosen, options, _seconds(needs)), key="sweep_start")  # fmt: skip
    if refused:
        st.info(refused, icon=":material/block:")
    if problem := st.session_state.pop("sweep_problem", ""):
        st.error(plain(problem), icon=":material/error:")


def _show_estimate(study: Study, needs: Estimate, slots: int) -> None:
    """Grids, how much there is to do, how long it takes and how much it stores."""
    if len(study.grids) == 1:
        st.markdown(f"{_counted(study.grids[0])}:")
    else:
        each = (f"- **{plain(grid.name)}**: {_counted(grid)}" for grid in study.grids)
        st.markdown("\n".join(each))
    with st.container(horizontal=True, gap="small"):
        st.metric("Settings", f"{len(study.settings):,}", width="content")
        st.metric("To do", f"{len(needs.plan.trials):,}", width="content")
        st.metric("Time", duration(_seconds(needs)), width="content",
                  help="By timing a few steps of each kind, with the workers' start.")  # fmt: skip
        st.metric("Disk", in_bytes(needs.disk), width="content")
    notes = [f"Measured on {', '.join(SPLIT_NAMES[split] for split in study.splits)}."]
    if needs.stored:
        are = "is a stored run and" if needs.stored == 1 else "are stored runs and"
        notes.append(f"{needs.stored} {are} only scored.")
    if needs.unknown:
        notes.append(f"{needs.unknown} can't be timed.")
    if slots > 1:
        notes.append(f"{slots} settings at a time.")
    st.caption(" ".join(notes))


def _seconds(needs: Estimate) -> float:
    """Of all trainings, with the start of the workers where there are any."""
    trained = len(needs.plan.trials) - needs.stored
    return needs.seconds + (START_SECONDS if trained else 0.0)


def _counted(grid: Grid) -> str:
    """The grid as the product that it is: "6 settings (2 sets of digits × 3 seeds)"."""
    words = [
        _PLURALS.get(name) or f"values of {FIELDS[name].label.lower()}" for name in grid.lengths
    ]
    counts = [f"{n} {word}" for n, word in zip(grid.lengths.values(), words, strict=True)]
    return f"{counted(len(grid.settings), 'setting')} ({' × '.join(counts) or 'one of each'})"


def _known(chosen: ChosenStudy) -> dict[Setting, Cost]:
    """What each Setting of a study takes, of those whose images are here now."""
    here = {setting.dataset for setting in chosen.study.settings if is_local(setting.dataset)}
    return _costs(chosen.text, tuple(sorted(here)), chosen.study)


# not for good: what memory was free may have been short
@st.cache_resource(max_entries=32, ttl=600, show_spinner="Timing a few steps of each kind …")
def _costs(text: str, here: tuple[str, ...], _study: Study) -> dict[Setting, Cost]:
    with limits.timing:
        wanted = list(_study.settings), _study.splits, _TIMING_SECONDS
        return services.workers().call(trial.study_costs, *wanted)


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
    return limits.too_long("sweep", _seconds(needs))


def _submit(chosen: ChosenStudy, options: Options, seconds: float) -> None:
    """Start or join the sweep; checks of its size were made where the button is."""
    out = chosen.out
    try:
        if options.keep_runs:
            own_runs.note(chosen.study.settings)
        tidy(out.parent, [out, *(job.out for job in services.sweeps().active())])
        services.sweeps().submit(chosen.study, out, options, visitor.token(), seconds)
        remember_own(chosen)
    except QueueFull as full:
        st.session_state["sweep_problem"] = str(full)
    except OSError as error:
        st.session_state["sweep_problem"] = f"Results can't be kept: {error.strerror or error}."


def command(study: Study) -> None:
    """How the same is done without the app."""
    name = f"studies/{study.path.name}" if study.path.suffix else "my-study.toml"
    note = "" if study.path.suffix else "Save the text above as `my-study.toml` first."
    commands("The same on the command line", "sweep_commands",
             lambda: f"python -m core sweep {name} --workers 2", note=note)  # fmt: skip
