"""Explore, the first page: pick a Setting, train it or load it, see its clusters and its scores."""

from __future__ import annotations

from pages.parts.explore.controls import setting_controls
from pages.parts.explore.training_panel import training_panel
from pages.parts.explore.view import show_run
from pages.parts.latent_view.component import preload
from pages.parts.shared import frame
from pages.parts.shared.projecting import warm_up_later
from pages.parts.shared.run_data import find_run

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
