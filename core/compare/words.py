"""Columns of results and their values in words: "3-D", "network mlp", "10 epochs", "even digits"."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from core.latents.clustering_methods import CLUSTERING_METHODS
from core.metrics.catalogue import METRICS
from core.setting.amounts import counted
from core.setting.errors import UserError
from core.setting.menu import REGULARIZERS
from core.setting.names import NONE, images_name, regularizer_names
from core.setting.setting import FIELDS, Setting, dataset_info

SPLIT_NAMES = {"heldout": "held-out images", "train": "training images", "all": "all images"}
_COLUMNS = {
    "study": "Study",
    "terms": "Regularizer",
    "split": "Measured on",
    "trained_on": "Trained on",
    "clustering": "Clusters by",
    "clusters_asked": "Clusters asked for",
}
_HYPHEN = re.compile(r"(?<![\w)])-(?=\d)")  # of a number, not of "2-D"
_COUNTED = {"epochs": "epoch", "neighbours": "neighbour"}


def column_name(column: str) -> str:
    """The label of a field, a score or what was measured: "Latent dimension"."""
    if column in FIELDS:
        return FIELDS[column].label
    if column in METRICS:
        return METRICS[column].label
    return _COLUMNS.get(column) or column.replace("_", " ").replace(".", " ").capitalize()


def cell(column: str, value: Any) -> str:
    """A value where its column's name stands beside it: "MNIST", "0, 2, 4, 6, 8", "held-out images"."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    if column == "dataset":
        try:
            return dataset_info(text).label
        except KeyError:
            return text
    if column == "digits":
        return text.replace(",", ", ")
    if column in ("split", "trained_on"):
        return SPLIT_NAMES.get(text, text)
    if column == "clustering":
        return CLUSTERING_METHODS[text].label if text in CLUSTERING_METHODS else text
    return f"{text}-D" if column == "latent_dim" else text


def in_words(column: str, value: Any) -> str:
    """A value that stands alone: "3-D", "10 epochs", "even digits", "measured on all images"."""
    text = cell(column, value)
    if column == "regularizer":
        return regularizer_names([text])[text]
    if column == "digits":
        return images_of("mnist", str(value)).partition(", ")[2]
    if column in ("latent_dim", "dataset"):
        return text
    if column in _COUNTED and text.isdigit():
        return counted(int(text), _COUNTED[column])
    name = column_name(column)
    return f"{name[0].lower()}{name[1:]} {text}"


def terms_name(terms: str) -> str:
    """Names of terms, joined by `+`, by their menu labels: "Contrastive + Self-labelling"."""
    if terms == "none":
        return NONE
    names = terms.split("+")
    return " + ".join(REGULARIZERS[n].short if n in REGULARIZERS else n for n in names)


def images_of(dataset: str, digits: str) -> str:
    """Which images: "MNIST, even digits"."""
    try:
        return images_name(Setting.from_text({"dataset": dataset, "digits": digits}))
    except (UserError, LookupError):
        return f"{dataset}, {digits}"  # what this version knows no more


def described(values: Mapping[str, Any], columns: Collection[str]) -> str:
    """Values of some columns in a line, the images first: "MNIST, even digits · 3-D · 28 epochs"."""
    parts = []
    left = [name for name in values if name in columns]
    if "digits" in left and "dataset" in values:
        parts.append(images_of(str(values["dataset"]), str(values["digits"])))
        left = [name for name in left if name not in ("dataset", "digits")]
    left.sort(key=lambda name: name != "latent_dim")
    return " · ".join([*parts, *(in_words(name, values[name]) for name in left)])


def score_text(metric: str, value: float | None, *, signed: bool = False) -> str:
    """A score: three decimals, four for an error below 0.1; with a real minus sign.

    None and NaN, which tables have in its place, are "undefined".
    """
    if value is None or math.isnan(value):
        return "undefined"
    decimals = 4 if metric == "reconstruction_mse" and abs(value) < 0.1 else 3
    decimals = 1 if abs(value) >= 100 else decimals
    rounded = round(value, decimals) + 0.0  # no negative zero
    return with_minus(f"{rounded:{'+' if signed else ''},.{decimals}f}")


def with_minus(text: str) -> str:
    """A text whose negative numbers have a real minus sign, as the charts have it."""
    return _HYPHEN.sub("\N{MINUS SIGN}", text)


def listed(texts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))
