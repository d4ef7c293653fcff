"""What a visitor can export, through Streamlit's AppTest: nothing is made before it is asked for."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from core.export import embedding_projector, formats
from core.runs.store import Store
from core.setting.setting import Setting
from tests.pages.opened import downloads, open_explore
from tests.trained import train


def test_exports_are_offered_and_made_only_when_asked_for(
    tiny: Setting, own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = train(tiny, own_store)
    made = []
    monkeypatch.setattr(formats, "to_zip", lambda *asked: made.append(asked))
    app = open_explore(tiny, details="Export")
    assert not app.exception
    assert downloads(app)["Embedding Projector (zip)"]
    assert downloads(app)["TensorBoard (zip)"]
    assert made == []
    # what a click makes is a zip of what is drawn
    monkeypatch.undo()
    shown = run.shown
    assert formats.to_zip(run, "tensorboard", shown).startswith(b"PK")


def test_latents_that_are_no_numbers_disable_the_exports(
    tiny: Setting, own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(tiny, own_store)
    real = embedding_projector.why_not

    def broken(shown):
        part = dataclasses.replace(shown.parts[0], latents=np.full((3, 3), np.nan))
        return real(dataclasses.replace(shown, parts=(part,)))

    monkeypatch.setattr(embedding_projector, "why_not", broken)
    app = open_explore(tiny, details="Export")
    assert not app.exception
    assert not downloads(app)["TensorBoard (zip)"]
    button = next(e for e in app.get("download_button") if "Projector" in e.proto.label)
    assert "finite numbers" in button.proto.help
