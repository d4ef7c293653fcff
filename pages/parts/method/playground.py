"""A dozen points to move, and what happens to each score."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.compare.words import score_text
from core.figures.score_picture import score_picture
from core.metrics.catalogue import METRICS
from core.metrics.in_words import structure
from core.metrics.situations import (
    HIGH,
    LOW,
    SHOWN,
    SITUATIONS,
    Examined,
    Situation,
    contents,
    examine,
    mean_distance,
    moved,
    nearest_points,
    own_and_next,
    wrong_points,
)
from pages.parts.shared import address
from pages.parts.shared.charts import on_this_page

_X, _Y = "method_x", "method_y"
_STEP = 0.1
_LETTERS = "ABC"


def playground() -> None:
    """Draw controls, picture and scores."""
    st.markdown(
        "Twelve points in the plane stand for the latents of twelve images. Colours are **labels**, "
        "shapes are **clusters**, which k-means finds anew whenever a point moves. Choose a score to "
        "see what it counts, then move a point."
    )
    situation = _situation()
    left, right = st.columns([3, 2], gap="medium")
    with right:
        score = str(st.selectbox(
            "What counts for", SHOWN, format_func=lambda name: METRICS[name].label,
            key=address.choice("method_score", SHOWN, "silhouette_labels"),
        ))  # fmt: skip
        point, x, y = _move(situation)
        seen = _examined(
            tuple(map(tuple, moved(situation, point, x, y).tolist())), situation.labels
        )
        st.caption(_counted(seen, point, score))
    with left:
        st.plotly_chart(
            on_this_page(score_picture(seen, point, score)), key="method_picture",
            config={"displayModeBar": False},
            alt=f"{situation.label}: twelve points in the plane with what {METRICS[score].label} counts",
        )  # fmt: skip
    _scores(situation, seen)


def _situation() -> Situation:
    names = list(SITUATIONS)
    chosen = st.segmented_control(
        "Situation", names, format_func=lambda name: SITUATIONS[name].label, required=True,
        key=address.choice("method_case", names, "apart"), on_change=_put_back,
    )  # fmt: skip
    situation = SITUATIONS[str(chosen)]
    st.caption(situation.meaning)
    return situation


def _move(situation: Situation) -> tuple[int, float, float]:
    """Which point is looked at, and where it is."""
    numbers = list(range(1, len(situation.places) + 1))
    point = int(st.select_slider(
        "Point", numbers, key=address.choice("method_point", numbers, 1), on_change=_put_back,
    )) - 1  # fmt: skip
    x, y = situation.places[point]
    a, b = st.columns(2)
    x = a.slider("To the right", LOW, HIGH, step=_STEP, key=address.number(_X, LOW, HIGH, x))
    y = b.slider("Up", LOW, HIGH, step=_STEP, key=address.number(_Y, LOW, HIGH, y))
    st.button("Put it back", icon=":material/undo:", on_click=_put_back, type="tertiary",
              disabled=(x, y) == situation.places[point])  # fmt: skip
    return point, float(x), float(y)


def _put_back() -> None:
    """Have the sliders follow where the point was prepared; in a callback."""
    address.forget((_X, _Y))


@st.cache_resource(max_entries=512, show_spinner=False)
def _examined(places: tuple[tuple[float, ...], ...], labels: tuple[int, ...]) -> Examined:
    import numpy as np

    return examine(np.array(places), labels)


def _counted(seen: Examined, point: int, score: str) -> str:
    """What the picture shows of a score, in a sentence."""
    if score.startswith("silhouette"):
        own, other = own_and_next(seen, point, by_label=score.endswith("labels"))
        a, b = mean_distance(seen, point, own), mean_distance(seen, point, other)
        if not len(own) or not len(other):
            return "The point is alone in its group, so its silhouette is 0."
        value = (b - a) / max(a, b)
        return (
            f"Point {point + 1}: a = {a:.1f} is its mean distance to its own group, b = {b:.1f} to the "
            f"next one; its silhouette is (b − a) / the larger = {value:.2f}. The score is the mean of "
            "all twelve."
        )
    if score == "knn_accuracy":
        voters = ", ".join(_LETTERS[seen.labels[i]] for i in nearest_points(seen, point))
        return (
            f"Point {point + 1} has label {_LETTERS[seen.labels[point]]}; its three nearest have "
            f"{voters}. The score is the share of points whose neighbours' majority is right."
        )
    wrong = len(wrong_points(seen))
    if score == "acc":
        of = f"{wrong} of {len(seen.labels)} points"
        return f"Each cluster stands for one label. {of} are in a wrong one."
    if score == "nmi":
        held = "; ".join(
            f"cluster {i}: " + ", ".join(f"{n} {_LETTERS[label]}" for label, n in cell.items())
            for i, cell in enumerate(contents(seen), 1)
        )
        return f"How much the cluster says of the label. {held}."
    return (
        "Of each pair of points, labels and clusters say together or apart. Lines go to the points "
        f"whose pair with point {point + 1} they disagree about."
    )


def _scores(situation: Situation, seen: Examined) -> None:
    """All scores, with their change from another situation, or from where the point was prepared."""
    own = _examined(situation.places, situation.labels)
    touched = bool((seen.points != own.points).any())
    other = situation if touched else SITUATIONS[situation.against]
    before = _examined(other.places, other.labels).scores.values
    with st.grid(min_column_width=165, gap="small"):
        for name in SHOWN:
            value, old = seen.scores.values[name], before[name]
            change = None
            if value is not None and old is not None and (touched or other is not situation):
                change = f"{value - old:+.2f}"
            st.metric(METRICS[name].label, score_text(name, value), change, border=True,
                      help=METRICS[name].help)  # fmt: skip
    if touched:
        st.caption("Changes are from where the point was.")
    elif other is not situation:
        st.caption(f"Changes are from “{other.label}”. {_contrast(seen, before)}")


def _contrast(seen: Examined, before: Mapping[str, float | None]) -> str:
    """A sentence where a silhouette rises while agreement falls."""
    now = seen.scores.values
    a, b = before["silhouette_clusters"], now["silhouette_clusters"]
    c, d = before["acc"], now["acc"]
    if a is None or b is None or c is None or d is None or not (b > a and d < c):
        return ""
    return (
        f"**The cluster silhouette rises from {a:.2f} to {b:.2f} ({structure(b)}), while ACC falls from "
        f"{c:.2f} to {d:.2f}.** So never read a silhouette alone."
    )
