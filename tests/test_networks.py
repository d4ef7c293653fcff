"""The registry of networks: found by themselves, with their own rules on image sizes."""

from __future__ import annotations

import pytest

from core.networks import NETWORKS
from core.setting.setting import Setting, SettingError


def test_networks_are_found_by_their_files() -> None:
    assert set(NETWORKS) == {"conv", "conv-bn", "mlp", "post"}


@pytest.mark.parametrize(
    ("name", "size", "rule"),
    [("post", 28, "14 for"), ("conv", 14, "a multiple of 4"), ("conv-bn", 30, "a multiple of 4")],
)
def test_a_size_that_a_network_cannot_take(name: str, size: int, rule: str) -> None:
    with pytest.raises(SettingError, match=f"image_size must be {rule}.*got {size}"):
        Setting(architecture=name, image_size=size)


def test_a_network_of_one_size_suggests_it() -> None:
    assert Setting(architecture="post").image_size == 14
    assert Setting(architecture="conv").image_size == 28
