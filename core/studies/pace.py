"""How long a sweep will still take: by estimate, corrected by how long trainings took so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.setting.setting import Setting

if TYPE_CHECKING:
    from core.training.capacity import Cost


class Pace:
    """What is ahead of a sweep.

    Args:
        costs: of the Settings to train, where known.

    Attributes:
        shares: of the trainings under way, how much of each is done, 0 to 1.
    """

    def __init__(self, costs: Mapping[Setting, Cost]) -> None:
        self.shares: dict[Setting, float] = {}
        self._costs = costs
        self._ahead = sum(cost.seconds for cost in costs.values())  # of all that have not ended
        self._expected = self._taken = 0.0  # seconds of those trained so far

    def end(self, setting: Setting, trained_seconds: float | None) -> None:
        """A Setting has ended; it was trained in so many seconds, or not at all."""
        self.shares.pop(setting, None)
        cost = self._costs.get(setting)
        if cost is None:
            return
        self._ahead -= cost.seconds
        if trained_seconds is not None:
            self._expected += cost.seconds
            self._taken += trained_seconds

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
        return pace * max(self._ahead - under_way, 0.0) / slots
