"""Named Settings: where the app starts, the blog post's own, and the Runs that are shipped.

The post is hpcfung, "Autoencoder clustering/default behavior", on HackMD:
https://hackmd.io/@hpcfung/autoencoder_clustering_default_behavior
"""

from __future__ import annotations

from dataclasses import dataclass

from core.setting.setting import Setting, Term

TEN = tuple(range(10))


@dataclass(frozen=True)
class Recipe:
    """A Setting worth starting from.

    Attributes:
        name: a word or two that name its Setting wherever Runs of it are shown.
        label: that, its dimension and its images.
        meaning: one plain sentence.
        setting: what is trained.
        clustering: key of `CLUSTERING_METHODS` (`core.latents.clustering_methods`).
    """

    name: str
    label: str
    meaning: str
    setting: Setting
    clustering: str = "kmeans"


_POST = Setting(
    architecture="post",
    pixel_range=255,
    holdout="first3000",
    batch_size=32,
    epochs=100,
    learning_rate=1e-4,
    schedule="constant",
)

_CONTRASTIVE_FIRST = Term("contrastive", (("weight", 1.0), ("until_epoch", 10)))

_TIGHT = Setting(
    architecture="conv-bn",
    batch_size=512,
    epochs=20,
    learning_rate=0.002,
    elastic=0.1,
    regularizer=(_CONTRASTIVE_FIRST, Term("self_labelling", (("from_epoch", 11),))),
)

# Ten digits have more augmented views near a border, and sevens with a bar, which look like a class
# of their own. Five epochs in batches of 256 are as many steps as ten in batches of 512
_TIGHT_TEN = _TIGHT.replace(
    digits=TEN,
    batch_size=256,
    epochs=15,
    learning_rate=0.004,
    schedule="cycles",
    regularizer=(
        Term("contrastive", (("weight", 1.0), ("until_epoch", 5))),
        Term(
            "self_labelling",
            (
                ("pixel_weight", 2.0),
                ("head_rate", 0.02),
                ("balance", 5.0),
                ("placed", "image"),
                ("from_epoch", 6),
                ("renew_every", 1),
            ),
        ),
    ),
)

RECIPES: dict[str, Recipe] = {
    "tight": Recipe(
        "Tight",
        "Tight clusters, 3-D, even digits",
        "First each image learns to recognise its augmented view, then neighbours agree on clusters.",
        _TIGHT,
    ),
    "tight-ten": Recipe(
        "Tight (ten digits)",
        "Tight clusters, 3-D, all ten digits",
        "The same for ten digits, with a learning rate that falls to zero in each phase: about seven "
        "minutes of training on one core.",
        _TIGHT_TEN,
    ),
    "plain": Recipe(
        "Plain",
        "Plain, 3-D, even digits",
        "No regularizer: does an autoencoder cluster by itself?",
        Setting(),
    ),
    "sine": Recipe(
        "Sine (the post)",
        "The post's sine, 3-D, even digits",
        "The same with the post's grid of valleys.",
        Setting(regularizer=(Term("sine"),)),
    ),
    "vae": Recipe(
        "VAE",
        "VAE, 3-D, even digits",
        "The same as a variational autoencoder: ordered, without holes.",
        Setting(regularizer=(Term("vae"),)),
    ),
    "vade": Recipe(
        "VaDE",
        "VaDE, 3-D, even digits",
        "A variational autoencoder with a Gaussian for each cluster.",
        Setting(regularizer=(Term("vade"),)),
        "gmm",
    ),
    "idec": Recipe(
        "IDEC",
        "IDEC, 3-D, even digits",
        "Plain training, then clusters that sharpen themselves.",
        Setting(regularizer=(Term("idec"),)),
    ),
    "n2d": Recipe(
        "Plain",
        "N2D, 10-D, all ten digits",
        "Plain training in ten dimensions; clusters are looked for in a UMAP of the latents.",
        Setting(digits=TEN, latent_dim=10),
        "umap-gmm",
    ),
    "ten-2d": Recipe(
        "Plain",
        "All ten digits, 2-D",
        "Ten digits in the plane.",
        Setting(digits=TEN, latent_dim=2),
    ),
    "ten-3d": Recipe(
        "Plain", "All ten digits, 3-D", "Ten digits in space.", Setting(digits=TEN, latent_dim=3)
    ),
    "ten-10d": Recipe(
        "Plain",
        "All ten digits, 10-D",
        "Ten latent dimensions, drawn as a projection.",
        Setting(digits=TEN, latent_dim=10),
    ),
    "plain-2d": Recipe(
        "Plain",
        "Plain, 2-D, even digits",
        "The plain autoencoder in the plane.",
        Setting(latent_dim=2),
    ),
    "plain-10d": Recipe(
        "Plain",
        "Plain, 10-D, even digits",
        "The plain autoencoder in ten dimensions, drawn as a projection.",
        Setting(latent_dim=10),
    ),
    "three": Recipe(
        "Plain",
        "Plain, 3-D, digits 4, 7, 9",
        "Three digits that look alike.",
        Setting(digits=(4, 7, 9)),
    ),
    "ten-vae": Recipe(
        "VAE",
        "VAE, 3-D, all ten digits",
        "Ten digits in a variational autoencoder.",
        Setting(digits=TEN, regularizer=(Term("vae"),)),
    ),
    "small": Recipe(
        "Plain",
        "Plain, 3-D, scikit-learn's ten digits",
        "Another data set: 1,797 images of 8 x 8 pixels.",
        Setting(dataset="digits", digits=TEN),
    ),
    "post": Recipe(
        "The post, exactly",
        "The post, exactly",
        "The blog post's network, scale and optimizer: 14 x 14 pixels of 0..255, batch 32, "
        "100 epochs of Adam at 0.0001.",
        _POST,
    ),
}

# `python -m core ship` trains these; their folders are the ones kept in the repository
CLASSIFIED = "tight-ten"  # what the Classify page opens with
SHIPPED = (
    "plain", "tight", "tight-ten", "sine", "vae", "idec", "vade", "ten-2d", "ten-3d", "ten-10d", "post",
    "plain-2d", "plain-10d", "three", "ten-vae", "small",
)  # fmt: skip
