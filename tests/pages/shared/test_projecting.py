"""A UMAP that is not there yet: PCA meanwhile, how far it is, cancelled, failed, stored."""

from __future__ import annotations

import threading

import pytest
from streamlit.testing.v1 import AppTest

from core.latents.projection import Points, Projection, ProjectionError
from core.runs.projections import stored_projection
from core.runs.store import Store
from core.setting.setting import Setting
from pages.parts.shared import services
from tests.pages.opened import button, open_explore, texts, until
from tests.trained import train

PCA = "latent space in a PCA projection"
UMAP = "latent space in a UMAP projection (made for a test)"


@pytest.fixture
def umap_page(tiny: Setting, own_store: Store, monkeypatch: pytest.MonkeyPatch):
    """Explore, asked for UMAP, which waits for the test's word."""
    go = threading.Event()

    def project(latents, projection, progress):
        progress("epoch 7 of 500", 0.25)
        while not go.wait(0.01):
            progress("epoch 7 of 500", 0.25)
        if go.fails:
            raise ProjectionError("latents must be finite numbers")
        return Points(latents[:, :3], ("UMAP 1", "UMAP 2", "UMAP 3"), "made for a test")

    go.fails = False
    monkeypatch.setattr("core.runs.pipeline.project", project)
    setting = tiny.replace(latent_dim=5)
    run = train(setting, own_store)
    app = open_explore(setting, projection="umap")
    yield app, go, run
    go.set()
    assert services.projections().join(20)


def test_umap_shows_pca_meanwhile_then_itself(umap_page) -> None:
    app, go, run = umap_page
    assert not app.exception
    assert PCA in texts(app)
    assert button(app, "Cancel")
    until(lambda: services.projections().find(run, Projection("umap")).stage != "starting")
    app.run()
    assert "UMAP: epoch 7 of 500 … PCA is shown" in app.get("progress")[0].proto.text
    go.set()
    assert services.projections().join(20)
    app.run()
    assert not app.exception
    assert UMAP in texts(app)
    assert not app.get("progress")
    assert stored_projection(run, Projection("umap")) is not None


def test_umap_cancelled_and_computed_after_all(umap_page) -> None:
    app, go, _ = umap_page
    button(app, "Cancel").click().run()
    assert services.projections().join(20)
    app.run()
    assert not app.exception
    assert "UMAP was cancelled" in texts(app)
    assert PCA in texts(app)
    go.set()
    button(app, "Compute UMAP").click().run()
    assert services.projections().join(20)
    app.run()
    assert UMAP in texts(app)


def test_two_views_wait_for_umap_and_each_says_so(umap_page) -> None:
    app, _, _ = umap_page

    def labels(app: AppTest) -> list[str]:
        assert not app.exception
        return [b.label for b in app.button if b.label in ("Cancel", "Compute UMAP")]

    app.selectbox(key="beside").select("umap").run()  # the second waits for the first
    assert labels(app) == ["Cancel", "Cancel"]
    button(app, "Cancel").click().run()
    app.selectbox(key="projection_dims").select(2).run()  # both wait for one and the same
    assert labels(app) == ["Cancel", "Cancel"]
    button(app, "Cancel").click().run()
    assert services.projections().join(20)
    app.run()
    assert labels(app) == ["Compute UMAP", "Compute UMAP"]


def test_umap_that_fails_is_a_sentence(umap_page) -> None:
    app, go, _ = umap_page
    go.fails = True
    go.set()
    assert services.projections().join(20)
    app.run()
    assert not app.exception
    assert "latents must be finite numbers PCA is shown instead" in texts(app)
    assert button(app, "Compute UMAP")


def test_a_stored_umap_shows_at_once_and_unseeded_is_another(umap_page) -> None:
    app, go, run = umap_page
    go.set()
    assert services.projections().join(20)
    services.projections()._jobs.clear()
    app.run()
    assert UMAP in texts(app)
    assert not services.projections().find(run, Projection("umap"))
    app.toggle(key="umap_unseeded").set_value(True).run()
    assert not app.exception
    assert services.projections().find(run, Projection("umap", seed=None))


def test_the_first_page_warms_up_only_when_asked(
    tiny: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []
    monkeypatch.setattr(services, "_warm_up", lambda: begun.append(1))
    open_explore(tiny)
    assert not begun
    services.forget()
    monkeypatch.setenv("LATENT_CLUSTERS_WARM_UP", "1")
    open_explore(tiny)
    open_explore(tiny)
    assert begun == [1]
