"""Classify: a drawn digit in a Run's latent space, and how well neighbours there name images."""

from __future__ import annotations

from pages.parts.classify.page import show
from pages.parts.latent_view.component import preload
from pages.parts.shared import frame

with frame.page("Classify"):
    preload()
    show()
