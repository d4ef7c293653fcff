"""What may be started from the app, which visitors share: how long it may take, and how much memory."""

from __future__ import annotations

import threading

import streamlit as st

from core.jobs import tasks
from core.jobs.limits import limit
from core.setting.amounts import duration
from core.setting.setting import Setting
from core.training.capacity import MemoryShort
from pages.parts.shared import services

# two timings at once would disturb each other, and need the memory of two steps
timing = threading.Lock()


def too_long(work: str, seconds: float) -> str:
    """Why a training or a sweep that takes so long can't be started here; empty: it can.

    Args:
        work: "training" or "sweep".
        seconds: that it takes by estimate.
    """
    most = limit(f"{work.upper()}_MINUTES")
    if not most:
        return f"{work.capitalize()}s can't be started from this app; the command below does it."
    if seconds > most * 60:
        return (
            f"From the app a {work} may take {duration(most * 60)} by estimate, and this one takes "
            f"{duration(seconds)}: others wait for it. The command below has no limit."
        )
    return ""


def training(setting: Setting) -> tuple[float | None, str]:
    """Seconds that a training takes, None where they are not known, and why it can't be started.

    Raises:
        DataError: its images can't be had.
    """
    if refused := too_long("training", 0.0):  # none may be started
        return None, refused
    try:
        seconds = _seconds(setting.replace(seed=0).name, setting)
    except MemoryShort as short:
        return None, (
            f"This setting is too large for this machine now. {short} A smaller batch, smaller or fewer "
            "images need less; or use the command below on a larger machine."
        )
    return seconds, too_long("training", seconds)


@st.cache_resource(max_entries=256, show_spinner="Estimating its time …")
def _seconds(kind: str, _setting: Setting) -> float:
    """Seconds that training takes on this machine, whatever its seed. MemoryShort is not remembered."""
    here = services.cluster() is None
    return services.workers().call(tasks.seconds_of, _setting, services.speed(), here)
