"""What the Method page says of the studies comes from their results, or is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.compare.headline import headline
from core.compare.sine_study import METRIC, gains, sine_story
from core.figures.gain_grid import gain_grid
from core.studies.results import ResultsError


def test_the_headline_has_the_recipe_before_none_for_both_sets_of_digits() -> None:
    table = headline()
    assert table is not None
    assert table["images"].tolist() == ["MNIST, all ten digits"] * 2 + ["MNIST, even digits"] * 2
    assert (table["regularizer"] == "none").tolist() == [False, True, False, True]
    assert table["acc"].round(4).tolist() == [
        0.9877,
        0.6773,
        0.9951,
        0.9536,
    ]  # as the README has it


def test_the_sine_gains_nothing_that_new_seeds_confirm() -> None:
    story = sine_story()
    assert story is not None
    assert len(story.gains) == 96
    assert (story.gains["gain"] > 0).sum() == len(story.confirmed) == 3
    assert {v.word for v in story.confirmed} == {"no evidence"}
    assert {v.metric for v in story.confirmed} == {METRIC}


def test_a_grid_draws_every_choice_of_a_panel() -> None:
    story = sine_story()
    assert story is not None
    panel = story.gains[(story.gains["scale"] == "relative") & (story.gains["offset"] == 0)]
    figure = gain_grid(panel, "wavelength", "weight", 0.3)
    assert figure.data[0].z.shape == (4, 5)
    assert list(figure.data[0].x) == ["0.75", "1", "1.5", "2", "3"]


def test_without_results_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert headline(tmp_path / "headline.csv") is None
    assert sine_story(tmp_path) is None


def test_something_else_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "headline.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ResultsError):
        headline(tmp_path / "headline.csv")


def test_a_gain_is_less_that_of_none() -> None:
    story = sine_story()
    assert story is not None
    from core.compare.sine_study import GRID, sine_rows

    again, none = gains(sine_rows(GRID), "acc")
    assert len(again) == len(story.gains)
    assert 0 < none < 1
