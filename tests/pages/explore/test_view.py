"""A stored Run on Explore: its latent space, its clusters, what is said of them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core.data.splits import load
from core.latents import clustering_methods
from core.runs.content import to_bytes
from core.runs.store import Store
from core.setting.recipes import RECIPES, Recipe
from core.setting.setting import Setting, Term
from core.training.encoding import encode
from pages.parts.shared import image_data, run_data
from tests.pages.opened import components, open_explore, seen, texts, view
from tests.trained import train


@pytest.mark.parametrize("dims", [1, 2, 3, 5])
def test_explore_shows_a_stored_run(tiny: Setting, own_store: Store, dims: int) -> None:
    setting = tiny.replace(latent_dim=dims)
    run = train(setting, own_store)
    app = open_explore(setting)
    assert not app.exception
    assert not app.error
    title = f"Plain · 8x8 digits (scikit-learn), digits 0, 1, 2, 3 · {dims}-D · 2 epochs"
    assert app.title[0].value == title
    values = run.evaluation.values
    shown = {m.label: m.value for m in app.metric}
    assert list(shown) == ["Silhouette by digit", "Silhouette by cluster", "ACC"]
    assert shown["ACC"] == f"{values['acc']:.3f}"
    for label in ("NMI", "ARI", "kNN accuracy", "Trustworthiness", "MSE per pixel"):
        assert f"{label} **" in texts(app)
    shown_view = view(app)
    assert shown_view["axes"][0] == ("z1" if dims <= 3 else "PCA 1")
    assert shown_view["n"] == len(run.arrays["latents"])
    assert set(shown_view["fields"]) == {"digit", "cluster", "reconstruction"}
    assert [kind["kind"] for kind in components(app)] == ["view", "pieces"]


@pytest.mark.parametrize("choice", ["training", "both"])
@pytest.mark.parametrize("dims", [2, 5])
def test_training_images_are_drawn_when_asked_for(
    tiny: Setting, own_store: Store, choice: str, dims: int
) -> None:
    setting = tiny.replace(latent_dim=dims)
    run, data = train(setting, own_store), load(setting)
    app = open_explore(setting, details="Export", images=choice)
    assert not app.exception
    assert not app.error
    drawn_view, test, training = view(app), len(data.test), len(data.train)
    drawn = training + (test if choice == "both" else 0)
    assert drawn_view["n"] == drawn
    assert [p["start"] for p in drawn_view["parts"]] == ([0, test] if choice == "both" else [0])
    said = f"All {training:,} training images"
    if choice == "both":
        said = f"All {test:,} held-out and {training:,} training images"
    assert said in texts(app)
    assert f"On {test:,} held-out images" in texts(app)  # the scores
    assert "what is drawn above, all" in texts(app)  # the export
    assert ("UMAP is made of the held-out images alone" in texts(app)) == (dims == 5)
    assert drawn_view["axes"][0] == ("z1" if dims == 2 else "PCA 1")
    assert (drawn_view["replay"] is not None) == (choice == "both")
    pieces = next(data for data in components(app) if data["kind"] == "pieces")
    assert len(pieces["sprites"]["parts"]) == len(drawn_view["parts"])
    assert pieces["latents"] == drawn_view["latents"]
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
    tiny: Setting, own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fills_three(latents, method, k, **_):
        labels = np.arange(len(latents)) * (1 if k == 3 else 2) // 5 % 3
        return clustering_methods.Clustering(method, labels, 3, 0, k)

    monkeypatch.setattr("core.latents.clustering.cluster", fills_three)
    train(tiny, own_store)
    shown = []
    for k in (3, 5):
        app = open_explore(tiny, details="Silhouettes", images="training",
                           clustering="gmm", clusters_4=str(k))  # fmt: skip
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
        (
            "gmm",
            "4 clusters found in latent space",
            "Scores, clusters and neighbours are of the 5-D latent space, not of the picture.",
        ),
        (
            "umap-gmm",
            "4 clusters found in a 3-D UMAP of the latents",
            "Scores and neighbours are of the 5-D latent space, not of the picture; clusters were "
            "found in a 3-D UMAP of the latents.",
        ),
    ],
)
def test_where_clusters_were_found_is_said(
    tiny: Setting,
    own_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    said: str,
    of: str,
) -> None:
    def four(latents, method, k, **_):
        return clustering_methods.Clustering(method, np.arange(len(latents)) % k, k, 0, k)

    monkeypatch.setattr("core.latents.clustering.cluster", four)
    setting = tiny.replace(latent_dim=5)
    train(setting, own_store)
    app = open_explore(setting, clustering=method, projection="pca")
    assert not app.exception
    assert said in texts(app)
    assert of in texts(app)


def test_silhouettes_of_training_images_are_not_measured_and_the_page_says_so(
    tiny: Setting, own_store: Store
) -> None:
    train(tiny, own_store)
    app = open_explore(tiny, images="training", colour="silhouette")
    assert not app.exception
    assert "Silhouettes are measured among the held-out images alone" in texts(app)
    assert view(app)["colour"] == "digit"


def test_more_training_images_than_are_drawn_is_said(
    tiny: Setting, own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(tiny, own_store)
    monkeypatch.setattr(image_data, "MAX_TRAINING", 100)
    app = open_explore(tiny, images="both")
    assert not app.exception
    held_out, training = len(load(tiny).test), len(load(tiny).train)
    assert f"All {held_out} held-out and the first 100 of {training} training" in texts(app)
    assert view(app)["n"] == held_out + 100


def test_one_digit_leaves_scores_undefined(tiny: Setting, own_store: Store) -> None:
    setting = tiny.replace(digits=(3,))
    run = train(setting, own_store)
    app = open_explore(setting)
    assert not app.exception
    assert "undefined" in [m.value for m in app.metric]
    reason = run.evaluation.undefined["silhouette_labels"]
    assert f"It is {reason}." in [c.value for c in app.caption]


def test_a_damaged_run_is_a_sentence(tiny: Setting, own_store: Store) -> None:
    run = train(tiny, own_store)
    (run.folder / "weights.safetensors").write_bytes(b"nonsense")
    app = open_explore(tiny)
    assert not app.exception
    assert "checksum" in app.warning[0].value


def test_a_plain_run_leads_to_a_recipe_of_the_same_space_if_it_is_here(
    tiny: Setting, own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tight = tiny.replace(regularizer=(Term("vae"),))
    monkeypatch.setitem(RECIPES, "tight", Recipe("Tight", "Tight, 3-D", "As one.", tight, "gmm"))
    train(tiny, own_store)
    app = open_explore(tiny)
    assert app.button(key="suggestion").label == "Can these cluster? Try Tight"
    train(tight, own_store)
    app = open_explore(tiny)
    assert app.button(key="suggestion").label == "Can these cluster? See Tight"
    app.button(key="suggestion").click().run()
    assert not app.exception
    assert app.query_params["regularizer"] == "vae"
    assert app.selectbox(key="clustering").value == "gmm"
    assert "suggestion" not in {b.key for b in app.button}


def test_where_no_recipe_is_here_tight_is_offered_for_these_images(
    tiny: Setting, own_store: Store
) -> None:
    train(tiny, own_store)
    app = open_explore(tiny)
    app.button(key="suggestion").click().run()
    assert not app.exception
    assert app.title[0].value.startswith("Tight · 8x8 digits")
    assert app.query_params["architecture"] == "conv-bn"


def test_a_collapsed_run_says_so_beside_its_scores(tiny: Setting, own_store: Store) -> None:
    weight = {"regularizer": "l1:weight=100", "epochs": "20"}
    setting = Setting.from_text({**tiny.to_text(), **weight})  # leaves nothing of the latent space
    run = train(setting, own_store)
    assert "collapsed" in run.evaluation.warnings
    app = open_explore(setting)
    assert not app.exception
    said = seen(app.warning[0].value)
    assert run.evaluation.warnings["collapsed"] in said
    assert "shrunk to a dot" in said
    app.selectbox(key="clustering").select("gmm").run()  # what is wrong with latents stays
    assert not app.exception
    assert run.evaluation.warnings["collapsed"] in seen(app.warning[0].value)


def test_a_run_that_is_well_has_no_warning(tiny: Setting, own_store: Store) -> None:
    path = train(tiny, own_store).folder / "run.json"  # two epochs are too few to be well
    content = json.loads(path.read_text())
    content["evaluation"]["warnings"] = {}
    path.write_bytes(to_bytes(content))
    app = open_explore(tiny)
    assert not app.exception
    assert not app.warning
