"""Explore, the first page: pick a Setting, train it or load it, see its clusters and its scores."""

from __future__ import annotations

from pages.parts.explore.page import show
from pages.parts.latent_view.component import preload
from pages.parts.shared import frame

with frame.page("Explore"):
    preload()
    show()
