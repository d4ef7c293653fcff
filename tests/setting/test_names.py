"""How Settings and regularizers are spoken of."""

from __future__ import annotations

import pytest

from core.setting.names import images_name, method_name, regularizer_names, title
from core.setting.recipes import RECIPES
from core.setting.setting import Setting, Term
from tests.compare.rows import grid


def test_a_regularizer_is_named_by_its_label_and_what_differs_from_the_default() -> None:
    choices = ("none", "sine:weight=50", "sine", "sine:weight=50,offset=1", "vae+l1")
    texts = [str(setting.to_text()["regularizer"]) for setting in grid(*choices, seeds=1)]
    names = regularizer_names(texts)
    assert list(names.values()) == [
        "None", "Sine (the post), weight 50", "Sine (the post)",
        "Sine (the post), weight 50, offset 1", "L1 sparsity + VAE",
    ]  # fmt: skip
    assert regularizer_names(texts[:2])[texts[1]] == "Sine (the post)"  # nothing to tell it from


def test_a_recipe_of_several_terms_is_called_by_its_name() -> None:
    texts = [str(RECIPES[n].setting.to_text()["regularizer"]) for n in ("tight", "tight-ten")]
    assert list(regularizer_names(texts).values()) == ["Tight", "Tight (ten digits)"]


def test_a_term_of_the_future_is_called_what_it_is() -> None:
    assert regularizer_names(["none", "warp:drive=9"])["warp:drive=9"] == "warp:drive=9"


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        pytest.param(Setting(), "MNIST, even digits", id="the default"),
        pytest.param(Setting(digits=tuple(range(10))), "MNIST, all ten digits", id="ten"),
        pytest.param(Setting(digits=(7,)), "MNIST, digit 7", id="one"),
        pytest.param(Setting(digits=(1, 7)), "MNIST, digits 1, 7", id="two"),
        pytest.param(Setting(dataset="fashion"), "Fashion-MNIST, all 10 classes", id="clothes"),
        pytest.param(
            Setting(dataset="fashion", digits=(0, 9)),
            "Fashion-MNIST, T-shirt, Ankle boot",
            id="some clothes",
        ),
    ],
)
def test_images_are_named_by_data_set_and_classes(setting: Setting, name: str) -> None:
    assert images_name(setting) == name


def test_a_setting_is_named_by_recipe_images_and_dimension() -> None:
    tight = RECIPES["tight"].setting
    assert title(tight.replace(seed=3)) == "Tight · MNIST, even digits · 3-D"
    assert method_name(Setting()) == "Plain"
    assert method_name(Setting(latent_dim=10)) == "Plain"
    assert method_name(Setting(regularizer=(Term("idec"),), latent_dim=2)) == "IDEC"
