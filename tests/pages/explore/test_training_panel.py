"""A Setting without a Run: the offer to train it, its limits, how it goes, what others train."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pytest

from core.runs.store import Store
from core.setting.links import command
from core.setting.setting import Setting
from core.training.replay import Snapshot
from pages.parts.shared import own_runs, services
from tests.pages.opened import button, follow, open_explore, texts, until, view

NAME = "Plain · 8x8 digits (scikit-learn), digits 0, 1, 2, 3 · 3-D"


def test_explore_offers_to_train_what_is_not_stored(tiny: Setting) -> None:
    app = open_explore(tiny)
    assert not app.exception
    assert app.title[0].value == NAME
    assert "This setting has not been trained here yet." in texts(app)
    assert app.button(key="train").label.startswith("Train 2 epochs, about")


def test_train_on_the_page(tiny: Setting, own_store: Store) -> None:
    app = open_explore(tiny)
    app.button(key="train").click().run()
    assert services.queue().join(60)
    app.run()
    assert not app.exception
    assert own_store.find(tiny) is not None
    assert app.title[0].value == f"{NAME} · 2 epochs"
    assert view(app)["n"]


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ("0.0001", "From the app a training may take 1 s by estimate"),
        ("0", "Trainings can't be started from this app"),
    ],
)
def test_a_shared_app_limits_what_is_trained(
    tiny: Setting, minutes: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_CLUSTERS_TRAINING_MINUTES", minutes)
    app = open_explore(tiny)
    assert not app.exception
    assert said in app.info[0].value
    assert app.button(key="train").disabled
    assert "quick" not in {b.key for b in app.button}
    assert command(tiny) in [e.value for e in app.code]


def test_a_cluster_that_can_not_be_used_is_said_and_nothing_else_breaks(
    tiny: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_CLUSTERS_ENGINE", "banana")
    app = open_explore(tiny)
    assert not app.exception
    assert "LATENT_CLUSTERS_ENGINE must be local" in app.info[0].value
    assert app.button(key="train").disabled
    assert command(tiny) in [e.value for e in app.code]


def test_no_step_is_made_that_the_memory_is_too_small_for(
    tiny: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.capacity.available_memory", lambda: 100_000)
    monkeypatch.setattr(
        "core.training.cost_model.predicted_seconds", lambda *_: pytest.fail("a step")
    )
    app = open_explore(tiny)
    assert not app.exception
    assert "too large for this machine now. It needs about 323 kB of memory" in app.info[0].value
    assert app.button(key="train").disabled
    monkeypatch.setattr("core.training.capacity.available_memory", lambda: None)
    monkeypatch.setattr("core.training.cost_model.predicted_seconds", lambda *_: 5.0)
    app.run()
    assert app.button(key="train").label == "Train 2 epochs, about 5 s"
    assert not app.button(key="train").disabled


def test_trainings_of_others_can_be_found_and_cancelled(
    tiny: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    monkeypatch.setattr("core.runs.pipeline.find_or_train", lambda *_: go.wait(30))
    for seed in (1, 2):
        services.queue().submit(tiny.replace(seed=seed))
    until(lambda: services.queue().active()[0].state == "running")
    app = open_explore(tiny)
    assert "2 trainings before this one." in texts(app)
    assert [link.proto.page for link in app.get("page_link")].count("Runs") == 2
    waiting = open_explore(tiny.replace(seed=2))
    assert "1 training before this one." in texts(waiting)
    runs = follow(app, "pages/Runs.py")
    assert not runs.exception
    assert "Cancel" not in {b.label for b in runs.button}  # others asked for them
    monkeypatch.setattr(own_runs, "is_local", lambda: True)
    runs.run()
    job = services.queue().waiting()[0]
    runs.button(key=f"cancel_{job.setting.name}").click().run()
    assert job.state == "cancelled"
    assert len([b for b in runs.button if b.label == "Cancel"]) == 1
    assert "seed=1" in " ".join(link.proto.query_string for link in runs.get("page_link"))
    go.set()
    assert services.queue().join(20)


def test_a_cancelled_training_says_so_and_can_be_started_again(
    tiny: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    monkeypatch.setattr("core.runs.pipeline.find_or_train", lambda *_: go.wait(30))
    services.queue().submit(tiny.replace(seed=1))
    app = open_explore(tiny)
    app.button(key="train").click().run()
    assert app.title[0].value == f"Training: {NAME}"
    assert "waiting for 1 training before it" in app.get("progress")[0].proto.text
    button(app, "Cancel").click().run()
    app.run()
    assert not app.exception
    assert "Training was cancelled; nothing was stored." in app.info[0].value
    assert app.title[0].value == NAME
    assert not app.button(key="train").disabled
    go.set()
    assert services.queue().join(20)


def test_images_without_labels_are_not_coloured_by_digit(
    own_images, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()

    def hold(setting, store, progress, watch):
        latents = np.zeros((20, setting.latent_dim), np.float32)
        watch(SimpleNamespace(snapshots=[Snapshot(3, latents)]))
        go.wait(30)

    monkeypatch.setattr("core.runs.pipeline.find_or_train", hold)
    setting = Setting(dataset=own_images(100), digits=(0,), image_size=8, epochs=1)
    job = services.queue().submit(setting)
    until(lambda: bool(job.snapshots))  # what it saw is told some time later
    app = open_explore(setting)
    assert not app.exception
    shown = view(app)
    assert shown["alt"] == "The latent space after 3 steps."
    field = shown["fields"][shown["colour"]]
    assert [c["name"] for c in field["classes"]] == ["without label"]
    assert "They have no labels" in texts(app)
    go.set()
    assert services.queue().join(20)


def test_where_nothing_can_be_stored_nothing_can_be_trained(
    tiny: Setting, own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runs.store.not_writable", lambda folder: "Read-only file system")
    app = open_explore(tiny)
    assert not app.exception
    assert app.button(key="train").disabled
    assert "Nothing can be stored in the folder checkpoints (Read-only" in app.info[0].value
