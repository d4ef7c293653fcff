"""Scores that others published or found again, to stand beside ours; cited, not measured.

None of them comes from a Run here. Most of the field trains and scores on all 70,000 images of MNIST,
knows that there are ten clusters and gives no interval. "The post" is the blog post that this project
began with: hpcfung, "Autoencoder clustering/default behavior", on HackMD:
https://hackmd.io/@hpcfung/autoencoder_clustering_default_behavior. Its plots show 256 points. So the
scores say where a score lies in the world, not which of two methods is better. Where two sources differ
on one method, both are here.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pandas as pd

EVEN, TEN = "0,2,4,6,8", "0,1,2,3,4,5,6,7,8,9"
POST = 'hpcfung, "Autoencoder clustering/default behavior" (HackMD), a published plot'
AGAIN = "independent re-run, by the project's survey of the field"


@dataclass(frozen=True)
class Published:
    """Scores of one source, named as in `METRICS`; None where it gives none.

    Attributes:
        label: what was done, for people.
        source: who says so.
        published: by the authors themselves; False: somebody did it again.
        digits: as in `Setting.to_text`.
        latent_dim: None where it is unknown, or where there is no latent space.
        n_seeds: how many runs `acc` is of; None where that is unknown.
        spread: what the source gives after "+-", of `acc`.
        acc_low, acc_high: lowest and highest run.
        note: what one must know to read the numbers.
    """

    label: str
    source: str
    published: bool = True
    digits: str = TEN
    latent_dim: int | None = None
    acc: float | None = None
    nmi: float | None = None
    ari: float | None = None
    silhouette_labels: float | None = None
    silhouette_clusters: float | None = None
    knn_accuracy: float | None = None
    reconstruction_mse: float | None = None
    n_seeds: int | None = None
    spread: float | None = None
    acc_low: float | None = None
    acc_high: float | None = None
    note: str = ""


def _plot(
    label: str, labels: float, clusters: float, acc: float, knn: float, note: str
) -> Published:
    return Published(
        label, POST, digits=EVEN, latent_dim=3, silhouette_labels=labels,
        silhouette_clusters=clusters, acc=acc, knn_accuracy=knn, n_seeds=1, note=note,
    )  # fmt: skip


_POINTS = "read off the plot's 256 points"
_SINE = f"{_POINTS}; weight c = 250"

PUBLISHED: tuple[Published, ...] = (
    # the post
    _plot("Post, no regularizer", 0.383, 0.416, 0.922, 0.941, _POINTS),
    _plot("Post, sine, first plot", 0.268, 0.348, 0.793, 0.910, _SINE),
    _plot("Post, sine, second plot", 0.321, 0.384, 0.723, 0.922, _SINE),
    _plot("Post, sine, third plot", 0.207, 0.382, 0.645, 0.941, _SINE),
    Published(
        "Post's script, no regularizer, run again", "the post's own code, run once", published=False,
        digits=EVEN, latent_dim=3, silhouette_labels=0.168, silhouette_clusters=0.303, acc=0.701,
        knn_accuracy=0.947, reconstruction_mse=0.0237, n_seeds=1,
        note="3,000 held-out images after 100 epochs; the plot without regularizer is of this recipe",
    ),
    # the field
    Published("k-means on pixels", "Xie et al. 2016 (DEC)", acc=0.53, note="no encoder"),
    Published("Autoencoder, then k-means", AGAIN, published=False, acc=0.79, spread=0.02, n_seeds=20),
    Published("DEC", "Xie et al. 2016", latent_dim=10, acc=0.84),
    Published("DEC, run again", AGAIN, published=False, latent_dim=10, acc=0.70),
    Published("IDEC", "Guo et al. 2017", latent_dim=10, acc=0.88),
    Published("IDEC, run again", AGAIN, published=False, latent_dim=10, acc=0.69),
    Published("VaDE", "Jiang et al. 2017", latent_dim=10, acc=0.945),
    Published("VaDE, run again", AGAIN, published=False, latent_dim=10, acc=0.72, spread=0.04),
    Published(
        "N2D", "McConville et al. 2020", latent_dim=10, acc=0.979,
        note="an autoencoder, then UMAP, then a Gaussian mixture",
    ),
    Published("N2D, run again", AGAIN, published=False, latent_dim=10, acc=0.84, note="retrained"),
    Published("IMSAT", "Hu et al. 2017", acc=0.984, note="trained to resist perturbed images"),
    Published(
        "IMSAT, ten runs", AGAIN, published=False, acc_low=0.86, acc_high=0.98, n_seeds=10,
        note="lowest and highest of ten runs; no mean is given",
    ),
    Published("ConvDEC-DA", "Guo et al. 2018", latent_dim=10, acc=0.985, note="augmentation"),
    Published("DynAE", "Mrabah et al. 2020", latent_dim=10, acc=0.987, note="augmentation"),
    Published(
        "SCAE", "Kosiorek et al. 2019", acc=0.987,
        note="capsules; as written in the abstract of the paper at NeurIPS",
    ),
    Published("IIC", "Ji et al. 2019", acc=0.984, note="mean of its heads; augmentation"),
    Published("IIC, best head", "Ji et al. 2019", acc=0.992, note="augmentation"),
    Published(
        "SPC", "Mahon & Lukasiewicz 2021", acc=0.992, note="an ensemble of 15 autoencoders"
    ),
    Published(
        "DiEC", "Hu et al. 2025 (arXiv 2512.20905), as listed on a leaderboard", acc=0.995,
        note="features of a diffusion model, trained without labels",
    ),
    Published(
        "UMAP of pixels, then HDBSCAN", "documentation of umap-learn, Using UMAP for Clustering",
        latent_dim=2, ari=0.924, note="no encoder; 0.8 % of the points are left out as noise",
    ),
)  # fmt: skip


def published_scores() -> pd.DataFrame:
    """All `PUBLISHED`: a row each, with the fields of `Published` as columns, in their order.

    Besides, `dataset` is "mnist" and `cited` is True in every row, so that rows still say what they
    are when they stand among measured ones. Missing numbers are nan; `latent_dim` and `n_seeds` are
    whole numbers that may be missing (Int64).
    """
    table = pd.DataFrame([dataclasses.asdict(one) for one in PUBLISHED])
    whole = {"latent_dim": "Int64", "n_seeds": "Int64"}
    numbers = {
        field.name: "float64"
        for field in dataclasses.fields(Published)
        if field.type == "float | None"
    }
    return table.astype({**whole, **numbers}).assign(dataset="mnist", cited=True)
