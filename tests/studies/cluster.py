"""A real cluster of Ray on this machine: a head and a second node, each a separate set of processes."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

RAY = Path(sys.executable).with_name("ray")
# a node that is gone is noticed in a second or two, not after half a minute
_ALERT = {"RAY_health_check_initial_delay_ms": "1000", "RAY_health_check_period_ms": "500",
          "RAY_health_check_failure_threshold": "4"}  # fmt: skip
_SMALL = ["--num-cpus=1", "--object-store-memory=80000000", "--disable-usage-stats", "--block"]


class Cluster:
    """A head with one CPU; `node` adds a second, `kill` takes it away without warning."""

    def __init__(self) -> None:
        # short: the paths of Ray's sockets have a limit
        self.folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))
        self.address = f"127.0.0.1:{_free_port()}"
        self._processes: list[subprocess.Popen[bytes]] = []

    def head(self) -> None:
        port = self.address.rpartition(":")[2]
        self._start("--head", f"--port={port}", f"--temp-dir={self.folder}",
                    "--include-dashboard=false", f"--ray-client-server-port={_free_port()}")  # fmt: skip

    def node(self) -> subprocess.Popen[bytes]:
        return self._start(f"--address={self.address}")

    def _start(self, *options: str) -> subprocess.Popen[bytes]:
        path = self.folder / f"node-{len(self._processes)}.log"
        with path.open("wb") as log:
            process = subprocess.Popen(
                [RAY, "start", *_SMALL, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={
                    **os.environ,
                    **_ALERT,
                    "RAY_USAGE_STATS_ENABLED": "0",
                    "PYTHONUNBUFFERED": "1",
                },
            )
        self._processes.append(process)
        until = time.monotonic() + 400
        while b"Ray runtime started" not in path.read_bytes():
            assert process.poll() is None, path.read_text()
            assert time.monotonic() < until, path.read_text()
            time.sleep(0.1)
        return process

    def close(self) -> None:
        for process in reversed(self._processes):
            kill(process)
        shutil.rmtree(self.folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def kill(node: subprocess.Popen[bytes]) -> None:
    """End a node and all of its processes at once, as when its machine is switched off."""
    for process in _session(node.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    node.kill()
    node.wait(60)


def _session(leader: int) -> Iterator[int]:
    """Processes of a session: a node's workers have groups of their own, but stay in it."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            if int(stat.read_text().rpartition(")")[2].split()[3]) == leader:
                yield int(stat.parent.name)
