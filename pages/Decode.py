"""Decode: what the decoder draws at each place of a latent space, and on the way between two images."""

from __future__ import annotations

from pages.parts.decode.page import show
from pages.parts.shared import frame

with frame.page("Decode"):
    show()
