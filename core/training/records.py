"""What a training gives and how it ends early. Imports nothing heavy: queue and pages use it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from core.setting.errors import UserError

RECONSTRUCTION = "reconstruction"


@dataclass(frozen=True)
class EpochRecord:
    """What one epoch gave.

    Attributes:
        epoch: 1 to Setting.epochs.
        train: mean of each named part of the loss over the epoch's batches, while they trained.
        heldout: the same on held-out images, after the epoch, in batches of the same size; images
            not corrupted and latents not sampled for `reconstruction`, which is the mean squared
            error per pixel.
        seconds: since training began.
        noted: what terms decided at its start, by name, such as which start was taken and how far the
            others agree with it.
    """

    epoch: int
    train: dict[str, float]
    heldout: dict[str, float]
    seconds: float
    noted: dict[str, dict[str, float]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain values for json.dumps; without `noted` where there is nothing."""
        plain = asdict(self)
        return plain if self.noted else {k: v for k, v in plain.items() if k != "noted"}

    def sentences(self) -> list[str]:
        """What terms decided at its start, for people."""
        return [
            f"{name}: of {notes['starts']:.0f} starts, number {notes['chosen'] + 1:.0f} was taken; the "
            f"others agree with it by {notes['agreement']:.2f} (adjusted Rand index, 1 is the same)."
            for name, notes in self.noted.items()
        ]


class Cancelled(Exception):
    """Raised in a progress callback to stop the work that reports; nothing has been saved."""


class TrainingDiverged(UserError, RuntimeError):
    """The loss became infinite or not a number.

    Attributes:
        records: the epochs before, all of them finite.
    """

    exit_status = 1

    def __init__(self, message: str, records: list[EpochRecord]) -> None:
        super().__init__(message)
        self.records = records
