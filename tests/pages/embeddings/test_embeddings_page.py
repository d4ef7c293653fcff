"""The Embeddings page: an example, what a visitor brings, a Run beside it, and Compare's list."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.runs.store import Store
from core.setting.recipes import RECIPES
from core.setting.setting import Setting
from tests.pages.opened import downloads, follow, open_page, seen, texts, view
from tests.trained import train

PAGE = "pages/Embeddings.py"
Y = np.arange(60) % 3
X = np.random.default_rng(0).normal(size=(60, 2)) + 9 * np.array([[0, 0], [0, 1], [1, 0]])[Y]


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def bring(app: AppTest, name: str, content: bytes) -> AppTest:
    place = next(p for p in app.file_uploader if p.label == "Files of one embedding")
    return place.set_value([(name, content, "application/octet-stream")]).run()


def titles(app: AppTest) -> list[str]:
    return [title.value for title in app.title]


def test_it_begins_with_an_example_and_its_exports() -> None:
    app = open_page(PAGE, embedding="components", details="Export")
    assert not app.exception
    assert titles(app) == ["PCA of 8x8 digits · not trained here"]
    drawn = view(app)
    assert (drawn["n"], drawn["axes"], drawn["equal"]) == (1797, ["z1", "z2", "z3"], True)
    assert drawn["parts"] == [{"name": "point", "start": 0}]
    assert drawn["fields"]["digit"]["classes"][7]["name"] == "digit 7"
    assert "of the points are in the cluster of their class" in texts(app)
    assert all(downloads(app).values())
    assert {"Points (CSV)", "Scores (CSV)", "Embedding Projector (zip)"} <= set(downloads(app))


def test_what_is_brought_is_shown_until_the_visit_ends() -> None:
    app = bring(open_page(PAGE), "mine.npz", npz(X=X, y=Y))
    assert not app.exception
    assert titles(app) == ["mine · not trained here"]
    assert view(app)["n"] == 60
    assert "On all 60 points; 3 clusters" in texts(app)
    assert app.query_params["embedding"] == "mine"
    follow(app, "pages/Compare.py")
    follow(app, PAGE)
    assert titles(app) == ["mine · not trained here"]
    other = open_page(PAGE, embedding="mine")
    assert titles(other) == ["Pixels of 8x8 digits · not trained here"]
    assert "what somebody brings ends with their visit" in seen(texts(other))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("a.npz", npz(X=X, y=Y[:-1]), "one for each row of X", id="a label too few"),
        pytest.param("a.pkl", b"\x80\x04}.", "never opened", id="a pickle"),
        pytest.param("a.npz", npz(X=np.full((9, 2), np.nan)), "must be finite", id="NaN"),
    ],
)
def test_what_cannot_be_used_is_a_sentence(name: str, content: bytes, said: str) -> None:
    app = bring(open_page(PAGE), name, content)
    assert not app.exception
    assert said in seen(" ".join(error.value for error in app.error))
    assert titles(app) == ["Pixels of 8x8 digits · not trained here"]


def test_without_labels_there_is_nothing_about_classes() -> None:
    app = bring(open_page(PAGE, details="Confusion"), "mine.npy", _npy(X))
    assert not app.exception
    assert list(view(app)["fields"]) == ["cluster"]
    assert "no labels, so there is nothing to compare" in texts(app)


def test_the_pinned_point_is_shown_with_its_neighbours() -> None:
    app = open_page(PAGE, embedding="components")
    app.session_state["pinned"] = 4
    app.run()
    assert not app.exception
    assert "**Point 4** · digit 4 · cluster" in seen(texts(app))


def test_a_run_stands_beside_it_and_compare_lists_it_as_not_trained_here(
    own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting = Setting(dataset="digits", digits=(0, 1), epochs=1)
    small = replace(RECIPES["small"], setting=setting)
    monkeypatch.setitem(RECIPES, "small", small)
    train(setting, own_store)
    app = open_page(PAGE, embedding="components", beside="small", in_umap="true")
    assert not app.exception
    table = app.dataframe[0].value
    assert list(table)[1] == "PCA of 8x8 digits (not trained here)"
    assert "ACC" in table["Score"].tolist()
    assert table["Score"].tolist()[-1] == "Cluster silhouette in a UMAP"
    assert all(float(cell) > 0.2 for cell in table.iloc[-1, 1:])
    follow(app, "pages/Compare.py")
    assert not app.exception
    assert "Embeddings from elsewhere, not trained here" in texts(app)
    rows = next(d.value for d in app.dataframe if "Embedding" in d.value)
    assert rows["Embedding"].tolist() == ["PCA of 8x8 digits"]
    assert rows["Points"].tolist() == [1797]
    assert "Trustworthiness" not in rows


def _npy(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()
