"""Where a new picture lies in a Run's latent space: its neighbours, and whether data is there.

Neighbours are training images, as for kNN accuracy. What is usual is measured on held-out images,
which the network has seen as little as the new picture.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core.data import drawing, splits
from core.data.pictures import read_picture
from core.latents.arrays import FloatArray, IntArray, LatentError, Undefined
from core.latents.clustering import of_nearest
from core.latents.neighbours import nearest_neighbours
from core.metrics.label_efficiency import Efficiency, Plan, Sides, label_efficiency
from core.runs.answers import Answer
from core.runs.kept import read_kept, write_kept
from core.runs.run import Known, Run
from core.setting.datasets import NPZ_NAME
from core.training.encoding import encode

_TRAINING = "training.safetensors"  # beside the Run: a network of convolutions takes ten seconds
_MOST_KEPT = 4_000_000  # bytes: 60,000 images in 16 dimensions
MAX_NEIGHBOURS = 200
COMPARED = 2_000  # held-out images that say which distances are usual


def known_images(run: Run) -> Known:
    """`Run.training`: the training images' latents and labels, kept with the Run.

    Raises:
        DataError: no images here.
    """
    split = splits.load(run.setting).train
    labels = None if split.labels is None else split.labels.numpy()
    path, about = run.folder / _TRAINING, {"latents_sha256": run.latents_sha256}
    kept = read_kept(path, "training", (len(split), run.setting.latent_dim), about)
    if kept is not None:
        return Known(kept[0], labels)
    latents = encode(run.network, split, run.setting).numpy()
    if latents.nbytes <= _MOST_KEPT:
        with contextlib.suppress(OSError):  # it only saves the next process these seconds
            write_kept(path, "about", "training", latents, about)
    return Known(latents, labels)


def usual_distances(run: Run) -> FloatArray:
    """`Run.usual`: ascending distances (m,) of held-out images to their nearest training image.

    Of up to `COMPARED` held-out images, spread evenly over all.
    """
    held_out = run.arrays["latents"]
    rows = np.unique(np.linspace(0, len(held_out) - 1, COMPARED).astype(np.int64))
    _, distances = nearest_neighbours(held_out[rows], run.training.latents, 1)
    return np.sort(distances[:, 0])


def prepared_picture(run: Run, picture: bytes | npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """`Run.prepare`."""
    greys = read_picture(picture) if isinstance(picture, bytes) else picture
    light = False
    if NPZ_NAME.fullmatch(run.setting.dataset):  # others have a dark ground
        light = drawing.has_light_ground(splits.load(run.setting).train)
    return drawing.prepared(greys, run.setting, light)


def classified(run: Run, picture: bytes | npt.NDArray[Any], k: int, prepare: bool) -> Answer:
    """`Run.classify`."""
    known = run.training
    if not 1 <= k <= min(MAX_NEIGHBOURS, len(known.latents)):
        most = min(MAX_NEIGHBOURS, len(known.latents))
        raise LatentError(f"k must be from 1 to {most}; got {k}")
    if prepare or isinstance(picture, bytes):
        image: FloatArray = prepared_picture(run, picture)
    else:
        image = np.asarray(picture, dtype=np.float32)
    latent = run.encode(image)
    reconstruction = run.decode(latent)[0]
    error = float(np.mean((reconstruction - image) ** 2))
    rows, distances = nearest_neighbours(latent, known.latents, k)
    labels = None if known.labels is None else known.labels[rows[0]]
    held_out = run.arrays
    errors = held_out["errors"] / np.float32(run.setting.pixel_range) ** 2
    return Answer(
        image, latent[0], reconstruction, error, rows[0], distances[0],
        known.latents[rows[0]], labels,
        {} if labels is None else _votes(labels),
        int(of_nearest(held_out["latents"], held_out["clusters"], latent)[0]),
        _percentile(distances[0, 0], run.usual), _percentile(error, errors),
    )  # fmt: skip


def efficiency(run: Run, plan: Plan | None = None) -> list[Efficiency]:
    """`label_efficiency` of a Run's latents, with pixels, PCA and its clusters beside them.

    Raises:
        Undefined: the data set has no labels, or one class.
        DataError: no images here.
    """
    data, known, held_out = splits.load(run.setting), run.training, run.arrays
    if known.labels is None or data.test.labels is None:
        raise Undefined("undefined because there are no labels")
    parts = (part.images(run.setting).flatten(1).numpy() for part in (data.train, data.test))
    clusters = of_nearest(held_out["latents"], held_out["clusters"], known.latents)
    how = plan or Plan()
    if how.all_on_pixels is None:
        how = replace(how, all_on_pixels=run.evaluation.values.get("knn_accuracy_pixels"))
    return label_efficiency(
        Sides(known.latents, held_out["latents"]),
        Sides(known.labels, data.test.labels.numpy()),
        Sides(*parts),
        Sides(clusters, held_out["clusters"]),
        how,
    )


def _votes(labels: IntArray) -> dict[int, float]:
    classes, counts = np.unique(labels, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return {int(classes[i]): float(counts[i] / len(labels)) for i in order}


def _percentile(value: float, usual: FloatArray) -> float:
    """Share of the usual values that are less, in percent."""
    return float(100 * np.mean(usual < value))
