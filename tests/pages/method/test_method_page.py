"""The Method page through Streamlit's AppTest."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.metrics.catalogue import METRICS
from core.metrics.diagnostics import DIAGNOSTICS
from core.setting.menu import REGULARIZERS
from pages.parts.shared import results_data
from tests.pages.opened import open_page, texts


def _open(**url: str) -> AppTest:
    app = open_page("pages/Method.py", **url)
    assert not app.exception
    return app


def _scores(app: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in app.metric}


def test_answers_come_first_and_are_of_the_results() -> None:
    app = _open()
    said = texts(app)
    assert [h.value for h in app.header][:4] == [
        "Answers",
        "How it works",
        "Scores",
        "Regularizers",
    ]
    assert "67.7\u00a0% of the images without a regularizer" in said
    assert "98.8\u00a0% with Tight (ten digits)" in said
    assert "11 make them stronger, 8 weaker; for 4 there is no evidence" in said
    assert "Of 96 choices" in said
    assert "these 3 say: no evidence" in said
    for post in ("autoencoder_clustering_default_behavior", "hpcfung/autoencoder_clustering)"):
        assert post in said
    assert "(N2D, below) finds clusters in a UMAP of its own" in " ".join(said.split())


def test_every_regularizer_has_formula_paper_verdict_and_a_link() -> None:
    app = _open()
    said = texts(app)
    formulas = [e.value for e in app.get("latex")]
    links = [e.proto.query_string for e in app.get("page_link")]
    for name, info in REGULARIZERS.items():
        if name != "none":
            assert f"#### {info.label}" in said
            assert any(info.formula in formula for formula in formulas)
            assert info.paper in said
            assert any(f"regularizer={name}" in link for link in links)
    assert said.count("**What it did**: ") == len(REGULARIZERS) - 1
    groups = [h.value for h in app.subheader]
    assert groups.index("Makes clusters stronger") < groups.index("Makes clusters weaker")


def test_every_score_and_every_warning_is_explained() -> None:
    said = texts(_open())
    for score in METRICS.values():
        assert f"**{score.label}**: {score.help}" in said
    for sign in DIAGNOSTICS.values():
        assert f"**{sign.label}**: {sign.help}" in said


def test_a_moved_point_changes_the_scores_and_the_address() -> None:
    app = _open()
    before = _scores(app)
    assert before["ACC"] == "1.000"
    app.slider(key="method_x").set_value(8.0).run()
    assert not app.exception
    assert _scores(app)["ACC"] == "0.917"
    assert dict(app.query_params) == {"method_x": "8"}
    assert "Changes are from where the point was." in texts(app)
    next(b for b in app.button if b.label == "Put it back").click().run()
    assert _scores(app) == before
    assert not app.query_params


def test_a_crisp_and_wrong_situation_is_said_in_words() -> None:
    app = _open(method_case="wrong")
    assert "silhouette rises from 0.45 to 0.82 (strong structure), while ACC falls" in texts(app)


def test_each_score_says_what_it_counts() -> None:
    app = _open(method_case="pieces", method_point="3")
    said = set()
    for score in ("silhouette_clusters", "acc", "nmi", "ari", "knn_accuracy"):
        app.selectbox(key="method_score").select(score).run()
        assert not app.exception
        said.add(texts(app))
    assert len(said) == 5


def test_without_results_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results_data, "headline", lambda: None)
    monkeypatch.setattr(results_data, "sine_story", lambda: None)
    monkeypatch.setattr(results_data, "menu_study", lambda: {})
    app = _open()
    assert len([i for i in app.info if "are not here, or can't be read" in i.value]) == 3
