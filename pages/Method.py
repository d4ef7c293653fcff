"""Method: what is trained, what is measured, what each word means."""

from __future__ import annotations

import streamlit as st

from core.latents.clustering_methods import CLUSTERING_METHODS
from core.metrics.catalogue import METRICS
from core.metrics.diagnostics import DIAGNOSTICS
from core.setting.setting import REGULARIZERS
from pages.parts.shared import frame

with frame.page("Method"):
    st.title("Method")
    st.markdown(
        """
An **autoencoder** reduces an image to a few numbers, its **latent**, and draws the image again from
them. It never sees which digit an image shows. The question here: do the latents of equal digits
form clusters nevertheless, and which **regularizer**, a term added to the error that training
reduces, makes these clusters stronger?

1. **Train** on the training images, without labels: mean squared error per pixel plus the terms.
2. **Encode** held-out images, never seen in training.
3. **Cluster** them in latent space, without labels; never in the projection that is drawn. One method
   (N2D, below) finds clusters in a UMAP of its own.
4. **Score** the clusters and the space. Labels are used only here.

A silhouette can rise while agreement with the digits falls, so compare several scores.
"""
    )
    st.markdown("## Regularizers")
    for info in REGULARIZERS.values():
        with st.expander(info.label):
            st.write(info.meaning)
            st.latex(info.formula)
            for name, parameter in info.parameters.items():
                st.markdown(f"- **{name}** (default {parameter.default}): {parameter.help}")
            st.caption(info.paper)
    st.markdown("## Scores")
    for score in METRICS.values():
        with st.expander(score.label):
            st.write(score.help)
            st.caption(score.source)
    st.markdown("## Warnings")
    st.write(
        "A silhouette can be high although something is broken: when all latents are nearly equal, or "
        "when one cluster has nearly all images. Every run is checked for these faults, without labels, "
        "and a warning beside its scores names what was found."
    )
    st.markdown("\n".join(f"- **{sign.label}**: {sign.help}" for sign in DIAGNOSTICS.values()))
    st.markdown("## Clustering methods")
    for method in CLUSTERING_METHODS.values():
        st.markdown(f"- **{method.label}**: {method.help}")
    st.markdown(
        """## What is drawn
Latents of up to three dimensions are drawn as they are. Latents of more dimensions are projected:

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
    st.markdown(
        "## Data\nMNIST: Yann LeCun and Corinna Cortes, CC BY-SA 3.0. Held-out images are the data "
        "set's own test images, or its first 3,000 training images, as in the blog post."
    )
