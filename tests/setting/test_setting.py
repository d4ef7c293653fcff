"""Setting: round trips, canonical form, a stable hash, errors that help."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.setting.setting import REGULARIZERS, Parameter, Setting, SettingError, Term


def _values(p: Parameter) -> st.SearchStrategy[Any]:
    if p.choices:
        return st.sampled_from(p.choices)
    if isinstance(p.default, int):
        return st.integers(int(p.minimum), int(p.maximum))
    return st.floats(p.minimum, min(p.maximum, 1e6))


@st.composite
def terms(draw: Any) -> tuple[Term, ...]:
    names = draw(
        st.lists(st.sampled_from([n for n in REGULARIZERS if n != "none"]), unique=True, max_size=4)
    )
    return tuple(
        Term(
            name,
            tuple((key, draw(_values(p))) for key, p in REGULARIZERS[name].parameters.items()),
        )
        for name in one_that_feeds_the_decoder(names)
    )


def one_that_feeds_the_decoder(names: list[str]) -> list[str]:
    feeding = [name for name in names if REGULARIZERS[name].feeds_decoder]
    return [name for name in names if name not in feeding[1:]]


@st.composite
def valid(draw: Any) -> Setting:
    return Setting(
        dataset=draw(st.sampled_from(["mnist", "digits", "fashion", "npz-0123456789ab"])),
        digits=tuple(draw(st.sets(st.integers(0, 9), min_size=1))),
        latent_dim=draw(st.integers(1, 64)),
        regularizer=draw(terms()),
        learning_rate=draw(st.floats(1e-6, 1.0)),
        epochs=draw(st.integers(1, 500)),
        seed=draw(st.integers(0, 2**31 - 1)),
    )


@given(valid())
@settings(deadline=None, derandomize=True)
def test_round_trips(setting: Setting) -> None:
    assert Setting.from_json(json.loads(json.dumps(setting.to_json()))) == setting
    assert Setting.from_text(setting.to_text()) == setting
    assert Setting.from_text(setting.to_text()).hash == setting.hash


def test_the_hash_is_stable() -> None:
    setting = Setting(
        dataset="mnist", digits=(0, 2, 4, 6, 8), image_size=28, latent_dim=3, epochs=28, seed=0
    )
    assert setting.name == "mnist-02468-3d-none-s0-6fd4c3ecf5"


def test_equal_settings_are_one() -> None:
    assert Setting(digits=(8, 0, 2, 4, 6, 6)) == Setting()
    assert Setting(regularizer="vae+l1") == Setting(regularizer=(Term("l1"), Term("vae")))  # type: ignore[arg-type]
    assert Setting(learning_rate=1) == Setting(learning_rate=1.0)


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"latent_dim": 65}, "latent_dim must be a whole number from 1 to 64; got 65"),
        ({"latent_dim": True}, "latent_dim must be"),
        ({"epochs": 0.5}, "epochs must be a whole number"),
        ({"learning_rate": float("nan")}, "learning_rate must be a number"),
        ({"digits": ()}, "at least one class"),
        ({"digits": (11,)}, "digits must be from 0 to 9"),
        ({"dataset": "../x"}, "dataset must be mnist"),
        ({"architecture": "post", "image_size": 28}, "image_size must be 14"),
        ({"architecture": "conv", "image_size": 14}, "multiple of 4"),
        (
            {"regularizer": "vae+latent_noise"},
            "at most one of the terms that decide what the decoder",
        ),
        ({"regularizer": "denoising:ramp_epochs=2"}, "must be kind or level; got 'ramp_epochs'"),
        ({"regularizer": "sine:depth=1"}, "weight, wavelength, offset or scale; got 'depth'"),
        ({"regularizer": "vae:beta=-1"}, "vae.beta must be"),
        ({"regularizer": "l1+l1"}, "each term once"),
        ({"regularizer": "l1+rae+sine+drift+denoising"}, "at most 4 terms; got 5"),
    ],
)
def test_errors_name_field_value_and_what_is_allowed(given_: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        Setting(**given_)


@pytest.mark.parametrize("plain", [None, [], {"colour": 1}, {"regularizer": [1]}])
def test_json_that_is_no_setting(plain: Any) -> None:
    with pytest.raises(SettingError):
        Setting.from_json(plain)


def test_four_terms_are_not_too_many() -> None:
    assert len(Setting(regularizer="l1+rae+sine+drift").regularizer) == 4  # type: ignore[arg-type]


def test_a_schedule_is_kept_only_where_it_says_something() -> None:
    assert Term("sine", (("from_epoch", 1), ("ramp_epochs", 0))) == Term("sine")
    term = Term.parse("sine:from_epoch=3,until_epoch=6,ramp_epochs=1")
    assert Term.parse(str(term)) == term
    assert [term.strength(epoch, 8) for epoch in range(1, 8)] == [0, 0, 0.5, 1, 1, 1, 0]
    assert [Term("sine").strength(epoch, 500) for epoch in (1, 500)] == [1, 1]
    with pytest.raises(SettingError, match=r"sine\.from_epoch must be a whole number"):
        Term.parse("sine:from_epoch=-1")


def test_terms_with_clusters_begin_when_half_of_the_epochs_are_over() -> None:
    assert [Term("dec").strength(epoch, 4) for epoch in range(1, 5)] == [0, 0, 1, 1]
    assert [Term("dec").strength(epoch, 5) for epoch in range(1, 6)] == [0, 0, 1, 1, 1]
    assert Term("dec").strength(1, 1) == 1
    assert str(Term.parse("dec:from_epoch=0")) == str(Term("dec"))
    assert "from_epoch=1" in str(Term.parse("dec:from_epoch=1"))


def test_parameters_added_later_leave_old_names_valid() -> None:
    late = Term("self_labelling", (("pixel_weight", 1), ("placed", "views")))
    assert late == Term("self_labelling")
    assert "pixel_weight" not in str(late)
    assert late.full_params()["pixel_weight"] == 1
    told = Term("self_labelling", (("pixel_weight", "2"),))
    assert "pixel_weight=2" in str(told)
    assert Term.parse(str(told)) == told
    with pytest.raises(SettingError, match="placed must be views or image; got 'both'"):
        Term("self_labelling", (("placed", "both"),))


@pytest.mark.parametrize("name", ["wae_mmd", "sliced_wasserstein"])
def test_a_term_with_a_prior_keeps_the_text_it_had_before_clouds_were_counted(name: str) -> None:
    weight = Term(name).full_params()["weight"]
    assert str(Term(name)) == f"{name}:weight={weight},prior=gaussian"
    assert Term(name, (("clusters", 0),)) == Term(name)
    assert Term(name).full_params()["clusters"] == 0
    assert (
        str(Term(name, (("clusters", 7),))) == f"{name}:weight={weight},prior=gaussian,clusters=7"
    )


def test_a_term_that_never_acts_is_an_error() -> None:
    with pytest.raises(SettingError, match=r"'sine' never acts: its from_epoch must be at most"):
        Setting(epochs=5, regularizer="sine:from_epoch=6")
    with pytest.raises(SettingError, match="until_epoch 2"):
        Setting(regularizer="sine:from_epoch=3,until_epoch=2")


def test_fields_added_later_leave_old_names_valid() -> None:
    assert Setting().name == "mnist-02468-3d-none-s0-6fd4c3ecf5"
    assert Setting(rotation=10).name != Setting().name


# ------------------------------------------------------------------------------------- clusters
def test_clusters_are_as_many_as_classes_unless_said() -> None:
    assert Setting(digits=(0, 1, 2)).n_clusters == 3
    assert Setting(digits=(0, 1, 2), clusters=7).n_clusters == 7
    assert Setting.from_text({"clusters": "7"}).to_text()["clusters"] == "7"


def test_as_many_clusters_as_classes_keep_the_name() -> None:
    plain = Setting(digits=(0, 1, 2))
    assert plain.with_clusters(3) == plain.with_clusters(7).with_clusters(3) == plain
    assert plain.with_clusters(7).n_clusters == 7


def test_the_new_field_changes_no_name_of_an_older_run() -> None:
    assert Setting(clusters=0).hash == "6fd4c3ecf5"  # of a Run that is shipped
    assert Setting(clusters=5).hash != Setting().hash


@pytest.mark.parametrize("field", ["shift", "rotation", "elastic"])
def test_equal_settings_have_one_name_negative_zero_too(field: str) -> None:
    one, two = Setting(**{field: 0.0}), Setting(**{field: -0.0})
    assert one == two
    assert one.hash == two.hash
    assert one.to_text() == two.to_text()


def test_equal_terms_have_one_text_negative_zero_too() -> None:
    plain, negative = (Term("sine", (("offset", z),)) for z in (0.0, -0.0))
    assert str(plain) == str(negative)
    assert Setting(regularizer=(plain,)).hash == Setting(regularizer=(negative,)).hash
