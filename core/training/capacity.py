"""What a Setting costs, and how much of that this machine can take on. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.setting.amounts import in_bytes
from core.setting.errors import UserError
from core.training.containers import memory_limit
from core.training.threads import cores

# A worker's memory: torch and scikit-learn.
WORKER_BYTES = 600_000_000
_ROW_BYTES = 1_000


class MemoryShort(UserError, RuntimeError):
    """Not so much memory is free; the message is a sentence for people."""

    exit_status = 1


@dataclass(frozen=True)
class Speed:
    """What this machine does.

    Attributes:
        step: seconds of a step beside its operations.
        rates: floating-point operations a second, by architecture.
    """

    step: float
    rates: Mapping[str, float]


@dataclass(frozen=True)
class Cost:
    """What one Setting is expected to take on one core.

    Attributes:
        seconds: training and scoring.
        run_bytes: its Run on disk, if it is kept.
        memory: bytes of a worker.
    """

    seconds: float
    run_bytes: int
    memory: int


def disk_bytes(known: Iterable[Cost], rows: int, keep: bool) -> int:
    """What a sweep adds on disk: rows of results and, if they are kept, Runs."""
    return rows * _ROW_BYTES + (sum(cost.run_bytes for cost in known) if keep else 0)


def affordable(workers: int, known: Iterable[Cost]) -> tuple[int, str]:
    """How many workers there may be, at least one; and why, when that is fewer than asked."""
    reasons = []
    if workers > cores():
        reasons.append(f"There are only {cores()} cores for {workers} workers.")
        workers = cores()
    each = max((cost.memory for cost in known), default=WORKER_BYTES)
    free = available_memory()
    if free is not None and workers * each > free:
        reasons.append(
            f"Memory is short: {free / 1e9:.1f} GB are free and a worker needs about "
            f"{each / 1e9:.1f} GB."
        )
        workers = max(1, free // each)
    reasons += [f"Workers: {workers}."] * bool(reasons)
    return workers, " ".join(reasons)


def shortage(needed: int) -> str:
    """A sentence when that many bytes are not free; empty when they are, or nobody knows."""
    free = available_memory()
    if free is None or needed <= free:
        return ""
    return f"It needs about {in_bytes(needed)} of memory, and {in_bytes(free)} are free here."


def available_memory() -> int | None:
    """Bytes that may still be taken, also inside a container; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = next(int(s.split()[1]) * 1024 for s in lines if s.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        return None
    limit = memory_limit()
    return free if limit is None else min(free, limit.free)
