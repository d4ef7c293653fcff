"""The Export tab: a Run's scores, weights, latents and plot, as files for other programs."""

from __future__ import annotations

import io
import json
from functools import partial

import streamlit as st

from core.export import embedding_projector, formats
from core.figures import html
from core.figures.latent import latent_space
from core.latents.projection import Projection
from core.latents.shown import ShownImages
from core.runs.run import Run
from core.setting.names import title
from core.setting.setting import dataset_info
from pages.parts.shared import image_data, run_data
from pages.parts.shared.wording import images_in


def export_tab(run: Run, shown: ShownImages) -> None:
    """Draw the buttons, and say of which images the files are."""
    export_buttons(run, shown)
    st.caption(
        f"Latents, plot and projector: of what is drawn above, {images_in(shown)}. A picture (PNG) of "
        "the view as it is turned now: the camera above the plot."
    )


def export_buttons(run: Run, shown: ShownImages) -> None:
    """Draw a button for each file; what is in it is made when it is pressed."""
    facts = {"run": run.name, "setting": run.setting.to_json(),
             "evaluation": run.evaluation.to_json(), "provenance": run.provenance}  # fmt: skip
    a, b, c = st.columns(3)
    a.download_button("Scores and setting (JSON)", json.dumps(facts, indent=1),
                      f"{run.name}.json", "application/json", on_click="ignore",
                      width="stretch")  # fmt: skip
    a.download_button("Weights (safetensors)",
                      lambda: (run.folder / "weights.safetensors").read_bytes(),
                      f"{run.name}.safetensors", on_click="ignore", width="stretch")  # fmt: skip
    b.download_button("Latents (CSV)", lambda: image_data.latents_csv(run, shown), f"{run.name}.csv",
                      "text/csv", on_click="ignore", width="stretch")  # fmt: skip
    b.download_button("Latents (Parquet)", lambda: _parquet(run, shown), f"{run.name}.parquet",
                      on_click="ignore", width="stretch")  # fmt: skip
    c.download_button("The plot (HTML, works offline)", lambda: _html(run, shown),
                      f"{run.name}.html", "text/html", on_click="ignore", width="stretch")  # fmt: skip
    why_not = embedding_projector.why_not(shown)
    for column, (name, form) in zip((b, c), formats.EXPORT_FORMATS.items(), strict=True):
        column.download_button(
            f"{form.label} (zip)",
            partial(formats.to_zip, run, name, shown),
            f"{run.name}-{name}.zip",
            "application/zip",
            key=f"export_{name}",
            help=f"Not for this run: {why_not}." if why_not else form.help,
            disabled=bool(why_not),
            on_click="ignore",
            width="stretch",
        )


def _parquet(run: Run, shown: ShownImages) -> bytes:
    file = io.BytesIO()
    image_data.table(run, shown).to_parquet(file, index=False)
    return file.getvalue()


def _html(run: Run, shown: ShownImages) -> bytes:
    """A page of its own: latents as they are, or their PCA; plotly.js is inside."""
    dims = run.setting.latent_dim
    projection = Projection("none" if dims <= 3 else "pca", 3)
    which = image_data.shown_key(run_data.run_key(run), shown)
    projected = run_data.projected(which, shown.latents, projection, projection.key)
    figure = latent_space(
        shown,
        projected.points,
        projected.axes,
        dataset_info(run.setting.dataset).class_names,
        equal_units=dims <= 3,
    )
    return html.to_html(figure, f"{title(run.setting)} · {images_in(shown)}")
