"""A Run that is there, or made now: a Setting is trained once, whoever asks. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from core.runs.files import remove
from core.runs.run import DamagedRun, Run
from core.runs.store import Store
from core.setting.setting import Setting
from core.training.records import EpochRecord, TrainingDiverged

WAITING = "waiting for another process that trains this setting"

ReportStage = Callable[[str, EpochRecord | None], None]
# gives a Run's files, as `packed` does; its state under way may be kept in the file that it is told
MakeFiles = Callable[[Path], Mapping[str, bytes]]


class Found(NamedTuple):
    """A Run that was asked for.

    Attributes:
        run: the stored one, or a new one.
        cached: whether it was stored, by this process or another.
        problem: a sentence if an older one was damaged.
    """

    run: Run
    cached: bool
    problem: str


def find_or_make(setting: Setting, store: Store, progress: ReportStage, make: MakeFiles) -> Found:
    """The stored Run of a Setting or a new one; two processes that ask at once make it once.

    Arguments and errors are those of `make_anew`.

    Raises:
        UnreadableRun: there is a Run, which the system can't read now.
    """
    run, problem = _find(setting, store)
    if run is None:
        store.must_be_writable()
        with store.training(setting, lambda: progress(WAITING, None)):
            run, _ = _find(setting, store)  # trained by another meanwhile
            if run is None:
                return Found(_made(setting, store, progress, make), False, problem)
    return Found(run, True, problem)


def make_anew(setting: Setting, store: Store, progress: ReportStage, make: MakeFiles) -> Run:
    """Make a Run and store it; an older one of the same Setting is replaced.

    Another process that trains the same Setting comes first.

    Args:
        setting: what to train.
        store: where the Run goes.
        progress: called with a stage in words; it may raise `Cancelled`.
        make: trains.

    Raises:
        ReadOnlyStore: the Run could not be stored; nothing was trained.
        TrainingDiverged: as `make` raises it; its records are kept.
        OSError, DamagedRun: as `Store.write`.
    """
    store.must_be_writable()
    with store.training(setting, lambda: progress(WAITING, None)):
        return _made(setting, store, progress, make)


def _made(setting: Setting, store: Store, progress: ReportStage, make: MakeFiles) -> Run:
    restart = store.restart_file(setting)
    try:
        files = make(restart)
    except TrainingDiverged as stop:
        remove(restart)  # there is nothing to go on with any more
        store.save_failure(setting, str(stop), [record.to_json() for record in stop.records])
        raise
    progress("saving", None)
    run = store.write(setting, files)
    remove(restart)
    return run


def _find(setting: Setting, store: Store) -> tuple[Run | None, str]:
    """The stored Run, if there is a good one, and a sentence if there is a damaged one."""
    try:
        return store.find(setting), ""
    except DamagedRun as damage:
        return None, str(damage)
