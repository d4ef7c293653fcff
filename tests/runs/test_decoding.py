"""Runs that encode and decode whatever they are given."""

from __future__ import annotations

import doctest
from pathlib import Path

import numpy as np
import pytest
import torch

from core.data.splits import load
from core.latents.arrays import LatentError
from core.models.autoencoder import Autoencoder
from core.networks import NETWORKS
from core.runs import run as run_module
from core.runs.decoding import ImageError, decode_latents, encode_images
from core.runs.run import Run
from core.runs.store import Store
from core.setting.recipes import RECIPES
from core.setting.setting import Setting
from core.training.encoding import encode

STORE = Store(Path(__file__).resolve().parents[2] / "checkpoints")
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def plain() -> Run:
    run = STORE.find(RECIPES["plain"].setting)
    assert run is not None
    return run


def test_examples_in_docstrings_run() -> None:
    outcome = doctest.testmod(run_module)
    assert outcome.attempted > 5
    assert outcome.failed == 0


def test_held_out_images_get_their_stored_latents(plain: Run) -> None:
    images = load(plain.setting).test.images(plain.setting, slice(0, 50))[:, 0].numpy()
    latents = plain.encode(images / plain.setting.pixel_range)
    np.testing.assert_allclose(latents, plain.arrays["latents"][:50], rtol=1e-4, atol=1e-4)
    decoded = plain.decode(plain.arrays["latents"][:50]) * plain.setting.pixel_range
    errors = ((decoded - images) ** 2).mean(axis=(1, 2))
    assert (errors <= plain.arrays["errors"][:50] * 1.001).all()  # clipping only ever helps


@pytest.mark.parametrize("latent_dim", [1, 64])
@pytest.mark.parametrize("architecture", sorted(NETWORKS))
def test_every_network_decodes_a_batch_as_one_by_one(architecture: str, latent_dim: int) -> None:
    size = NETWORKS[architecture].image_size or 16
    setting = Setting(
        dataset="mnist", architecture=architecture, latent_dim=latent_dim, image_size=size
    )
    model = Autoencoder(setting).eval()
    z = RNG.normal(size=(5, latent_dim)).astype(np.float32)
    images = decode_latents(model, z, setting)
    assert images.shape == (5, size, size)
    assert images.dtype == np.float32
    assert images.min() >= 0
    assert images.max() <= 1
    one_by_one = np.concatenate([decode_latents(model, row, setting) for row in z])
    np.testing.assert_allclose(images, one_by_one, atol=1e-6)
    latents = encode_images(model, images, setting)
    assert latents.shape == (5, latent_dim)
    singles = np.concatenate([encode_images(model, image, setting) for image in images])
    np.testing.assert_allclose(latents, singles, rtol=1e-4, atol=1e-5)


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    setting = Setting(dataset="digits", pixel_range=255)
    model, z = Autoencoder(setting).eval(), RNG.normal(size=(33, 3))
    whole = decode_latents(model, z, setting)
    monkeypatch.setattr("core.runs.decoding._CHUNK_PIXELS", 64 * 10)
    np.testing.assert_allclose(decode_latents(model, z, setting), whole, atol=1e-6)
    split = load(setting).test
    images = split.images(setting, slice(0, 33))[:, 0].numpy() / 255
    expected = encode(model, split.between(0, 33), setting)
    np.testing.assert_allclose(
        encode_images(model, images, setting), expected, rtol=1e-3, atol=1e-3
    )


def test_nothing_at_all_is_encoded_and_decoded(plain: Run) -> None:
    assert plain.encode(np.empty((0, 28, 28))).shape == (0, 3)
    assert plain.decode(np.empty((0, 3))).shape == (0, 28, 28)


def test_the_network_is_read_once_and_is_not_lent(plain: Run) -> None:
    assert plain.network is plain.network
    assert plain.model() is not plain.network
    plain.decode(np.zeros(3))
    assert torch.is_grad_enabled()


@pytest.mark.parametrize(
    ("images", "message"),
    [
        pytest.param(np.zeros((2, 14, 14)), r"\(n, 28, 28\)", id="another size"),
        pytest.param(np.zeros(28), r"\(n, 28, 28\)", id="not an image"),
        pytest.param(np.full((28, 28), np.nan), "finite", id="NaN"),
        pytest.param(np.full((28, 28), 200.0), "from 0 .* to 1 .*got 200", id="0 to 255"),
    ],
)
def test_images_that_do_not_fit_are_a_sentence(
    plain: Run, images: np.ndarray, message: str
) -> None:
    with pytest.raises(ImageError, match=message):
        plain.encode(images)


@pytest.mark.parametrize("latents", [np.zeros(2), np.zeros((1, 1, 3)), np.full(3, np.inf)])
def test_latents_that_do_not_fit_are_a_sentence(plain: Run, latents: np.ndarray) -> None:
    with pytest.raises(LatentError, match="latents must be"):
        plain.decode(latents)


# ------------------------------------------------------------------------------------- morphs
@pytest.mark.parametrize("along", ["straight", "spherical", "neighbours"])
def test_a_morph_goes_from_image_to_image(plain: Run, along: str) -> None:
    latents = plain.arrays["latents"]
    morph = plain.morph(3, 17, along, frames=9)
    np.testing.assert_allclose(morph.latents[[0, -1]], latents[[3, 17]], rtol=1e-6)
    np.testing.assert_allclose(morph.images, plain.decode(morph.latents), atol=1e-6)
    assert len(morph.gaps) == len(morph.images) == 9
    assert morph.path.sentence.endswith(".")
    if along == "neighbours":
        assert morph.rows is not None
        np.testing.assert_array_equal(morph.latents, latents[morph.rows])


def test_a_morph_takes_latents(plain: Run) -> None:
    latents = plain.arrays["latents"]
    assert plain.morph(latents[3] + 1e-6, latents[4], "neighbours").rows[0] == 3
    assert (plain.morph(latents[3], latents[4]).latents[0] == latents[3]).all()


@pytest.mark.parametrize(
    ("a", "along", "message"),
    [
        pytest.param(10**6, "straight", "a number from 0", id="no such image"),
        pytest.param(-1, "neighbours", "a number from 0", id="negative"),
        pytest.param(0, "crooked", "along must be straight, spherical or", id="no such way"),
        pytest.param(np.zeros((2, 3)), "straight", "one latent", id="two latents"),
        pytest.param(np.zeros(2), "straight", "3 values", id="another length"),
    ],
)
def test_a_morph_that_cannot_be_is_a_sentence(plain: Run, a, along: str, message: str) -> None:
    with pytest.raises(LatentError, match=message):
        plain.morph(a, 1, along)
