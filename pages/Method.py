"""Method: what is trained, what is measured, what each word means."""

from __future__ import annotations

import streamlit as st

from core.latents.clustering_methods import CLUSTERING_METHODS
from core.metrics.catalogue import METRICS
from core.metrics.diagnostics import DIAGNOSTICS
from core.setting.setting import REGULARIZERS
from pages.parts.shared import frame

frame.begin("Method")
st.subheader("Method")
st.markdown(
    """
An **autoencoder** squeezes an image through a few numbers, its **latent**, and tries to draw the
image again from them. Nobody tells it which digit is which. The question here: do the latents of
equal digits gather in clusters all the same, and which **regularizer**, a term added to the error
that training makes small, makes that clustering stronger?

1. **Train** on the training images, without labels: mean squared error per pixel plus the terms.
2. **Encode** held-out images, never seen in training.
3. **Cluster** them in latent space, without labels; never in the projection that you see. One way to
   find clusters (N2D, below) does so in a UMAP of its own, and says so in its name.
4. **Score** the clusters and the space with labels that are used for nothing else.

A silhouette can rise while agreement with the digits falls, so look at several scores together.
"""
)
st.markdown("#### Regularizers")
for info in REGULARIZERS.values():
    with st.expander(info.label):
        st.write(info.meaning)
        st.latex(info.formula)
        for name, parameter in info.parameters.items():
            st.markdown(f"- **{name}** (default {parameter.default}): {parameter.help}")
        st.caption(info.paper)
st.markdown("#### Scores")
for score in METRICS.values():
    with st.expander(score.label):
        st.write(score.help)
        st.caption(score.source)
st.markdown("#### Warnings")
st.write(
    "A silhouette can be fine where nothing is: on latents that fell together, or on one cluster that "
    "took all. These signs are looked for in every run, without labels, and named beside its scores."
)
st.markdown("\n".join(f"- **{sign.label}**: {sign.help}" for sign in DIAGNOSTICS.values()))
st.markdown("#### Ways to find clusters")
for method in CLUSTERING_METHODS.values():
    st.markdown(f"- **{method.label}**: {method.help}")
st.markdown(
    """#### Pictures
Up to three dimensions the latents themselves are drawn. Beyond, a projection for the eye: **PCA**,
the directions of largest variance, at once; **UMAP** (McInnes, Healy and Melville 2018), which keeps
near neighbours together, in the background. Distances between far groups in a UMAP mean little, and
clusters are never found in the one that is drawn: N2D makes another. On request the **training images**,
up to 60,000, are drawn as well or instead: scores stay those of the held-out images, in which the
clusters were found, and a training image has the cluster of its nearest held-out image. The UMAP that is
drawn is of held-out images alone. A **replay** shows 2,000 held-out images at up to 30 moments of the
training, closer together at its beginning; beyond three dimensions each moment is turned onto the
next."""
)
st.markdown(
    "#### Data\nMNIST: Yann LeCun and Corinna Cortes, CC BY-SA 3.0. Two ways to hold images out: "
    "the data set's own test images, or the first 3,000 training images as the post has it."
)
