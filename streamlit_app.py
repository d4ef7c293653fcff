"""Explore, the first page: pick a Setting, train it or load it, see its clusters and its scores."""

from __future__ import annotations

from pages.parts import frame
from pages.parts.controls import setting_controls
from pages.parts.explore import show_run
from pages.parts.latent_view import preload
from pages.parts.loaders import find_run
from pages.parts.projecting import warm_up_later
from pages.parts.training_panel import training_panel

frame.begin("Explore")
preload()
with frame.errors_as_sentences():
    setting = setting_controls()
    if setting is not None:
        run = find_run(setting)
        if run is None:
            training_panel(setting)
        else:
            show_run(run)
warm_up_later()
