"""Every term: a value worked out by hand, an invariance, finite gradients."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from core.config import REGULARIZERS
from core.regularizers import CLASSES, MENU, LatentBatch, Shape
from core.regularizers.contractive import squared_jacobian
from core.regularizers.denoising import mask_pixels
from core.regularizers.drift import radial_drift
from core.regularizers.l1 import l1_norm
from core.regularizers.sine import sine_product
from core.regularizers.vae import gaussian_kl


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
    return LatentBatch(images, images, latent.detach() @ torch.ones(3, 4), latent, encode, _rng(3))


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
    encode = nn.Sequential(nn.Flatten(), nn.Linear(4, 3))
    optimizer = torch.optim.Adam([*encode.parameters(), *term.parameters()], lr=0.02)
    values = []
    for _ in range(10):
        effect = term(_batch(encode(images), encode, images))
        if effect.penalty is None:
            assert name == "denoising"
            return
        optimizer.zero_grad()
        effect.penalty.backward()
        assert all(torch.isfinite(p.grad).all() for p in encode.parameters() if p.grad is not None)
        optimizer.step()
        values.append(effect.penalty.item())
    assert values[-1] < values[0]


def test_menu_and_registry_agree() -> None:
    assert set(REGULARIZERS) == {"none", *(c.info.name for c in MENU)}
