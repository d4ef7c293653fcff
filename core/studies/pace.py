"""How long a sweep will still take: by estimate, corrected by how long trainings took so far.

Before the first training begins, a worker starts: it loads torch, while the clock runs.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.setting.setting import Setting

if TYPE_CHECKING:
    from core.training.capacity import Cost

START_SECONDS = 4.0  # of a worker on a small machine: Python, torch, scikit-learn, the images


class Pace:
    """What is ahead of a sweep.

    Args:
        costs: of the Settings to train, where known.
        start_seconds: that workers take to start.

    Attributes:
        shares: of the trainings under way, how much of each is done, 0 to 1.
    """

    def __init__(self, costs: Mapping[Setting, Cost], start_seconds: float = START_SECONDS) -> None:
        self.shares: dict[Setting, float] = {}
        self._costs = costs
        self._ahead = sum(cost.seconds for cost in costs.values())  # of all that have not ended
        self._expected = self._taken = 0.0  # seconds of those trained so far
        self._ended = False
        self._started_at = time.monotonic() + start_seconds

    def end(self, setting: Setting, trained_seconds: float | None) -> None:
        """A Setting has ended; it was trained in so many seconds, or not at all."""
        self.shares.pop(setting, None)
        self._ended = True
        cost = self._costs.get(setting)
        if cost is None:
            return
        self._ahead -= cost.seconds
        if trained_seconds is not None:
            self._expected += cost.seconds
            self._taken += trained_seconds

    @property
    def starting(self) -> bool:
        """Whether nothing was trained yet, not even in part."""
        return not self._ended and not any(self.shares.values())

    def seconds_left(self, slots: int) -> float | None:
        """With so many at a time; None when nothing could be timed."""
        if not self._costs:
            return None
        under_way = sum(
            share * self._costs[setting].seconds
            for setting, share in self.shares.items()
            if setting in self._costs
        )
        pace = self._taken / self._expected if self._expected else 1.0
        starting = max(self._started_at - time.monotonic(), 0.0) if self.starting else 0.0
        return starting + pace * max(self._ahead - under_way, 0.0) / slots
