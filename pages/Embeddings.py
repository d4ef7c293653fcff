"""Embeddings: points that were not trained here, drawn, clustered and scored as Runs are."""

from __future__ import annotations

from pages.parts.embeddings.page import show
from pages.parts.latent_view.component import preload
from pages.parts.shared import frame

with frame.page("Embeddings"):
    preload()
    show()
