"""The controls of a Setting: what the address says of them, nonsense in it, images of one's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.runs.store import Store
from core.setting.recipes import RECIPES, Recipe
from core.setting.setting import Setting
from tests.pages.opened import follow, open_explore, popovers, seen, texts
from tests.trained import train


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param({"latent_dim": "banana"}, "latent_dim must be", id="no number"),
        pytest.param({"digits": ""}, "digits must be", id="no digits"),
        pytest.param({"regularizer": "<script>"}, "regularizer must be", id="markup"),
        pytest.param({"dataset": "../../etc"}, "dataset must be", id="a path"),
    ],
)
def test_nonsense_in_the_url_is_a_sentence(url: dict[str, str], said: str) -> None:
    app = open_explore(**url)
    assert not app.exception
    (warning,) = app.warning
    assert seen(warning.value).startswith(f"Part of the link can't be followed: {said}")


def test_nonsense_costs_its_own_field_alone(tiny: Setting) -> None:
    app = open_explore(tiny, latent_dim="99", seed="7", regularizer="l1", batch_size="some")
    assert not app.exception
    said = [seen(w.value) for w in app.warning]
    assert [f"{name} must be" in text for name, text in zip(
        ("latent_dim", "batch_size"), said, strict=True)] == [True, True]  # fmt: skip
    state = app.session_state
    usual = Setting(dataset="digits")
    assert state["field_latent_dim"] == usual.latent_dim
    assert state["field_batch_size"] == usual.batch_size
    assert (state["field_seed"], state["field_regularizer"]) == (7, ["l1"])
    assert state["field_digits"] == list(tiny.digits)
    assert "latent_dim" not in app.query_params
    app.run()  # it is said until something changes
    assert len(app.warning) == 2
    app.number_input(key="field_seed").set_value(8).run()
    assert not app.warning


@pytest.mark.parametrize(
    "text",
    ["[Sign in](https://evil.example)", "www.evil.example", "https://evil.example", "a@b.cd"],
)
def test_text_in_a_link_is_shown_and_not_followed(text: str) -> None:
    app = open_explore(dataset=text)
    assert not app.exception
    value = app.warning[0].value
    assert text in seen(value)
    for sign in ("](", "://", "www.", "@b"):
        assert sign not in value


def test_no_digit_chosen_is_a_sentence_and_the_last_picture_stays(
    tiny: Setting, own_store: Store
) -> None:
    train(tiny, own_store)
    app = open_explore(tiny)
    title, address = app.title[0].value, dict(app.query_params)
    app.session_state["field_digits"] = []
    app.run()
    assert not app.exception
    assert app.error[0].value == "Pick at least one class of images above."
    assert app.title[0].value == title
    assert app.query_params == address


def test_another_data_set_brings_its_own_classes_clusters_and_size(tiny: Setting) -> None:
    app = open_explore(tiny.replace(clusters=7, digits=(0, 1)))
    app.selectbox(key="field_dataset").select("usps").run()
    state = app.session_state
    assert (state["field_digits"], state["field_clusters"]) == ([0, 2, 4, 6, 8], 0)
    assert state["field_image_size"] == 16
    app.selectbox(key="field_architecture").select("post").run()
    assert state["field_image_size"] == 14
    assert not app.exception


def test_the_url_holds_the_setting(tiny: Setting) -> None:
    setting = Setting.from_text({**tiny.to_text(), "regularizer": "sine:weight=0.25+l1"})
    app = open_explore(setting)
    assert not app.exception
    url = {k: v if isinstance(v, str) else v[0] for k, v in app.query_params.items()}
    assert Setting.from_text(url) == setting
    assert url == {"dataset": "digits", "digits": "0,1,2,3", "epochs": "2", "batch_size": "64",
                   "regularizer": "l1+sine:weight=0.25"}  # fmt: skip
    assert "L1 sparsity + Sine (the post)" in popovers(app)


def test_a_recipe_sets_every_control_and_keeps_its_way_to_find_clusters_on_a_visit_elsewhere(
    tiny: Setting, own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RECIPES, "tight", Recipe("Tight", "Tight, 3-D", "As one.", tiny, "gmm"))
    train(tiny, own_store)
    app = open_explore(tiny.replace(seed=9))  # not trained: no control of clusters
    app.selectbox(key="recipe").select("tight").run()
    assert app.session_state["field_seed"] == 0
    assert app.selectbox(key="clustering").value == "gmm"
    assert app.selectbox(key="recipe").value is None
    follow(app, "pages/Method.py")
    app = follow(app, "streamlit_app.py")
    assert not app.exception
    assert app.selectbox(key="clustering").value == "gmm"
    assert app.query_params["clustering"] == "gmm"


def test_more_classes_than_one_would_look_for_clusters(own_store: Store, own_images) -> None:
    name = own_images(480, labels=np.arange(480) % 60)
    setting = Setting(dataset=name, digits=tuple(range(60)), image_size=8, epochs=1)
    train(setting, own_store)
    app = open_explore(setting)
    assert not app.exception
    assert app.number_input(key="clusters_60").value == 60


def test_who_sees_own_images_is_said(tiny: Setting) -> None:
    app = open_explore(tiny)
    assert "whoever opens a run that was trained on it sees its images" in texts(app)


def test_a_run_of_own_images_that_are_gone(own_store: Store, own_images, tmp_path: Path) -> None:
    from core.data import splits

    name = own_images(100, labels=np.arange(100) % 2 + 3)
    setting = Setting(dataset=name, digits=(3, 4), image_size=8, epochs=1)
    train(setting, own_store)
    assert own_store.own_images() == {name}
    (tmp_path / "npz" / f"{name}.npz").unlink()
    splits._cache.clear()
    app = open_explore(setting)
    assert not app.exception
    assert app.title[0].value.startswith("Plain · ")
    assert len(app.metric) == 3
    assert [seen(e.value) for e in app.error] == [
        f"the images of {name} are not here (any more); add them again"
    ]
    app.selectbox(key="field_dataset").select("digits").run()
    assert not app.exception
    assert not app.error
    assert "This setting has not been trained here yet." in texts(app)


def test_the_name_on_the_menu_is_of_what_the_controls_say_now() -> None:
    tight = RECIPES["tight"].setting
    app = open_explore(tight)
    assert "Tight" in popovers(app)
    app.number_input(key="field_epochs").set_value(1).run()
    assert "Contrastive + Self-labelling" in popovers(app)
    app.number_input(key="field_epochs").set_value(tight.epochs).run()
    assert "Tight" in popovers(app)
    app.pills(key="field_digits").set_value([]).run()  # no Setting has no digits
    assert not app.exception
    assert "Contrastive + Self-labelling" in popovers(app)
