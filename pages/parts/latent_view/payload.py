"""A latent view as the browser gets it; `static/latent_view/types.js` describes the same.

Arrays and pictures travel once, as files named by their content, so a recolouring sends nothing but a
few names. What looks the same here and in saved figures (colours, marker sizes) comes from
`core.figures`: the browser has no values of its own for it. How large a view is on a page, `view.css`
alone says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.figures.latent import RANDOM_HEIGHT, on_random_heights
from core.figures.sprites import COLUMNS, PER_SHEET
from core.figures.style import marker_size
from core.training.replay import Replay
from pages.parts.latent_view.fields import Array, Field
from pages.parts.latent_view.records import Guest, Pieces, View
from pages.parts.latent_view.serving import reference, serve, view_plotly_js

_CURVES = {
    "acc": "ACC",
    "silhouette_labels": "label silhouette",
    "silhouette_clusters": "cluster silhouette",
    "error": "held-out error",
}


def view_data(view: View, key: str) -> dict[str, Any]:
    """What is drawn at the place `key`."""
    points, axes = view.points.astype(np.float32), view.axes
    n, m = points.shape
    if m == 1:
        points, axes = on_random_heights(points), (*axes, RANDOM_HEIGHT)
    return {
        "kind": "view",
        "key": key,
        "n": n,
        "axes": axes,
        "camera": f"{key}-{'-'.join(axes)}",
        "points": reference(points) if n else None,
        "message": "" if n else "There are no points to draw.",
        "fields": _fields(view.fields),
        "colour": view.colour,
        "parts": [{"name": name, "start": start} for name, start in view.parts],
        "images": view.images_key,
        "latents": view.latents_key,
        "alt": view.alt,
        "title": view.title,
        "file": view.file,
        "note": view.note,
        "guest": None if view.guest is None else _guest(view.guest),
        "chosen": None if view.chosen is None else view.chosen._asdict(),
        "pinned": view.pinned,
        "equal": view.equal and m > 1,
        "heights": m == 1,
        "size": marker_size(n, m),
        "link": view.link,
        "plotly": view_plotly_js(),
        "replay": replay_data(view.replay, view.errors)
        if view.replay is not None and m > 1
        else None,
    }


def pieces_data(pieces: Pieces, view_key: str) -> dict[str, Any]:
    """What follows the view at `view_key`."""
    sprites = None
    if pieces.sheets:
        paths = [
            [[serve(picture, _kind(picture)) for picture in pair] for pair in part]
            for part in pieces.sheets
        ]
        sprites = {
            "size": pieces.size, "columns": COLUMNS, "per_sheet": PER_SHEET, "parts": paths
        }  # fmt: skip
    return {
        "kind": "pieces",
        "view": view_key,
        "latents": pieces.latents_key,
        "sprites": sprites,
        "neighbours": _neighbours(pieces.neighbours),
        "fields": _fields(pieces.fields),
        "medoids": {
            name: [medoid._asdict() for medoid in medoids]
            for name, medoids in pieces.medoids.items()
        },
    }


def replay_data(replay: Replay, errors: Mapping[int, float]) -> dict[str, Any]:
    """A training to be played; `errors` by optimizer step become a curve beside its own."""
    steps = sorted(errors)
    known = [errors[step] for step in steps]
    between = np.interp(replay.steps, steps, known, left=np.nan) if steps else np.nan * replay.steps
    curves = {**replay.curves, "error": between}
    _, m, p = replay.positions.shape
    return {
        "positions": reference(replay.positions.astype(np.float32)),
        "rows": reference(replay.rows.astype(np.int32)),
        "steps": replay.steps.tolist(),
        "curves": {
            _CURVES[name]: [None if np.isnan(v) else float(f"{v:.4g}") for v in curve]
            for name, curve in curves.items()
            if not np.isnan(curve).all()
        },
        "images": m,
        "size": marker_size(m, p),
    }


def _guest(guest: Guest) -> dict[str, Any] | None:
    """None where it has no place; of a single dimension it stands at middle height."""
    if not np.isfinite(guest.place).all():
        return None
    return {
        "place": _at_a_height(guest.place),
        "joined": [_at_a_height(place) for place in guest.joined],
        "name": guest.name,
    }


def _at_a_height(place: Array) -> list[float]:
    found = [float(f"{value:.6g}") for value in place]
    return found if len(found) > 1 else [*found, 0.0]


def _fields(fields: Mapping[str, Field]) -> dict[str, Any]:
    return {
        name: {
            "label": f.label,
            "kind": "class" if f.classes else "value",
            "values": reference(f.values),
            "classes": [
                {"id": c.id, "name": c.name, "shades": c.shades, "quiet": c.is_quiet}
                for c in f.classes
            ],
            "low": f.low,
            "high": f.high,
            "scale": f.scale,
        }
        for name, f in fields.items()
    }


def _neighbours(rows: Array | None) -> dict[str, str] | None:
    if rows is None:
        return None
    return reference(rows.astype(np.uint16 if len(rows) <= 2**16 else np.int32))


def _kind(picture: bytes) -> str:
    return "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"
