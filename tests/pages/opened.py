"""A page, opened through Streamlit's AppTest, and what it shows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from core.setting.setting import Setting

ROOT = Path(__file__).resolve().parents[2]
EXPLORE = "streamlit_app.py"
_KINDS = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "code")


def open_explore(
    setting: Setting | None = None, state: Mapping[str, object] | None = None, **address: str
) -> AppTest:
    """Explore at the address of a Setting and of what else is given."""
    app = _app()
    app.query_params.update({**(setting.to_text() if setting else {}), **address})
    for name, value in (state or {}).items():
        app.session_state[name] = value
    return app.run()


def open_page(page: str, /, **address: str | list[str]) -> AppTest:
    """Another page at an address."""
    return follow(_app(), page, **address)


def _app() -> AppTest:
    return AppTest.from_file(str(ROOT / EXPLORE), default_timeout=120)


def follow(app: AppTest, page: str, /, **address: str | list[str]) -> AppTest:
    """Follow a link to another page; of the address it has what is given alone."""
    app.query_params.clear()
    app.query_params.update(address)
    return app.switch_page(page).run()


def unfold(app: AppTest, key: str) -> AppTest:
    """Open a closed part of the page."""
    app.session_state[key] = True
    return app.run()


def texts(app: AppTest) -> str:
    """All sentences of a page."""
    return "\n".join(e.value for kind in _KINDS for e in app.get(kind))


def seen(text: str) -> str:
    """A sentence as people see it: without the signs that keep Markdown from reading it."""
    return text.replace("\\", "").replace("\u2060", "")


def components(app: AppTest) -> list[dict[str, Any]]:
    """What the browser is given for the components of a page."""
    found = [json.loads(e.proto.json or "null") for e in app.get("bidi_component")]
    return [data[0] if isinstance(data, list) else data for data in found if data]


def view(app: AppTest) -> dict[str, Any]:
    """What the browser is given for the first latent view."""
    return next(data for data in components(app) if data.get("kind") == "view")


def button(app: AppTest, label: str) -> Any:
    """The first button whose label begins so."""
    return next(b for b in app.button if b.label.startswith(label))


def downloads(app: AppTest) -> dict[str, bool]:
    """Labels of download buttons, and whether each can be pressed."""
    return {e.proto.label: not e.proto.disabled for e in app.get("download_button")}


def popovers(app: AppTest) -> list[str]:
    """What the buttons say that open a panel."""
    return [e.proto.popover.label for e in app.get("popover")]


def until(condition: Callable[[], Any]) -> None:
    """Wait for something that another thread does."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
