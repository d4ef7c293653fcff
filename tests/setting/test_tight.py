"""The recipe Tight for any images: as many steps, whatever their number."""

from __future__ import annotations

import pytest

from core.setting.names import title
from core.setting.recipes import RECIPES
from core.setting.setting import Setting
from core.setting.tight import is_tight, tight


def test_of_mnists_ten_digits_it_is_the_recipe() -> None:
    ten = RECIPES["tight-ten"].setting
    assert tight(Setting(digits=ten.digits), 60_000) == ten


@pytest.mark.parametrize("images", [700, 1_437, 5_000, 8_000, 20_000, 60_000])
def test_phases_last_as_many_steps(images: int) -> None:
    s = tight(Setting(dataset="digits"), images)
    first, second = (dict(term.params) for term in s.regularizer)
    each, phase = -(-images // s.batch_size), int(first["until_epoch"])
    assert phase * each == pytest.approx(1175, rel=0.08)
    assert s.epochs - phase == max(phase, 10)
    assert second["from_epoch"] == phase + 1


@pytest.mark.parametrize("images", [1_437, 5_000, 8_000])
def test_labels_and_neighbours_are_renewed_after_as_many_steps(images: int) -> None:
    s = tight(Setting(dataset="digits"), images)
    each = -(-images // s.batch_size)
    second = s.regularizer[1].full_params()
    assert second["relabel_every"] * each == pytest.approx(118, rel=0.1)
    assert second["renew_every"] * each == pytest.approx(235, rel=0.1)


def test_of_few_images_more_starts_are_made() -> None:
    few, many = (
        tight(Setting(), images).regularizer[1].full_params() for images in (5_000, 20_000)
    )
    assert (few["heads"], few["restarts"]) == (20, 1)
    assert (many["heads"], many["restarts"]) == (10, 0)


@pytest.mark.parametrize("images", [1, 10, 10**6])
def test_any_number_of_images_makes_a_setting(images: int) -> None:
    assert 2 <= tight(Setting(dataset="digits"), images).epochs <= 500


@pytest.mark.parametrize(("side", "taken"), [(50, 48), (28, 28), (14, 12), (5, 4), (4, 4)])
def test_the_size_is_one_that_the_network_takes(side: int, taken: int) -> None:
    assert tight(Setting(image_size=side), 5_000).image_size == taken


def test_what_is_asked_for_is_kept() -> None:
    asked = Setting(dataset="npz-0123456789ab", digits=(0,), clusters=7, latent_dim=2, seed=4)
    found = tight(asked, 2_000)
    assert (found.dataset, found.n_clusters, found.latent_dim, found.seed) == (
        asked.dataset, 7, 2, 4,
    )  # fmt: skip


def test_it_has_its_name_whatever_the_images() -> None:
    small = tight(Setting(dataset="digits"), 700)
    assert is_tight(small)
    assert title(small).startswith("Tight · ")
    assert not is_tight(RECIPES["idec"].setting)
    assert not is_tight(small.replace(architecture="conv"))
