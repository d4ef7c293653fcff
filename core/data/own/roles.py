"""Which of a file's arrays are images, and which are labels, by their names and shapes."""

from __future__ import annotations

import re

import numpy as np

from core.data.errors import DataError
from core.data.own.found import Array, Found

# the first that is there is taken
_IMAGES = ("images", "image", "imgs", "img", "x", "data", "pixels", "fea", "features", "inputs")
_LABELS = ("labels", "label", "y", "targets", "target", "classes", "class", "gnd", "fine")
_NAMES = ("names", "categories")
_LEAST_PIXELS = 16  # of an image, where shapes must tell what is one


def found_in(arrays: dict[str, Array], form: str, remarks: tuple[str, ...] = ()) -> Found:
    """Images, labels and names of classes among named arrays, those of training before those of tests.

    Args:
        arrays: by name; folders and files are parts of it, joined by "/".
        form: what was read.
        remarks: sentences that the reader has to say.

    Raises:
        DataError: there are no images among them, or it can't be told which; what there is.
    """
    parts: dict[str, dict[str, Array]] = {}
    for name, array in arrays.items():
        if not _is_names(name, array):
            parts.setdefault(_part(name), {})[name] = array
    pairs = {part: _pair(some, arrays) for part, some in parts.items()}
    found = {part: pair for part, pair in pairs.items() if pair is not None}
    if not found:
        raise DataError(f"there must be an array named images; {_listed(arrays)}")
    order = sorted(found, key=("", "train", "val", "test").index)
    if len(order) > 1 and "" in found:  # x beside x_train: which is meant, nobody knows
        raise DataError(f"it can't be told which arrays are the images; {_listed(arrays)}")
    images = [found[part][0] for part in order]
    labels = [found[part][1] for part in order]
    if len({array.shape[1:] for array in images}) > 1:
        raise DataError(f"training and test images must have one size; {_listed(arrays)}")
    if any(one is None for one in labels) and any(one is not None for one in labels):
        raise DataError(f"labels must be there for all images or for none; {_listed(arrays)}")
    return Found(
        form,
        images[0] if len(images) == 1 else np.concatenate(images),
        None if labels[0] is None else np.concatenate([_column(one) for one in labels]),
        names=_class_names(arrays),
        held_out=_own_test(order, [len(array) for array in images]),
        remarks=remarks,
    )


def _own_test(order: list[str], counts: list[int]) -> Array | None:
    """The test images of a file that has training images, too."""
    if "test" not in order or len(order) == 1:
        return None
    return np.concatenate([np.full(n, p == "test") for p, n in zip(order, counts, strict=True)])


def _column(labels: Array | None) -> Array:
    assert labels is not None
    return labels.reshape(len(labels)) if labels.ndim == 2 and labels.shape[1] == 1 else labels


def words_of(name: str) -> list[str]:
    """The words of a name: "x_train" gives x and train, "train-images-idx3" train, images and idx."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words = re.split(r"[^a-z]+", apart.lower())
    return [word for long in words for word in _split_word(long) if word]


def has_role(name: str) -> bool:
    """Whether an array of that name is images or labels."""
    return bool(set(words_of(name)) & {*_IMAGES, *_LABELS})


def _split_word(word: str) -> tuple[str, ...]:
    """Of "xtrain" x and train."""
    for part in ("train", "test", "val"):
        if word in (f"x{part}", f"y{part}"):
            return word[0], part
    return (word,)


def _part(name: str) -> str:
    """Which part of a data set: "train", "val", "test" or "" where nothing says so."""
    words = words_of(name)
    if "t10k" in name.lower() or {"test", "testing"} & set(words):
        return "test"
    if {"train", "training"} & set(words):
        return "train"
    return "val" if {"val", "valid", "validation"} & set(words) else ""


def _is_names(name: str, array: Array) -> bool:
    return bool(set(_NAMES) & set(words_of(name))) or array.ndim == 0


def _class_names(arrays: dict[str, Array]) -> tuple[str, ...]:
    for name, array in arrays.items():
        words, is_text = set(words_of(name)), array.ndim == 1 and array.dtype.kind in "US"
        if is_text and words & set(_NAMES) and "feature" not in words:
            return tuple(text_of(value) for value in array)
    return ()


def text_of(value: object) -> str:
    """A text, also where it is stored as bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _pair(
    some: dict[str, Array], everything: dict[str, Array]
) -> tuple[Array, Array | None] | None:
    """Images and labels of one part; None where there are no images."""
    images = _by_name(some, _IMAGES) or _by_shape(some, everything)
    if images is None:
        return None
    rest = {name: array for name, array in some.items() if name != images}
    labels = _by_name(rest, _LABELS) or _only_column(rest, some[images])
    return some[images], None if labels is None else some[labels]


def _by_name(some: dict[str, Array], wanted: tuple[str, ...]) -> str | None:
    """The array with the first of the wanted words in its name; the last part of it counts first."""
    for word in wanted:
        hits = [name for name in some if word in words_of(name.rsplit("/", 1)[-1])]
        hits = hits or [name for name in some if word in words_of(name)]
        hits = [name for name in hits if wanted is _LABELS or some[name].ndim >= 2]
        if hits:
            return hits[0]
    return None


def _by_shape(some: dict[str, Array], everything: dict[str, Array]) -> str | None:
    """The one array that can be images."""
    hits = [
        name
        for name, array in some.items()
        if array.ndim >= 2 and array.dtype.kind in "biuf" and array[:1].size >= _LEAST_PIXELS
    ]
    if len(hits) > 1:
        raise DataError(
            f"it can't be told which array is the images; name it images. {_listed(everything)}"
        )
    return hits[0] if hits else None


def _only_column(rest: dict[str, Array], images: Array) -> str | None:
    """The one array that has a single value for each image."""
    hits = [
        name for name, array in rest.items()
        if array.size in images.shape and array.size == max(array.shape)
    ]  # fmt: skip
    return hits[0] if len(hits) == 1 else None


def _listed(arrays: dict[str, Array]) -> str:
    """What there is, for a sentence."""
    some = [f"{name[:40]} ({a.dtype.name}, shape {a.shape})" for name, a in arrays.items()][:8]
    return f"there is {', '.join(some)}" if some else "there is none at all"
