"""The Method page's texts: the question, the steps, and what each word means."""

from __future__ import annotations

import streamlit as st

from core.latents.clustering_methods import CLUSTERING_METHODS
from core.metrics.catalogue import METRICS
from core.metrics.diagnostics import DIAGNOSTICS
from pages.parts.explore.story import POST, SECOND_POST

CONTENTS = {
    "Answers": "answers",
    "How it works": "how-it-works",
    "Scores": "scores",
    "Regularizers": "regularizers",
    "Warnings": "warnings",
    "Clustering methods": "clustering-methods",
    "What is drawn": "what-is-drawn",
    "Data and sources": "data",
}


def question() -> None:
    """What is asked, and by whom; then what is on the page."""
    st.markdown(
        "An **autoencoder** reduces an image to a few numbers, its **latent**, and draws the image "
        "again from them. It never sees which digit an image shows. Do the latents of equal digits "
        "form clusters nevertheless, and which **regularizer**, a term added to the error that training "
        "reduces, makes these clusters stronger?"
    )
    st.markdown(
        f"The question comes from two blog posts by hpcfung on HackMD: [Autoencoder clustering/default "
        f"behavior]({POST}) and [Autoencoder clustering]({SECOND_POST})."
    )
    st.markdown("On this page: " + " · ".join(f"[{t}](#{a})" for t, a in CONTENTS.items()))


def steps() -> None:
    """How a number comes about."""
    st.header("How it works", anchor="how-it-works")
    st.markdown(
        """
1. **Train** on the training images, without labels: mean squared error per pixel plus the terms.
2. **Encode** held-out images, never seen in training.
3. **Cluster** them in latent space, without labels; never in the projection that is drawn. One method
   (N2D, below) finds clusters in a UMAP of its own.
4. **Score** the clusters and the space. Labels are used only here.
5. **Repeat** with other seeds: one training says little, so verdicts need seven seeds or more."""
    )


def definitions() -> None:
    """What each score is."""
    st.subheader("All scores", anchor="all-scores")
    st.markdown("\n".join(f"- **{m.label}**: {m.help} *{m.source}*" for m in METRICS.values()))


def others() -> None:
    """Warnings, clustering methods, what is drawn, data."""
    st.header("Warnings", anchor="warnings")
    st.markdown(
        "A silhouette can be high although something is broken: when all latents are nearly equal, or "
        "when one cluster has nearly all images. Every run is checked for these faults, without labels, "
        "and a warning beside its scores names what was found."
    )
    st.markdown("\n".join(f"- **{sign.label}**: {sign.help}" for sign in DIAGNOSTICS.values()))
    st.header("Clustering methods", anchor="clustering-methods")
    st.markdown("\n".join(f"- **{m.label}**: {m.help}" for m in CLUSTERING_METHODS.values()))
    st.header("What is drawn", anchor="what-is-drawn")
    st.markdown(
        """Latents of up to three dimensions are drawn as they are. Those of more are projected:

- **PCA** shows the directions of largest variance. It is ready at once.
- **UMAP** (McInnes, Healy and Melville 2018) keeps near neighbours together. It is computed in the
  background. Distances between groups that are far apart mean little in it, and clusters are never
  found in the UMAP that is drawn: N2D computes another one.

On request the **training images** are drawn too, up to 60,000, or they alone. Scores and clusters are
still those of the held-out images: a training image gets the cluster of its nearest held-out image.
The UMAP that is drawn has held-out images only.

A **replay** shows 2,000 held-out images in up to 30 snapshots of the training, with more of them at its
beginning. With more than three dimensions each snapshot is rotated to fit the next one."""
    )
    st.header("Data and sources", anchor="data")
    st.markdown(
        "MNIST: Yann LeCun and Corinna Cortes, CC BY-SA 3.0. Held-out images are the data set's own "
        "test images, or its first 3,000 training images, as in the blog post. The papers of "
        "regularizers and scores stand beside them."
    )
