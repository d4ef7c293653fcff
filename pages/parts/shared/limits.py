"""What may be started from the app, which visitors share: how long it may take, and how much memory."""

from __future__ import annotations

import os
import threading

import streamlit as st

from core.setting.amounts import duration
from core.setting.setting import Setting

# two timings at once would disturb each other, and need the memory of two steps
timing = threading.Lock()


class MemoryShort(RuntimeError):
    """Not so much memory is free; the message is a sentence for people."""


def most_minutes(work: str) -> float:
    """How long a training or a sweep that is started from the app may take by estimate.

    LATENT_CLUSTERS_TRAINING_MINUTES or LATENT_CLUSTERS_SWEEP_MINUTES in the environment; 60 without, so
    that no visitor of a shared app keeps it from the others for long. With 0 none can be started.

    Args:
        work: "training" or "sweep".
    """
    try:
        minutes = float(os.environ.get(f"LATENT_CLUSTERS_{work.upper()}_MINUTES", "60"))
    except ValueError:
        return 60.0
    return minutes if minutes >= 0 else 0.0  # not a number: 0, too


def too_long(work: str, seconds: float) -> str:
    """Why a training or a sweep that takes so long can't be started here; empty: it can."""
    most = most_minutes(work)
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
        seconds = _seconds(setting.name, setting)
    except MemoryShort as short:
        return None, (
            f"This setting is too large for this machine now. {short} A smaller batch, smaller or fewer "
            "images need less; or use the command below on a larger machine."
        )
    return seconds, too_long("training", seconds)


@st.cache_resource(max_entries=64, show_spinner="Timing a few steps …")
def _seconds(name: str, _setting: Setting) -> float:
    """Seconds that training takes on this machine. Raises MemoryShort, which is not remembered."""
    from core.data import splits
    from core.training.capacity import shortage
    from core.training.estimate import estimate_seconds
    from core.training.memory import training_bytes

    images = splits.load(_setting)
    with timing:
        if short := shortage(training_bytes(_setting, images)):
            raise MemoryShort(short)
        return estimate_seconds(_setting, images)
