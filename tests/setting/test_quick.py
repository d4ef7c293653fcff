"""A quick look."""

from __future__ import annotations

import pytest

from core.setting.menu import REGULARIZERS
from core.setting.quick import quick_look
from core.setting.recipes import RECIPES
from core.setting.setting import Setting, Term


def test_it_is_the_same_with_fewer_epochs() -> None:
    assert quick_look(Setting(), 56.0) == Setting(epochs=4)  # 8 of 56 seconds: 28 / 7


def test_what_is_quick_already_needs_none() -> None:
    assert quick_look(Setting(), 10.0) is None
    assert quick_look(Setting(epochs=1), 100.0) is None


@pytest.mark.parametrize("name", [n for n in REGULARIZERS if n != "none"])
def test_every_term_still_acts(name: str) -> None:
    look = quick_look(Setting(regularizer=(Term(name),)), 10_000.0)
    assert look is not None  # a Setting whose term never acts raises
    assert look.epochs == 2


def test_phases_of_a_recipe_stay_in_order() -> None:
    look = quick_look(RECIPES["tight"].setting, 80.0)
    assert look is not None
    assert look.epochs == 2
    first, second = (dict(t.full_params()) for t in look.regularizer)
    assert (first["until_epoch"], second["from_epoch"]) == (1, 2)
