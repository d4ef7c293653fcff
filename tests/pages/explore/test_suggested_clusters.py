"""A number of clusters that the images suggest: asked for, drawn with its curve, taken by a click."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data import splits
from core.data.own.adding import add_file
from core.setting.setting import Setting
from tests.data.own.forms import bars
from tests.pages.opened import open_explore, seen, texts


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Explore at the untrained Setting of some images of one's own."""
    monkeypatch.setattr("core.setting.paths.DATA_DIR", tmp_path)

    def at(images: np.ndarray, **labels: np.ndarray) -> AppTest:
        np.savez(tmp_path / "mine.npz", images=images, **labels)
        name = add_file(tmp_path / "mine.npz", tmp_path)
        return open_explore(Setting.from_text(splits.own_fields(name, tmp_path)))

    return at


def test_the_images_suggest_a_number_and_a_click_takes_it(opened: Callable[..., AppTest]) -> None:
    app = opened(bars(200))
    assert "This setting looks for 10 clusters." in texts(app)
    assert "agreement_by_k" not in str(app.get("plotly_chart"))
    app.button(key="suggest_clusters").click().run()
    assert not app.exception
    assert "agree most on 3 clusters" in seen(texts(app))
    assert len(app.get("plotly_chart")) == 1
    app.button(key="use_suggested").click().run()
    assert not app.exception
    assert app.session_state["field_clusters"] == 3
    assert app.query_params["clusters"] == "3"
    assert "This setting looks for 3 clusters." in texts(app)  # the curve stays
    assert "That is how many this setting looks for." in texts(app)
    assert "use_suggested" not in {b.key for b in app.button}


def test_images_that_suggest_nothing_are_a_sentence(opened: Callable[..., AppTest]) -> None:
    app = opened(np.tile(bars(1), (60, 1, 1)))
    app.button(key="suggest_clusters").click().run()
    assert not app.exception
    assert "at least 40 different images" in seen(app.error[0].value)
    assert "use_suggested" not in {b.key for b in app.button}


def test_as_many_as_classes_is_the_setting_that_says_nothing(
    opened: Callable[..., AppTest],
) -> None:
    app = opened(bars(200), labels=np.arange(200) % 3)
    app.number_input(key="field_clusters").set_value(7).run()
    assert "This setting looks for 7 clusters." in texts(app)
    app.button(key="suggest_clusters").click().run()
    app.button(key="use_suggested").click().run()
    assert not app.exception
    assert app.session_state["field_clusters"] == 0
    assert "This setting looks for 3 clusters." in texts(app)
