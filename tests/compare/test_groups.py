"""Groups: their names, their means, and the Run that stands for each."""

from __future__ import annotations

import numpy as np
import pytest

from core.compare.groups import group_table, with_group_names
from tests.compare.rows import grid, rows_of


def test_groups_join_what_is_asked_for() -> None:
    rows = with_group_names(
        rows_of(grid("none", "vae", dims=(2, 3))), ["regularizer", "latent_dim"]
    )
    assert set(rows["group"]) == {f"{r}, {d}-D" for r in ("None", "VAE") for d in (2, 3)}
    assert set(with_group_names(rows, [])["group"]) == {"all"}


def test_a_table_of_groups_has_means_and_intervals() -> None:
    rows = rows_of(grid("none", "vae"), acc=[0.1, 0.2, 0.3, 0.5, 0.5, np.nan])
    table = group_table(with_group_names(rows, ["regularizer"]), ["acc"]).set_index("group")
    assert table.loc["None", "acc"] == pytest.approx(0.2)
    half = 4.302652729911275 * 0.1 / np.sqrt(3)  # Student's t for 2 degrees of freedom
    # a share has no negative values, so the interval ends at 0 at the latest
    assert table.loc["None", "acc_low"] == pytest.approx(max(0.2 - half, 0))
    assert table.loc["None", "acc_high"] == pytest.approx(0.2 + half)
    assert table.loc["VAE", "acc"] == 0.5
    assert table["n"].tolist() == [3, 3]
