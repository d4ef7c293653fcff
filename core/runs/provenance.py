"""When, where and with what a Run was trained."""

from __future__ import annotations

import contextlib
import os
import platform
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.setting.setting import Setting

if TYPE_CHECKING:
    from core.training.loop import Training

PACKAGES = ("torch", "torchvision", "scikit-learn", "numpy", "scipy")


def provenance(setting: Setting, seconds: float, device: str, threads: int) -> dict[str, Any]:
    """When, where and with what a Run was trained, and the command that repeats it.

    Args:
        setting: what was trained.
        seconds: of training alone.
        device: as torch names it.
        threads: that computed.
    """
    return {
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "training_seconds": round(seconds, 2),
        "device": device,
        "threads": threads,
        "machine": machine(),
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in PACKAGES},
        "command": setting.command(),
    }


def provenance_of(training: Training) -> dict[str, Any]:
    """`provenance` of a training that has ended, and how often it was interrupted before."""
    found = provenance(
        training.setting,
        training.records[-1].seconds,
        str(training.device),
        training.threads,
    )
    return found | ({"interruptions": count} if (count := training.interruptions) else {})


@cache
def machine() -> str:
    """This machine in words: system, cores and, where it can be had, the processor's model."""
    model = platform.processor()
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((s.partition(":")[2] for s in lines if s.startswith("model name")), model)
    parts = [f"{platform.system()} {platform.machine()}", f"{os.cpu_count()} cores"]
    model = " ".join(model.split())
    return ", ".join([*parts, model] if model not in ("", platform.machine()) else parts)
