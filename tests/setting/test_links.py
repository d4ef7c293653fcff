"""Settings in addresses."""

from __future__ import annotations

import pytest

from core.setting.links import command, read_text, short_text
from core.setting.recipes import RECIPES
from core.setting.setting import Setting, Term

OTHERS = {
    "clothes": Setting(dataset="fashion", latent_dim=7),
    "own size": Setting(architecture="post"),
    "own images": Setting(dataset="npz-0123456789ab", digits=(0, 3)),
    "one parameter": Setting(regularizer=(Term("sine", (("weight", 50.0),)), Term("l1"))),
    "small": Setting(dataset="digits", image_size=4, batch_size=8),
    "weights at both ends": Setting(
        regularizer=(Term("l1", (("weight", 1e6),)), Term("vae", (("beta", 1e-9),)))
    ),
}


@pytest.mark.parametrize(
    "setting", [pytest.param(s, id=n) for n, s in OTHERS.items()]
    + [pytest.param(r.setting, id=n) for n, r in RECIPES.items()],
)  # fmt: skip
def test_the_short_text_is_read_back(setting: Setting) -> None:
    assert read_text(short_text(setting)) == (setting, [])
    assert Setting.from_text(setting.to_text()) == setting
    assert len("".join(short_text(setting).values())) <= len("".join(setting.to_text().values()))


def test_what_has_its_default_is_left_out() -> None:
    assert short_text(Setting()) == {"digits": "0,2,4,6,8"}
    assert short_text(Setting(regularizer=(Term("sine", (("weight", 50.0),)),))) == {
        "digits": "0,2,4,6,8",
        "regularizer": "sine:weight=50.0",
    }


def test_a_bad_field_costs_that_field_alone() -> None:
    text = {"latent_dim": "many", "digits": "1,2", "regularizer": "vae", "color": "red"}
    setting, problems = read_text(text)
    assert setting == Setting(digits=(1, 2), regularizer=(Term("vae"),))
    assert len(problems) == 1
    assert "latent_dim" in problems[0]
    assert "many" in problems[0]


def test_fields_that_need_each_other_are_read_in_any_order() -> None:
    setting = Setting(dataset="fashion", digits=(9,), architecture="post")
    text = dict(reversed(list(setting.to_text().items()))) | {"epochs": "0"}
    found, problems = read_text(text)
    assert found == setting
    assert len(problems) == 1


def test_a_recipe_is_trained_by_its_name() -> None:
    tight = RECIPES["tight"].setting.replace(seed=3)
    assert command(tight) == "python -m core train --recipe tight --seed 3"
    assert command(Setting(latent_dim=5)) == (
        "python -m core train --digits 0,2,4,6,8 --latent-dim 5"
    )
