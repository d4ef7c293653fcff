"""How many clusters to look for in images, before anything is trained and without labels."""

from __future__ import annotations

import numpy as np
import torch

from core.data import splits
from core.data.errors import DataError
from core.latents.projection import ReportProgress
from core.metrics.stability import FEWEST_POINTS, Stability, numbers_to_try, stability
from core.regularizers.support.strokes import strokes
from core.setting.amounts import counted
from core.setting.setting import Setting, dataset_info
from core.training.devices import computing

MOST_IMAGES = 4_000  # drawn by chance: 11 s of one core


def suggest_clusters(
    setting: Setting,
    progress: ReportProgress = lambda stage, share: None,
    seed: int = 0,
) -> Stability:
    """How far halves of a Setting's training images agree on each number of clusters.

    Of more than `MOST_IMAGES` images that many are drawn; of images that are there twice, one. They are
    described by their strokes (`core.regularizers.support.strokes`), as for the recipe Tight.

    Args:
        setting: its data set, classes, image size and what is held out are used. Labels are not, save
            to take the images of those classes.
        progress: as for `core.metrics.stability.stability`.
        seed: of the draw, of the halves and of their clusters.

    Returns:
        The curve, and its best number. That is a suggestion: docs/measured.md says how often it is
        the number of classes.

    Raises:
        DataError: the images can't be had, or too few of them are different.
    """
    # one cluster: how many are looked for now must not matter
    data = splits.load(setting.replace(clusters=1), download=True)
    rng, count = np.random.default_rng(seed), len(data.train)
    rows = np.sort(rng.choice(count, min(count, MOST_IMAGES), replace=False))
    pixels = data.train.images(setting, torch.from_numpy(rows)).flatten(1)
    different = np.sort(np.unique(pixels.numpy(), axis=0, return_index=True)[1])
    if len(different) < FEWEST_POINTS:
        raise DataError(
            f"To suggest a number of clusters, {dataset_info(setting.dataset).label} must have at least "
            f"{FEWEST_POINTS} different images to train on; it has {len(different)} (of "
            f"{counted(len(rows), 'image')})"
        )
    ks = [k for k in numbers_to_try(len(different)) if k <= len(data.test)]
    with computing(torch.device("cpu"), 1):  # the same on any number of cores
        points = strokes(pixels[torch.from_numpy(different)]).numpy()
    return stability(points, ks, seed=seed, progress=progress)
