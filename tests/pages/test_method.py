"""The Method page explains every term, every diagnostic."""

from __future__ import annotations

from core.metrics.diagnostics import DIAGNOSTICS
from tests.pages.opened import open_page, texts


def test_method_explains_every_term() -> None:
    app = open_page("pages/Method.py")
    assert not app.exception
    labels = [e.label for e in app.expander]
    assert "VAE (beta-KL)" in labels
    said = " ".join(texts(app).split())
    assert "(N2D, below) finds clusters in a UMAP of its own" in said


def test_method_explains_every_diagnostic() -> None:
    text = texts(open_page("pages/Method.py"))
    for sign in DIAGNOSTICS.values():
        assert f"**{sign.label}**: {sign.help}" in text
