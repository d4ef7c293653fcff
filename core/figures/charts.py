"""Figures: arrays in, plotly figures (or uint8 images) out. Nothing here knows a page.

A class has the same colour in every figure. Backgrounds are transparent and text and grid a middle
grey, so that a figure can be read on a light and on a dark page without knowing which it is on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
from plotly.subplots import make_subplots

FloatArray = npt.NDArray[np.floating[Any]]
IntArray = npt.NDArray[np.integer[Any]]

# Found by numerical search: any two of these and the grey differ by at least 25 in CIELAB, also as
# seen without red or green cones (Machado et al. 2009), and all stand out from white (contrast 2)
# and from Streamlit's dark page (2.1).
DIGIT_COLOURS = (
    "rgb(24,21,243)",  # blue
    "rgb(224,129,64)",  # orange
    "rgb(238,171,5)",  # gold
    "rgb(111,105,254)",  # periwinkle
    "rgb(132,47,68)",  # wine
    "rgb(113,74,8)",  # brown
    "rgb(156,193,140)",  # sage
    "rgb(125,6,167)",  # purple
    "rgb(210,153,239)",  # lilac
    "rgb(154,41,128)",  # magenta
)
NOISE_COLOUR = "rgb(140,140,140)"
COLOURINGS = ("digit", "cluster", "silhouette", "reconstruction")
MAX_QUANTILES = 400

_GAP = 128  # grey between the tiles of a montage: digits are black and white
GREY, _GRID = "rgb(122,122,122)", "rgba(128,128,128,0.25)"
# Explicit scales: readable without colour vision, and none of their ends is a page's background.
DIVERGING = [[0.0, "rgb(202,80,0)"], [0.5, "rgb(165,165,165)"], [1.0, "rgb(20,110,220)"]]
SEQUENTIAL = [[0.0, "rgb(70,60,150)"], [0.5, "rgb(225,80,110)"], [1.0, "rgb(245,190,60)"]]
_SHARES = [[0.0, "rgb(239,243,255)"], [0.5, "rgb(107,174,214)"], [1.0, "rgb(8,48,107)"]]
_AXIS = {"gridcolor": _GRID, "zerolinecolor": _GRID, "linecolor": _GRID, "automargin": True}
_SCENE_AXIS = {"gridcolor": _GRID, "zerolinecolor": _GRID, "showbackground": False}
# Our own and not plotly's default: that one is 7 kB in every figure, and importing streamlit
# changes which one it is.
_TEMPLATE = go.layout.Template(
    layout={
        "font": {"color": GREY},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "scene": {f"{a}axis": _SCENE_AXIS for a in "xyz"},
        "margin": {"l": 8, "r": 8, "t": 24, "b": 8},
        "hovermode": "closest",
    }
)


class KScore(Protocol):
    """What `choice_of_k` reads of a score, as `core.metrics.how_many.KScore` has it."""

    @property
    def k(self) -> int: ...
    @property
    def silhouette(self) -> float | None: ...
    @property
    def bic(self) -> float: ...


def colour_of(label: int) -> str:
    """The colour of a class or cluster: ten, then the same ten again; grey for noise (negative)."""
    return NOISE_COLOUR if label < 0 else DIGIT_COLOURS[label % len(DIGIT_COLOURS)]


def _name(label: int, class_names: Sequence[str]) -> str:
    if label < 0:
        return "noise"
    return class_names[label] if label < len(class_names) else str(label)


def blank(height: int, **layout: Any) -> go.Figure:
    """An empty figure in the style of all of them."""
    return go.Figure(layout={"template": _TEMPLATE, "height": height, **layout})


def say(figure: go.Figure, text: str, y: float = 0.5) -> go.Figure:
    """A sentence on the paper of a figure, 0 at its bottom and 1 at its top."""
    return figure.add_annotation(
        text=text, xref="paper", yref="paper", x=0.5, y=y, showarrow=False, yanchor="bottom"
    )


# -------------------------------------------------------------------------------- latent space
def scatter(
    points: FloatArray,
    axes: Sequence[str],
    *,
    colour: str,
    labels: IntArray | None = None,
    clusters: IntArray | None = None,
    values: FloatArray | None = None,
    class_names: Sequence[str] = (),
    equal_aspect: bool = False,
    size: float | None = None,
    height: int = 560,
) -> go.Figure:
    """Points coloured by what is known of them.

    By digit or cluster there is one trace for each, so a click in the legend shows it alone; by a
    value there is one trace with a colour bar, and a grey one for points whose value is NaN. Points
    with a NaN coordinate are left out and counted in the figure. `customdata` of a point begins
    with its row in `points`; digit, cluster and value follow, as far as they are given.

    Args:
        points: (n, m), m of 1 to 3. One dimension is drawn against random heights.
        axes: m names.
        colour: `digit` (needs labels), `cluster` (needs clusters), `silhouette` or
            `reconstruction` (need values).
        labels: (n,) classes.
        clusters: (n,) found clusters; negative is noise.
        values: (n,) silhouettes by found cluster, or squared errors per pixel.
        class_names: by class.
        equal_aspect: one unit is as long on every axis, as it must be where distances matter.
        size: diameter of a marker in pixels; by the number of points when None.
        height: of the figure in pixels.

    Raises:
        ValueError: unknown colour, a missing array or lengths that differ.
    """
    if colour not in COLOURINGS:
        raise ValueError(f"colour must be one of {', '.join(COLOURINGS)}; got {colour!r}")
    n, m = points.shape
    if not 1 <= m <= 3 or len(axes) != m:
        raise ValueError(f"points must have 1 to 3 named axes; got {m} and {len(axes)} names")
    columns: dict[str, npt.NDArray[Any]] = {"index": np.arange(n)}
    for name, column in (("digit", labels), ("cluster", clusters), ("value", values)):
        if column is not None:
            if len(column) != n:
                raise ValueError(f"{name} must have one entry a point, {n}; got {len(column)}")
            columns[name] = np.asarray(column)
    key = colour if colour in ("digit", "cluster") else "value"
    if key not in columns:
        needed = {"digit": "labels", "cluster": "clusters", "value": "values"}[key]
        raise ValueError(f"colour {colour!r} needs {needed}")

    drawn = np.isfinite(points).all(axis=1)
    figure = blank(
        height,
        # Unchanged between figures: camera, zoom and hidden classes survive a recolouring.
        uirevision="latents",
        legend={
            "itemsizing": "constant",
            "itemclick": "toggleothers",
            "itemdoubleclick": "toggle",
            "title": {"text": colour},
        },
    )
    _name_axes(figure, axes, equal_aspect)
    if not drawn.any():
        say(figure, "There are no points to draw.")
    if not drawn.all():
        say(figure, f"{int((~drawn).sum())} points not drawn: not finite", y=1)
    xyz = points.astype(np.float32)
    if m == 1:
        heights = np.random.default_rng(0).uniform(-1, 1, (n, 1)).astype(np.float32)
        xyz = np.hstack([xyz, heights])
    # float32 holds whole numbers up to 16.7 million, far more points than can be drawn.
    custom = np.stack(list(columns.values()), axis=1).astype(np.float32)
    # Names go along only where the number in customdata is not already the name.
    texts: npt.NDArray[np.str_] | None = None
    if labels is not None and key != "digit":
        names = {int(c): _name(int(c), class_names) for c in np.unique(labels)}
        if any(name != str(c) for c, name in names.items()):
            texts = np.array([names[int(c)] for c in labels], dtype=np.str_)

    def draw(rows: npt.NDArray[np.bool_], name: str, legend: bool, **marker: Any) -> None:
        lines = _hover(list(columns), key, name, "%{text}" if texts is not None else None)
        chosen = xyz[rows]
        where = {
            axis: np.ascontiguousarray(chosen[:, i]) for i, axis in enumerate("xyz"[: max(m, 2)])
        }
        figure.add_trace(
            (go.Scatter3d if m == 3 else go.Scattergl)(
                **where,
                mode="markers",
                name=name,
                showlegend=legend,
                marker={"size": size or _marker_size(int(drawn.sum()), m), **marker},
                customdata=custom[rows],
                text=None if texts is None else texts[rows].tolist(),
                hovertemplate="<br>".join(lines) + "<extra></extra>",
            )
        )

    if key != "value":
        of = columns[key]
        # Noise is -1 and would come first; it belongs last in the legend.
        for c in sorted({int(v) for v in of[drawn]}, key=lambda v: (v < 0, v)):
            name = _name(c, class_names if key == "digit" else ())
            draw(drawn & (of == c), name, True, color=colour_of(c))
        return figure
    defined = np.isfinite(columns["value"])
    if (drawn & defined).any():
        draw(
            drawn & defined, colour, False, **_continuous(colour, columns["value"][drawn & defined])
        )
    if (drawn & ~defined).any():
        draw(drawn & ~defined, "undefined", True, color=NOISE_COLOUR)
    return figure


def _marker_size(n: int, m: int) -> float:
    two_d = 8.0 if n <= 300 else 6.0 if n <= 3000 else 4.5 if n <= 20000 else 3.0
    return two_d * (0.6 if m == 3 else 1.0)


def _name_axes(figure: go.Figure, axes: Sequence[str], equal: bool) -> None:
    titles = {axis: {"text": name} for axis, name in zip("xyz", axes, strict=False)}
    if len(axes) == 3:
        scene: dict[str, Any] = {f"{axis}axis": {"title": t} for axis, t in titles.items()}
        figure.update_layout(scene={**scene, "aspectmode": "data" if equal else "cube"})
        return
    figure.update_layout(xaxis={"title": titles["x"]})
    if len(axes) == 1:
        height = {"text": "random height, without meaning"}
        figure.update_layout(yaxis={"title": height, "showticklabels": False, "showgrid": False})
    else:
        ratio = {"scaleanchor": "x", "scaleratio": 1} if equal else {}
        figure.update_layout(yaxis={"title": titles["y"], **ratio})


def _hover(columns: list[str], key: str, name: str, class_text: str | None) -> list[str]:
    """One line a column of customdata; the name of a trace replaces the number it stands for."""
    lines = []
    for i, column in enumerate(columns):
        number = f"%{{customdata[{i}]:{'.4g' if column == 'value' else 'd'}}}"
        if column == key and key != "value":
            number = name
        elif column == "digit" and class_text is not None:
            number = class_text
        lines.append(f"{column} {number}")
    return lines


def _continuous(colour: str, values: FloatArray) -> dict[str, Any]:
    """Marker properties for a value with a colour bar; values (k,), finite, k at least 1."""
    if colour == "silhouette":
        low, high, scale, title = -1.0, 1.0, DIVERGING, "silhouette (by found cluster)"
    else:
        # The worst hundredth would leave every other point in one colour.
        low, high = 0.0, float(np.quantile(values, 0.99)) or 1.0
        scale, title = SEQUENTIAL, "squared error per pixel"
    return {
        "color": values.astype(np.float32),
        "cmin": low,
        "cmax": high,
        "colorscale": scale,
        "colorbar": {"title": {"text": title, "side": "right"}, "thickness": 14, "outlinewidth": 0},
    }


# ---------------------------------------------------------------------------------- evaluation
def silhouette_plot(
    samples: FloatArray,
    labels: IntArray,
    class_names: Sequence[str],
    mean: float | None = None,
    height: int = 420,
) -> go.Figure:
    """Every point's silhouette, sorted within its class (Rousseeuw 1987).

    One filled shape per class, as high as the class is large; a class of more than 400 points is
    drawn by 400 quantiles. Points whose silhouette is NaN are left out.

    Args:
        samples: (n,) silhouettes, -1 to 1.
        labels: (n,) the classes or clusters that they were computed for.
        class_names: by class.
        mean: drawn as a dashed line; not drawn when None or NaN.
        height: in pixels.
    """
    figure = blank(height, showlegend=False)
    ticks: dict[float, str] = {}
    valid = np.isfinite(samples)
    below = 0.0
    gap = 0.02 * float(valid.sum())
    for c in sorted({int(v) for v in labels[valid]}, key=lambda v: (v < 0, v)):
        own = samples[valid & (labels == c)]
        count = min(len(own), MAX_QUANTILES)
        x = np.quantile(own, np.linspace(1, 0, count)).astype(np.float32)
        # A class of one point is an edge too: a line without width cannot be filled.
        x = np.repeat(x, 2) if count == 1 else x
        figure.add_trace(
            go.Scatter(
                x=x,
                y=np.linspace(below, below + len(own), len(x)).astype(np.float32),
                fill="tozerox",
                mode="lines",
                line={"width": 1, "color": colour_of(c)},
                fillcolor=colour_of(c),
                name=_name(c, class_names),
                hovertemplate=f"{_name(c, class_names)}: {len(own)} points, mean "
                f"{float(own.mean()):.3f}<br>here %{{x:.3f}}<extra></extra>",
            )
        )
        ticks[below + len(own) / 2] = _name(c, class_names)
        below += len(own) + gap
    if not ticks:
        return say(figure, "There are no silhouettes to draw.")
    figure.update_layout(
        xaxis={
            "title": {"text": "silhouette"},
            "range": [min(-0.2, float(samples[valid].min())), 1],
        },
        yaxis={"tickvals": list(ticks), "ticktext": list(ticks.values()), "showgrid": False},
    )
    figure.update_yaxes(range=[below, -gap])  # the first class on top
    if mean is not None and np.isfinite(mean):
        line = {"dash": "dash", "color": GREY, "width": 2}
        figure.add_vline(
            x=mean, line=line, annotation={"text": f"mean {mean:.3f}", "yanchor": "bottom"}
        )
    return figure


def confusion(
    counts: IntArray, row_names: Sequence[str], column_names: Sequence[str], height: int = 420
) -> go.Figure:
    """Digits against clusters: counts as text, coloured by the share of the digit (0 to 1).

    Args:
        counts: (rows, columns).
        row_names: the digits.
        column_names: the clusters, those matched to digits first and in the digits' order.
        height: in pixels.
    """
    totals = counts.sum(axis=1, keepdims=True)
    share = (counts / np.maximum(totals, 1)).astype(np.float32)
    figure = blank(height)
    figure.add_trace(
        go.Heatmap(
            z=share,
            text=counts.tolist(),
            texttemplate="%{text}",
            customdata=[list(column_names)] * len(share),
            hovertemplate="%{text} of digit %{y}: %{z:.1%}<br>%{customdata}<extra></extra>",
            zmin=0,
            zmax=1,
            colorscale=_SHARES,
            xgap=1,
            ygap=1,
            colorbar={"title": {"text": "share of digit", "side": "right"}, "thickness": 14},
        )
    )
    # Positions with texts for ticks: names that look like numbers would be taken for positions,
    # and two clusters of one name for one.
    for update, title, names in (
        (figure.update_xaxes, "cluster", column_names),
        (figure.update_yaxes, "digit", row_names),
    ):
        update(title={"text": title}, tickvals=list(range(len(names))), ticktext=list(names))
    figure.update_yaxes(autorange="reversed")
    return figure


# ------------------------------------------------------------------------------------- training
def loss_curves(history: Sequence[Mapping[str, Any]], height: int = 380) -> go.Figure:
    """Reconstruction while training (solid) and held out (dashed); other terms in a row below.

    Args:
        history: records with `epoch`, `train` and `heldout`, each a value by name of a term.
        height: in pixels.

    Returns:
        A figure whose rows have a logarithmic axis where all their values are positive; a single
        epoch is drawn as markers.
    """
    if not history:
        return say(blank(height), "No epoch has finished yet.")
    terms = list(dict.fromkeys(t for r in history for t in r["train"] if t != "reconstruction"))
    rows = 2 if terms else 1
    figure = make_subplots(
        rows=rows, cols=1, shared_xaxes=True, row_heights=[0.68, 0.32][:rows], vertical_spacing=0.06
    )
    figure.update_layout(template=_TEMPLATE, height=height)
    epochs = [int(record["epoch"]) for record in history]
    seen: dict[int, list[float]] = {1: [], 2: []}

    def draw(row: int, part: str, term: str, name: str, line: dict[str, Any]) -> None:
        y = np.array([record[part].get(term, np.nan) for record in history], dtype=np.float64)
        finite = y[np.isfinite(y)]
        if finite.size:
            seen[row] += finite.tolist()
            mode = "markers" if len(epochs) == 1 else "lines"
            marker = {"color": line["color"], "size": 8}
            if part == "heldout":
                marker["symbol"] = "circle-open"
            trace = go.Scatter(x=epochs, y=y, name=name, mode=mode, line=line, marker=marker)
            figure.add_trace(trace, row=row, col=1)

    blue = {"color": DIGIT_COLOURS[0], "width": 2}
    draw(1, "train", "reconstruction", "reconstruction, training", blue)
    draw(1, "heldout", "reconstruction", "reconstruction, held out", {**blue, "dash": "dash"})
    for i, term in enumerate(terms):
        draw(2, "train", term, term, {"color": colour_of(i + 1), "width": 1})
    for row in range(1, rows + 1):
        kind = "log" if seen[row] and min(seen[row]) > 0 else "linear"
        title = "squared error per pixel" if row == 1 else "other terms"
        figure.update_yaxes(
            type=kind, exponentformat="power", title={"text": title}, row=row, col=1
        )
    figure.update_xaxes(title={"text": "epoch"}, row=rows, col=1)
    return figure


def choice_of_k(scores: Sequence[KScore], height: int = 380) -> go.Figure:
    """Silhouette (highest marked) and BIC (lowest marked) by the number of clusters tried."""
    if not scores:
        return say(blank(height), "No number of clusters has been tried yet.")
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08)
    figure.update_layout(template=_TEMPLATE, height=height, showlegend=False)
    ks = [score.k for score in scores]
    silhouettes = [np.nan if s.silhouette is None else s.silhouette for s in scores]
    for row, (title, values, sign) in enumerate(
        (("silhouette", silhouettes, 1), ("BIC", [s.bic for s in scores], -1)), start=1
    ):
        y = np.array(values, dtype=np.float64)
        line = {"color": DIGIT_COLOURS[row - 1], "width": 2}
        trace = go.Scatter(x=ks, y=y, name=title, mode="lines+markers", line=line)
        figure.add_trace(trace, row=row, col=1)
        if np.isfinite(y).any():
            best = int(np.nanargmax(sign * np.where(np.isfinite(y), y, np.nan)))
            mark = go.Scatter(
                x=[ks[best]],
                y=[y[best]],
                name=f"best {title}",
                mode="markers+text",
                text=[f"k = {ks[best]}"],
                textposition="bottom center" if sign > 0 else "top center",
                marker={
                    "symbol": "circle-open",
                    "size": 16,
                    **{"line": {"width": 2}},
                    "color": GREY,
                },
            )
            figure.add_trace(mark, row=row, col=1)
        figure.update_yaxes(title={"text": title}, row=row, col=1)
    figure.update_xaxes(title={"text": "number of clusters k"}, row=2, col=1)
    return figure


# --------------------------------------------------------------------------------------- images
def montage(images: FloatArray, columns: int, pad: int = 1) -> npt.NDArray[np.uint8]:
    """Images as tiles, row by row, with grey lines of `pad` pixels between and around them.

    Args:
        images: (n, h, w), 0 to 1; values beyond are clipped, NaN is black.
        columns: tiles in a row; the last row is filled up with grey.
        pad: width of the lines in pixels.

    Returns:
        (rows * (h + pad) + pad, columns * (w + pad) + pad) uint8.

    Raises:
        ValueError: no images, or columns below 1.
    """
    n = len(images)
    if n == 0 or columns < 1:
        raise ValueError(f"a montage needs images and columns of at least 1; got {n} and {columns}")
    _, h, w = images.shape
    rows = -(-n // columns)
    page = np.full((rows * (h + pad) + pad, columns * (w + pad) + pad), _GAP, dtype=np.uint8)
    tiles = np.rint(np.clip(np.nan_to_num(images), 0, 1) * 255).astype(np.uint8)
    for i, tile in enumerate(tiles):
        top, left = pad + i // columns * (h + pad), pad + i % columns * (w + pad)
        page[top : top + h, left : left + w] = tile
    return page


def pairs(originals: FloatArray, reconstructions: FloatArray) -> npt.NDArray[np.uint8]:
    """Originals (n, h, w) in the upper row, their reconstructions (n, h, w) in the lower.

    Raises:
        ValueError: no images, or shapes that differ.
    """
    if originals.shape != reconstructions.shape:
        raise ValueError(
            f"originals and reconstructions must have one shape; got {originals.shape} "
            f"and {reconstructions.shape}"
        )
    return montage(np.concatenate([originals, reconstructions]), columns=len(originals))
