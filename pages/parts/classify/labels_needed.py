"""How many labelled images a latent space needs: the Run beside the plain autoencoder and the VAE."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.figures.labelled import efficiency_chart
from core.metrics.label_efficiency import CLUSTERS, DRAWS, KNN, PIXELS, Efficiency
from core.runs.run import Run
from core.setting.amounts import counted, percent
from core.setting.names import images_name, method_name
from pages.parts.classify import evidence
from pages.parts.shared import charts
from pages.parts.shared.wording import plain

_ON_PIXELS = "On pixels, no network"


def labels_needed(run: Run) -> None:
    """The finding, one chart of all Runs, the files."""
    runs = evidence.alike(run)
    lines, sources = _measured(run, runs)
    own = method_name(run.setting)
    st.markdown(f"**{_sentence(lines, own)}**")
    figure = efficiency_chart(lines)
    figure.update_layout(title=None, margin={"t": 24})  # the finding above says it
    charts.chart(
        figure, "classify_labels", f"Accuracy by labelled images: {images_name(run.setting)}",
        alt="Accuracy of held-out images against the number of labelled images of each class, a line "
        "for each run",
    )  # fmt: skip
    st.caption(
        "Up to five labelled neighbours vote on each held-out image; clusters are named by the labels "
        f"in them. Labelled images are drawn {DRAWS} times: a line is their mean, its band goes from "
        "the worst to the best draw, with all labels it is the 95 % interval."
    )
    st.download_button("Accuracy by labels (CSV)", lambda: evidence.efficiency_csv(lines, sources),
                       f"{run.name}-labels.csv", "text/csv", on_click="ignore",
                       key="labels_csv")  # fmt: skip


def _measured(run: Run, runs: dict[str, Run]) -> tuple[list[Efficiency], dict[str, str]]:
    """The lines of all Runs, and of which Run each is; says how far it is meanwhile."""
    own = method_name(run.setting)
    lines: list[Efficiency] = []
    sources: dict[str, str] = {}
    progress = st.empty()
    for i, (name, other) in enumerate(runs.items()):
        progress.progress(i / len(runs), text=f"Drawing labelled images: {plain(name)} …")
        wanted = {KNN: name}
        if name == own:
            wanted |= {CLUSTERS: f"{name}: named clusters", PIXELS: _ON_PIXELS}
        lines += [
            replace(one, method=wanted[one.method])
            for one in evidence.efficiency(other)
            if one.method in wanted
        ]
        sources |= dict.fromkeys(wanted.values(), other.name)
    progress.empty()
    return lines, sources


def _sentence(lines: list[Efficiency], own: str) -> str:
    """What the fewest labels give, here and in the other spaces."""
    fewest = min(e.labelled for e in lines)
    at = {e.method: e.mean for e in lines if e.labelled == fewest}
    per_class = next(e.per_class for e in lines if e.labelled == fewest)
    labels = "all labels" if per_class is None else f"{counted(per_class, 'label')} of each class"
    said = f"With {labels}, {plain(own)} names {percent(at[own])} of held-out images right"
    others = [
        f"{plain(name)} {percent(share)}"
        for name, share in at.items()
        if name not in (own, _ON_PIXELS) and not name.startswith(f"{own}:")
    ]
    if _ON_PIXELS in at:
        others.append(f"neighbours on pixels {percent(at[_ON_PIXELS])}")
    return f"{said}{'; ' if others else ''}{', '.join(others)}."
