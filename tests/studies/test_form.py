"""A study from a form: what people write, and the study that its text gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.setting.recipes import RECIPES
from core.setting.setting import FIELDS, REGULARIZERS, Setting
from core.studies.form import field_axes, study_text, term_axes, values
from core.studies.study import Study, StudyError
from core.studies.study_file import parse_study

AXES = field_axes() | term_axes(["sine", "vade"])


def _study(fixed: Setting, varied: dict[str, list[str]], seeds: int = 1) -> Study:
    return parse_study(study_text(fixed, varied, seeds), Path("x.toml"))


@pytest.mark.parametrize(
    ("axis", "text", "expected"),
    [
        pytest.param("latent_dim", "1-4", ["1", "2", "3", "4"], id="a range"),
        pytest.param("latent_dim", " 3, 1-2 ,3", ["3", "1", "2"], id="each once"),
        pytest.param("learning_rate", "0.001, 1e-2", ["0.001", "0.01"], id="numbers"),
        pytest.param("sine.weight", "0.1,1,10", ["0.1", "1.0", "10.0"], id="of a term"),
        pytest.param("digits", "0,2,4; 0-3", ["0,2,4", "0,1,2,3"], id="sets of digits"),
    ],
)
def test_what_people_write(axis: str, text: str, expected: list[str]) -> None:
    assert values(AXES[axis], text) == expected


@pytest.mark.parametrize(
    ("axis", "text", "said"),
    [
        ("latent_dim", "0", "Latent dimension must be a whole number from 1 to 64; got '0'"),
        ("latent_dim", "x", "Latent dimension must be"),
        ("latent_dim", "", "at least one value, written like 1-10"),
        ("latent_dim", "5-1", "a range must go up"),
        ("epochs", "1-500", "a range must go up, by at most 100 values"),
        ("batch_size", ",".join(map(str, range(8, 200))), "at most 100 values"),
        ("digits", "even", "written like 0,2,4"),
        ("digits", " ; ", "at least one value, written like 0,2,4"),
        ("sine.wavelength", "-1", "Sine (the post): wavelength must be a number"),
    ],
)
def test_what_is_wrong_is_a_sentence(axis: str, text: str, said: str) -> None:
    with pytest.raises(StudyError) as error:
        values(AXES[axis], text)
    assert said in str(error.value)


def test_every_field_but_the_seed_and_every_parameter_can_vary() -> None:
    assert set(field_axes()) == set(FIELDS) - {"seed"}
    every = term_axes(name for name in REGULARIZERS)
    for name, info in REGULARIZERS.items():
        assert {f"{name}.{p}" for p in info.parameters} <= set(every)


@pytest.mark.parametrize("name", RECIPES)
def test_the_rest_is_that_of_the_setting(name: str) -> None:
    fixed = RECIPES[name].setting
    study = _study(fixed, {"latent_dim": ["1", "2"]}, seeds=2)
    assert set(study.settings) == {
        fixed.replace(latent_dim=d, seed=s) for d in (1, 2) for s in (0, 1)
    }


def test_only_seeds() -> None:
    assert len(_study(Setting(), {}, seeds=5).settings) == 5


def test_regularizers_by_name_and_values_of_the_terms_that_have_them() -> None:
    varied = {"regularizer": ["none", "sine", "sine+l1"], "sine.weight": ["0.1", "1e6"]}
    texts = {s.to_text()["regularizer"] for s in _study(Setting(), varied).settings}
    assert len(texts) == 5
    assert sum("weight=1000000.0" in text for text in texts) == 2


def test_words_vary_too() -> None:
    varied = {
        "architecture": ["mlp", "conv"],
        "digits": ["0,1", "0,2,4"],
        "sine.scale": ["relative"],
    }
    assert len(_study(Setting(), varied).settings) == 4
