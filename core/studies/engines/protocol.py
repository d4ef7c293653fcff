"""What a sweep asks of an engine, and what the engine answers: the same for every engine.

    with engine:
        engine.fit(engine.costs(settings, splits).values())
        while waiting or engine.running:
            while waiting and engine.free:
                engine.give(waiting.popleft())
            for event in engine.wait(1.0):
                ...

`core.studies.engines.local.Pool` has processes on this machine, `core.studies.engines.ray.RayEngine`
the nodes of a cluster. This module imports nothing heavy.
"""

from __future__ import annotations

import importlib.util
import math
import os
import socket
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from core.metrics.evaluation import Scoring
from core.setting.checks import quoted
from core.setting.errors import UserError
from core.setting.setting import Setting

if TYPE_CHECKING:
    from core.training.capacity import Cost


CONNECT_SECONDS = 5.0  # in which a cluster's head must answer


class EngineError(UserError, RuntimeError):
    """An engine can't begin; the message is one sentence for people."""


@dataclass(frozen=True)
class Cluster:
    """Which cluster a sweep runs on, and what of it a trial gets.

    Attributes:
        address: "auto", the cluster that this machine is a node of, or HOST:PORT of its head.
        cpus: cores that are set aside for a trial, above 0. It computes with one thread whatever.
        gpus: the same of GPUs; a fraction lets several trials share one, 0 keeps to the CPU.
    """

    address: str = "auto"
    cpus: float = 1.0
    gpus: float = 0.0

    def __post_init__(self) -> None:
        host, colon, port = self.address.rpartition(":")
        if self.address != "auto" and not (
            colon and host and "/" not in host and port.isdecimal() and 0 < int(port) < 65536
        ):
            raise EngineError(f"address must be auto or HOST:PORT; got {quoted(self.address)}")
        for name, value in (("cpus", self.cpus), ("gpus", self.gpus)):
            whole = value <= 1 or value == int(value) if math.isfinite(value) else False
            if not whole or not 0 <= value <= 1024 or (name == "cpus" and value == 0):
                raise EngineError(
                    f"{name} must be a part of one or a whole number of them, "
                    f"{'above' if name == 'cpus' else 'at least'} 0; got {value:g}"
                )

    def check_reachable(self) -> None:
        """Fail at once where Ray would take minutes to.

        Raises:
            EngineError: nothing answers at the address. At "auto" Ray looks for a cluster itself.
        """
        address = self.address
        if address == "auto":
            address = os.environ.get("RAY_ADDRESS", "auto")
        host, _, port = address.rpartition(":")
        if not port.isdecimal():
            return  # Ray looks for one on this machine, which takes no time
        try:
            socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
        except OSError as error:
            raise EngineError(
                f"no Ray cluster answers at {address} ({error.strerror or error}); "
                "`ray start --head` starts one"
            ) from error


def check_installed(asked: str) -> None:
    """Whether Ray is here, without importing it.

    Args:
        asked: what needs it, for the sentence.

    Raises:
        EngineError: it is not.
    """
    here = sys.modules["ray"] if "ray" in sys.modules else importlib.util.find_spec("ray")
    if here is None:
        raise EngineError(
            f"{asked} needs Ray, which is not installed here: "
            "pip install -r requirements-cluster.txt"
        )


@dataclass(frozen=True)
class Stored:
    """Of a Run in the store, what it takes to score it elsewhere."""

    weights: bytes
    provenance: Mapping[str, Any]


@dataclass(frozen=True)
class Trial:
    """What a worker is asked to do.

    Attributes:
        setting: what is trained.
        grid: name of its grid.
        splits: what it is measured on; of `core.studies.study.SPLITS`.
        scoring: the clustering to score.
        keep: whether a Run trained now is wanted, too.
        pixels: kNN accuracy on pixels by number of neighbours, where known: it is the same for every
            Setting of these images, and takes as long as a training. Trials of the same images
            share this dict, so that what one finds out spares the others.
        trained_on: of `core.studies.study.TRAINED_ON`. A Run is of training images only: with "all"
            none is looked up or stored.
        stored: the Run that is scored in place of a training.
        restarts: folder of this machine where a training's state is kept now and then, so that one
            that is killed goes on; empty: nowhere.
    """

    setting: Setting
    grid: str
    splits: tuple[str, ...]
    scoring: Scoring
    keep: bool = False
    pixels: dict[int, float] = field(default_factory=dict)
    trained_on: str = "train"
    stored: Stored | None = None
    restarts: str = ""


@dataclass(frozen=True)
class Answer:
    """What a trial gave.

    Attributes:
        rows: one per split; none when it failed.
        files: of the new Run, for `Store.write`; none unless one was trained for `Trial.keep`.
        reason: why it failed, in a sentence.
        history: of a training that diverged, the records before.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    reason: str = ""
    history: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class TrialProgress:
    """A share of a trial's training is done, 0 to 1; it may fall to 0 when a trial is begun again."""

    trial: Trial
    share: float


@dataclass(frozen=True)
class Outcome:
    """A trial has ended.

    Attributes:
        trial: as it was given.
        answer: its rows, or why there are none.
        seconds: since it began; the start of a worker not included.
    """

    trial: Trial
    answer: Answer
    seconds: float


class Engine(Protocol):
    """Does trials, several at a time, in any order; each gives one Outcome. Leaving it ends them."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def costs(self, settings: Sequence[Setting], splits: Sequence[str]) -> Mapping[Setting, Cost]:
        """What each Setting takes, of those that can be timed here, with its scores on these splits."""
        ...

    def fit(self, known: Collection[Cost]) -> str:
        """Take no more at a time than memory allows; a sentence when that is fewer than asked."""
        ...

    @property
    def slots(self) -> int:
        """Trials that it can do at a time, at least one."""
        ...

    @property
    def running(self) -> list[Trial]:
        """Trials that were given and have not ended."""
        ...

    @property
    def free(self) -> bool:
        """Whether another trial may be given."""
        ...

    def give(self, trial: Trial) -> None:
        """Begin a trial; only when `free`."""
        ...

    def wait(self, timeout: float) -> Iterator[TrialProgress | Outcome]:
        """What has happened, after at most `timeout` seconds."""
        ...
