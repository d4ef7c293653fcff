"""The headline study (`studies/headline.toml`): how far clusters go without and with a recipe."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from core.compare.result_table import summarised_by
from core.compare.study_rows import measured
from core.setting.names import images_name
from core.setting.paths import STUDIES
from core.setting.setting import Setting
from core.studies.plan import default_out

RESULTS = default_out(STUDIES / "headline.toml")
SHOWN = ("acc", "silhouette_labels", "knn_accuracy", "reconstruction_mse")


def headline(path: Path = RESULTS) -> pd.DataFrame | None:
    """Means over seeds by images and regularizer, as `summarised_by` has them; None without results.

    In place of `digits` there is `images`, in words, and best comes first.

    Raises:
        ResultsError: the file is something else.
    """
    if not path.is_file():
        return None
    rows = measured(path)
    table, _ = summarised_by(rows, ["digits", "regularizer"], SHOWN, worst=True)
    images = [images_name(Setting.from_text({"digits": d})) for d in table.pop("digits")]
    table.insert(0, "images", images)
    return table.sort_values(["images", "acc"], ascending=[True, False], ignore_index=True)
