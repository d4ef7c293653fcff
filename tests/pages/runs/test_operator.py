"""The operator's panel: behind a secret, it shows what goes on and cancels it."""

from __future__ import annotations

import threading

import pytest

from core.jobs import tasks
from core.setting.setting import Setting
from pages.parts.shared import services
from tests.pages.opened import button, open_page, until

SECRET = "a long secret"


@pytest.fixture(autouse=True)
def no_wait(monkeypatch) -> None:
    monkeypatch.setattr("pages.parts.runs.operator._WAIT_SECONDS", 0.0)


@pytest.mark.parametrize("secret", ["", "short"])
def test_without_a_secret_of_some_length_there_is_none(secret: str, monkeypatch) -> None:
    monkeypatch.setenv("LATENT_CLUSTERS_OPERATOR", secret)
    app = open_page("pages/Runs.py")
    assert "operator_secret" not in {field.key for field in app.text_input}


def test_who_knows_the_secret_sees_and_cancels_everything(tiny: Setting, monkeypatch) -> None:
    monkeypatch.setenv("LATENT_CLUSTERS_OPERATOR", SECRET)
    go = threading.Event()

    def train(setting, root, report) -> None:
        while not go.wait(0.01):
            report(tasks.TrainingNews("training", None, []))

    monkeypatch.setattr(tasks, "train", train)
    job = services.queue().submit(tiny, "somebody else")
    app = open_page("pages/Runs.py")
    app.text_input(key="operator_secret").set_value("a wrong secret").run()
    assert "Cancel everything" not in {b.label for b in app.button}
    app.text_input(key="operator_secret").set_value(SECRET).run()
    assert not app.exception
    assert next(m for m in app.metric if m.label == "Waiting or running").value == "1"
    button(app, "Cancel everything").click().run()
    until(lambda: not job.active)
    assert job.state == "cancelled"
    go.set()
