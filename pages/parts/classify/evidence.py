"""What neighbours know of a Run's held-out images, each thing computed once for all visitors."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd
import streamlit as st

from core.jobs import image_tasks
from core.latents.arrays import Undefined
from core.metrics.label_efficiency import Efficiency, Plan
from core.metrics.neighbour_classifier import Asked, Regions, predictions
from core.runs.run import Run
from core.setting.names import method_name
from core.setting.recipes import RECIPES, SHIPPED
from pages.parts.classify.own_digit import MAX_K, USUAL_K
from pages.parts.shared import address, image_data, run_data, services
from pages.parts.shared.space import IMAGES

COMPARED = ("", "vae", "contrastive+self_labelling")  # regularizers: none, the VAE's, the recipe's


def chosen_k(run: Run) -> int:
    """Draw how many neighbours are asked."""
    most = min(MAX_K, image_data.training_images(run))
    key = address.number("k", 1, most, min(USUAL_K, most))
    if most < 2:
        return 1
    return int(st.slider("Neighbours asked, k", 1, most, key=key, width=420))


def asked(run: Run) -> Asked:
    """The training neighbours of every held-out image. Raises Undefined."""
    return _asked(run_data.run_key(run), run)


@st.cache_resource(max_entries=8, show_spinner="Asking the neighbours of every held-out image …")
def _asked(key: str, _run: Run) -> Asked:
    return services.workers().call(image_tasks.neighbours_asked, _run, MAX_K)


def baselines(run: Run) -> dict[str, float]:
    """Accuracy of other ways with all labels, by name of the method; empty for a single class."""
    return _baselines(run_data.run_key(run), run)


@st.cache_resource(max_entries=16, show_spinner="Measuring what it is up against …")
def _baselines(key: str, _run: Run) -> dict[str, float]:
    plan = Plan(counts=(), draws=1, queries=len(_run.arrays["latents"]))
    try:
        found = image_data.of_run(_run, "label_efficiency", plan)
        return {e.method: e.mean for e in found}
    except Undefined:
        return {}


def efficiency(run: Run) -> list[Efficiency]:
    """Accuracy against labelled images. Raises Undefined."""
    return _efficiency(run_data.run_key(run), run)


@st.cache_resource(max_entries=32, show_spinner=False)
def _efficiency(key: str, _run: Run) -> list[Efficiency]:
    found: list[Efficiency] = image_data.of_run(_run, "label_efficiency")
    return found


def alike(run: Run) -> dict[str, Run]:
    """The Run, and shipped ones of the same images and dimension, by what sets them apart."""
    s = run.setting
    found = {method_name(s): run}
    for name in SHIPPED:
        other = RECIPES[name].setting
        same = all(getattr(other, f) == getattr(s, f) for f in (*IMAGES, "latent_dim"))
        terms = "+".join(term.name for term in other.regularizer)
        if not same or terms not in COMPARED or method_name(other) in found:
            continue
        if services.store().has(other) and (stored := run_data.find_run(other)) is not None:
            found[method_name(other)] = stored
    return found


@st.cache_resource(max_entries=8, show_spinner="Asking the neighbours of every place …")
def regions_of(key: str, _run: Run, k: int) -> Regions:
    """What the classifier says at each place of a flat latent space. Raises Undefined."""
    return services.workers().call(image_tasks.regions, _run, k)


def predictions_csv(run: Run, k: int) -> bytes:
    """Number, label, what k neighbours say and their share of votes, of each held-out image."""
    found = asked(run)
    said = predictions(found, k)
    share = (found.labels[:, :k] == said[:, None]).mean(axis=1)
    table = {"number": np.arange(len(said)), "label": found.truth, "predicted": said,
             "share": share, "distance": found.distances[:, 0]}  # fmt: skip
    return pd.DataFrame(table).to_csv(index=False, float_format="%.6g").encode()


def efficiency_csv(found: list[Efficiency], of: dict[str, str]) -> bytes:
    """Accuracy against labels as a table; `of` says of which Run a method's rows are."""
    rows = [{"run": of.get(e.method, ""), **asdict(e)} for e in found]
    return pd.DataFrame(rows).to_csv(index=False, float_format="%.6g").encode()
