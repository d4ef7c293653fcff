"""Named Settings: where the app starts, the post's own recipe, and the Runs that are shipped."""

from __future__ import annotations

from dataclasses import dataclass

from core.config import Setting, Term

TEN = tuple(range(10))


@dataclass(frozen=True)
class Recipe:
    """A Setting worth starting from.

    Attributes:
        label: name for people.
        meaning: one plain sentence.
        setting: what is trained.
    """

    label: str
    meaning: str
    setting: Setting


_POST = Setting(
    architecture="post",
    pixel_range=255,
    holdout="first3000",
    batch_size=32,
    epochs=100,
    learning_rate=1e-4,
    schedule="constant",
)

RECIPES: dict[str, Recipe] = {
    "plain": Recipe(
        "Plain, 3-D, even digits",
        "No regularizer: does an autoencoder cluster by itself?",
        Setting(),
    ),
    "sine": Recipe(
        "The post's sine, 3-D, even digits",
        "The same with the post's grid of valleys.",
        Setting(regularizer=(Term("sine"),)),
    ),
    "vae": Recipe(
        "VAE, 3-D, even digits",
        "The same as a variational autoencoder: ordered, without holes.",
        Setting(regularizer=(Term("vae"),)),
    ),
    "ten-2d": Recipe(
        "All ten digits, 2-D", "Ten digits in the plane.", Setting(digits=TEN, latent_dim=2)
    ),
    "ten-3d": Recipe(
        "All ten digits, 3-D", "Ten digits in space.", Setting(digits=TEN, latent_dim=3)
    ),
    "ten-10d": Recipe(
        "All ten digits, 10-D",
        "Ten latent dimensions, drawn as a projection.",
        Setting(digits=TEN, latent_dim=10),
    ),
    "post": Recipe(
        "The post, exactly",
        "The blog post's network, scale and optimizer: 14 x 14 pixels of 0..255, batch 32, "
        "100 epochs of Adam at 0.0001.",
        _POST,
    ),
}

# `python -m core ship` trains these; their folders are the ones kept in the repository
SHIPPED = tuple(RECIPES)
