"""How a sweep is watched on a command line: a table that is redrawn on a terminal, lines elsewhere.

Both are a `core.studies.watch.Watch`.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import TextIO

from core.setting.amounts import duration
from core.studies.watch import SweepState

QUIET_SECONDS = 30.0  # after which `Lines` say what is going on
_BAR, _SMALL = 30, 12  # characters of a bar
_ROWS = 12  # trials under way that the table names; a cluster has more


class Lines:
    """A line for everything that happens, and one when nothing has for a while."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._print = say
        self._said_at = time.monotonic()

    def say(self, text: str) -> None:
        """Print a line."""
        self._said_at = time.monotonic()
        self._print(text)

    def show(self, state: SweepState) -> None:
        """Print what runs, when nothing was printed for long."""
        if time.monotonic() - self._said_at > QUIET_SECONDS:
            running = [f"{name} {share:.0%}" for name, share in state.running[:_ROWS]]
            self.say("... " + "; ".join([*running, *_rest(state), *_left(state)]))


class Table:
    """Lines that scroll by, and under them a table of what is under way, redrawn in its place.

    Args:
        stream: a terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._height = 0  # of the table that is on the screen now
        self._last: SweepState | None = None
        self._started = time.monotonic()

    def say(self, text: str) -> None:
        """Print a line above the table."""
        self._write([text], self._rows(self._last) if self._last else [])

    def show(self, state: SweepState) -> None:
        """Redraw the table; without anything under way it goes."""
        self._last = state if state.running else None
        self._write([], self._rows(self._last) if self._last else [])

    def _write(self, lines: list[str], table: list[str]) -> None:
        up = f"\x1b[{self._height}A\r\x1b[J" if self._height else ""
        self._stream.write(up + "".join(f"{line}\n" for line in [*lines, *table]))
        self._stream.flush()
        self._height = len(table)

    def _rows(self, state: SweepState) -> list[str]:
        width, height = shutil.get_terminal_size()
        ended = state.done + state.failed
        head = [
            f"{ended} of {state.settings} settings",
            *([f"{state.failed} failed"] if state.failed else []),
            f"{duration(time.monotonic() - self._started)} so far",
            *_left(state),
        ]
        rows = [f"{_bar(ended / max(state.settings, 1), _BAR)} {', '.join(head)}"]
        shown = state.running[: max(min(_ROWS, height - 4), 0)]
        rows += [f"  {_bar(share, _SMALL)} {share:4.0%}  {name}" for name, share in shown]
        rows += [f"  {text}" for text in _rest(state, len(shown))]
        return [row[: width - 1] for row in rows]  # a line that wraps could not be redrawn


def _bar(share: float, width: int) -> str:
    done = round(min(max(share, 0.0), 1.0) * width)
    return f"[{'#' * done}{'.' * (width - done)}]"


def _rest(state: SweepState, shown: int = _ROWS) -> list[str]:
    more = len(state.running) - shown
    return [f"and {more} more"] if more > 0 else []


def _left(state: SweepState) -> list[str]:
    if state.seconds_left is None:
        return []
    return [f"about {duration(state.seconds_left)} left"]
