"""A link to a data set that is not here begins no download: a button does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core.data import sources, splits
from core.data.errors import DataError
from core.setting.setting import Setting
from pages.parts.shared import services
from tests.pages.opened import button, follow, open_explore, texts, until

FASHION = Setting(dataset="fashion")


@pytest.fixture(autouse=True)
def _empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.setting.paths.DATA_DIR", tmp_path)
    splits._cache.clear()
    services.forget()


def test_opening_a_link_downloads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "bring", lambda *_: pytest.fail("a download began"))
    app = open_explore(FASHION)
    assert not app.exception
    assert "The images of Fashion-MNIST are not here yet: 31 MB" in texts(app)
    assert not [b for b in app.button if b.key in ("train", "quick")]
    for page in ("pages/Compare.py", "pages/Runs.py", "pages/Sweep.py"):
        assert not follow(app, page).exception


def test_the_button_downloads_and_shows_how_that_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    go, going = threading.Event(), threading.Event()

    def bring(name: str, root: Path, report: Callable[[int], None]) -> None:
        report(3_100_000)
        going.set()
        go.wait(20)
        raise DataError("the network is gone")

    monkeypatch.setattr(sources, "bring", bring)
    app = open_explore(FASHION)
    button(app, "Download Fashion-MNIST, 31 MB").click().run()
    assert going.wait(10)
    app.run()
    assert not app.exception
    assert [b.key for b in app.button if "download" in (b.key or "")] == ["cancel_download"]
    go.set()
    until(lambda: not services.downloads().find("fashion").active)
    app.run()
    assert [e.value for e in app.error] == ["the network is gone"]
    assert button(app, "Download Fashion-MNIST, 31 MB")
