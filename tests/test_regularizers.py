"""Every term: a value worked out by hand, an invariance, finite gradients."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from core.config import REGULARIZERS
from core.regularizers import CLASSES, MENU, LatentBatch, Shape, View, priors
from core.regularizers.consistency import relative_distance
from core.regularizers.contractive import squared_jacobian
from core.regularizers.contrastive import info_nce
from core.regularizers.denoising import mask_pixels
from core.regularizers.drift import radial_drift
from core.regularizers.l1 import l1_norm
from core.regularizers.rae import half_squared_norm
from core.regularizers.sine import sine_product
from core.regularizers.sliced_wasserstein import sliced_distance
from core.regularizers.vae import gaussian_kl
from core.regularizers.wae_mmd import SCALES, mmd


def _rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_values_by_hand() -> None:
    z = torch.tensor([[0.25, 0.25], [0.75, 0.25]])  # sines 1, 1 and -1, 1 at wavelength 1
    assert sine_product(z, 1.0, 0.0).item() == pytest.approx(0.0, abs=1e-6)
    assert sine_product(z[:1], 1.0, 1.0).item() == pytest.approx(64.0, rel=1e-5)
    assert radial_drift(torch.tensor([[3.0, 4.0]])).item() == pytest.approx(25**-0.2)
    assert l1_norm(torch.tensor([[1.0, -2.0], [0.0, 3.0]])).item() == 3.0
    assert gaussian_kl(torch.zeros(4, 2), torch.zeros(4, 2)).item() == 0.0
    assert gaussian_kl(torch.ones(1, 2), torch.zeros(1, 2)).item() == 1.0


def test_values_by_hand_of_clouds_and_twins() -> None:
    z = torch.tensor([[0.0], [2.0]])
    assert half_squared_norm(z).item() == 1.0  # (0 + 4) / 2 / 2
    assert relative_distance(z, z.flip(0)).item() == pytest.approx(4.0)  # scale 1, distance 2
    assert sliced_distance(z, z + 3, torch.ones(1, 1)).item() == 9.0
    # unit vectors that only know themselves: -log(e^10 / (e^10 + e^0))
    assert info_nce(torch.eye(2), torch.eye(2), 0.1).item() == pytest.approx(
        math.log1p(math.exp(-10)), rel=1e-3
    )
    # the kernel of a point with itself is 7; at squared distance 4 with d = 1: sum of 2s / (2s + 4)
    far = sum(2 * s / (2 * s + 4) for s in SCALES)
    assert mmd(z, z).item() == pytest.approx(2 * far - (7 + far), rel=1e-5)


def test_clouds_have_no_order() -> None:
    z, prior = torch.randn(40, 3, generator=_rng()), torch.randn(40, 3, generator=_rng(1))
    lines = nn.functional.normalize(torch.randn(3, 9, generator=_rng(2)), dim=0)
    for distance in (mmd, lambda a, b: sliced_distance(a, b, lines)):
        torch.testing.assert_close(distance(z, prior), distance(z.flip(0), prior))
    both = info_nce(nn.functional.normalize(z), nn.functional.normalize(prior), 0.2)
    flipped = info_nce(
        nn.functional.normalize(z).flip(0), nn.functional.normalize(prior).flip(0), 0.2
    )
    torch.testing.assert_close(both, flipped)
    assert half_squared_norm(
        z @ torch.linalg.qr(torch.rand(3, 3, generator=_rng(3)))[0]
    ).item() == (pytest.approx(half_squared_norm(z).item(), rel=1e-5))
    torch.testing.assert_close(relative_distance(z, prior), relative_distance(z * 50, prior * 50))


@pytest.mark.parametrize("kind", ["gaussian", "ring", "mixture"])
@pytest.mark.parametrize("dims", [1, 2, 3, 10])
def test_priors_have_about_unit_scale(kind: str, dims: int) -> None:
    points = priors.sample(kind, 4000, dims, 10, _rng())
    assert points.shape == (4000, dims)
    assert 0.7 < points.square().mean().sqrt().item() < 1.3


@pytest.mark.parametrize("dims", [2, 5], ids=["exact", "estimated"])
def test_the_jacobian_of_a_linear_encoder_is_its_matrix(dims: int) -> None:
    matrix = torch.randn(dims, 6, generator=_rng())
    x = torch.randn(4000, 6, generator=_rng(1)).requires_grad_()
    norm = squared_jacobian(x, x @ matrix.T, _rng(2))
    assert norm.item() == pytest.approx(matrix.square().sum().item(), rel=0.05)


def test_masking_hides_the_share_it_says() -> None:
    masked = mask_pixels(torch.ones(100, 1, 10, 10), 0.25, _rng())
    assert masked.mean().item() == pytest.approx(0.75, abs=0.02)


def _batch(latent: Tensor, encode: nn.Module, images: Tensor) -> LatentBatch:
    mix = torch.randn(3, 4, generator=_rng(5))
    features = latent @ mix
    noisy = images + 0.1 * torch.randn(images.shape, generator=_rng(4))
    twin = encode(noisy) if images.dim() == 4 else latent
    view = View(twin @ mix, twin)
    return LatentBatch(images, images, features, latent, encode, _rng(3), view)


@pytest.mark.parametrize("name", ["sine", "drift"])
def test_relative_terms_do_not_change_with_scale(name: str) -> None:
    term = CLASSES[name](
        {k: p.default for k, p in REGULARIZERS[name].parameters.items()},
        Shape(3, 4, 4, 1.0),
        _rng(),
    )
    z = torch.randn(50, 3, generator=_rng())
    encode = nn.Linear(4, 3)
    small = term(_batch(z, encode, z)).penalty
    large = term(_batch(z * 100, encode, z)).penalty
    torch.testing.assert_close(small, large)


@pytest.mark.parametrize("name", list(CLASSES))
def test_gradients_are_finite_and_ten_steps_lower_the_penalty(name: str) -> None:
    term = CLASSES[name](
        {k: p.default for k, p in REGULARIZERS[name].parameters.items()},
        Shape(3, 4, 4, 1.0),
        _rng(),
    )
    images = torch.rand(32, 1, 2, 2, generator=_rng())
    with torch.random.fork_rng():
        torch.manual_seed(0)
        encode = nn.Sequential(nn.Flatten(), nn.Linear(4, 3))
    optimizer = torch.optim.Adam([*encode.parameters(), *term.parameters()], lr=0.02)
    values = []
    for _ in range(10):
        effect = term(_batch(encode(images), encode, images))
        if effect.penalty is None:
            assert name in ("denoising", "latent_noise")
            return
        optimizer.zero_grad()
        effect.penalty.backward()
        assert all(torch.isfinite(p.grad).all() for p in encode.parameters() if p.grad is not None)
        optimizer.step()
        values.append(effect.penalty.item())
    assert values[-1] < values[0]


def test_menu_and_registry_agree() -> None:
    assert set(REGULARIZERS) == {"none", *(c.info.name for c in MENU)}
