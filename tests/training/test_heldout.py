"""Held-out losses: in batches like those of training, every image counted once, none alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from core.data.augmentation import augment
from core.data.splits import Data, load
from core.regularizers.consistency import relative_distance
from core.regularizers.contrastive import Contrastive, info_nce
from core.setting.setting import Setting
from core.training.batches import grouped, heldout_batches
from core.training.encoding import reconstruction_errors
from core.training.loop import Training


@pytest.mark.parametrize(
    ("n", "sizes"),
    [
        pytest.param(128, [64, 64], id="128 images: two batches"),
        pytest.param(129, [64, 65], id="129 images: one alone joins the last"),
        pytest.param(130, [64, 64, 2], id="130 images: two are a batch"),
        pytest.param(65, [65], id="65 images: one batch"),
        pytest.param(3, [3], id="fewer than a batch"),
        pytest.param(1, [1], id="a single image"),
    ],
)
def test_batches_of_held_out_images(n: int, sizes: list[int]) -> None:
    assert heldout_batches(n, 64) == sizes


@pytest.mark.parametrize("most", [1, 130, 5000])
def test_batches_are_encoded_together_and_every_image_once(most: int) -> None:
    sizes = heldout_batches(1025, 64)
    groups = list(grouped(sizes, most))
    assert [size for _, some in groups for size in some] == sizes
    rows = [row for part, _ in groups for row in range(part.start, part.stop)]
    assert rows == list(range(1025))
    assert all(len(some) <= max(most // 64, 1) for _, some in groups)


def _trained(setting: Setting, data: Data) -> Training:
    training = Training(setting, data, torch.device("cpu"), n_snapshots=0)
    list(training.epochs())
    training.model.eval()
    return training


def _many(data: Data, n: int) -> Data:
    """With n held-out images, some of them several times."""
    index = data.test.index.repeat(-(-n // len(data.test)))[:n]
    return replace(data, test=replace(data.test, index=index, labels=None))


def test_a_contrastive_loss_compares_as_many_images_as_in_training(tiny: Setting) -> None:
    setting = tiny.replace(epochs=6, regularizer="contrastive:weight=1,temperature=0.5")
    data = load(setting)
    training = _trained(setting, data)
    term = training.model.terms["contrastive"]
    assert isinstance(term, Contrastive)
    images = data.test.images(setting)
    rng = torch.Generator().manual_seed(0)
    with torch.no_grad():
        first, second = (
            F.normalize(term.projection(training.model.features(x)), dim=1)
            for x in (images, augment(images, setting, rng))
        )
        sizes = heldout_batches(len(images), setting.batch_size)
        pairs = zip(first.split(sizes), second.split(sizes), strict=True)
        expected = sum(float(info_nce(u, v, 0.5)) * len(u) for u, v in pairs) / len(images)
        at_once = float(info_nce(first, second, 0.5))
    last = training.records[-1]
    assert last.heldout["contrastive"] == pytest.approx(expected, rel=1e-4)
    # what all of them at once would give does not compare with training's
    assert abs(expected - last.train["contrastive"]) < 0.3 < at_once - expected


def test_one_image_beyond_full_batches_does_not_spoil_the_mean(tiny: Setting) -> None:
    setting = tiny.replace(regularizer="consistency:weight=1")
    data = _many(load(setting), 2049)  # 32 batches of 64, and one image
    training = _trained(setting, data)
    images = data.test.images(setting)
    rng, total = torch.Generator().manual_seed(0), 0.0
    with torch.no_grad():
        for part, sizes in grouped(heldout_batches(2049, 64), 2048):
            seen = images[part]
            latent = training.model.encode(seen)
            other = training.model.encode(augment(seen, setting, rng))
            for z, w in zip(latent.split(sizes), other.split(sizes), strict=True):
                total += float(relative_distance(z, w)) * len(z)
    last = training.records[-1]
    assert last.heldout["consistency"] == pytest.approx(total / 2049, rel=1e-4)
    assert last.heldout["consistency"] < 3 * last.train["consistency"]
    errors = reconstruction_errors(training.model, data.test, setting)
    assert last.heldout["reconstruction"] == pytest.approx(float(errors.mean()), rel=1e-5)


def test_a_loss_of_single_images_does_not_depend_on_the_batch(tiny: Setting) -> None:
    setting = tiny.replace(regularizer="l1+contractive")
    data = _many(load(setting), 131)
    training = _trained(setting, data)
    small = training._heldout()
    training.setting = setting.replace(batch_size=4096)
    for name, value in training._heldout().items():
        assert value == pytest.approx(small[name], rel=1e-5)


def test_held_out_noise_is_the_same_after_every_epoch(tiny: Setting) -> None:
    setting = tiny.replace(regularizer="sliced_wasserstein+contrastive")
    training = _trained(setting, load(setting))
    state = training._generator.get_state()
    assert training._heldout() == training._heldout() == training.records[-1].heldout
    assert torch.equal(training._generator.get_state(), state)
