"""Every page in its states, through Streamlit's AppTest."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.own_images import add_npz, read_npz
from core.data.splits import load
from core.latents import clustering_methods
from core.latents.projection import Points, Projection, ProjectionError
from core.runs.pipeline import train
from core.runs.projections import stored_projection
from core.runs.store import Store
from core.setting.recipes import RECIPES, Recipe
from core.setting.setting import Setting, Term
from core.training.encoding import encode
from core.training.replay import Snapshot
from pages.parts.explore.side_by_side import _short
from pages.parts.shared import image_data, run_data, services

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def own_store(store: Store, monkeypatch) -> Store:
    from streamlit import cache_resource

    cache_resource.clear()
    monkeypatch.setattr("pages.parts.shared.services.Store", lambda: store)
    return store


def _open(page: str, setting: Setting | None = None, **url: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    if page != "streamlit_app.py":
        for name, value in Setting(dataset="digits", digits=(0, 1), epochs=1).to_text().items():
            app.query_params[name] = value
        return app.run().switch_page(page).run()
    for name, value in {**(setting.to_text() if setting else {}), **url}.items():
        app.query_params[name] = value
    return app.run()


def _texts(app: AppTest) -> str:
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error")
    return "\n".join(e.value for kind in kinds for e in app.get(kind))


def _shown(text: str) -> str:
    """A sentence as people see it: without the signs that keep Markdown from reading it."""
    return text.replace("\\", "").replace("\u2060", "")


def _components(app: AppTest) -> list[dict]:
    """What the browser is given for the latent views of a page."""
    return [json.loads(e.proto.json) for e in app.get("bidi_component")]


def _view(app: AppTest) -> dict:
    return next(data for data in _components(app) if data["kind"] == "view")


@pytest.mark.parametrize("dims", [1, 2, 3, 5])
def test_explore_shows_a_stored_run(tiny: Setting, own_store: Store, dims: int) -> None:
    setting = tiny.replace(latent_dim=dims)
    train(setting, own_store)
    app = _open("streamlit_app.py", setting)
    assert not app.exception
    assert not app.error
    assert f"{dims}-D latent space" in app.subheader[0].value
    assert len(app.metric) >= 8
    view = _view(app)
    assert view["axes"][0] == ("z1" if dims <= 3 else "PCA 1")
    assert view["n"] == len(own_store.find(setting).arrays["latents"])
    assert set(view["fields"]) == {"digit", "cluster", "reconstruction"}
    assert [kind["kind"] for kind in _components(app)] == ["view", "pieces"]


def _drawing(setting: Setting, choice: str, **state: object) -> AppTest:
    """Explore, drawing other images than the held-out ones."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    for name, value in setting.to_text().items():
        app.query_params[name] = value
    app.session_state["images"] = choice
    for name, value in state.items():
        app.session_state[name] = value
    return app.run()


@pytest.mark.parametrize("choice", ["training", "both"])
@pytest.mark.parametrize("dims", [2, 5])
def test_training_images_are_drawn_when_asked_for(
    tiny: Setting, own_store: Store, choice: str, dims: int
) -> None:
    setting = tiny.replace(latent_dim=dims)
    run, data = train(setting, own_store), load(setting)
    app = _drawing(setting, choice, details="Export")
    assert not app.exception
    assert not app.error
    view, test, training = _view(app), len(data.test), len(data.train)
    drawn = training + (test if choice == "both" else 0)
    assert view["n"] == drawn
    assert [p["start"] for p in view["parts"]] == ([0, test] if choice == "both" else [0])
    said = f"All {training:,} training images"
    if choice == "both":
        said = f"All {test:,} held-out and {training:,} training images"
    assert said in _texts(app)
    assert f"On {test:,} held-out images" in _texts(app)  # the scores
    assert "what is drawn above, all" in _texts(app)  # the export
    assert ("UMAP is made of the held-out images alone" in _texts(app)) == (dims == 5)
    assert view["axes"][0] == ("z1" if dims == 2 else "PCA 1")
    assert (view["replay"] is not None) == (choice == "both")
    pieces = next(data for data in _components(app) if data["kind"] == "pieces")
    assert len(pieces["sprites"]["parts"]) == len(view["parts"])
    assert pieces["latents"] == view["latents"]
    found = run_data.clustering(run_data.run_key(run), run, "kmeans", 4)
    table = image_data.table(
        run, image_data.shown_images(run_data.run_key(run), run, found, choice)
    )
    assert table["split"].tolist() == ["held-out"] * (drawn - training) + ["training"] * training
    own = table[table["split"] == "training"]
    assert own["number"].tolist() == list(range(training))
    assert own["label"].tolist() == data.train.labels.tolist()
    latents = encode(run.model(), data.train, setting)
    np.testing.assert_allclose(own[[f"z{j + 1}" for j in range(dims)]], latents, atol=1e-5)


def test_clusters_asked_for_are_told_from_clusters_found(
    tiny: Setting, own_store: Store, monkeypatch
) -> None:
    def fills_three(latents, method, k, **_):
        labels = np.arange(len(latents)) * (1 if k == 3 else 2) // 5 % 3
        return clustering_methods.Clustering(method, labels, 3, 0, k)

    monkeypatch.setattr("core.latents.clustering.cluster", fills_three)
    train(tiny, own_store)
    shown = []
    for k in (3, 5):
        app = _drawing(tiny, "training", clustering="gmm", clusters_4=k, details="Silhouettes")
        assert not app.exception
        shown.append(app.get("plotly_chart")[-1].proto.spec)  # silhouettes by found cluster
    run = own_store.find(tiny)
    key = run_data.run_key(run)
    three, five = (run_data.clustering(key, run, "gmm", k) for k in (3, 5))
    clusters = [
        image_data.shown_images(key, run, found, "training").clusters for found in (three, five)
    ]
    assert (clusters[0] != clusters[1]).any()
    assert shown[0] != shown[1]


@pytest.mark.parametrize(
    ("method", "said", "of"),
    [
        ("gmm", "4 clusters found in latent space", "Scores, clusters and neighbours are of"),
        (
            "umap-gmm",
            "4 clusters found in a 3-D UMAP of the latents",
            "Scores and neighbours are of",
        ),
    ],
)
def test_where_clusters_were_found_is_said(
    tiny: Setting, own_store: Store, monkeypatch, method: str, said: str, of: str
) -> None:
    def four(latents, method, k, **_):
        return clustering_methods.Clustering(method, np.arange(len(latents)) % k, k, 0, k)

    monkeypatch.setattr("core.latents.clustering.cluster", four)
    setting = tiny.replace(latent_dim=5)
    train(setting, own_store)
    app = _drawing(setting, "heldout", clustering=method, projection="pca")
    assert not app.exception
    assert said in _texts(app)
    assert f"{of} the 5-D latent space, not of the picture" in _texts(app)


def test_silhouettes_of_training_images_are_not_measured_and_the_page_says_so(
    tiny: Setting, own_store: Store
) -> None:
    train(tiny, own_store)
    app = _drawing(tiny, "training", colour="silhouette")
    assert not app.exception
    assert "Silhouettes are measured among the held-out images alone" in _texts(app)
    assert _view(app)["colour"] == "digit"


def test_more_training_images_than_are_drawn_is_said(
    tiny: Setting, own_store: Store, monkeypatch
) -> None:
    train(tiny, own_store)
    monkeypatch.setattr(image_data, "MAX_TRAINING", 100)
    app = _drawing(tiny, "both")
    assert not app.exception
    held_out, training = len(load(tiny).test), len(load(tiny).train)
    assert f"All {held_out} held-out and the first 100 of {training} training" in _texts(app)
    assert _view(app)["n"] == held_out + 100


@pytest.fixture
def umap_page(tiny: Setting, own_store: Store, monkeypatch):
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
    app = _open("streamlit_app.py", setting)
    app.selectbox(key="projection").select("umap").run()
    yield app, go, run
    go.set()
    assert services.projections().join(20)


def _button(app: AppTest, label: str):
    return next(b for b in app.button if b.label == label)


def test_umap_shows_pca_meanwhile_then_itself(umap_page) -> None:
    app, go, run = umap_page
    assert not app.exception
    assert "PCA projection" in _texts(app)
    assert _button(app, "Cancel")
    _until(lambda: services.projections().find(run, Projection("umap")).stage != "starting")
    app.run()
    assert "UMAP: epoch 7 of 500 … PCA is shown" in app.get("progress")[0].proto.text
    go.set()
    assert services.projections().join(20)
    app.run()
    assert not app.exception
    assert "UMAP projection" in _texts(app)
    assert "made for a test" in _texts(app)
    assert not app.get("progress")
    assert stored_projection(run, Projection("umap")) is not None


def test_umap_cancelled_and_computed_after_all(umap_page) -> None:
    app, go, _ = umap_page
    _button(app, "Cancel").click().run()
    assert services.projections().join(20)
    app.run()
    assert not app.exception
    assert "UMAP was cancelled" in _texts(app)
    assert "PCA projection" in _texts(app)
    go.set()
    _button(app, "Compute UMAP").click().run()
    assert services.projections().join(20)
    app.run()
    assert "UMAP projection" in _texts(app)


def test_two_views_wait_for_umap_and_each_says_so(umap_page) -> None:
    app, _, _ = umap_page

    def labels() -> list[str]:
        assert not app.exception
        return [b.label for b in app.button if b.label in ("Cancel", "Compute UMAP")]

    app.selectbox(key="beside").select("umap").run()  # the second waits for the first
    assert labels() == ["Cancel", "Cancel"]
    _button(app, "Cancel").click().run()
    app.selectbox(key="projection_dims").select(2).run()  # both wait for one and the same
    assert labels() == ["Cancel", "Cancel"]
    _button(app, "Cancel").click().run()
    assert services.projections().join(20)
    app.run()
    assert labels() == ["Compute UMAP", "Compute UMAP"]


def test_umap_that_fails_is_a_sentence(umap_page) -> None:
    app, go, _ = umap_page
    go.fails = True
    go.set()
    assert services.projections().join(20)
    app.run()
    assert not app.exception
    assert "latents must be finite numbers PCA is shown instead" in _texts(app)
    assert _button(app, "Compute UMAP")


def test_a_stored_umap_shows_at_once_and_unseeded_is_another(umap_page) -> None:
    app, go, run = umap_page
    go.set()
    assert services.projections().join(20)
    services.projections()._jobs.clear()
    app.run()
    assert "UMAP projection" in _texts(app)
    assert not services.projections().find(run, Projection("umap"))
    app.toggle(key="umap_unseeded").set_value(True).run()
    assert not app.exception
    assert services.projections().find(run, Projection("umap", seed=None))


def test_the_first_page_warms_up_only_when_asked(tiny: Setting, monkeypatch) -> None:
    begun = []
    monkeypatch.setattr("pages.parts.shared.projecting._schedule", lambda: begun.append(1))
    _open("streamlit_app.py", tiny)
    assert not begun
    monkeypatch.setenv("LATENT_CLUSTERS_WARM_UP", "1")
    _open("streamlit_app.py", tiny)
    assert begun


def _until(condition) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_explore_offers_to_train_what_is_not_stored(tiny: Setting) -> None:
    app = _open("streamlit_app.py", tiny)
    assert not app.exception
    assert "not been trained" in app.subheader[0].value
    assert "Train" in [b.label for b in app.button]


def test_train_on_the_page(tiny: Setting, own_store: Store) -> None:
    app = _open("streamlit_app.py", tiny)
    next(b for b in app.button if b.label == "Train").click().run()
    assert services.queue().join(60)
    app.run()
    assert not app.exception
    assert own_store.find(tiny) is not None
    assert "latent space" in app.subheader[0].value


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ("0.0001", "From the app a training may take 1 s by estimate"),
        ("0", "Trainings can't be started from this app"),
    ],
)
def test_a_shared_app_limits_what_is_trained(tiny, minutes: str, said: str, monkeypatch) -> None:
    monkeypatch.setenv("LATENT_CLUSTERS_TRAINING_MINUTES", minutes)
    app = _open("streamlit_app.py", tiny)
    assert not app.exception
    assert said in app.info[0].value
    assert _button(app, "Train").disabled
    assert tiny.command() in [e.value for e in app.code]


def test_no_step_is_made_that_the_memory_is_too_small_for(tiny: Setting, monkeypatch) -> None:
    monkeypatch.setattr("core.training.capacity.available_memory", lambda: 1_000_000)
    monkeypatch.setattr("core.training.estimate.estimate_seconds", lambda *_: pytest.fail("a step"))
    app = _open("streamlit_app.py", tiny)
    assert not app.exception
    assert "too large for this machine now. It needs about 1 MB of memory" in app.info[0].value
    assert _button(app, "Train").disabled
    monkeypatch.setattr("core.training.capacity.available_memory", lambda: None)
    monkeypatch.setattr("core.training.estimate.estimate_seconds", lambda *_: 5.0)
    app.run()
    assert "about **5 s** here" in _texts(app)
    assert not _button(app, "Train").disabled


def test_trainings_of_others_can_be_found_and_cancelled(tiny, own_store, monkeypatch) -> None:
    go = threading.Event()
    monkeypatch.setattr("core.runs.pipeline.find_or_train", lambda *_: go.wait(30))
    for seed in (1, 2):
        services.queue().submit(tiny.replace(seed=seed))
    _until(lambda: services.queue().active()[0].state == "running")
    app = _open("streamlit_app.py", tiny)
    assert "2 trainings before this one." in _texts(app)
    assert [link.proto.page for link in app.get("page_link")].count("Runs") == 2
    waiting = _open("streamlit_app.py", tiny.replace(seed=2))
    assert "1 training before this one." in _texts(waiting)
    runs = app.switch_page("pages/Runs.py").run()
    assert not runs.exception
    job = services.queue().waiting()[0]
    runs.button(key=f"cancel_{job.setting.name}").click().run()
    assert job.state == "cancelled"
    assert len([b for b in runs.button if b.label == "Cancel"]) == 1
    assert "seed=1" in " ".join(link.proto.query_string for link in runs.get("page_link"))
    go.set()
    assert services.queue().join(20)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param({"latent_dim": "banana"}, "latent_dim must be", id="no number"),
        pytest.param({"digits": ""}, "digits must be", id="no digits"),
        pytest.param({"regularizer": "<script>"}, "regularizer must be", id="markup"),
        pytest.param({"dataset": "../../etc"}, "dataset must be", id="a path"),
    ],
)
def test_nonsense_in_the_url_is_a_sentence(url, said) -> None:
    app = _open("streamlit_app.py", **url)
    assert not app.exception
    assert said in _shown(app.warning[0].value)


@pytest.mark.parametrize(
    "text",
    ["[Sign in](https://evil.example)", "www.evil.example", "https://evil.example", "a@b.cd"],
)
def test_text_in_a_link_is_shown_and_not_followed(text: str) -> None:
    app = _open("streamlit_app.py", dataset=text)
    assert not app.exception
    value = app.warning[0].value
    assert text in _shown(value)
    for sign in ("](", "://", "www.", "@b"):
        assert sign not in value


def test_no_digit_chosen_is_a_sentence(tiny: Setting) -> None:
    app = _open("streamlit_app.py", tiny)
    app.session_state["field_digits"] = []
    app.run()
    assert not app.exception
    assert "digits must be" in app.error[0].value


def test_one_digit_leaves_scores_undefined(tiny: Setting, own_store: Store) -> None:
    setting = tiny.replace(digits=(3,))
    train(setting, own_store)
    app = _open("streamlit_app.py", setting)
    assert not app.exception
    assert "undefined" in [m.value for m in app.metric]


def _own_images(monkeypatch, folder: Path, labels: np.ndarray | None, n: int = 480) -> str:
    """Name of a data set of one's own, kept in `folder`."""
    images = np.random.default_rng(0).integers(0, 256, (n, 8, 8), np.uint8)
    file = io.BytesIO()
    np.savez(file, images=images, **({} if labels is None else {"labels": labels}))
    monkeypatch.setattr("core.data.splits.read_npz", lambda name, root: read_npz(name, folder))
    return add_npz(file.getvalue(), folder)


def test_more_classes_than_one_would_look_for_clusters(
    own_store: Store, monkeypatch, tmp_path: Path
) -> None:
    name = _own_images(monkeypatch, tmp_path, np.arange(480) % 60)
    setting = Setting(dataset=name, digits=tuple(range(60)), image_size=8, epochs=1)
    train(setting, own_store)
    app = _open("streamlit_app.py", setting)
    assert not app.exception
    assert app.number_input(key="clusters_60").value == 60


def test_a_damaged_run_is_a_sentence(tiny: Setting, own_store: Store) -> None:
    run = train(tiny, own_store)
    (run.folder / "weights.safetensors").write_bytes(b"nonsense")
    app = _open("streamlit_app.py", tiny)
    assert not app.exception
    assert "checksum" in app.warning[0].value


@pytest.fixture
def own_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Adds 100 images to an own folder; their data set's name."""
    monkeypatch.setattr("core.data.splits.read_npz", lambda name, _: read_npz(name, tmp_path))

    def add(**arrays: np.ndarray) -> str:
        pixels = np.random.default_rng(0).integers(0, 256, (100, 8, 8), dtype=np.uint8)
        np.savez(tmp_path / "mine.npz", images=pixels, **arrays)
        return add_npz(tmp_path / "mine.npz", tmp_path)

    return add


def test_images_without_labels_are_not_coloured_by_digit(own_images, monkeypatch) -> None:
    go, watched = threading.Event(), threading.Event()

    def hold(setting, store, progress, watch):
        latents = np.zeros((20, setting.latent_dim), np.float32)
        watch(SimpleNamespace(snapshots=[Snapshot(3, latents)]))
        watched.set()
        go.wait(30)

    monkeypatch.setattr("core.runs.pipeline.find_or_train", hold)
    setting = Setting(dataset=own_images(), digits=(0,), image_size=8, epochs=1)
    services.queue().submit(setting)
    assert watched.wait(10)
    app = _open("streamlit_app.py", setting)
    assert not app.exception
    assert "whoever opens a run that was trained on it sees its images" in _texts(app)
    view = _view(app)
    assert view["alt"] == "The latent space after 3 steps."
    assert [c["name"] for c in view["fields"][view["colour"]]["classes"]] == ["without label"]
    assert "They have no labels" in _texts(app)
    go.set()
    assert services.queue().join(20)


def test_a_run_of_own_images_that_are_gone(own_store: Store, own_images, tmp_path) -> None:
    from core.data import splits

    name = own_images(labels=np.arange(100) % 2 + 3)
    setting = Setting(dataset=name, digits=(3, 4), image_size=8, epochs=1)
    train(setting, own_store)
    assert own_store.own_images() == {name}
    (tmp_path / "npz" / f"{name}.npz").unlink()
    splits._cache.clear()
    app = _open("streamlit_app.py", setting)
    assert not app.exception
    assert "latent space" in app.subheader[0].value
    assert len(app.metric) >= 8
    assert [_shown(e.value) for e in app.error] == [
        f"the images of {name} are not here (any more); add them again"
    ]
    app.selectbox(key="field_dataset").select("digits").run()
    assert not app.exception
    assert not app.error
    assert "not been trained" in app.subheader[0].value


def test_a_plain_run_leads_to_a_recipe_of_the_same_space_if_it_is_here(
    tiny: Setting, own_store: Store, monkeypatch
) -> None:
    tight = tiny.replace(regularizer=(Term("vae"),))
    monkeypatch.setitem(RECIPES, "tight", Recipe("Tight", "As one.", tight, "gmm"))
    train(tiny, own_store)
    app = _open("streamlit_app.py", tiny)
    assert "suggestion" not in {b.key for b in app.button}
    train(tight, own_store)
    app = _open("streamlit_app.py", tiny)
    next(b for b in app.button if b.key == "suggestion").click().run()
    assert not app.exception
    assert app.query_params["regularizer"] == tight.to_text()["regularizer"]
    assert app.selectbox(key="clustering").value == "gmm"
    assert "suggestion" not in {b.key for b in app.button}


def test_another_data_set_brings_its_own_classes_clusters_and_size(tiny: Setting) -> None:
    app = _open("streamlit_app.py", tiny.replace(clusters=7, digits=(0, 1)))
    app.selectbox(key="field_dataset").select("usps").run()
    state = app.session_state
    assert (state["field_digits"], state["field_clusters"]) == ([0, 2, 4, 6, 8], 0)
    assert state["field_image_size"] == 16
    app.selectbox(key="field_architecture").select("post").run()
    assert state["field_image_size"] == 14
    assert not app.exception


def test_the_url_holds_the_setting(tiny: Setting) -> None:
    setting = Setting.from_text({**tiny.to_text(), "regularizer": "sine:weight=0.25+l1"})
    app = _open("streamlit_app.py", setting)
    assert not app.exception
    url = {k: v if isinstance(v, str) else v[0] for k, v in app.query_params.items()}
    assert Setting.from_text(url) == setting


ASKED = {"clustering": "Gaussian mixture", "clusters_4": "3", "images": "Both", "colour": "Cluster",
         "projection": "PCA", "projection_dims": "2"}  # fmt: skip


def _asked(app: AppTest) -> dict[str, object]:
    """What Explore is asked to look for and to draw."""
    assert not app.exception
    boxes = {key: app.selectbox(key=key).value
             for key in ("clustering", "projection", "projection_dims", "beside")}  # fmt: skip
    groups = {key: app.get("button_group") for key in ("images", "colour")}
    groups = {key: next(g for g in found if g.key == key).value for key, found in groups.items()}
    return {**boxes, **groups, "clusters_4": app.number_input(key="clusters_4").value}


def _in_address(app: AppTest, names: Iterable[str]) -> dict[str, str]:
    values = {name: app.query_params.get(name) for name in names}
    return {name: v[-1] if isinstance(v, list) else v for name, v in values.items()}


def _without_address(app: AppTest, page: str) -> AppTest:
    """Follow a link to another page; it has nothing of the address."""
    app.query_params.clear()
    return app.switch_page(page).run()


def test_the_address_holds_what_is_looked_for_and_drawn(tiny: Setting, own_store: Store) -> None:
    setting, other = tiny.replace(latent_dim=5), tiny.replace(seed=3)
    run = train(setting, own_store)
    train(other, own_store)
    url = {**ASKED, "beside": _short(other)}
    app = _open("streamlit_app.py", setting, **url)
    asked = {"clustering": "gmm", "clusters_4": 3, "images": "both", "colour": "cluster",
             "projection": "pca", "projection_dims": 2, "beside": other.name}  # fmt: skip
    assert _asked(app) == asked
    assert "3 clusters found" in _texts(app)
    assert f"{run.evaluation.values['acc']:.3f}" not in [m.value for m in app.metric]
    assert _in_address(app, url) == url
    # Method and back: a link to a page has nothing of the address of the last one
    _without_address(app, "pages/Method.py")
    assert not app.exception
    assert not app.query_params
    app = _without_address(app, "streamlit_app.py")
    assert _asked(app) == asked
    whole = {**url, **setting.to_text(), "clusters_4": "3.0"}
    assert _in_address(app, whole) == whole
    # another Setting keeps what is asked
    app.number_input(key="field_epochs").set_value(1).run()
    assert "not been trained" in app.subheader[0].value
    app.number_input(key="field_epochs").set_value(2).run()
    assert _asked(app) == asked
    assert _in_address(app, whole) == whole


@pytest.mark.parametrize("value", ["<script>", "", "inf", "nan", "-1e999", "99999", "2.5"])
def test_nonsense_about_the_view_is_left_out(tiny: Setting, own_store: Store, value: str) -> None:
    setting = tiny.replace(latent_dim=5)
    train(setting, own_store)
    names = [*ASKED, "umap_neighbours", "umap_min_dist", "umap_unseeded", "umap_seed", "beside"]
    app = _open("streamlit_app.py", setting, **dict.fromkeys(names, value))
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="clustering").value == "kmeans"
    assert app.number_input(key="clusters_4").value == (2.5 if value == "2.5" else 4)
    assert _view(app)["n"]


def test_a_recipe_keeps_its_way_to_find_clusters_on_a_visit_elsewhere(
    tiny: Setting, own_store: Store, monkeypatch
) -> None:
    monkeypatch.setitem(RECIPES, "tight", Recipe("Tight", "As one.", tiny, "gmm"))
    train(tiny, own_store)
    app = _open("streamlit_app.py", tiny.replace(seed=9))  # not trained: no control of clusters
    app.selectbox(key="recipe").select("tight").run()
    assert app.selectbox(key="clustering").value == "gmm"
    _without_address(app, "pages/Method.py")
    app = _without_address(app, "streamlit_app.py")
    assert not app.exception
    assert app.selectbox(key="clustering").value == "gmm"
    assert app.query_params["clustering"] in ("Gaussian mixture", ["Gaussian mixture"])


def test_a_link_of_compare_opens_its_run_and_keeps_how_clusters_are_found(
    tiny: Setting, own_store: Store
) -> None:
    other = tiny.replace(seed=3)
    for setting in (tiny, other):
        train(setting, own_store)
    app = _open("streamlit_app.py", tiny, clustering="Gaussian mixture")
    _without_address(app, "pages/Compare.py")
    app.query_params["picked"] = other.hash
    app.run()
    next(b for b in app.button if b.label == f"Explore {other.name}").click().run()
    assert not app.exception
    assert app.number_input(key="field_seed").value == 3
    assert app.selectbox(key="clustering").value == "gmm"


TABS = ["Reconstructions", "Silhouettes", "Confusion", "Neighbours", "How many clusters?",
        "All scores", "Training", "Export"]  # fmt: skip


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("digits", [(0, 1, 2), (4,)], ids=["three digits", "one digit"])
def test_every_tab_draws_or_says_why_not(
    tiny: Setting, own_store: Store, tab: str, digits: tuple[int, ...]
) -> None:
    setting = tiny.replace(digits=digits, latent_dim=1)
    train(setting, own_store)
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    for name, value in setting.to_text().items():
        app.query_params[name] = value
    app.session_state["details"] = tab
    app.run()
    assert not app.exception
    assert not app.error
    opened = next(t for t in app.tabs if t.label == tab)
    assert opened.children
    assert all(not t.children for t in app.tabs if t.label != tab)  # nothing else was computed


def _collapsed(tiny: Setting) -> Setting:
    """A Setting whose regularizer leaves nothing of the latent space."""
    return Setting.from_text({**tiny.to_text(), "regularizer": "l1:weight=100", "epochs": "20"})


def test_a_collapsed_run_says_so_beside_its_scores(tiny: Setting, own_store: Store) -> None:
    setting = _collapsed(tiny)
    run = train(setting, own_store)
    assert "collapsed" in run.evaluation.warnings
    app = _open("streamlit_app.py", setting)
    assert not app.exception
    said = app.warning[0].value
    assert run.evaluation.warnings["collapsed"] in said
    assert "shrunk to a dot" in said
    app.selectbox(key="clustering").select("gmm").run()  # what is wrong with latents stays
    assert not app.exception
    assert run.evaluation.warnings["collapsed"] in app.warning[0].value
    app = _open("pages/Runs.py")
    assert not app.exception
    assert "Read these scores with care: The latent space has collapsed" in _texts(app)


def test_a_run_that_is_well_has_no_warning(tiny: Setting, own_store: Store) -> None:
    path = train(tiny, own_store).folder / "run.json"  # two epochs are too few to be well
    content = json.loads(path.read_text())
    content["evaluation"]["warnings"] = {}
    path.write_text(json.dumps(content))
    app = _open("streamlit_app.py", tiny)
    assert not app.exception
    assert not app.warning
    assert "Read these scores" not in _texts(_open("pages/Runs.py"))
