"""Regularizers: a term of the loss a file, named as in the menu (`core/setting/menu/`).

To add one: what is said of it in the menu, its file here, and its test.
"""

from __future__ import annotations

import importlib

import torch
from torch import nn

from core.regularizers.support.base import (
    Effect,
    LatentBatch,
    Overview,
    Regularizer,
    Shape,
    View,
)
from core.setting.menu import TERMS
from core.setting.term import Term


def class_of(name: str) -> type[Regularizer]:
    """The class of a term: the one in the file of its name."""
    module = importlib.import_module(f"{__name__}.{name}")
    return next(
        found
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, Regularizer)
        and vars(found).get("name") == name
    )


CLASSES = {info.name: class_of(info.name) for info in TERMS}


def build(terms: tuple[Term, ...], shape: Shape, generator: torch.Generator) -> nn.ModuleDict:
    """The modules of a Setting's terms, by name and in order."""
    return nn.ModuleDict(
        {term.name: CLASSES[term.name](term.full_params(), shape, generator) for term in terms}
    )


__all__ = [
    "CLASSES",
    "Effect",
    "LatentBatch",
    "Overview",
    "Regularizer",
    "Shape",
    "View",
    "build",
    "class_of",
]
