"""What people have in Python: arrays, tensors, data frames, data sets of other libraries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.data.errors import DataError
from core.data.own.found import MAX_IMAGES, MAX_SIDE, Array, Found
from core.data.own.reading import read
from core.data.own.roles import found_in, text_of
from core.data.own.tables import arrays_of

_LABELS = ("targets", "labels", "target")  # attributes of torchvision's data sets


def found_of(source: Any, labels: Any = None) -> Found:
    """Images and labels of anything that has them.

    Args:
        source: a path; an array, a tensor or a list of images; a data frame with a row for each image;
            a mapping with arrays, such as a Bunch of scikit-learn; a data set of torchvision, or any
            with a length whose items are an image and its label.
        labels: one for each image, where `source` has none.

    Raises:
        DataError: nothing can be made of it.
    """
    found = _found(source)
    return found if labels is None else replace(found, labels=array_of(labels))


def _found(source: Any) -> Found:
    if isinstance(source, str | Path):
        return read(Path(source))
    if _is_frame(source):
        return _of_frame(source)
    if isinstance(source, Mapping):
        return _of_mapping(source)
    if isinstance(source, np.ndarray | list | tuple) or hasattr(source, "detach"):
        return Found("an array", array_of(source))
    if hasattr(source, "data") and (name := next((n for n in _LABELS if hasattr(source, n)), "")):
        names = getattr(source, "classes", ()) or ()
        return Found(
            f"the data set {type(source).__name__}",
            array_of(source.data),
            array_of(getattr(source, name)),
            tuple(map(str, names)),
        )
    if hasattr(source, "__len__") and hasattr(source, "__getitem__"):
        return _of_items(source)
    raise DataError(
        "images must be a path, an array, a tensor, a data frame or a data set; got "
        f"{type(source).__name__}"
    )


def _is_frame(value: Any) -> bool:
    return hasattr(value, "iloc") and hasattr(value, "columns")


def _of_frame(frame: Any) -> Found:
    """A row for each image, as `tables` reads them."""
    remarks: list[str] = []
    names = [str(name) for name in frame.columns]
    numbered = frame.set_axis(range(frame.shape[1]), axis=1)
    arrays = arrays_of(numbered, None if all(n.isdigit() for n in names) else names, remarks)
    return found_in(arrays, "a data frame", tuple(remarks))


def _of_mapping(mapping: Mapping[str, Any]) -> Found:
    """A mapping of names to arrays; a Bunch of scikit-learn is one."""
    arrays = {}
    for name, value in mapping.items():
        if _is_frame(value):
            if str(name) == "frame":  # a Bunch has the same as data and target
                continue
            value = value.to_numpy()
        elif hasattr(value, "to_numpy"):  # a column of a data frame
            value = value.to_numpy()
        if isinstance(value, np.ndarray | list | tuple) or hasattr(value, "detach"):
            arrays[str(name)] = array_of(value)
    return found_in(arrays, "named arrays")


def _of_items(data_set: Any) -> Found:
    """A data set that gives an image and its label for each number."""
    count = len(data_set)
    if not 1 <= count <= MAX_IMAGES:
        raise DataError(f"images must be 1 to {MAX_IMAGES:,}; got {count:,}")
    images, labels = [], []
    for i in range(count):
        image, label = _item(data_set[i])
        images.append(image)
        labels.append(label)
    names = getattr(data_set, "classes", None) or ()
    if len({image.shape for image in images}) > 1:
        raise DataError("the images of a data set must have one size; resize them in its transform")
    known = None if all(label is None for label in labels) else array_of(labels)
    form = f"the data set {type(data_set).__name__}"
    return Found(form, np.stack(images), known, tuple(map(str, names)))


def _item(item: Any) -> tuple[Array, Any]:
    """An image and its label, or None."""
    if isinstance(item, Mapping):
        image: Any = next((item[k] for k in ("image", "img", "pixel_values") if k in item), None)
        label: Any = next((item[k] for k in ("label", "labels", "target") if k in item), None)
    else:
        image, label = (item[0], item[1]) if isinstance(item, tuple | list) else (item, None)
    if hasattr(image, "convert"):  # of Pillow
        if max(image.size) > MAX_SIDE:
            raise DataError(f"images must have sides up to {MAX_SIDE:,} pixels; got {image.size}")
        image = np.asarray(image.convert("L"))
    if image is None:
        raise DataError("the items of a data set must be an image and its label")
    return array_of(image), label.item() if hasattr(label, "item") else label


def array_of(value: Any) -> Array:
    """An array of numbers or texts."""
    if hasattr(value, "detach"):
        from core.data.own.tensors import numbers_of

        return numbers_of(value)
    if isinstance(value, list | tuple) and value and hasattr(value[0], "detach"):
        value = [item.detach().cpu().numpy() for item in value]
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise DataError("the images of a list must have one size") from error
    if array.dtype.kind == "O":
        texts = ["" if _is_missing(item) else text_of(item) for item in array.reshape(-1)]
        array = np.array(texts).reshape(array.shape)
    return array


def _is_missing(value: Any) -> bool:
    return value is None or value != value  # NaN alone differs from itself
