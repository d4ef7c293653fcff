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
POST_LINK = "https://hackmd.io/@hpcfung/autoencoder_clustering_default_behavior"
POST = 'hpcfung, "Autoencoder clustering/default behavior" (HackMD), a published plot'
_KERAS = "https://github.com/XifengGuo/DEC-keras/blob/master/results/exp1/results.csv"
_OPEN = "https://github.com/zhoushengisnoob/OpenDeepClustering"
_BRB = "https://arxiv.org/abs/2411.02275"


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
        link: where the numbers can be read.
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
    link: str = ""


def _plot(
    label: str, labels: float, clusters: float, acc: float, knn: float, note: str
) -> Published:
    return Published(
        label, POST, digits=EVEN, latent_dim=3, link=POST_LINK, silhouette_labels=labels,
        silhouette_clusters=clusters, acc=acc, knn_accuracy=knn, n_seeds=1, note=note,
    )  # fmt: skip


def _again(
    label: str,
    source: str,
    link: str,
    acc: float,
    spread: float | None = None,
    n_seeds: int | None = None,
) -> Published:
    return Published(
        label, source, published=False, acc=acc, spread=spread, n_seeds=n_seeds, link=link
    )  # fmt: skip


def _arxiv(number: str) -> str:
    return f"https://arxiv.org/abs/{number}"


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
    Published(
        "k-means on pixels", "Xie et al. 2016 (DEC)", acc=0.53, note="no encoder",
        link=_arxiv("1511.06335"),
    ),
    _again("Autoencoder, then k-means", "OpenDeepClustering", f"{_OPEN}/issues/21", 0.79, 0.02, 20),
    _again("Autoencoder, then k-means, DEC-keras", "DEC-keras", _KERAS, 0.879, n_seeds=10),
    Published("DEC", "Xie et al. 2016", latent_dim=10, acc=0.84, link=_arxiv("1511.06335")),
    _again("DEC, run again", "OpenDeepClustering", _OPEN, 0.70),
    _again("DEC, DEC-keras", "DEC-keras", _KERAS, 0.912, n_seeds=10),
    _again("DEC, by BRB's authors", "Miklautz et al. 2025 (BRB)", _BRB, 0.916, 0.020, 10),
    Published(
        "IDEC", "Guo et al. 2017", latent_dim=10, acc=0.88,
        link="https://www.ijcai.org/proceedings/2017/243",
    ),
    _again("IDEC, run again", "OpenDeepClustering", _OPEN, 0.69),
    _again("IDEC, by BRB's authors", "Miklautz et al. 2025 (BRB)", _BRB, 0.932, 0.022, 10),
    Published(
        "DCN with BRB", "Miklautz et al. 2025", acc=0.964, spread=0.001, n_seeds=10, link=_BRB
    ),
    Published("VaDE", "Jiang et al. 2017", latent_dim=10, acc=0.945, link=_arxiv("1611.05148")),
    _again("VaDE, run again", "OpenDeepClustering", f"{_OPEN}/issues/21", 0.72, 0.04, 20),
    Published(
        "N2D", "McConville et al. 2020", latent_dim=10, acc=0.979,
        note="an autoencoder, then UMAP, then a Gaussian mixture", link=_arxiv("1908.05968"),
    ),
    Published(
        "N2D, run again", "N2D's tracker", published=False, latent_dim=10, acc=0.84,
        note="with 20 neighbours; with 10 it was solved", link="https://github.com/rymc/n2d/issues/10",
    ),
    Published(
        "IMSAT", "Hu et al. 2017", acc=0.984, note="trained to resist perturbed images",
        link=_arxiv("1702.08720"),
    ),
    Published(
        "ConvDEC-DA", "Guo et al. 2018", latent_dim=10, acc=0.985, note="augmentation",
        link="https://github.com/XifengGuo/DEC-DA",
    ),
    Published(
        "DynAE", "Mrabah et al. 2020", latent_dim=10, acc=0.987, note="augmentation",
        link=_arxiv("1901.07752"),
    ),
    Published(
        "SCAE", "Kosiorek et al. 2019", acc=0.987, link=_arxiv("1906.06818"),
        note="capsules; as in the paper at NeurIPS, 0.985 in the first version of the preprint",
    ),
    Published(
        "IIC", "Ji et al. 2019", acc=0.984, note="mean of its heads; augmentation",
        link=_arxiv("1807.06653"),
    ),
    Published(
        "IIC, best head", "Ji et al. 2019", acc=0.992, note="augmentation",
        link=_arxiv("1807.06653"),
    ),
    Published(
        "SPC", "Mahon & Lukasiewicz 2021", acc=0.992, note="an ensemble of 15 autoencoders",
        link=_arxiv("2107.10692"),
    ),
    Published(
        "DiEC", "Hu et al. 2025, as listed on a leaderboard", acc=0.995,
        note="features of a diffusion model, trained without labels", link=_arxiv("2512.20905"),
    ),
    Published(
        "UMAP of pixels, then HDBSCAN", "documentation of umap-learn, Using UMAP for Clustering",
        latent_dim=2, ari=0.924, note="no encoder; 0.8 % of the points are left out as noise",
        link="https://umap-learn.readthedocs.io/en/latest/clustering.html",
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
