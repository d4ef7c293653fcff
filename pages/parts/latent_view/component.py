"""The latent view: points that one can hover, pin and select, with the images behind them.

A thin adapter to the browser's part in `static/latent_view/`. Points, fields and images travel once,
as binary files named by their content, so a recolouring sends nothing but a few names. What is cheap
comes with `latent_view`; what takes a moment (images, silhouettes, neighbours) follows with
`latent_pieces`, after the points are on the screen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import streamlit as st
from streamlit import runtime

from core.figures import style
from core.figures.sprites import COLUMNS, PER_SHEET
from core.setting.paths import STATIC
from core.training.replay import Replay

Array = npt.NDArray[Any]
_DTYPES = {np.dtype(t).name for t in ("float32", "int32", "int16", "uint16", "uint8")}


@dataclass(frozen=True, eq=False)
class Field:
    """Something known of every point.

    Attributes:
        label: name for people.
        values: (n,) whole numbers of classes, or float32.
        classes: id, name and colour of each class; empty: a value with a colour bar.
        low, high: ends of the colour bar.
        scale: colours from 0 (low) to 1 (high).
    """

    label: str
    values: Array
    classes: tuple[tuple[int, str, str], ...] = ()
    low: float = 0.0
    high: float = 1.0
    scale: Sequence[Sequence[Any]] = ()


@dataclass(frozen=True, eq=False)
class View:
    """What a latent view shows.

    Attributes:
        points: (n, m) float32, m of 1 to 3; one dimension is drawn against random heights.
        axes: m names.
        fields: by name; what the card lists and points can be coloured by.
        colour: name of a field.
        rows: names the images that the points stand for; while it stays, so do pin and selection.
        of: names what was made of them (the Run); while it stays, so do images and neighbours.
        alt: one sentence for who can't see it.
        parts: name and first row of each split among the images, in order.
        equal: one unit is as long on every axis.
        replay: the training, to be played; its positions must have the axes of the points.
        errors: held-out error by optimizer step, drawn beside the replay's own curves.
        link: views of one page with the same text light each other's points.
    """

    points: Array
    axes: tuple[str, ...]
    fields: Mapping[str, Field]
    colour: str
    rows: str
    of: str
    alt: str
    parts: Sequence[tuple[str, int]] = (("held-out", 0),)
    equal: bool = True
    replay: Replay | None = None
    errors: Mapping[int, float] = field(default_factory=dict)
    link: str = ""


@dataclass(frozen=True, eq=False)
class Pieces:
    """What follows a view.

    Attributes:
        of: as `View.of`.
        sheets: for each of the view's parts, pictures of its images and of their reconstructions, as
            `core.figures.sprites.sprite_sheets` makes them.
        size: side of an image in pixels.
        neighbours: (n, k) rows of the nearest others, nearest first; None: no walking.
        fields: more of them, for the card.
    """

    of: str
    sheets: Sequence[Sequence[tuple[bytes, bytes]]] = ()
    size: int = 28
    neighbours: Array | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)


class Events(NamedTuple):
    """What the visitor did.

    Attributes:
        pinned: row of the pinned point.
        selected: rows of the selected points, ascending.
    """

    pinned: int | None
    selected: list[int] | None


def digit_field(labels: Array, names: Sequence[str], label: str = "digit") -> Field:
    """Labels (n,) in the fixed colours of their classes."""
    return _classes(label, labels, lambda c: names[c] if c < len(names) else str(c))


def cluster_field(labels: Array) -> Field:
    """Found clusters (n,), -1 being noise."""
    return _classes("cluster", labels, lambda c: "noise" if c < 0 else str(c))


def _classes(label: str, labels: Array, name: Any) -> Field:
    ids = sorted({int(v) for v in labels}, key=lambda v: (v < 0, v))
    classes = tuple((c, str(name(c)), style.class_colour(c)) for c in ids)
    return Field(label, labels.astype(np.int16), classes)


def silhouette_field(values: Array) -> Field:
    """Silhouettes (n,), -1 to 1."""
    return Field("silhouette", values.astype(np.float32), (), -1.0, 1.0, style.DIVERGING)


def error_field(values: Array) -> Field:
    """Squared errors per pixel (n,); the worst hundredth shares the last colour."""
    high = float(np.nanquantile(values, 0.99)) if len(values) else 1.0
    return Field("error", values.astype(np.float32), (), 0.0, high or 1.0, style.SEQUENTIAL)


def latent_view(view: View, key: str) -> Events:
    """Draw a view; `key` is its place on the page. Camera and selection outlive new data there."""
    points, axes = view.points.astype(np.float32), view.axes
    n, m = points.shape
    if m == 1:
        heights = np.random.default_rng(0).uniform(-1, 1, (n, 1)).astype(np.float32)
        points, axes = np.hstack([points, heights]), (*axes, "random height, without meaning")
    data: dict[str, Any] = {
        "kind": "view",
        "key": key,
        "n": n,
        "axes": axes,
        "place": f"{key}-{'-'.join(axes)}",
        "points": _reference(points) if n else None,
        "say": "" if n else "There are no points to draw.",
        "fields": _fields(view.fields),
        "colour": view.colour,
        "parts": [{"name": name, "start": start} for name, start in view.parts],
        "rows": view.rows,
        "of": view.of,
        "alt": view.alt,
        "equal": view.equal and m > 1,
        "plain": m == 1,
        "link": view.link,
        "plotly": plotly_js(),
        "replay": _replay(view.replay, view.errors) if view.replay is not None and m > 1 else None,
    }
    result = _component()(
        key=key, data=data, on_pinned_change=_nothing, on_selected_change=_nothing
    )
    return _events(result, n, view.rows)


def latent_pieces(pieces: Pieces, view_key: str) -> None:
    """Send what follows the view at `view_key`; takes no room on the page."""
    neighbours = pieces.neighbours
    if neighbours is not None:
        neighbours = neighbours.astype(np.uint16 if len(neighbours) <= 2**16 else np.int32)
    sprites = None
    if pieces.sheets:
        urls = [
            [[_serve(picture, _kind(picture)) for picture in pair] for pair in part]
            for part in pieces.sheets
        ]
        sprites = {"size": pieces.size, "columns": COLUMNS, "per": PER_SHEET, "parts": urls}
    data = {
        "kind": "pieces",
        "view": view_key,
        "of": pieces.of,
        "sprites": sprites,
        "neighbours": None if neighbours is None else _reference(neighbours),
        "fields": _fields(pieces.fields),
    }
    _component()(key=f"{view_key}_pieces", data=data)


def preload() -> None:
    """Have the browser fetch plotly.js and the view while the page is still being put together.

    As a script of its own, because the part of Streamlit that runs components comes a second later.
    """
    script = f"""
const tag = document.querySelector('script[src*="static/js/"]');
const root = tag ? tag.src.split("static/js/")[0] : location.origin + "/";
import(root + "{module_address()}").then((view) => view.preload("{plotly_js()}")).catch(() => {{}});"""
    st.html(f'<script type="module">{script}</script>', unsafe_allow_javascript=True)


def plotly_js() -> str:
    """Address of the plotly.js that came with the plotly package; written to `static/` once.

    Where the disk can't be written to, it is served from memory, a little slower.
    """
    found = _plotly()
    return found if isinstance(found, str) else _serve(found, "text/javascript")


@cache
def _plotly() -> str | bytes:
    """Its address in `static/`, or itself: what is served from memory must be served at every run."""
    import plotly
    from plotly.offline import get_plotlyjs

    file = STATIC / f"plotly-{plotly.__version__}.min.js"
    if not file.exists():
        try:
            temporary = file.with_suffix(f".{id(file)}.tmp")
            temporary.write_text(get_plotlyjs(), encoding="utf-8")
            temporary.replace(file)
        except OSError:
            return get_plotlyjs().encode()
    return f"app/static/{file.name}"


@cache
def module_address() -> str:
    """Address of the browser's part, which changes with its content."""
    digest = hashlib.sha256()
    for file in sorted((STATIC / "latent_view").iterdir()):
        digest.update(file.read_bytes())
    return f"app/static/latent_view/view.js?v={digest.hexdigest()[:12]}"


@cache
def _script() -> str:
    """The element's own script: no more than the address of the rest."""
    return f"""
export default function (component) {{
  const script = document.querySelector('script[src*="static/js/"]');
  const root = script ? script.src.split("static/js/")[0] : location.origin + "/";
  const view = import(root + "{module_address()}");
  view.catch(() => (component.parentElement.textContent = "The latent view can't be loaded."));
  const drawn = view.then((module) => module.default(component));
  return () => drawn.then((close) => close && close());
}}"""


def _component() -> Any:
    return st.components.v2.component("latent_view", js=_script(), isolate_styles=False)


def _nothing() -> None:
    """The page reads the values where the view is drawn."""


def _events(result: Any, n: int, of: str) -> Events:
    """What the browser sent, checked: it is a visitor's input.

    An answer is rows and the name of the images that they were picked from. One to the view before
    this one means other images and counts for nothing.
    """

    def row(value: Any) -> bool:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and 0 <= value < n and value == int(value)

    def rows(name: str) -> list[int] | None:
        answer = getattr(result, name, None)
        if not isinstance(answer, Mapping) or answer.get("of") != of:
            return None
        picked = answer.get("rows")
        if not isinstance(picked, list) or not picked or not all(row(v) for v in picked):
            return None
        return sorted({int(v) for v in picked})

    pinned = rows("pinned")
    return Events(pinned[0] if pinned is not None and len(pinned) == 1 else None, rows("selected"))


def _fields(fields: Mapping[str, Field]) -> dict[str, Any]:
    return {
        name: {
            "label": f.label,
            "kind": "class" if f.classes else "value",
            "ref": _reference(f.values),
            "classes": [{"id": c, "name": n, "colour": colour} for c, n, colour in f.classes],
            "low": f.low,
            "high": f.high,
            "scale": f.scale,
        }
        for name, f in fields.items()
    }


def _replay(replay: Replay, errors: Mapping[int, float]) -> dict[str, Any]:
    arrays = replay.to_arrays()
    steps = sorted(errors)
    known = [errors[step] for step in steps]
    between = np.interp(replay.steps, steps, known, left=np.nan) if steps else np.nan * replay.steps
    curves = {**replay.curves, "error": between}
    names = {"acc": "ACC", "silhouette_labels": "label silhouette",
             "silhouette_clusters": "cluster silhouette", "error": "held-out error"}  # fmt: skip
    return {
        **{name: _reference(arrays[name]) for name in ("levels", "low", "unit", "rows")},
        "steps": replay.steps.tolist(),
        "curves": {
            names[name]: [None if np.isnan(v) else float(f"{v:.4g}") for v in curve]
            for name, curve in curves.items()
            if not np.isnan(curve).all()
        },
    }


def _reference(values: Array) -> dict[str, str]:
    if values.dtype.name not in _DTYPES:
        raise ValueError(f"values must be one of {', '.join(sorted(_DTYPES))}; got {values.dtype}")
    content = np.ascontiguousarray(values).tobytes()
    return {"url": _serve(content, "application/octet-stream"), "dtype": values.dtype.name}


def _kind(picture: bytes) -> str:
    return "image/png" if picture.startswith(b"\x89PNG") else "image/webp"


def _serve(content: bytes, mimetype: str) -> str:
    """A path at which the browser finds the content while this visitor's page refers to it.

    Streamlit keeps each content once, whoever asks, and drops it with the last page that shows it.
    """
    if not runtime.exists():
        return ""
    place = f"latent_view-{hashlib.sha256(content).hexdigest()[:16]}"
    return runtime.get_instance().media_file_mgr.add(content, mimetype, place)
