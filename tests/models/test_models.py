"""Autoencoder: shapes of every architecture, the post's exact network, weights from the seed alone."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import nn

from core.models.autoencoder import Autoencoder
from core.setting.setting import Setting


def build(seed: int = 0, **fields: object) -> Autoencoder:
    setting = Setting(**fields)  # type: ignore[arg-type]
    return Autoencoder(setting, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("latent_dim", [1, 3, 64])
@pytest.mark.parametrize(
    ("architecture", "size"),
    [
        ("mlp", 28),
        ("mlp", 8),
        ("mlp", 14),
        ("conv", 28),
        ("conv", 16),
        ("conv", 8),
        ("conv-bn", 28),
        ("conv-bn", 8),
        ("post", 14),
    ],
)
def test_images_to_latents_and_back(architecture: str, size: int, latent_dim: int) -> None:
    model = build(architecture=architecture, image_size=size, latent_dim=latent_dim)
    images = torch.rand(5, 1, size, size)
    latents = model.encode(images)
    assert latents.shape == (5, latent_dim)
    assert model.decode(latents).shape == images.shape
    assert torch.equal(model.head(model.features(images)), latents)


def test_the_post_network_is_the_post_network() -> None:
    model = build(architecture="post", latent_dim=3)
    widths = (196, 150, 100, 3, 100, 150, 196)
    weights = [tuple(m.weight.shape) for m in model.modules() if isinstance(m, nn.Linear)]
    expected = [(b, a) for a, b in pairwise(widths)]
    assert sorted(weights) == sorted(expected)
    assert sum(p.numel() for p in model.parameters()) == sum(a * b + b for b, a in expected)
    # as the post writes it: LeakyReLU between layers and once on the code, linear ends
    layer = {tuple(m.weight.shape): m for m in model.modules() if isinstance(m, nn.Linear)}
    x = torch.rand(4, 1, 14, 14) * 255
    h = x.flatten(1)
    for shape in ((150, 196), (100, 150)):
        h = nn.functional.leaky_relu(layer[shape](h), 0.01)
    code = layer[(3, 100)](h)
    torch.testing.assert_close(model.encode(x), code)
    h = nn.functional.leaky_relu(code, 0.01)
    for shape in ((100, 3), (150, 100)):
        h = nn.functional.leaky_relu(layer[shape](h), 0.01)
    torch.testing.assert_close(model.decode(code).flatten(1), layer[(196, 150)](h))


@pytest.mark.parametrize("architecture", ["mlp", "conv", "post"])
def test_weights_follow_from_the_seed_alone(architecture: str) -> None:
    torch.manual_seed(1)
    one = build(7, architecture=architecture).state_dict()
    torch.manual_seed(2)  # another thread of the app may do this at any time
    two = build(7, architecture=architecture).state_dict()
    other = build(8, architecture=architecture).state_dict()
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)


def test_initial_weights_are_those_of_pytorch_in_distribution() -> None:
    model = build()
    reference = nn.Linear(784, 256)
    ours = next(m for m in model.modules() if isinstance(m, nn.Linear))
    assert ours.weight.std().item() == pytest.approx(reference.weight.std().item(), rel=0.02)
    assert ours.weight.abs().max() <= 784**-0.5


def test_the_number_of_latents_changes_only_what_touches_them() -> None:
    one, many = (sum(p.numel() for p in build(latent_dim=d).parameters()) for d in (1, 64))
    assert many - one == 63 * (64 + 1 + 64)  # head: weight and bias; decoder's first: weight


def test_a_batch_of_one_image_is_left_out_where_it_cannot_be_normalised() -> None:
    from core.data.splits import Data, Split, load
    from core.training.loop import Training

    setting = Setting(dataset="digits", architecture="conv-bn", batch_size=8, epochs=1)
    data = load(setting)
    part = data.train
    few = Data(Split(part.pixels, part.index[:17], None), data.test, data.class_names)
    (record,) = Training(setting, few, torch.device("cpu")).epochs()
    assert record.train["reconstruction"] > 0
