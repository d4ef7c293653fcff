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


def noted_sentences(noted: Any) -> list[str]:
    """What terms decided at the start of an epoch, for people; nothing for what is something else.

    Args:
        noted: as `EpochRecord.noted`, also as it is read from a file.
    """
    found = []
    for name, notes in noted.items() if isinstance(noted, dict) else ():
        try:
            starts, chosen = int(notes["starts"]), int(notes["chosen"]) + 1
            agreement = float(notes["agreement"])
        except (KeyError, TypeError, ValueError):
            continue
        found.append(
            f"{name}: of {starts} starts, number {chosen} was taken; the others agree with it by "
            f"{agreement:.2f} (adjusted Rand index: 1 is the same clusters, 0 is chance)."
        )
    return found


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

    def __reduce__(self) -> tuple[type[TrainingDiverged], tuple[str, list[EpochRecord]]]:
        """How it travels from a worker."""
        return TrainingDiverged, (str(self), self.records)
