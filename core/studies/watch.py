"""How far a sweep is, and who is kept informed of it. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class SweepState:
    """How far a sweep is.

    Attributes:
        settings: of the study.
        done: of them, those that have all their rows.
        failed: those that failed.
        running: those under way: what tells each from the others, and the share of its training, 0 to 1.
        slots: how many can be under way.
        seconds_left: by estimate, with the start of the workers; None when nothing could be timed.
        starting: no training has begun yet.
    """

    settings: int
    done: int
    failed: int
    running: tuple[tuple[str, float], ...]
    slots: int
    seconds_left: float | None
    starting: bool = False


class Watch(Protocol):
    """Who is kept informed of a sweep. What it raises stops the sweep; what is done is kept."""

    def say(self, text: str) -> None:
        """Something happened, in one line."""
        ...

    def show(self, state: SweepState) -> None:
        """How far it is: after each event, and at least about once a second."""
        ...
