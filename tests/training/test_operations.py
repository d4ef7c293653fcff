"""Operations are counted as torch counts them, without what its counter imports."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from core.data.splits import load
from core.networks import NETWORKS
from core.setting.setting import Setting
from core.training.loop import Training
from core.training.operations import operations

TERMS = ["none", "contrastive"]


def test_of_a_product_and_its_gradients() -> None:
    inputs, weights = torch.ones(5, 7), torch.ones(7, 3, requires_grad=True)
    assert operations(lambda: inputs @ weights) == 2 * 5 * 7 * 3
    assert operations(lambda: (inputs @ weights).sum().backward()) == 2 * (2 * 5 * 7 * 3)


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize(("stride", "padding", "dilation"), [(1, 0, 1), (2, 1, 1), (3, 2, 2)])
def test_of_a_convolution_as_torch_counts(transposed, stride, padding, dilation) -> None:
    kind = nn.ConvTranspose2d if transposed else nn.Conv2d
    layer = kind(3, 5, 4, stride=stride, padding=padding, dilation=dilation)
    images = torch.rand(2, 3, 13, 17)
    for act in (
        lambda: layer(images),
        lambda: layer(images).sum().backward(),
        lambda: layer(images.requires_grad_()).sum().backward(),
    ):
        assert operations(act) == _by_torch(act) > 0


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("architecture", list(NETWORKS))
def test_of_a_step_as_torch_counts(architecture: str, term: str) -> None:
    setting = Setting(architecture=architecture, regularizer=term)
    trial = Training(setting, load(setting), n_snapshots=0)
    trial.begin_trial(1)
    rows = torch.arange(20)
    images = trial.data.train.images(setting, rows)

    def act() -> None:
        trial.step(images, rows)

    # a product inside torch's `affine_grid`, which turns images for a second view, its counter misses
    tolerance = 0.005 if term == "contrastive" else 0
    assert operations(act) == pytest.approx(_by_torch(act), rel=tolerance)


def test_what_is_no_product_counts_nothing() -> None:
    assert operations(lambda: F.silu(torch.ones(3, 3)).sum()) == 0


def _by_torch(act) -> int:
    with FlopCounterMode(display=False) as counter:
        act()
    return counter.get_total_flops()
