"""What the visitor picked in a latent space: one image and its neighbours, or many images."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core import figures
from core.arrays import Undefined
from core.checkpoints import Run
from core.config import dataset_info
from core.methods import Clustering
from pages.parts import loaders
from pages.parts.wording import score_text

SHOWN = 60  # images of a selection


def pinned_panel(run: Run, found: Clustering, row: int) -> None:
    """The pinned image, its reconstruction and its neighbours in latent space."""
    key, latents = loaders.run_key(run), run.arrays["latents"]
    with st.container(border=True):
        st.markdown(f"**Image {row}** · {_facts(run, found, row)}")
        own, near = st.columns([1, 3])
        with own:
            originals, decoded = loaders.pairs(key, run, (row,))
            st.image(
                figures.montage(np.concatenate([originals, decoded]), columns=2),
                caption="image and reconstruction",
                width="stretch",
            )
        with near:
            count = min(10, len(latents) - 1)
            try:
                graph = loaders.neighbours(key, run, count)
            except Undefined as reason:
                st.info(f"Its neighbours are {reason}.")
                return
            rows, distances = graph.indices[row], graph.distances[row]
            images, _ = loaders.pairs(key, run, tuple(int(r) for r in rows))
            st.caption(f"Its {count} nearest held-out images in latent space, and how far they are")
            for column, image, r, distance in zip(
                st.columns(count), images, rows, distances, strict=True
            ):
                column.image(
                    figures.montage(image[None], columns=1),
                    caption=f"{_label(run, int(r))} {distance:.3g}".strip(),
                    width="stretch",
                )
        _set_against(run, found, row, int(rows[0]))


def _set_against(run: Run, found: Clustering, row: int, first: int) -> None:
    """A second image beside the pinned one."""
    key, latents = loaders.run_key(run), run.arrays["latents"]
    with st.expander("Set it against another image"):
        other = st.number_input(
            "Number of the other image",
            0,
            len(latents) - 1,
            first,
            key=f"against_{row}",
            help="The number that its card shows.",
        )
        originals, decoded = loaders.pairs(key, run, (row, int(other)))
        a, b, words = st.columns([1, 1, 2])
        for column, i in ((a, 0), (b, 1)):
            column.image(
                figures.montage(np.stack([originals[i], decoded[i]]), columns=2),
                caption=f"image {(row, int(other))[i]}",
                width="stretch",
            )
        distance = float(np.linalg.norm(latents[row] - latents[int(other)]))
        spread = float(np.linalg.norm(latents - latents.mean(axis=0), axis=1).mean())
        same = found.labels[row] == found.labels[int(other)]
        words.markdown(
            f"- {_facts(run, found, int(other))}\n"
            f"- distance in latent space **{distance:.3g}**, {distance / max(spread, 1e-12):.2g} times "
            "the mean distance from the centre\n"
            f"- in {'the same cluster' if same else 'different clusters'}\n"
            f"- pixels differ by {np.square(originals[0] - originals[1]).mean():.3g} (mean square)"
        )


def selection_panel(run: Run, found: Clustering, rows: list[int]) -> None:
    """Many images: how many, of what classes, how well they lie, and to take along."""
    key, chosen = loaders.run_key(run), np.array(rows)
    chosen = chosen[chosen < len(run.arrays["latents"])]
    with st.container(border=True):
        st.markdown(f"**{len(chosen):,} selected images**")
        facts = []
        labels = run.arrays.get("labels")
        names = dataset_info(run.setting.dataset).class_names
        if labels is not None:
            mix = [(int(c), int(np.sum(labels[chosen] == c))) for c in np.unique(labels[chosen])]
            mix.sort(key=lambda pair: -pair[1])
            facts.append("digits " + ", ".join(f"**{names[c]}** {n:,}" for c, n in mix))
        clusters = [
            (int(c), int(np.sum(found.labels[chosen] == c)))
            for c in np.unique(found.labels[chosen])
        ]
        clusters.sort(key=lambda pair: -pair[1])
        facts.append(
            "clusters " + ", ".join(f"{'noise' if c < 0 else c}: {n:,}" for c, n in clusters[:8])
        )
        try:
            by = labels if labels is not None else found.labels
            which = "labels" if labels is not None else f"{found.method}-{found.n_clusters}"
            values = loaders.silhouette(key, run, by, which)[chosen]
            facts.append(f"mean silhouette {score_text(float(np.nanmean(values)))}")
        except Undefined as reason:
            facts.append(f"silhouette {reason}")
        facts.append(f"mean squared error {score_text(float(run.arrays['errors'][chosen].mean()))}")
        st.markdown(" · ".join(facts))
        some = chosen[np.linspace(0, len(chosen) - 1, min(SHOWN, len(chosen))).astype(int)]
        images, _ = loaders.pairs(key, run, tuple(int(r) for r in some))
        note = f"{len(some)} of them" if len(some) < len(chosen) else "all of them"
        st.image(figures.montage(images, columns=min(20, len(some))), caption=note, width="stretch")
        st.download_button(
            "Selected latents (CSV)",
            lambda: latents_csv(run, found, chosen),
            f"{run.name}-selection.csv",
            "text/csv",
        )


def latents_csv(run: Run, found: Clustering, rows: loaders.Array | None = None) -> bytes:
    """Number, latent, label, found cluster and squared error of held-out images, one row each."""
    return loaders.table(run, found, rows).to_csv(index=False, float_format="%.6g").encode()


def _facts(run: Run, found: Clustering, row: int) -> str:
    cluster = int(found.labels[row])
    parts = [f"digit **{_label(run, row)}**" if "labels" in run.arrays else "no label"]
    parts.append("in no cluster" if cluster < 0 else f"cluster {cluster}")
    parts.append(f"squared error {score_text(float(run.arrays['errors'][row]))}")
    return " · ".join(parts)


def _label(run: Run, row: int) -> str:
    labels = run.arrays.get("labels")
    if labels is None:
        return ""
    return dataset_info(run.setting.dataset).class_names[int(labels[row])]
