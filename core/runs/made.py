"""`Made`: what training a Setting gives, before it is stored. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.metrics.evaluation import Evaluation
from core.setting.setting import Setting

if TYPE_CHECKING:
    from core.models.autoencoder import Autoencoder

Arrays = Mapping[str, np.ndarray[Any, Any]]


@dataclass(frozen=True, eq=False)
class Made:
    """A trained Setting and its scores: what `core.runs.pipeline.make` gives and `Store.save` takes.

    Attributes:
        setting: what was trained.
        model: with its final weights.
        arrays: of the n held-out images, as `Run.arrays` has them.
        history: one record per epoch, as `EpochRecord.to_json` writes them.
        evaluation: every metric on the held-out images.
        provenance: when, how long, with which versions, on what machine, by which command.
        replay: as `Replay.to_arrays` gives it; None: none was kept.
    """

    setting: Setting
    model: Autoencoder
    arrays: Arrays
    history: Sequence[Mapping[str, Any]]
    evaluation: Evaluation
    provenance: Mapping[str, Any]
    replay: Arrays | None = None
