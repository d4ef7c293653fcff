"""The walk through a latent space: map, sliders and decoded image, all in the browser.

A thin adapter to `static/decode/`. The decoder's weights travel once; an image is decoded where the hand
moves, with no way to the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from core.figures import style
from core.jobs import image_tasks
from core.latents.arrays import FloatArray
from core.latents.directions import directions
from core.runs.run import Run
from core.setting.names import title
from core.setting.setting import dataset_info
from pages.parts.decode.planes import Decoded
from pages.parts.latent_view.serving import component, reference, serve
from pages.parts.shared import address, run_data, services

DIGITS = 5  # of a number in an address
_LONGEST = 1_000


def walk(run: Run, decoded: Decoded, key: str) -> None:
    """Draw it; where one is, is kept in the address as `key`."""
    name = f"walk_{key}"
    place = _place(run, key)
    _component()(
        key=name,
        data=_data(run, decoded, place),
        on_place_change=lambda: _keep(name, key, run),
    )


def _place(run: Run, key: str) -> list[float]:
    """Where one is: as the address says, else at the first held-out image."""
    text = str(st.session_state[address.text(key, _LONGEST)])
    if text:
        found = _numbers(text.split(","), run.setting.latent_dim)
        if found is not None:
            return found
        address.problem(f"a place must be {run.setting.latent_dim} numbers")
        st.session_state[key] = ""
    return [float(v) for v in run.arrays["latents"][0]]


def _keep(name: str, key: str, run: Run) -> None:
    """Take over where the visitor went; it is a visitor's input."""
    sent = getattr(st.session_state.get(name), "place", None)
    if not isinstance(sent, Mapping) or sent.get("run") != run.name:
        return
    latent = sent.get("latent")
    found = _numbers(latent, run.setting.latent_dim) if isinstance(latent, list) else None
    if found is not None:
        st.session_state[key] = as_text(found)


def as_text(latent: Any) -> str:
    """A latent as an address says it."""
    return ",".join(f"{float(v):.{DIGITS}g}" for v in latent)


def _numbers(values: Any, count: int) -> list[float] | None:
    """So many finite numbers; None if they are something else."""
    try:
        found = [float(v) for v in values]
    except (TypeError, ValueError):
        return None
    return found if len(found) == count and np.isfinite(found).all() else None


def _data(run: Run, decoded: Decoded, place: list[float]) -> dict[str, Any]:
    """As `static/decode/view.js` describes it."""
    latents, plane = run.arrays["latents"], decoded.plane
    known = run.arrays.get("labels")
    labels = run.arrays["clusters"] if known is None else known
    names = () if known is None else dataset_info(run.setting.dataset).class_names
    key = run_data.run_key(run)
    network = _network(key, run)
    return {
        "run": run.name,
        "size": run.setting.image_size,
        "range": run.setting.pixel_range,
        "layers": network[0],
        "weights": reference(network[1]),
        "plane": {
            "origin": plane.origin.tolist(),
            "across": plane.across.tolist(),
            "up": plane.up.tolist(),
            "xs": plane.xs.tolist(),
            "ys": plane.ys.tolist(),
            "names": plane.names,
        },
        "picture": serve(decoded.picture, "image/png"),
        "alt": f"Map of {title(run.setting)}: {len(plane.xs)} x {len(plane.ys)} decoded images. "
        "Arrow keys move the place that is decoded.",
        "points": reference(decoded.data.points.astype(np.float32)),
        "labels": reference(labels.astype(np.int16)),
        "classes": [
            {"id": c, "name": style.class_name(c, names), "shades": style.class_shades(c),
             "quiet": False}
            for c in style.classes_in(labels)
        ],
        "kind": "cluster" if known is None else dataset_info(run.setting.dataset).noun,
        "latents": reference(latents.astype(np.float32)),
        "directions": _directions(key, latents),
        "place": place,
        "usual": decoded.usual.median,
        "far": decoded.usual.far,
    }  # fmt: skip


@st.cache_resource(max_entries=32, show_spinner=False)
def _directions(key: str, _latents: FloatArray) -> list[dict[str, Any]]:
    found = directions(_latents)
    return [
        {
            "name": one.name, "vector": one.vector.tolist(),
            "zero": float(found.origin @ one.vector), "low": one.low,
            "quartiles": one.quartiles.tolist(), "high": one.high,
        }
        for one in found.each
    ]  # fmt: skip


@st.cache_resource(max_entries=32, show_spinner=False)
def _network(key: str, _run: Run) -> tuple[list[dict[str, Any]], Any]:
    return services.workers().call(image_tasks.decoder_weights, _run)


def _component() -> Any:
    return component("decode_walk", "decode/view.js", "The map")
