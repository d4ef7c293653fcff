"""Images and labels of a Setting: held in memory once, as uint8, and shared by all who ask.

MNIST and scikit-learn's 8x8 digits need no network. Fashion-MNIST, KMNIST, EMNIST digits and USPS are
downloaded when somebody asks for it; what people bring comes from `core.data.own`. What a Setting
changes (classes, image size, pixel range, what is held out) is done on the way out, to the rows
asked for, so two Settings never cost two copies.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.data.fitting import resized as resized
from core.data.own.found import Array
from core.data.own.store import stored_arrays
from core.data.sources import KNOWN, DataError, Raw, read_digits, read_known
from core.setting import paths
from core.setting.datasets import UNLABELLED_CLUSTERS
from core.setting.setting import Setting, dataset_info

_CACHED = 2
_CHUNK = 1024  # images that are float at full size at a time: 3 MB of 28 x 28, which caches hold


@dataclass(frozen=True, eq=False)
class Split:
    """Part of a data set: training images, or held-out ones.

    Attributes:
        pixels: (N, h, w) uint8, the whole data set's array. It is shared: never write into it.
        index: (n,) int64, rows of `pixels` that belong to this split, ascending.
        labels: (n,) int64, or None when the data set has none.
    """

    pixels: Tensor
    index: Tensor
    labels: Tensor | None

    def __len__(self) -> int:
        return len(self.index)

    def between(self, start: int, stop: int) -> Split:
        """Its images from `start` to before `stop`, or to its end where that comes first."""
        labels = None if self.labels is None else self.labels[start:stop]
        return Split(self.pixels, self.index[start:stop], labels)

    def images(self, setting: Setting, rows: Tensor | slice | None = None) -> Tensor:
        """Images as a model takes them: means over whole blocks of pixels, never rounded.

        Args:
            setting: gives image_size s and pixel_range.
            rows: positions within this split, (m,) int64 or a slice; None: all.

        Returns:
            (m, 1, s, s) float32 from 0 to `setting.pixel_range`.
        """
        index = self.index if rows is None else self.index[rows]
        size = setting.image_size
        out = torch.empty(len(index), 1, size, size)
        for start in range(0, len(index), _CHUNK):
            # copies whole images: indexing with brackets copies bytes, and takes 20 times as long
            chunk = self.pixels.index_select(0, index[start : start + _CHUNK]).unsqueeze(1).float()
            # 0..255 is what is stored: dividing by 1 does not cost the last bit
            divisor = 255 / setting.pixel_range
            torch.div(resized(chunk, size), divisor, out=out[start : start + _CHUNK])
        return out


@dataclass(frozen=True, eq=False)
class Data:
    """What a Setting trains on and what it is measured on; no image is in both.

    Attributes:
        train: images seen in training.
        test: images never seen in training.
        class_names: name of each label.
    """

    train: Split
    test: Split
    class_names: tuple[str, ...]


def load(setting: Setting, root: Path | None = None, download: bool = False) -> Data:
    """The images of a Setting.

    Args:
        setting: its dataset, digits and holdout are used. An unlabelled data set gives every image,
            whatever `digits` says.
        root: folder of the data sets, laid out as data/README.md says; default: `data`.
        download: images that are not here are downloaded.

    Raises:
        DataError: no such images here (`NotHere` where they can be downloaded), damaged files, a class
            that has no images, or too few images to train and to measure.
    """
    raw = _raw(setting.dataset, root, download)
    label = dataset_info(setting.dataset, root).label
    chosen = np.ones(len(raw.pixels), dtype=bool)
    if raw.labels is not None:
        present = _classes(raw.labels)
        missing = sorted(set(setting.digits) - set(present))
        if missing:
            raise DataError(
                f"digits must be classes that {label} has images of ({_some(present)}); "
                f"got {_some(missing)}"
            )
        chosen = np.isin(raw.labels, setting.digits)
    train, test = np.flatnonzero(chosen & raw.training), np.flatnonzero(chosen & ~raw.training)
    if setting.holdout == "first3000":
        if len(train) < 4000:
            raise DataError(
                f"holdout must be 'test' for fewer than 4000 training images; {label} has "
                f"{len(train)} of the chosen classes"
            )
        test, train = train[:3000], train[3000:]
    if min(len(train), len(test)) < 2:
        raise DataError(
            f"{label} must have at least 2 images to train on and 2 held out; of the chosen "
            f"classes it has {len(train)} and {len(test)}"
        )
    if len(test) < setting.n_clusters:
        raise DataError(
            f"clusters must be at most the held-out images, in which they are found: {label} has "
            f"{len(test)} of the chosen classes; got {setting.n_clusters} clusters. Look for fewer "
            "clusters, choose fewer classes or add images"
        )
    return Data(
        _part(raw, train), _part(raw, test), dataset_info(setting.dataset, root).class_names
    )


def _part(raw: Raw, rows: Array) -> Split:
    labels = None if raw.labels is None else torch.from_numpy(raw.labels[rows])
    return Split(torch.from_numpy(raw.pixels), torch.from_numpy(rows), labels)


def _classes(labels: Array) -> list[int]:
    return [int(label) for label in np.unique(labels)]


def _some(classes: list[int]) -> str:
    return ", ".join(map(str, classes[:20])) + (", ..." if len(classes) > 20 else "")


# ------------------------------------------------------------------------ one copy in memory
_cache: OrderedDict[tuple[str, Path], Raw] = OrderedDict()  # least recently used first
_cache_lock = threading.Lock()
# one load at a time: asked for twice, still one copy and one download
_load_lock = threading.Lock()


def _raw(name: str, where: Path | None, download: bool = False) -> Raw:
    root = where or paths.DATA_DIR
    key = (name, root.resolve())
    if (known := _recall(key)) is not None:  # does not wait for somebody else's download
        return known
    with _load_lock:
        if (known := _recall(key)) is not None:
            return known
        if name in KNOWN:
            raw = read_known(name, root, download)
        elif name == "digits":
            raw = read_digits()
        else:
            raw = _read_own(name, root)
        with _cache_lock:
            _cache[key] = raw
            while len(_cache) > _CACHED:
                _cache.popitem(last=False)
        return raw


def _read_own(name: str, root: Path) -> Raw:
    images, labels, held_out = stored_arrays(name, root)
    return Raw(images, labels, ~held_out)


def _recall(key: tuple[str, Path]) -> Raw | None:
    with _cache_lock:
        if key in _cache:
            _cache.move_to_end(key)
        return _cache.get(key)


def own_fields(name: str, root: Path | None = None) -> dict[str, str]:
    """What own images suggest for a Setting, as text: their classes, or how many clusters to look for.

    Raises:
        DataError: as `load`.
    """
    text = {"dataset": name, "digits": ",".join(map(str, npz_classes(name, root)))}
    if _raw(name, root).labels is None:
        text["clusters"] = str(UNLABELLED_CLUSTERS)
    return text


def npz_classes(name: str, root: Path | None = None) -> tuple[int, ...]:
    """Classes that have images, ascending; (0,) when unlabelled. Raises DataError as `load`."""
    labels = _raw(name, root).labels
    return (0,) if labels is None else tuple(_classes(labels))
