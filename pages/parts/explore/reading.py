"""Read the clusters: images in the middle of each group and at its edge, near duplicates, odd labels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from core.figures.cluster_looks import Look, cluster_looks
from core.figures.style import class_shades, classes_in
from core.latents.arrays import Undefined
from core.latents.neighbours import SHARED
from core.latents.reading import Group, by_confusion, groups_to_read, most_frequent
from core.latents.typical import Pairs, Suspects, near_duplicates, suspected_mislabels
from core.setting.amounts import counted, percent
from core.setting.setting import dataset_info
from pages.parts.shared import address, image_data, run_data, view_choices
from pages.parts.shared.image_data import Array
from pages.parts.shared.space import ShownRun
from pages.parts.shared.wall import Picking, Section, Strip, rows_of, wall
from pages.parts.shared.wording import plain

LISTS = {
    "groups": "Typical and outliers",
    "duplicates": "Near duplicates",
    "suspects": "Suspected labels",
}
GROUPS = {"cluster": "Clusters", "class": "Classes"}
EACH = 12  # images of a middle, and of an edge
PAIRS = 30
SUSPECTS = 80
_WALL = "gallery"
# what was found in a sentence, and the images
Found = tuple[str, list[Section]]


def read_clusters(what: ShownRun, link: str) -> None:
    """Draw the choice of a list, what was found, the images, and a file of them."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = str(
            st.segmented_control(
                "List", list(LISTS), format_func=LISTS.__getitem__, required=True, width="content",
                key=address.choice("read", list(LISTS), "groups", LISTS.__getitem__),
            )
        )  # fmt: skip
        by = _groups_asked(what) if name == "groups" else ""
    makers: dict[str, Callable[[], Found]] = {
        "groups": lambda: _groups(what, by),
        "duplicates": lambda: _duplicates(what),
        "suspects": lambda: _suspects(what),
    }
    try:
        said, sections = makers[name]()
    except Undefined as reason:
        st.info(f"This list is {reason}.")
        return
    if not sections:
        st.info(said)
        return
    st.markdown(said)
    st.caption("Point at an image to see where it lies in the view above; click to pin it there.")
    pinned = st.session_state.get(view_choices.PINNED)
    does = "pin it in the view"
    wall(what, sections, Picking(does, view_choices.pin, pinned, lets_go=True, link=link), _WALL)
    st.download_button(
        "This list (CSV)", lambda: _csv(what, sections), f"{what.run.name}-{name}{by}.csv", "text/csv",
        on_click="ignore", key="gallery_csv",
    )  # fmt: skip


def _groups_asked(what: ShownRun) -> str:
    options = list(GROUPS) if what.shown.labels is not None else ["cluster"]
    return str(
        st.segmented_control(
            "Groups", options, format_func=GROUPS.__getitem__, required=True, width="content",
            key=address.choice("read_by", options, options[0], GROUPS.__getitem__),
        )
    )  # fmt: skip


def _groups(what: ShownRun, by: str) -> Found:
    """Each group's middle and edge; first, which of them is mixed the most."""
    labels, clusters = what.shown.labels, what.shown.clusters
    of, other = (labels, clusters) if by == "class" else (clusters, labels)
    assert of is not None  # without labels there is no choice of classes
    which = "labels" if by == "class" else run_data.clusters_key(what.found)
    groups = _found_groups(what.latents_key, which, what.shown.latents, of)
    if not groups:
        return (
            "No cluster was found, so there is none to read. Look for them in another way above.",
            [],
        )
    looks = {g.id: _look(what, by, g.id) for g in groups}
    shares = {} if other is None else {g.id: most_frequent(other[of == g.id]) for g in groups}
    notes = {g: _mixture(what, by, *share) for g, share in shares.items()}
    sections = []
    for g in groups:
        note = " · ".join(filter(None, [counted(g.size, "image"), notes.get(g.id)]))
        strips = (
            _strip(what, "most typical", g.typical, "from the medoid"),
            _strip(what, "outliers", g.outliers, "from its neighbours"),
        )
        name, shades = looks[g.id]
        sections.append(Section(name, note, strips, shades, wide=True))
    if not shares:
        sizes = [g.size for g in groups]
        several = f"{counted(len(groups), 'cluster')} of {min(sizes):,} to {max(sizes):,} images"
        return f"**{several}.**", sections
    worst = min(shares, key=lambda g: shares[g].share)
    kind = "mixed the most" if by == "cluster" else "spread the most"
    name = plain(looks[worst][0])
    return f"**{name} is {kind}: of its images, {plain(notes[worst])}.**", sections


@st.cache_resource(max_entries=16, show_spinner="Looking for typical images …")
def _found_groups(key: str, which: str, _latents: Array, _groups: Array) -> list[Group]:
    return groups_to_read(_latents, _groups, EACH)


def _look(what: ShownRun, by: str, group: int) -> Look:
    """Name and colours of a group, as the view has them."""
    names = dataset_info(what.run.setting.dataset).class_names
    if by == "class":
        return Look(_label(what, group, "Digit "), class_shades(group))
    matches = run_data.cluster_matches(what.run, what.found)
    look = cluster_looks(classes_in(what.shown.clusters), matches, names)[group]
    return Look(f"Cluster {look.name}", look.shades)


def _label(what: ShownRun, label: int, before: str = "") -> str:
    """A class's name; of a digit, with a word before it."""
    name = dataset_info(what.run.setting.dataset).class_names[label]
    return f"{before}{name}" if name.isdigit() else name


def _mixture(what: ShownRun, by: str, value: int, share: float) -> str:
    if by == "cluster":
        return f"{percent(share)} are labelled {_label(what, value)}"
    return f"{percent(share)} are in {'no cluster' if value < 0 else f'cluster {value}'}"


def _strip(what: ShownRun, name: str, ranked: tuple[Array, Array], far: str) -> Strip:
    """Images with their distance, and with their label below where there are labels."""
    rows, scores = ranked
    labels = what.shown.labels
    captions = () if labels is None else tuple(_label(what, int(labels[r])) for r in rows)
    said = captions and tuple(f"labelled {c}, " for c in captions)
    notes = tuple(f"{said[i] if said else ''}{float(s):.3g} {far}" for i, s in enumerate(scores))
    return Strip(name, rows, scores, notes, captions)


def _duplicates(what: ShownRun) -> Found:
    """The pairs that lie nearest to each other."""
    found = _found_pairs(what.latents_key, what.shown.latents)
    near = image_data.neighbours(what.latents_key, what.shown.latents, 1).distances
    usual = float(np.median(near))
    images = image_data.shown_originals(what.run, what.shown, found.rows.ravel())
    pixels = np.square(images[::2] - images[1::2]).mean(axis=(1, 2))
    sections = []
    for pair, distance, differ in zip(found.rows, found.distances, pixels, strict=True):
        apart = f"{distance:.2g} apart"
        notes = (f"{apart}; pixels differ by {differ:.2g} (mean square)",) * 2
        strip = Strip(f"{apart}, pixels {differ:.2g}", pair, np.full(2, distance), notes)
        sections.append(Section("", "", (strip,)))
    said = (
        f"**The two nearest images are {found.distances[0]:.2g} apart in latent space; half of all "
        f"images have their nearest other within {usual:.2g}.** Small differences between their pixels "
        "(mean square) speak for the same image twice."
    )
    return said, sections


@st.cache_resource(max_entries=16, show_spinner="Looking for near duplicates …")
def _found_pairs(key: str, _latents: Array) -> Pairs:
    return near_duplicates(_latents, PAIRS)


def _suspects(what: ShownRun) -> Found:
    """Images whose neighbours mostly have another label."""
    labels = what.shown.labels
    if labels is None:
        return "These images have no labels, so none of them can be wrong.", []
    found = _found_suspects(what.latents_key, what.shown.latents, labels)
    count = len(found.rows)
    if not count:
        return "No image has neighbours that mostly have another label.", []
    first = Suspects(found.rows[:SUSPECTS], found.others[:SUSPECTS], found.shares[:SUSPECTS])
    sections = []
    for (own, other), places in by_confusion(first, labels).items():
        shares = first.shares[places]
        votes = [f"{round(share * SHARED)} of {SHARED}" for share in shares]
        notes = tuple(f"{vote} neighbours are labelled {_label(what, other)}" for vote in votes)
        strip = Strip(
            "", first.rows[places], shares, notes, tuple(v.replace(" of ", "/") for v in votes)
        )
        heading = f"Labelled {_label(what, own)}, neighbours say {_label(what, other)}"
        sections.append(Section(heading, "", (strip,)))
    shown = f" Shown are the {SUSPECTS} most striking." if count > SUSPECTS else ""
    said = (
        f"**{count:,} of {len(labels):,} images have neighbours that mostly have another label.** These "
        "are suspicions: a label may be wrong, or the image unusual, or the latent space mixes the two "
        f"classes.{shown}"
    )
    return said, sections


@st.cache_resource(max_entries=16, show_spinner="Asking the neighbours …")
def _found_suspects(key: str, _latents: Array, _labels: Array) -> Suspects:
    return suspected_mislabels(_latents, _labels, count=len(_labels))


def _csv(what: ShownRun, sections: list[Section]) -> bytes:
    """The images of a list, one a row: group, list, rank and score, then what is known of each."""
    table = image_data.table(what.run, what.shown, rows_of(sections))
    strips = [
        (i, section, strip) for i, section in enumerate(sections, 1) for strip in section.strips
    ]
    columns = {
        "group": [s.heading or f"pair {i}" for i, s, strip in strips for _ in strip.rows],
        "list": [strip.name or s.heading for _, s, strip in strips for _ in strip.rows],
        "rank": [rank for _, _, strip in strips for rank in range(1, len(strip.rows) + 1)],
        "score": [float(score) for _, _, strip in strips for score in strip.scores],
    }
    for place, (name, values) in enumerate(columns.items()):
        table.insert(place, name, values)
    return table.to_csv(index=False, float_format="%.6g").encode()
