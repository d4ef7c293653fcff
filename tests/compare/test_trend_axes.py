"""Trends: what a score can be drawn along, and which rows are one line."""

from __future__ import annotations

import numpy as np

from core.compare import trends
from tests.compare.rows import grid, rows_of


def test_axes_are_the_numbers_that_differ() -> None:
    rows = rows_of([*grid("sine:weight=1", "sine:weight=2", "vae", dims=(2, 3))])
    assert trends.axes(rows) == ["latent_dim", "sine.weight"]


def test_what_differs_together_with_something_else_is_no_axis() -> None:
    other_digits = [one.replace(digits=(0, 1)) for one in grid("sine:weight=2")]
    rows = rows_of([*grid("sine:weight=1", "vae", dims=(2, 3)), *other_digits])
    assert trends.numbers(rows) == ["latent_dim", "sine.weight"]
    assert trends.axes(rows) == ["latent_dim"]


def test_a_trend_along_a_parameter_has_a_line_for_what_else_differs() -> None:
    rows = rows_of(
        grid("sine:weight=1", "sine:weight=2", "sine:weight=1,offset=1", "none", seeds=1)
    )
    found = trends.along(rows, "sine.weight")
    assert found["x"].tolist()[:3] == [1.0, 2.0, 1.0]
    assert np.isnan(found["x"].iloc[3])
    lines = found["line"].tolist()
    assert lines[0] == lines[1] != lines[2]
    assert lines[3] == "None"
    plain = trends.along(rows, "latent_dim")
    assert plain["x"].tolist() == [3.0] * 4
    assert plain["line"].nunique() == 4


def test_places_on_an_axis_are_counted_without_rows_that_have_none() -> None:
    rows = rows_of(grid("none", "sine:weight=1", "sine:weight=2", dims=(2, 3), seeds=1))
    assert trends.places(rows, "sine.weight") == 2
    assert trends.places(rows, "latent_dim") == 2
    assert trends.places(rows, "epochs") == 1
