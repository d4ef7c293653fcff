"""What the visitor picked in a latent space: one image and its neighbours, or many images."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.compare.words import score_text
from core.figures.images import montage
from core.latents.arrays import Undefined
from core.latents.clustering_methods import Clustering
from core.latents.shown import HELD_OUT, ShownImages
from core.runs.run import Run
from core.setting.setting import dataset_info
from pages.parts.decode.walk import as_text
from pages.parts.shared import image_data, run_data
from pages.parts.shared.wording import image_name

SHOWN = 60  # images of a selection
_ERROR = "reconstruction_mse"


def pinned_panel(run: Run, shown: ShownImages, row: int) -> None:
    """The pinned image, its reconstruction and its neighbours in latent space."""
    key = run_data.run_key(run)
    with st.container(border=True):
        name = image_name(shown, row)
        st.markdown(f"**{name[0].upper()}{name[1:]}** · {_facts(run, shown, row)}")
        own, near = st.columns([1, 3])
        with own:
            originals, decoded = image_data.pairs(key, run, (shown.place(row),))
            st.image(
                montage(np.concatenate([originals, decoded]), columns=2),
                caption="image and reconstruction",
                alt=f"{name} and its reconstruction",
                width="stretch",
            )
        with near:
            count = min(10, len(shown) - 1)
            try:
                graph = image_data.neighbours(
                    image_data.shown_key(key, shown), shown.latents, count
                )
            except Undefined as reason:
                st.info(f"Its neighbours are {reason}.")
                return
            rows, distances = graph.indices[row], graph.distances[row]
            images, _ = image_data.pairs(key, run, tuple(shown.place(int(r)) for r in rows))
            kind = " and ".join(part.split for part in shown.parts)
            st.caption(f"Its {count} nearest {kind} images in latent space, and how far they are")
            for column, image, r, distance in zip(
                st.columns(count), images, rows, distances, strict=True
            ):
                column.image(
                    montage(image[None], columns=1),
                    caption=f"{_label(run, shown, int(r))} {distance:.3g}".strip(),
                    alt=f"Neighbour at distance {distance:.3g}",
                    width="stretch",
                )
        _decode_links(run, shown, row)
        _set_against(run, shown, row, int(rows[0]))


def _decode_links(run: Run, shown: ShownImages, row: int) -> None:
    """To the Decode page, from where this image is."""
    here = {"run": run.name, "at": as_text(shown.latents[row])}
    split, number = shown.place(row)
    with st.container(horizontal=True, gap="small"):
        st.page_link("pages/Decode.py", label="Decode here", icon=":material/grid_on:",
                     query_params=here, width="content")  # fmt: skip
        if split == HELD_OUT:
            st.page_link(
                "pages/Decode.py", label="Morph from here", icon=":material/animation:",
                query_params={"run": run.name, "show": "morph", "from_image": str(number)},
                width="content",
            )  # fmt: skip


def _set_against(run: Run, shown: ShownImages, row: int, first: int) -> None:
    """A second image beside the pinned one."""
    key, latents = run_data.run_key(run), shown.latents
    with st.expander("Set it against another image"):
        other = _other(shown, row, first)
        originals, decoded = image_data.pairs(key, run, (shown.place(row), shown.place(other)))
        a, b, words = st.columns([1, 1, 2])
        for column, i in ((a, 0), (b, 1)):
            column.image(
                montage(np.stack([originals[i], decoded[i]]), columns=2),
                caption=image_name(shown, (row, other)[i]),
                alt=f"{image_name(shown, (row, other)[i])} and its reconstruction",
                width="stretch",
            )
        distance = float(np.linalg.norm(latents[row] - latents[other]))
        spread = float(np.linalg.norm(latents - latents.mean(axis=0), axis=1).mean())
        same = shown.clusters[row] == shown.clusters[other]
        words.markdown(
            f"- {_facts(run, shown, other)}\n"
            f"- distance in latent space **{distance:.3g}**, {distance / max(spread, 1e-12):.2g} times "
            "the mean distance from the centre\n"
            f"- in {'the same cluster' if same else 'different clusters'}\n"
            f"- pixels differ by {np.square(originals[0] - originals[1]).mean():.3g} (mean square)"
        )


def _other(shown: ShownImages, row: int, first: int) -> int:
    """Row of an image that the visitor names by its number, and by its split if there are two."""
    starts = {part.split: (start, len(part)) for start, part in shown.starts()}
    near = shown.place(first)
    split = near.split
    if len(starts) > 1:
        split = st.segmented_control(
            "The other image is", list(starts), default=near.split, required=True,
            key=f"against_split_{row}",
        )  # fmt: skip
    start, count = starts[split]
    number = st.number_input(
        "Number of the other image",
        0,
        count - 1,
        near.number if split == near.split else 0,
        key=f"against_{shown.choice}_{row}_{split}",
        help="The number that its card shows.",
    )
    return start + int(number)


def selection_panel(run: Run, found: Clustering, shown: ShownImages, rows: list[int]) -> None:
    """Many images: how many, of what classes, how well they lie, and a file of them."""
    key, chosen = run_data.run_key(run), np.array(rows)
    with st.container(border=True):
        st.markdown(f"**{len(chosen):,} selected images**")
        facts = [
            *_split_counts(shown, chosen),
            *_class_counts(run, shown, chosen),
            _cluster_counts(shown, chosen),
            *_mean_silhouette(run, found, shown, chosen),
            *_mean_error(shown, chosen),
        ]
        st.markdown(" · ".join(facts))
        some = chosen[np.linspace(0, len(chosen) - 1, min(SHOWN, len(chosen))).astype(int)]
        images, _ = image_data.pairs(key, run, tuple(shown.place(int(r)) for r in some))
        note = f"{len(some)} of them" if len(some) < len(chosen) else "all of them"
        st.image(montage(images, columns=min(20, len(some))), caption=note, width="stretch",
                 alt=f"Selected images: {note}")  # fmt: skip
        st.download_button(
            "Selected latents (CSV)",
            lambda: image_data.latents_csv(run, shown, chosen),
            f"{run.name}-selection.csv",
            "text/csv",
            on_click="ignore",
        )


def _counts(values: image_data.Array) -> list[tuple[int, int]]:
    """Each value and how often it is there, the most frequent first."""
    which, counts = np.unique(values, return_counts=True)
    pairs = zip(which.tolist(), counts.tolist(), strict=True)
    return sorted(pairs, key=lambda pair: -pair[1])


def _split_counts(shown: ShownImages, chosen: image_data.Array) -> list[str]:
    if not shown.has_training:
        return []
    splits, counts = np.unique(shown.splits[chosen], return_counts=True)
    return [f"{n:,} {split}" for split, n in zip(splits, counts, strict=True)]


def _class_counts(run: Run, shown: ShownImages, chosen: image_data.Array) -> list[str]:
    if shown.labels is None:
        return []
    names = dataset_info(run.setting.dataset).class_names
    counts = _counts(shown.labels[chosen])
    return ["digits " + ", ".join(f"**{names[c]}** {n:,}" for c, n in counts)]


def _cluster_counts(shown: ShownImages, chosen: image_data.Array) -> str:
    counts = _counts(shown.clusters[chosen])[:8]
    return "clusters " + ", ".join(f"{'noise' if c < 0 else c}: {n:,}" for c, n in counts)


def _mean_silhouette(
    run: Run, found: Clustering, shown: ShownImages, chosen: image_data.Array
) -> list[str]:
    """Nothing with training images: silhouettes are measured among held-out images alone."""
    if shown.has_training:
        return []
    try:
        values = run_data.main_silhouette(run, found)[chosen]
    except Undefined as reason:
        return [f"silhouette {reason}"]
    return [f"mean silhouette {score_text('silhouette_labels', float(np.nanmean(values)))}"]


def _mean_error(shown: ShownImages, chosen: image_data.Array) -> list[str]:
    if shown.errors is None:
        return []
    return [f"mean squared error {score_text(_ERROR, float(shown.errors[chosen].mean()))}"]


def _facts(run: Run, shown: ShownImages, row: int) -> str:
    cluster = int(shown.clusters[row])
    noun = dataset_info(run.setting.dataset).noun
    parts = [f"{noun} **{_label(run, shown, row)}**" if shown.labels is not None else "no label"]
    parts.append("in no cluster" if cluster < 0 else f"cluster {cluster}")
    if shown.errors is not None:
        parts.append(f"squared error {score_text(_ERROR, float(shown.errors[row]))}")
    return " · ".join(parts)


def _label(run: Run, shown: ShownImages, row: int) -> str:
    if shown.labels is None:
        return ""
    return dataset_info(run.setting.dataset).class_names[int(shown.labels[row])]
