"""An untrained Setting: what studies know of it, the most similar Runs, images, a quick look."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.splits import load
from core.metrics.evaluation import Scoring
from core.runs.store import Store
from core.setting.setting import Setting, Term
from core.studies import results
from pages.parts.shared import image_data, services
from tests.pages.opened import open_explore, texts
from tests.trained import train

SCORES = {
    "acc": 0.5, "nmi": 0.4, "ari": 0.3, "silhouette_labels": 0.2, "silhouette_clusters": 0.55,
    "knn_accuracy": 0.9, "trustworthiness": 0.8, "reconstruction_mse": 0.05, "n": 100,
}  # fmt: skip


def _study(tmp_path: Path, setting: Setting, seeds: int) -> None:
    """Results of a study: ACC rises by a tenth with each seed."""
    (tmp_path / "known.toml").write_text("")
    with results.ResultsFile(tmp_path / "results" / "known.csv") as out:
        for seed in range(seeds):
            row = results.row(
                setting.replace(seed=seed), "g", "heldout", Scoring(), {"versions": {}}
            )
            scores = SCORES | {"acc": SCORES["acc"] + 0.1 * seed}
            out.add([row | scores | {"status": results.DONE, "warnings": ""}])


def test_what_a_study_knows_is_shown_whatever_the_seed(tiny: Setting, tmp_path: Path) -> None:
    _study(tmp_path, tiny, 3)
    app = open_explore(tiny.replace(seed=9))
    assert not app.exception
    assert "**Its scores are known**, from known (3 seeds):" in texts(app)
    shown = {m.label: m.value for m in app.metric}
    assert list(shown.values()) == ["0.200", "0.550", "0.600", "0.0500"]  # ACC: 0.5, 0.6, 0.7
    said = [c.value for c in app.caption]
    assert "hardly any structure" in said  # 0.2
    assert "clear structure" in said  # 0.55


def test_what_no_study_knows_says_so(tiny: Setting, tmp_path: Path) -> None:
    _study(tmp_path, tiny, 1)
    app = open_explore(tiny.replace(latent_dim=2))
    assert not app.exception
    assert "No study of this repository has measured this setting." in texts(app)
    assert not app.metric


def test_the_most_similar_runs_come_first_and_open(tiny: Setting, own_store: Store) -> None:
    asked = tiny.replace(seed=7)
    near = [
        asked.replace(seed=0),
        asked.replace(epochs=1, seed=0),
        asked.replace(latent_dim=2, seed=0),
        asked.replace(regularizer=(Term("l1"),), seed=0),
        asked.replace(digits=(7, 8), seed=0),
    ]
    for setting in reversed(near):
        train(setting, own_store)
    app = open_explore(asked)
    assert not app.exception
    offered = [b.key for b in app.button if b.key.startswith("near_")]
    assert offered == [f"near_{setting.name}" for setting in near[:4]]
    app.button(key=offered[2]).click().run()
    assert not app.exception
    assert app.title[0].value.startswith(
        "Plain · 8x8 digits (scikit-learn), digits 0, 1, 2, 3 · 2-D"
    )
    assert len(app.metric) == 3
    assert app.query_params["latent_dim"] == "2"


def test_sixteen_images_four_of_each_class(tiny: Setting) -> None:
    app = open_explore(tiny)
    captions = [i.caption for e in app.get("image") for i in e.proto.imgs]
    name = "8x8 digits (scikit-learn), digits 0, 1, 2, 3"
    assert captions == [f"{name}: 16 held-out images"]
    images = image_data.examples(tiny, 16)
    assert images.shape == (16, 8, 8)
    assert (images.min(), images.max()) == (0, 1)
    # each is a held-out image, and the classes follow one another
    split = load(tiny).test
    pixels = split.images(tiny, np.arange(len(split)))[:, 0].numpy()
    rows = [int(np.abs(pixels - image).sum((1, 2)).argmin()) for image in images]
    assert all(np.allclose(pixels[row], image) for row, image in zip(rows, images, strict=True))
    labels = split.labels.numpy()[rows]
    assert labels.tolist() == [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4


def test_a_quick_look_trains_is_marked_and_leads_to_the_whole(
    tiny: Setting, own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.cost_model.predicted_seconds", lambda *_: 80.0)
    whole = tiny.replace(epochs=20)
    app = open_explore(whole)
    assert app.button(key="train").label == "Train 20 epochs, about 80 s"
    assert app.button(key="quick").label == "Quick look, 2 epochs"  # 8 s of 80 s
    app.button(key="quick").click().run()
    assert services.queue().join(60)
    app.run()
    assert not app.exception
    assert own_store.find(tiny) is not None
    assert own_store.find(whole) is None
    assert app.title[0].value.endswith("3-D · 2 epochs")
    assert ":material/bolt: quick look" in " ".join(m.value for m in app.markdown)
    assert app.query_params["epochs"] == "2"
    app.button(key="full").click().run()
    assert not app.exception
    assert app.button(key="train").label.startswith("Train 20 epochs")
    assert app.query_params.get("epochs", str(Setting().epochs)) == "20"


def test_what_is_quick_anyway_has_no_quick_look(
    tiny: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.cost_model.predicted_seconds", lambda *_: 16.0)
    app = open_explore(tiny.replace(epochs=20))
    assert "quick" not in {b.key for b in app.button}
