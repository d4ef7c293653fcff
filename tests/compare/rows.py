"""Rows as the index has them, made from Settings."""

from __future__ import annotations

import itertools

import pandas as pd

from core.compare.result_table import MEASURED
from core.metrics.catalogue import METRICS
from core.setting.setting import Setting


def rows_of(settings: list[Setting], **columns: object) -> pd.DataFrame:
    """Rows as the index has them."""
    found = []
    for number, setting in enumerate(settings):
        values = {
            name: text if isinstance(value := getattr(setting, name), str | tuple) else value
            for name, text in setting.to_text().items()
        }
        measured = dict(zip(MEASURED, ("heldout", "train", "kmeans", 0, 5), strict=True))
        found.append(
            {
                **values, **measured, **dict.fromkeys(METRICS, 0.5), "id": setting.hash,
                "hash": setting.hash, "run": setting.name, "study": "", "warnings": "",
                "terms": "+".join(t.name for t in setting.regularizer) or "none",
                "has_run": number % 2 == 0,
            }
        )  # fmt: skip
    table = pd.DataFrame(found)
    texts = {n: "str" for n in table if table[n].dtype == object}
    return table.astype(texts).assign(**columns)


def grid(*regularizers: str, dims: tuple[int, ...] = (3,), seeds: int = 3) -> list[Setting]:
    return [
        Setting.from_text({"regularizer": r, "latent_dim": str(d), "seed": str(s)})
        for r, d, s in itertools.product(regularizers, dims, range(seeds))
    ]
