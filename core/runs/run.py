"""`Run`: what training a Setting gave, as it is read from its folder. Imports nothing heavy.

torch is imported only where the network itself is asked for.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core.latents.clustering_methods import Clustering
from core.latents.shown import HELD_OUT, ShownImages, ShownSplit
from core.metrics.evaluation import Evaluation
from core.setting.errors import UserError
from core.setting.setting import Setting

if TYPE_CHECKING:
    from core.latents.arrays import FloatArray
    from core.metrics.label_efficiency import Efficiency, Plan
    from core.models.autoencoder import Autoencoder
    from core.runs.answers import Answer, Morph
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


class ReadOnlyStore(RunError, OSError):
    """Runs can't be stored here."""


class Known(NamedTuple):
    """The training images of a Run in its latent space.

    Attributes:
        latents: (m, d) float32, in the split's order.
        labels: (m,) int64, or None where the data set has none.
    """

    latents: np.ndarray[Any, Any]
    labels: np.ndarray[Any, Any] | None


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

    def __getstate__(self) -> dict[str, Any]:
        """What travels to a worker: not what was computed, but the arrays, for a Run written anew
        has others.
        """  # noqa: D205
        return {f.name: getattr(self, f.name) for f in fields(self)} | {"arrays": self.arrays}

    @property
    def name(self) -> str:
        """Name of the folder; ends in the Setting's hash."""
        return self.folder.name

    @cached_property
    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """Of the n held-out images: `latents` (n, d) float32, `errors` (n,) float32 (squared, per
        pixel), `clusters` (n,) int16 and, where the data set has labels, `labels` (n,) int16.
        """  # noqa: D205
        from core.runs.packing import arrays_of_run

        return arrays_of_run(self, LATENTS)

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
        from core.runs.packing import arrays_of_run
        from core.training.replay import Replay

        if not os.path.lexists(self.folder / REPLAY):
            return None
        return Replay.from_arrays(arrays_of_run(self, REPLAY))

    def weights(self) -> bytes:
        """The file of the model's parameters, for `restored`."""
        from core.runs.packing import weights_of_run

        return weights_of_run(self)

    def model(self) -> Autoencoder:
        """The trained autoencoder, on the CPU, ready to encode and decode."""
        from core.runs.packing import restored

        return restored(self.setting, self.weights())

    @cached_property
    def network(self) -> Autoencoder:
        """One `model` for all who encode and decode: it must be neither trained nor changed."""
        return self.model()

    def encode(self, images: FloatArray) -> FloatArray:
        """Latents (n, d) float32 of images (n, s, s) or (s, s), from 0 to 1.

        >>> from core import load
        >>> load("plain").encode(np.zeros((2, 28, 28))).shape
        (2, 3)

        Raises:
            ImageError: another shape, not finite, or beyond 0 and 1.
        """
        from core.runs.decoding import encode_images

        return encode_images(self.network, images, self.setting)

    def decode(self, latents: FloatArray) -> FloatArray:
        """Images (n, s, s) float32, from 0 to 1, of latents (n, d) or (d,).

        >>> from core import load
        >>> run = load("plain")
        >>> run.decode(run.arrays["latents"][:4]).shape
        (4, 28, 28)

        Raises:
            LatentError: another shape, or not finite.
        """
        from core.runs.decoding import decode_latents

        return decode_latents(self.network, latents, self.setting)

    def morph(
        self,
        a: int | FloatArray,
        b: int | FloatArray,
        along: str = "straight",
        frames: int | None = None,
    ) -> Morph:
        """Decoded frames on a path from one place of latent space to another.

        >>> from core import load
        >>> morph = load("plain").morph(0, 5, frames=8)
        >>> morph.images.shape
        (8, 28, 28)
        >>> bool(morph.gaps[0] == 0)  # it starts at a held-out image
        True

        Args:
            a: number of a held-out image, or a latent (d,).
            b: the same.
            along: "straight", "spherical" or "neighbours"; the last goes from held-out image to
                held-out image, and begins and ends at those nearest to a and b.
            frames: 2 to 240; default: 16, along neighbours every image on the way.

        Raises:
            LatentError: an end, a way or a number that there is not, or no way between the ends.
            Undefined: the Run's latents are too few or not finite.
        """
        from core.runs.decoding import morphed

        return morphed(self, a, b, along, frames)

    @cached_property
    def training(self) -> Known:
        """Latents and labels of the training images, encoded once and kept with the Run.

        Raises:
            DataError: the images are not here.
        """
        from core.runs.placing import known_images

        return known_images(self)

    @cached_property
    def usual(self) -> FloatArray:
        """Ascending distances (m,) of held-out images to their nearest training image.

        Raises:
            DataError, Undefined: no images here, or latents that are not finite.
        """
        from core.runs.placing import usual_distances

        return usual_distances(self)

    def prepare(self, picture: bytes | np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """A drawn or uploaded picture as the network takes it: (s, s) float32 from 0 to 1.

        >>> from core import load
        >>> paper = np.full((280, 280), 255, dtype=np.uint8)
        >>> paper[60:220, 130:150] = 0  # a one
        >>> load("plain").prepare(paper).shape
        (28, 28)

        Args:
            picture: a file's content (PNG, JPEG, WebP), or grey levels (h, w), uint8 or from 0 to 1.

        Raises:
            PictureError: it can't be read, or nothing is drawn.
        """
        from core.runs.placing import prepared_picture

        return prepared_picture(self, picture)

    def classify(
        self, picture: bytes | np.ndarray[Any, Any], k: int = 5, *, prepare: bool = True
    ) -> Answer:
        """Where a picture lies in latent space, and what its nearest training images say it is.

        >>> from core import load
        >>> y, x = np.mgrid[-1:1:280j, -1:1:280j]
        >>> zero = np.abs(np.hypot(x / 0.5, y / 0.8) - 1) < 0.15
        >>> load("plain").classify(zero.astype(float)).predicted
        0

        Args:
            picture: as in `prepare`.
            k: neighbours that vote, 1 to 200.
            prepare: bring ink to the data set's size and place; False: it is (s, s) already, 0 to 1.

        Raises:
            PictureError, ImageError: the picture can't be used.
            LatentError: k out of its range.
            DataError: the training images are not here.
        """
        from core.runs.placing import classified

        return classified(self, picture, k, prepare)

    def label_efficiency(self, plan: Plan | None = None) -> list[Efficiency]:
        """Accuracy against the number of labelled images, beside pixels, PCA and named clusters.

        Args:
            plan: numbers of labels, draws and queries; default: `Plan()`.

        Raises:
            Undefined: the data set has no labels, or one class.
            DataError: the images are not here.
        """
        from core.runs.placing import efficiency

        return efficiency(self, plan)

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
