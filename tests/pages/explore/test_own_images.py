"""A visitor's own images: shown as they were understood, changed by a switch, kept by a button."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data import splits
from core.data.own.store import listed, stored_arrays
from core.setting.setting import Setting
from tests.data.own import forms
from tests.pages.opened import button, open_explore, seen, texts

X = forms.images(60, 16, 16)
NAMES = np.array(["cat", "dog", "owl"])[np.arange(60) % 3]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Own images are kept here."""
    monkeypatch.setattr("core.setting.paths.DATA_DIR", tmp_path)
    splits._cache.clear()
    return tmp_path


def uploaded(tiny: Setting, *files: tuple[str, bytes]) -> AppTest:
    app = open_explore(tiny)
    place = next(p for p in app.file_uploader if p.label == "Your images")
    app = place.set_value([(name, content, "application/zip") for name, content in files]).run()
    assert not app.exception
    return app


def test_images_are_shown_and_kept_by_a_button(tiny: Setting, root: Path) -> None:
    app = uploaded(tiny, ("my pets.npz", forms.npz(images=255 - X, labels=NAMES)))
    said = seen(texts(app))
    assert "60 images (16 x 16 pixels)" in said
    assert "The ground is light" in said
    assert "3 classes: cat (20), dog (20), owl (20)" in said
    assert listed(root) == []
    button(app, "Use these images").click().run()
    assert not app.exception
    (kept,) = listed(root)
    np.testing.assert_array_equal(stored_arrays(kept.name, root)[0], X)
    state = app.session_state
    assert (state["field_dataset"], state["field_image_size"]) == (kept.name, 16)
    assert "Plain · my pets, all 3 classes · 3-D" in texts(app)
    assert "my pets is chosen as the data set." in [s.value for s in app.success]
    assert not any(b.label == "Use these images" for b in app.button)


def test_the_switch_leaves_light_and_dark_as_they_are(tiny: Setting, root: Path) -> None:
    app = uploaded(tiny, ("a.npz", forms.npz(images=255 - X)))
    (switch,) = (t for t in app.toggle if t.label == "Light ground")
    assert switch.value
    app = switch.set_value(False).run()
    assert "said to be dark" in texts(app)
    app.text_input(key="own_name").set_value("Mine").run()
    button(app, "Use these images").click().run()
    (kept,) = listed(root)
    np.testing.assert_array_equal(stored_arrays(kept.name, root)[0], 255 - X)
    assert kept.info is not None
    assert kept.info.label == "Mine"


def test_two_files_are_read_together(tiny: Setting, root: Path) -> None:
    labels = forms.idx((np.arange(60) % 3).astype(np.uint8))
    app = uploaded(tiny, ("a-images-idx3-ubyte", forms.idx(X)), ("a-labels-idx1-ubyte", labels))
    assert "3 classes: 0 (20), 1 (20), 2 (20)" in seen(texts(app))


def test_values_of_no_known_range_are_asked_for(tiny: Setting, root: Path) -> None:
    app = uploaded(tiny, ("a.npz", forms.npz(images=X / 51.0 - 2)))
    assert "they go from -2 to 3" in app.error[0].value
    assert not any(b.label == "Use these images" for b in app.button)
    app = app.selectbox(key="own_range").set_value((0.0, 1.0)).run()
    assert "must be between the given 0 and 1" in app.error[0].value
    app = app.selectbox(key="own_range").set_value((-2.0, 3.0)).run()
    assert not app.error
    assert "Values go from -2 to 3." in texts(app)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("a.npz", b"", "is empty", id="empty"),
        pytest.param("a.pt", b"\x80\x02}", "never opened", id="a pickle"),
        pytest.param("[x](http://a.bc).bin", b"\1\2\3", "no form", id="a name with a link"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(
    name: str, content: bytes, message: str, tiny: Setting, root: Path
) -> None:
    app = uploaded(tiny, (name, content))
    (error,) = app.error
    assert message in error.value
    assert "](http" not in error.value
