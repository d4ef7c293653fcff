"""`Run`: what training a Setting gave, as it is read from its folder. Imports nothing heavy.

torch is imported only where the network itself is asked for.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import safetensors.numpy

from core.latents.clustering_methods import Clustering
from core.latents.shown import HELD_OUT, ShownImages, ShownSplit
from core.metrics.evaluation import Evaluation
from core.setting.errors import UserError
from core.setting.setting import Setting

if TYPE_CHECKING:
    from core.models.autoencoder import Autoencoder
    from core.training.replay import Replay

# The files of a Run's folder.
RUN = "run.json"
WEIGHTS, LATENTS = "weights.safetensors", "latents.safetensors"
REPLAY = "replay.safetensors"


class RunError(UserError):
    """A stored Run that can't be had; the message is one sentence for people."""

    exit_status = 1


class DamagedRun(RunError, ValueError):
    """A folder that looks like a Run but whose content can't be used."""


class UnreadableRun(RunError, OSError):
    """A Run that the system can't read now, for want of permission or memory, say; it may be fine."""


@dataclass(frozen=True, eq=False)
class Run:
    """What training a Setting gave.

    Attributes:
        folder: where it lives.
        setting: what was trained.
        history: one record per epoch, as `EpochRecord.to_json` writes them.
        evaluation: every metric on the held-out images, with k-means as the clustering.
        provenance: when, how long, with which versions, on what machine, by which command.
    """

    folder: Path
    setting: Setting
    history: list[dict[str, Any]]
    evaluation: Evaluation
    provenance: dict[str, Any]

    @property
    def name(self) -> str:
        """Name of the folder; ends in the Setting's hash."""
        return self.folder.name

    @cached_property
    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """Of the n held-out images: `latents` (n, d) float32, `errors` (n,) float32 (squared, per
        pixel), `clusters` (n,) int16 and, where the data set has labels, `labels` (n,) int16.
        """  # noqa: D205
        return safetensors.numpy.load_file(self.folder / LATENTS)

    @property
    def clustering(self) -> Clustering:
        """The clusters that it was scored with."""
        return stored_clustering(self.setting, self.evaluation, self.arrays["clusters"])

    @cached_property
    def shown(self) -> ShownImages:
        """The held-out images, with the clusters that it was scored with."""
        a = self.arrays
        n = len(a["latents"])
        part = ShownSplit(HELD_OUT, a["latents"], a.get("labels"), a["clusters"], a["errors"], n)
        return ShownImages("heldout", (part,))

    def replay(self) -> Replay | None:
        """How the latent space formed; None for a Run that was stored without it."""
        from core.training.replay import Replay

        path = self.folder / REPLAY
        return Replay.from_arrays(safetensors.numpy.load_file(path)) if path.exists() else None

    def weights(self) -> bytes:
        """The file of the model's parameters, for `restored`."""
        return (self.folder / WEIGHTS).read_bytes()

    def model(self) -> Autoencoder:
        """The trained autoencoder, on the CPU, ready to encode and decode."""
        from core.runs.packing import restored

        return restored(self.setting, self.weights())

    @cached_property
    def latents_sha256(self) -> str:
        """Of the latents' values: what a stored projection must have been made from."""
        return hashlib.sha256(np.ascontiguousarray(self.arrays["latents"]).tobytes()).hexdigest()


def stored_clustering(
    setting: Setting, evaluation: Evaluation, clusters: np.ndarray[Any, Any]
) -> Clustering:
    """The `clusters` (n,) of a Run as the Clustering that its Evaluation is of."""
    return Clustering(
        evaluation.method,
        clusters.astype(np.int64),
        evaluation.n_clusters,
        evaluation.noise,
        setting.n_clusters,
    )
