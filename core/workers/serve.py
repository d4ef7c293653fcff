"""What a worker does: calls the functions that it is sent, one after another.

It is given a `Call` and sends back `Report`s, then `Returned` or `Raised`. Functions travel by their
names, and only from a parent to its own worker: nothing of a visitor or a file is unpickled here.
"""

from __future__ import annotations

import contextlib
import copy
import ctypes
import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing import connection
from pathlib import Path
from threading import Lock
from typing import Any

from core.setting.errors import UserError
from core.workers.process import parents_pipe

_log = logging.getLogger(__name__)
_EASY_TO_KILL = "800"  # of 1000: when memory is short the system ends a worker, not the app


class WorkerError(UserError, RuntimeError):
    """A worker could not do what it was asked; the message is a sentence for people."""

    exit_status = 1


class OutOfMemory(WorkerError, MemoryError):
    """The work needs more memory than a worker may take."""

    def __init__(
        self,
        message: str = "This needs more memory than is free here. Fewer or smaller images, a smaller "
        "batch or fewer latent dimensions need less.",
    ) -> None:
        super().__init__(message)


@dataclass(frozen=True)
class Call:
    """A function to call.

    Attributes:
        function: importable by its name. With `reports` it is given `report`, a function that sends
            something to the parent.
        args: by position.
        kwargs: by name.
        reports: whether it reports.
        memory: bytes that it may take beyond what the process has; 0: no limit.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    reports: bool = False
    memory: int = 0


@dataclass(frozen=True)
class Report:
    """Something that the function wants the parent to know."""

    content: Any


@dataclass(frozen=True)
class Returned:
    """What the function returned."""

    value: Any


@dataclass(frozen=True)
class Raised:
    """The function raised; one of our errors or the system's as it was, another by its name alone."""

    error: Exception


def perform(call: Call, send: Callable[[Any], None]) -> Returned | Raised:
    """Call the function, with the memory that it may take."""
    kwargs = dict(call.kwargs)
    if call.reports:
        kwargs["report"] = lambda content: send(Report(content))
    try:
        with _limited(call.memory):
            return Returned(call.function(*call.args, **kwargs))
    except Exception as error:
        return Raised(_sendable(error))


def _sendable(error: Exception) -> Exception:
    """The error as a page may be told of it."""
    if _is_memory(error):
        return OutOfMemory()
    if type(error).__module__.startswith("core.") or isinstance(error, OSError):
        with contextlib.suppress(Exception):
            return copy.copy(error)  # as it would arrive: some can't be made anew
    _log.error("a worker's call failed", exc_info=error)
    return WorkerError(f"It failed unexpectedly ({type(error).__name__}).")


def _is_memory(error: Exception) -> bool:
    """Whether memory was short: torch has no class of its own for that on the CPU."""
    told = str(error)
    return isinstance(error, MemoryError) or "can't allocate memory" in told or "bad_alloc" in told


@contextlib.contextmanager
def _limited(allowance: int) -> Any:
    """Let this process take so many bytes more, where the system can limit that."""
    try:
        import resource

        kind = resource.RLIMIT_DATA  # not of addresses: libraries reserve more than they use
        used = next(
            int(line.split()[1]) * 1024
            for line in Path("/proc/self/status").read_text().splitlines()
            if line.startswith("VmData:")
        )
    except (ImportError, OSError, StopIteration, ValueError):
        yield
        return
    _, hard = resource.getrlimit(kind)
    if allowance:
        resource.setrlimit(kind, (used + allowance, hard))
    try:
        yield
    finally:
        resource.setrlimit(kind, (hard, hard))


def _serve(pipe: connection.Connection) -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_EASY_TO_KILL)
    sending = Lock()  # a report may come from another thread than the answer

    def send(content: Any) -> None:
        with sending:
            pipe.send(content)

    while True:
        try:
            call = pipe.recv()
        except EOFError:
            return
        send(perform(call, send))
        del call
        _give_memory_back()


def _give_memory_back() -> None:
    """What was freed goes to the system, for other workers."""
    with contextlib.suppress(OSError, AttributeError):  # glibc has this, others need not
        ctypes.CDLL(None).malloc_trim(0)


if __name__ == "__main__":
    from core.workers import serve  # the classes by their own name, not by __main__'s
    from core.workers.lean import WithoutTables

    sys.meta_path.insert(0, WithoutTables())
    parent = parents_pipe()
    serve._serve(parent)
