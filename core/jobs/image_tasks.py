"""What workers make of a Run's images and its network; each is called by name in a worker.

What is heavy, torch above all, is imported where it is used: pages import this module.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.latents.arrays import Undefined
from core.latents.shown import HELD_OUT, MAX_TRAINING, TRAINING
from core.runs.run import Known, Run
from core.setting.setting import Setting

if TYPE_CHECKING:
    from core.data.splits import Split
    from core.metrics.neighbour_classifier import Asked, Regions
    from core.metrics.stability import Stability

Array = np.ndarray[Any, Any]

_REMEMBERED = 4  # Runs whose networks a worker keeps
_runs: OrderedDict[tuple[Path, str], Run] = OrderedDict()


def _known(run: Run) -> Run:
    """The same Run with what was computed from it for an earlier call: its network above all."""
    key = (run.folder, run.latents_sha256)
    known = _runs.setdefault(key, run)
    _runs.move_to_end(key)
    while len(_runs) > _REMEMBERED:
        _runs.popitem(last=False)
    return known


def _split(setting: Setting, split: str) -> Split:
    from core.data import splits

    loaded = splits.load(setting)
    return loaded.test if split == HELD_OUT else loaded.train


def count_training_images(setting: Setting) -> int:
    """How many images a Setting trains on."""
    return len(_split(setting, TRAINING))


def suggest_clusters(setting: Setting) -> Stability:
    """`core.runs.suggested_clusters.suggest_clusters`."""
    from core.runs import suggested_clusters

    return suggested_clusters.suggest_clusters(setting)


def split_labels(setting: Setting, split: str) -> Array | None:
    """Labels (n,) of a split; None where there are none."""
    labels = _split(setting, split).labels
    return None if labels is None else labels.numpy()


def images(setting: Setting, split: str, rows: Array) -> Array:
    """Images (m, s, s), 0 to 1, of a split by their numbers."""
    import torch

    numbers = torch.from_numpy(np.asarray(rows, np.int64))
    pixels = _split(setting, split).images(setting, numbers)[:, 0].numpy()
    return np.asarray(pixels / np.float32(setting.pixel_range))


def examples(setting: Setting, count: int) -> Array:
    """Held-out images (count, s, s) in 0..1, of each class about as many, in the classes' order."""
    split = _split(setting, HELD_OUT)
    rows = np.arange(min(count, len(split)))
    if split.labels is not None:  # the first of each class, the second of each, and so on
        labels = split.labels.numpy()
        rows = np.argsort(labels, kind="stable")
        rank = rows.argsort() - np.searchsorted(labels[rows], labels)
        rows = np.sort(np.lexsort((labels, rank))[:count])
        rows = rows[np.argsort(labels[rows], kind="stable")]
    return images(setting, HELD_OUT, rows)


def pairs(run: Run, places: tuple[tuple[str, int], ...]) -> tuple[Array, Array]:
    """Images, by split and number, and their reconstructions, both (m, s, s) in 0..1."""
    import torch

    run = _known(run)
    setting, model = run.setting, run.network
    pixels = torch.cat(
        [_split(setting, name).images(setting, slice(i, i + 1)) for name, i in places]
    )
    with torch.inference_mode():
        decoded = model.decode(model.encode(pixels))
    first, second = ((x[:, 0] / setting.pixel_range).clamp(0, 1).numpy() for x in (pixels, decoded))
    return first, second


def of_run(run: Run, method: str, *args: Any) -> Any:
    """What a method of a Run gives, as `decode`; the worker keeps the Run's network for the next."""
    return getattr(_known(run), method)(*args)


def decoder_weights(run: Run) -> tuple[list[dict[str, Any]], Array]:
    """The decoder, as a browser computes it."""
    from core.models.decoder_layers import decoder_layers

    return decoder_layers(_known(run).network)


def training_images(run: Run) -> int:
    """Have all at hand that an answer about a picture takes; how many training images there are."""
    run = _known(run)
    if np.isfinite(run.training.latents).all():
        _ = run.usual
    return len(run.training.latents)


def pictures(setting: Setting, split: str, first: int) -> bytes:
    """A picture of `sprites.PER_SHEET` images of a split from `first` on."""
    from core.figures.sprites import PER_SHEET, sprite_sheets

    part = _split(setting, split)
    return sprite_sheets(
        images(setting, split, np.arange(first, min(first + PER_SHEET, len(part))))
    )[0]


def reconstructions(run: Run, split: str, first: int) -> bytes:
    """The same of what a Run's network makes of them."""
    from core.figures.sprites import PER_SHEET, sprite_sheets

    run = _known(run)
    latents = run.arrays["latents"] if split == HELD_OUT else run.training.latents
    return sprite_sheets(run.decode(latents[first : first + PER_SHEET]), soft=True)[0]


def known_images(run: Run) -> Known:
    """Latents and labels of a Run's training images."""
    return _known(run).training


def training_errors(run: Run) -> Array:
    """Squared error per pixel of the first `MAX_TRAINING` training images."""
    import torch

    from core.training.encoding import reconstruction_errors

    run = _known(run)
    latents = torch.from_numpy(run.training.latents[:MAX_TRAINING])
    split = _split(run.setting, TRAINING).between(0, MAX_TRAINING)
    return reconstruction_errors(run.network, split, run.setting, latents).numpy()


def neighbours_asked(run: Run, most: int) -> Asked:
    """The training neighbours of every held-out image, at most so many of each.

    Raises:
        Undefined: there are no labels.
    """
    from core.metrics.neighbour_classifier import ask

    known, held_out = _known(run).training, run.arrays
    if known.labels is None:
        raise Undefined("undefined because there are no labels")
    k = min(most, len(known.latents))
    return ask(known.latents, known.labels, held_out["latents"], held_out["labels"].astype(int), k)


def regions(run: Run, k: int) -> Regions:
    """What the classifier says at each place of a flat latent space.

    Raises:
        Undefined: as `decision_regions`.
    """
    from core.metrics.neighbour_classifier import decision_regions

    known = _known(run).training
    assert known.labels is not None  # the page asks only of labelled data
    return decision_regions(known.latents, known.labels, k)


def neighbour_vote(run: Run, k: int) -> tuple[float, float | None]:
    """kNN accuracy of k neighbours in latent space and on pixels."""
    from core.metrics.neighbourhood import knn_accuracy
    from core.runs.scoring import pixel_baseline

    known, held_out = _known(run).training, run.arrays
    assert known.labels is not None  # the page asks only of labelled data
    return (
        knn_accuracy(
            known.latents, known.labels, held_out["latents"], held_out["labels"].astype(np.int64), k
        ),
        pixel_baseline(run.setting, k),
    )
