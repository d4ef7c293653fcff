"""The services of this process: one store, one queue of each kind, for all visitors."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import streamlit as st

from core.jobs.downloads import Downloads
from core.jobs.queue import JobQueue, ProjectionQueue
from core.runs.store import Store

if TYPE_CHECKING:
    from core.jobs.sweeps import SweepQueue


@st.cache_resource
def store() -> Store:
    """The checkpoint store of this app."""
    return Store()


@st.cache_resource
def turn() -> threading.Lock:
    """Held by whatever trains: one training, or one sweep's settings, at a time for all visitors."""
    return threading.Lock()


@st.cache_resource
def queue() -> JobQueue:
    """The one training queue of this process."""
    return JobQueue(store(), turn())


@st.cache_resource
def sweeps() -> SweepQueue:
    """The one queue of sweeps of this process, which gives way to trainings."""
    from core.jobs.sweeps import SweepQueue
    from core.studies.engines.local import Pool

    return SweepQueue(queue(), turn(), lambda: Pool(sweep_workers()))


def sweep_workers() -> int:
    """Settings that a sweep trains at a time: half of the cores; the other half serves visitors."""
    from core.training.threads import half_of_the_cores

    return half_of_the_cores()


@st.cache_resource
def downloads() -> Downloads:
    """The downloads of this process."""
    return Downloads()


@st.cache_resource
def projections() -> ProjectionQueue:
    """The one queue of UMAPs of this process."""
    return ProjectionQueue()
