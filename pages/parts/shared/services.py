"""The services of this process: one store, one queue of each kind, for all visitors.

They are not in Streamlit's cache, which any visitor can empty.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.jobs import engine, logs, tasks
from core.jobs.cluster import ClusterTrainer
from core.jobs.downloads import Downloads
from core.jobs.projections import ProjectionQueue
from core.jobs.trainings import JobQueue
from core.jobs.workers import Workers
from core.runs.store import Store
from core.setting.errors import UserError
from pages.parts.shared import uploads

if TYPE_CHECKING:
    from core.jobs.sweeps import SweepQueue
    from core.training.capacity import Speed

T = TypeVar("T")
_WARM_UP_DELAY = 10.0  # seconds after a first page, when its visitor has got everything
_made: dict[str, Any] = {}
_making = threading.RLock()


def _once(make: Callable[[], T]) -> Callable[[], T]:
    """The same object at each call, for all threads."""

    @functools.wraps(make)
    def made() -> T:
        with _making:
            if make.__name__ not in _made:
                _made[make.__name__] = make()
            found: T = _made[make.__name__]
            return found

    return made


def forget() -> None:
    """Begin anew, for tests."""
    with _making:
        if "workers" in _made:
            workers().tidy(idle=0)
        if (there := _made.get("cluster")) is not None:
            there.tidy()
        _made.clear()


@_once
def store() -> Store:
    """The checkpoint store of this app."""
    return Store()


@_once
def workers() -> Workers:
    """Where everything heavy is done."""
    return Workers(waiting=_stop_if_left)


def _stop_if_left() -> None:
    """End a page's run whose visitor has clicked on or left: Streamlit looks when its state is asked."""
    if get_script_run_ctx(suppress_warning=True) is not None:
        _ = "setting" in st.session_state


def speed() -> Speed | None:
    """What this machine does, once it has been timed."""
    found: Speed | None = _made.get("speed")
    return found


@_once
def start() -> bool:
    """Begin what goes on for all visitors: unfinished trainings, timing the machine.

    LATENT_CLUSTERS_WARM_UP=0 in the environment leaves out what only saves time later;
    LATENT_CLUSTERS_LOG=1 writes a line for each job and call.
    """
    if os.environ.get("LATENT_CLUSTERS_LOG") == "1":
        logs.begin()
    uploads.bound()
    if (there := cluster()) is not None:
        there.prepare()
    queue().resume()
    if os.environ.get("LATENT_CLUSTERS_WARM_UP") != "0":
        threading.Thread(target=_warm_up, daemon=True, name="warm up").start()
    return True


def _warm_up() -> None:
    time.sleep(_WARM_UP_DELAY)
    with contextlib.suppress(UserError):  # the next process times it again
        _made["speed"] = workers().call(tasks.speed)
    # Modules stay: the collector of garbage, which Streamlit calls after every run of a page, need not
    # look through them again.
    gc.freeze()


@_once
def turn() -> threading.Lock:
    """Held by whatever trains: one training, or one sweep's settings, at a time for all visitors."""
    return threading.Lock()


@_once
def cluster() -> ClusterTrainer | None:
    """The cluster that trains in place of this machine; None: this machine does."""
    return None if engine.is_local() else ClusterTrainer()


@_once
def queue() -> JobQueue:
    """The one training queue of this process."""
    return JobQueue(store(), turn(), workers(), cluster())


@_once
def sweeps() -> SweepQueue:
    """The one queue of sweeps of this process, which gives way to trainings."""
    from core.jobs.sweeps import SweepQueue
    from core.studies.engines.local import Pool

    return SweepQueue(queue(), turn(), lambda: Pool(sweep_workers()))


def sweep_workers() -> int:
    """Settings that a sweep trains at a time: half of the cores; the other half serves visitors."""
    from core.training.threads import half_of_the_cores

    return half_of_the_cores()


@_once
def downloads() -> Downloads:
    """The downloads of this process."""
    return Downloads()


@_once
def projections() -> ProjectionQueue:
    """The one queue of UMAPs of this process."""
    return ProjectionQueue(workers())
