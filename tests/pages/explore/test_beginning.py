"""Where a new visitor begins, and the story: what is shown, where each button leads, what is said."""

from __future__ import annotations

import re
import shutil

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from core.metrics.evaluation import Evaluation
from core.runs.store import Store
from core.setting.amounts import percent
from core.setting.recipes import RECIPES
from core.setting.setting import Setting
from pages.parts.explore.beginning import QUESTION
from pages.parts.shared import address
from tests.pages.opened import ROOT, components, open_explore, texts

STORY = ("plain", "sine", "vae", "tight")


def _name(recipe: str) -> str:
    return RECIPES[recipe].setting.name


@pytest.fixture(autouse=True)
def shipped(own_store: Store) -> Store:
    """A store with the Runs of the story."""
    for recipe in STORY:
        shutil.copytree(ROOT / "checkpoints" / _name(recipe), own_store.root / _name(recipe))
    return own_store


def _scores(store: Store, recipe: str) -> Evaluation:
    run = store.find(RECIPES[recipe].setting)
    assert run is not None
    return run.evaluation


def _views(app: AppTest) -> list[str]:
    """What the latent views of a page say that they show."""
    return [data["alt"] for data in components(app) if data.get("kind") == "view"]


def _press(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()
    assert not app.exception
    assert not app.error


def test_the_bare_address_shows_the_question_and_both_spaces(shipped: Store) -> None:
    app = open_explore()
    assert not app.exception
    assert app.title[0].value == QUESTION
    plain, tight = _views(app)
    assert plain.startswith("Plain · MNIST, even digits · 3-D, as it is: all ")
    assert tight.startswith("Tight · MNIST, even digits · 3-D, as it is: all ")
    a, b = (_scores(shipped, name).values for name in ("plain", "tight"))
    assert (
        f"ACC {a['acc']:.2f} → {b['acc']:.3f}, silhouette by digit "
        f"{a['silhouette_labels']:.2f} → {b['silhouette_labels']:.2f}**, at "
        f"{b['reconstruction_mse'] / a['reconstruction_mse']:.1f} times the squared error"
    ) in texts(app)
    assert "recipe" not in {box.key for box in app.selectbox}  # no controls yet
    assert app.query_params == {}


@pytest.mark.parametrize(
    ("key", "setting"),
    [
        ("explore_plain", RECIPES["plain"].setting),
        ("explore_tight", RECIPES["tight"].setting),
        ("own_setting", Setting()),
    ],
)
def test_each_button_leads_to_its_setting(key: str, setting: Setting) -> None:
    app = open_explore()
    _press(app, key)
    assert QUESTION not in texts(app)
    assert app.title[0].value.startswith(RECIPES["tight" if "tight" in key else "plain"].name)
    assert len(app.metric) == 3
    assert app.select_slider(key="field_latent_dim").value == 3
    url = {k: v if isinstance(v, str) else v[0] for k, v in app.query_params.items()}
    assert Setting.from_text(url) == setting


def test_compare_is_linked() -> None:
    app = open_explore()
    links = {link.proto.label: link.proto.page for link in app.get("page_link")}
    assert links["Which regularizer works?"] == "Compare"


def test_the_story_says_the_scores_of_its_runs(shipped: Store) -> None:
    app = open_explore()
    _press(app, "story_begin")
    plain = _scores(shipped, "plain").values
    for number, recipe in enumerate(STORY, 1):
        own = _scores(shipped, recipe).values
        said = next(m.value for m in app.markdown if f"**{number} of 4 · " in m.value)
        share = percent(own["acc"], 1 if recipe == "tight" else 0)
        assert share in said
        silhouettes = re.findall(r"-?\d\.\d\d", said)
        assert silhouettes[0] == f"{own['silhouette_labels']:.2f}"
        if recipe in ("sine", "tight"):
            assert percent(plain["acc"], 0) in said
            assert silhouettes[1] == f"{plain['silhouette_labels']:.2f}"
        # the Run beside it is the one that is spoken of
        assert app.title[0].value.startswith(RECIPES[recipe].name)
        tiles = {m.label: m.value for m in app.metric}
        if RECIPES[recipe].clustering == "kmeans":
            assert tiles["ACC"] == f"{own['acc']:.3f}"
        assert float(tiles["Silhouette by digit"]) == pytest.approx(
            own["silhouette_labels"], abs=1e-3
        )
        if number < 4:
            _press(app, "story_next")
    assert "story_next" not in {b.key for b in app.button}
    _press(app, "story_done")
    assert " of 4 · " not in texts(app)
    assert app.title[0].value.startswith("Tight")  # it stays where it ended


def test_the_story_goes_back_and_can_be_skipped() -> None:
    app = open_explore()
    _press(app, "story_begin")
    assert "story_back" not in {b.key for b in app.button}
    _press(app, "story_next")
    assert app.query_params["regularizer"].startswith("sine")
    _press(app, "story_back")
    assert "**1 of 4 · " in texts(app)
    assert app.title[0].value.startswith("Plain")
    assert "regularizer" not in app.query_params
    _press(app, "story_skip")
    assert " of 4 · " not in texts(app)
    assert app.title[0].value.startswith("Plain")


def test_whoever_has_read_the_story_finds_other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    cookies: dict[str, str] = {}
    monkeypatch.setattr(ContextProxy, "cookies", cookies)
    app = open_explore()
    assert app.button(key="story_begin").label == "The story in four steps"
    _press(app, "story_begin")
    for _ in range(3):
        assert "story_read=1" not in _scripts(app)
        _press(app, "story_next")
    assert "story_read=1" in _scripts(app)  # the cookie is set
    cookies["story_read"] = "1"
    assert open_explore().button(key="story_begin").label == "Read the story again"


def _scripts(app: AppTest) -> str:
    return " ".join(e.proto.body for e in app.get("html"))


def test_going_back_to_the_bare_address_shows_the_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = open_explore()
    _press(app, "explore_tight")
    said = dict(app.query_params)
    context = address.get_script_run_ctx

    def going_back():
        found = context()
        found.is_history_navigation = True
        return found

    monkeypatch.setattr(address, "get_script_run_ctx", going_back)
    app.query_params.clear()
    app.run()
    assert not app.exception
    assert app.title[0].value == QUESTION
    assert app.query_params == {}
    app.query_params.update(said)  # and forward again
    app.run()
    assert app.title[0].value.startswith("Tight")
    assert app.query_params == said


@pytest.mark.parametrize("gone", ["plain", "tight"])
def test_without_its_runs_the_controls_are_shown(shipped: Store, gone: str) -> None:
    shutil.rmtree(shipped.root / _name(gone))
    app = open_explore()
    assert not app.exception
    assert QUESTION not in texts(app)
    assert app.select_slider(key="field_latent_dim").value == 3
    assert app.title[0].value.startswith("Plain · MNIST, even digits · 3-D")


def test_an_address_that_says_something_goes_on_at_once() -> None:
    app = open_explore(latent_dim="2")
    assert not app.exception
    assert app.title[0].value == "Plain · MNIST, even digits · 2-D"
