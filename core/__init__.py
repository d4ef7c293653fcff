"""Latent Clusters: does an autoencoder cluster by itself, and which regularizer makes it cluster more?

    from core import Setting, draw, scores, train

    run = train(Setting(dataset="digits", digits=(0, 2, 4, 6, 8), latent_dim=3))
    print(scores(run))
    draw(run).show()

Data flows one way: Setting -> Run -> latents -> projection, clustering -> Evaluation -> verdict ->
figure. The names below are imported when they are first used; nothing in here imports streamlit.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.api import add_images as add_images
    from core.api import cluster as cluster
    from core.api import draw as draw
    from core.api import evaluate as evaluate
    from core.api import load as load
    from core.api import preview_images as preview_images
    from core.api import results as results
    from core.api import scores as scores
    from core.api import train as train
    from core.compare.verdicts import verdicts as verdicts
    from core.estimator.clusterer import LatentClusterer as LatentClusterer
    from core.metrics.evaluation import Evaluation as Evaluation
    from core.notebook import view as view
    from core.runs.run import Run as Run
    from core.runs.store import Store as Store
    from core.runs.suggested_clusters import suggest_clusters as suggest_clusters
    from core.setting.recipes import RECIPES as RECIPES
    from core.setting.setting import Setting as Setting
    from core.setting.term import Term as Term

_PLACES = {
    "RECIPES": "core.setting.recipes",
    "Evaluation": "core.metrics.evaluation",
    "LatentClusterer": "core.estimator.clusterer",
    "Run": "core.runs.run",
    "Setting": "core.setting.setting",
    "Store": "core.runs.store",
    "Term": "core.setting.term",
    "add_images": "core.api",
    "cluster": "core.api",
    "draw": "core.api",
    "evaluate": "core.api",
    "load": "core.api",
    "preview_images": "core.api",
    "results": "core.api",
    "scores": "core.api",
    "suggest_clusters": "core.runs.suggested_clusters",
    "train": "core.api",
    "verdicts": "core.compare.verdicts",
    "view": "core.notebook",
}
__all__ = list(_PLACES)


def __getattr__(name: str) -> Any:
    """A public name, from the module that has it."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(_PLACES[name]), name)
    globals()[name] = found  # asked for once
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])
