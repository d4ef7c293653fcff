"""Training without autograd in the network gives what training with it gives, for every term."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from core.data.splits import load
from core.regularizers import CLASSES
from core.setting.setting import Setting
from core.training.loop import Training
from core.training.schedule import busiest_epoch

CPU = torch.device("cpu")
STEPS = 3


@pytest.fixture(autouse=True)
def _double() -> Iterator[None]:
    """In float64 a wrong gradient can't hide behind rounding."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def _trained(setting: Setting, by_hand: bool) -> tuple[Training, list[dict[str, torch.Tensor]]]:
    """Some steps, and the parts of the loss in each."""
    torch.manual_seed(0)
    training = Training(setting, load(setting), CPU, n_snapshots=0)
    assert training.dense is not None
    if not by_hand:
        training.dense = None
    training.begin_trial(busiest_epoch(setting))
    rows = torch.arange(setting.batch_size)
    images = training.data.train.images(setting, rows)
    return training, [training.step(images, rows) for _ in range(STEPS)]


@pytest.mark.parametrize("architecture", ["mlp", "post"])
@pytest.mark.parametrize("terms", ["none", *CLASSES, "vae+contractive+l1", "dec+contrastive"])
def test_every_step_is_the_same(architecture: str, terms: str) -> None:
    setting = Setting(
        dataset="digits", architecture=architecture, batch_size=32, epochs=4, learning_rate=0.01,
        regularizer=terms, image_size=14 if architecture == "post" else 8,
    )  # fmt: skip
    plain, expected = _trained(setting, by_hand=False)
    ours, found = _trained(setting, by_hand=True)
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(ours.model.state_dict(), plain.model.state_dict())
    assert ours.optimizer.moments.keys() == plain.optimizer.moments.keys()


@pytest.mark.parametrize("architecture", ["conv", "conv-bn"])
def test_convolutions_are_left_to_autograd(architecture: str) -> None:
    setting = Setting(dataset="digits", architecture=architecture)
    assert Training(setting, load(setting), CPU, n_snapshots=0).dense is None
