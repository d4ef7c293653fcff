"""A process with a pipe to this one. Imports nothing heavy.

It is a fresh Python with a module of ours, not a child of `multiprocessing`: that would run the parent's
main module again, which under Streamlit is a page. It is out of Ctrl-C's reach, and ends with the parent
even when that is killed: its standard input ends then.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
import sys
import threading
from multiprocessing import connection

from core.setting.paths import ROOT

_FRUGAL = {
    # each thread would keep memory that it has freed, some 100 MB in all
    "MALLOC_ARENA_MAX": "2",
    # threads spin while they wait for one another; a training sets its own number
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


class Process:
    """One process and this end of its pipe.

    Args:
        module: what it runs; it gets the number of its end of the pipe, for `parents_pipe`.

    Attributes:
        pipe: what it sends can be received here, and the other way round.
    """

    def __init__(self, module: str) -> None:
        self.pipe, other = multiprocessing.Pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, str(other.fileno())],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            pass_fds=[other.fileno()],
            start_new_session=True,
            env={**os.environ, **_FRUGAL},
        )
        other.close()  # or the end of the process would not end the pipe

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def kill(self) -> None:
        """Make it end, without waiting for that."""
        self._process.kill()

    def end(self) -> int:
        """Its exit status, once it has ended; it is made to."""
        self.kill()
        self.pipe.close()
        if self._process.stdin is not None:
            self._process.stdin.close()
        return self._process.wait()

    def why_it_ended(self) -> str:
        """Of a process whose pipe has ended: its exit status in words, and what that may mean."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        code = self.end()
        return f"exit status {code}" + ("; perhaps memory was short" if code == -9 else "")


# ----------------------------------------------------------------------------- in the process
def parents_pipe() -> connection.Connection:
    """The pipe to the parent; from now on this process ends when the parent does."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return connection.Connection(int(sys.argv[1]))


def _end_with_parent() -> None:
    os.read(0, 1)  # nothing is ever written there
    os._exit(1)
