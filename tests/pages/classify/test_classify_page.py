"""The Classify page: what it shows of any stored Run, and what it believes of a visitor's drawing."""

from __future__ import annotations

import base64
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.own.adding import add_file
from core.data.pictures import PictureError
from core.data.splits import own_fields
from core.runs.store import Store
from core.setting.setting import Setting
from pages.parts.classify import pad as pads
from tests.pages.opened import (
    button,
    components,
    downloads,
    follow,
    open_explore,
    open_page,
    seen,
    texts,
    view,
)
from tests.trained import train

PAGE = "pages/Classify.py"


def _sent(ink: np.ndarray) -> dict[str, Any]:
    return {"number": 1, "ink": base64.b64encode(ink.astype(np.uint8).tobytes()).decode()}


def _said(app: AppTest, name: str) -> str:
    value = app.query_params[name]
    return value if isinstance(value, str) else value[-1]


def _seven() -> np.ndarray:
    ink = np.zeros((pads.SIZE, pads.SIZE))
    ink[30:42, 35:105] = 255
    for i in range(75):
        ink[40 + i, 95 - i // 2 : 107 - i // 2] = 255
    return ink


@pytest.fixture
def draws(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Has the browser send something in place of a drawing."""

    def send(value: Any) -> None:
        component = lambda **_: SimpleNamespace(drawing=value)  # noqa: E731
        monkeypatch.setattr(pads, "_component", lambda: component)

    return send


def test_without_runs_it_says_so(own_store: Store) -> None:
    app = open_page(PAGE)
    assert not app.exception
    assert "There is no trained run here yet" in texts(app)


@pytest.mark.parametrize("dims", [1, 2, 3, 64])
def test_a_drawing_finds_its_neighbours(
    tiny: Setting, own_store: Store, draws: Any, dims: int
) -> None:
    run = train(tiny.replace(latent_dim=dims), own_store)
    draws(_sent(_seven()))
    app = open_page(PAGE, run=run.name)
    assert not app.exception
    assert not app.error
    assert "of 5 neighbours" in texts(app)
    assert "It lies where" in texts(app)
    guest = view(app)["guest"]
    assert len(guest["place"]) == min(max(dims, 2), 3)
    assert len(guest["joined"]) == 5
    if dims == 3:  # exactly where it is
        answer = run.classify(_seven().astype(np.uint8), 5)
        np.testing.assert_allclose(guest["place"], answer.latent, rtol=1e-4)
        np.testing.assert_allclose(guest["joined"], run.training.latents[answer.rows], rtol=1e-4)


def test_k_votes(tiny: Setting, own_store: Store, draws: Any) -> None:
    run = train(tiny, own_store)
    draws(_sent(_seven()))
    app = open_page(PAGE, run=run.name, votes="12")
    assert "of 12 neighbours" in texts(app)
    assert len(view(app)["guest"]["joined"]) == 12
    assert _said(app, "votes") == "12"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        pytest.param("text", "140 x 140 grey levels; got something else", id="no mapping"),
        pytest.param({"ink": "A" * 10}, "140 x 140 grey levels; got something", id="too short"),
        pytest.param({"ink": "?" * 26136}, "got a text that holds none", id="no base64"),
        pytest.param({"ink": 5}, "140 x 140 grey levels; got something else", id="a number"),
        pytest.param(
            {"ink": base64.b64encode(bytes(19_601)).decode()}, "got 19,601", id="one too many"
        ),
    ],
)
def test_what_is_no_drawing_gets_a_sentence(sent: Any, said: str) -> None:
    with pytest.raises(PictureError, match=said):
        pads.drawn(sent)


def test_a_page_without_ink_gets_a_sentence(tiny: Setting, own_store: Store, draws: Any) -> None:
    run = train(tiny, own_store)
    draws(_sent(np.full((140, 140), 9)))
    app = open_page(PAGE, run=run.name)
    assert not app.exception
    assert "The picture must have ink" in seen("\n".join(w.value for w in app.warning))
    assert view(app)["guest"] is None


def test_nothing_drawn_is_nothing() -> None:
    assert pads.drawn(None) is None
    assert pads.drawn(_sent(np.zeros((140, 140)))) is None
    ink = _seven().astype(np.uint8)
    assert (pads.drawn(_sent(ink)) == ink).all()


def test_an_image_can_be_drawn_on(tiny: Setting, own_store: Store) -> None:
    run = train(tiny, own_store)
    app = open_page(PAGE, run=run.name, on="3")
    canvas = next(data for data in components(app) if "ink" in data)
    assert canvas["side"] == 8
    assert len(base64.b64decode(canvas["ink"])) == 64
    assert _said(app, "on") == "3"


@pytest.mark.parametrize(
    ("show", "said", "files"),
    [
        ("neighbours", "of held-out images right", {"Curve (CSV)", "Predictions (CSV)"}),
        ("labels", "of each class", {"Accuracy by labels (CSV)"}),
        ("confusions", "held-out images", set()),
        ("mistakes", "held-out images are named", set()),
        ("regions", "region", set()),
    ],
)
def test_what_neighbours_know(
    tiny: Setting, own_store: Store, show: str, said: str, files: set[str]
) -> None:
    run = train(tiny.replace(latent_dim=2), own_store)
    app = open_page(PAGE, run=run.name, show=show)
    assert not app.exception
    assert not app.error
    assert said in texts(app)
    assert "Labels are used here for scoring only" in texts(app)
    assert files <= set(downloads(app))


@pytest.mark.parametrize("show", ["neighbours", "labels", "confusions", "mistakes"])
def test_a_single_class(tiny: Setting, own_store: Store, show: str) -> None:
    run = train(tiny.replace(digits=(1,)), own_store)
    app = open_page(PAGE, run=run.name, show=show)
    assert not app.exception
    assert not app.error
    if show == "labels":
        assert "fewer than two classes" in texts(app)


@pytest.fixture
def unlabelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setting:
    """Of 400 images without labels, of four plain kinds."""
    images = np.random.default_rng(0).integers(0, 30, (400, 8, 8)).astype(np.uint8)
    for kind, image in enumerate(np.arange(400) % 4):
        images[kind, 2 * image : 2 * image + 2] += 200
    np.savez(tmp_path / "own.npz", images=images)
    monkeypatch.setattr("core.setting.paths.DATA_DIR", tmp_path)
    fields = own_fields(add_file(tmp_path / "own.npz", tmp_path))
    return Setting.from_text(fields | {"image_size": "8", "epochs": "1"})


def test_unlabelled_images(own_store: Store, draws: Any, unlabelled: Setting) -> None:
    run = train(unlabelled, own_store)
    draws(_sent(_seven()))
    app = open_page(PAGE, run=run.name)
    assert not app.exception
    assert not app.error
    assert "This data set has no labels" in texts(app)
    assert "Its 5 nearest neighbours" in texts(app)


def test_nonsense_in_the_address(tiny: Setting, own_store: Store) -> None:
    run = train(tiny, own_store)
    app = open_page(
        PAGE, run="<b>nothing</b>", k="-3", votes="many", on="1e9", show="x", truth="77", source="?"
    )
    assert not app.exception
    assert not app.error
    assert "is stored here" in texts(app)
    assert _said(app, "run") == run.name
    assert set(app.query_params) == {"run"}


def test_the_last_run_of_explore_is_shown(tiny: Setting, own_store: Store) -> None:
    train(tiny.replace(seed=3), own_store)
    last = train(tiny, own_store)
    app = follow(open_explore(tiny), PAGE)
    assert _said(app, "run") == last.name


def test_a_cell_is_in_the_address(tiny: Setting, own_store: Store) -> None:
    run = train(tiny, own_store)
    app = open_page(PAGE, run=run.name, show="confusions", truth="2", said="2")
    assert "of 2 named 2" in texts(app)
    assert button(app, "Save chart")
