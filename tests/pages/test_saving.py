"""What a visitor can export, through Streamlit's AppTest: nothing is made before it is asked for."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.export import embedding_projector, formats
from core.runs.pipeline import train
from core.runs.store import Store
from core.setting.setting import Setting

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def own_store(store: Store, monkeypatch) -> Store:
    from streamlit import cache_resource

    cache_resource.clear()
    monkeypatch.setattr("pages.parts.shared.services.Store", lambda: store)
    return store


def _explore(setting: Setting, **state: object) -> AppTest:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120)
    for name, value in setting.to_text().items():
        app.query_params[name] = value
    for name, value in state.items():
        app.session_state[name] = value
    app.run()
    assert not app.exception
    return app


def _downloads(app: AppTest) -> dict[str, bool]:
    """Labels of download buttons, and whether each can be pressed."""
    return {e.proto.label: not e.proto.disabled for e in app.get("download_button")}


def test_exports_are_offered_and_made_only_when_asked_for(
    tiny: Setting, own_store: Store, monkeypatch
) -> None:
    run = train(tiny, own_store)
    made = []
    monkeypatch.setattr(formats, "to_zip", lambda *asked: made.append(asked))
    app = _explore(tiny, details="Export")
    assert _downloads(app)["Embedding Projector (zip)"]
    assert _downloads(app)["TensorBoard (zip)"]
    assert made == []
    # what a click makes is a zip of what is drawn
    monkeypatch.undo()
    shown = run.shown
    assert formats.to_zip(run, "tensorboard", shown).startswith(b"PK")


def test_latents_that_are_no_numbers_disable_the_exports(
    tiny: Setting, own_store: Store, monkeypatch
) -> None:
    train(tiny, own_store)
    real = embedding_projector.why_not

    def broken(shown):
        part = dataclasses.replace(shown.parts[0], latents=np.full((3, 3), np.nan))
        return real(dataclasses.replace(shown, parts=(part,)))

    monkeypatch.setattr(embedding_projector, "why_not", broken)
    app = _explore(tiny, details="Export")
    assert not _downloads(app)["TensorBoard (zip)"]
    button = next(e for e in app.get("download_button") if "Projector" in e.proto.label)
    assert "finite numbers" in button.proto.help


def test_a_chart_can_be_saved(tiny: Setting, own_store: Store) -> None:
    run = train(tiny, own_store)

    def saving(app: AppTest) -> list[dict]:
        found = [json.loads(e.proto.json) for e in app.get("bidi_component")]
        return [data for data in found if "figure" in data]

    closed = _explore(tiny, details="Training")
    assert saving(closed) == []
    assert "HTML, works offline" not in _downloads(closed)
    (chart,) = [e for e in closed.get("plotly_chart") if e.proto.config]
    config = json.loads(chart.proto.config)
    assert config["toImageButtonOptions"]["filename"] == f"{run.name}-training"
    opened = _explore(tiny, details="Training", loss_save_open=True)
    (sent,) = saving(opened)
    figure = json.loads(sent["figure"])
    assert figure["layout"]["title"]["text"] == f"{run.name}: training"
    assert figure["layout"]["paper_bgcolor"] == "white"
    assert sent["options"]["filename"] == f"{run.name}-training"
    assert _downloads(opened)["HTML, works offline"]
