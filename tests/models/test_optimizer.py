"""Our Adam is torch's, bit for bit."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from core.networks.support.optimizer import Adam


def _parameters() -> list[nn.Parameter]:
    generator = torch.Generator().manual_seed(0)
    return [nn.Parameter(torch.randn(5, 3, generator=generator)) for _ in range(3)]


@pytest.mark.parametrize("fused", [True, False])
def test_the_same_bits_whatever_has_a_gradient_and_whatever_the_rate(fused: bool) -> None:
    ours, theirs = _parameters(), _parameters()
    optimizer, peer = Adam(ours, 0.1, fused=fused), torch.optim.Adam(theirs, lr=0.1, fused=fused)
    optimizer.step()  # nothing has a gradient yet
    generator = torch.Generator().manual_seed(1)
    for number in range(6):
        for which in (0, 1, 2) if number > 2 else (0, 2):  # one begins later
            if (number, which) == (4, 0):  # and one pauses
                continue
            gradient = torch.randn(5, 3, generator=generator)
            ours[which].grad, theirs[which].grad = gradient.clone(), gradient.clone()
        optimizer.rate = peer.param_groups[0]["lr"] = 0.1 / (1 + number)
        optimizer.step()
        assert all(p.grad is None for p in ours)
        peer.step()
        peer.zero_grad()
        for a, b in zip(ours, theirs, strict=True):
            assert torch.equal(a, b)
    assert [float(optimizer.moments[number]["step"]) for number in range(3)] == [5, 3, 6]
    for number, parameter in enumerate(theirs):
        expected = peer.state[parameter]
        assert optimizer.moments[number].keys() == expected.keys()
        assert all(torch.equal(optimizer.moments[number][key], expected[key]) for key in expected)


def test_what_is_remembered_lies_in_memory_as_the_weights_do() -> None:
    """The fused kernel goes through all of them side by side."""
    weights = nn.Parameter(torch.randn(4, 3, 2, 2).to(memory_format=torch.channels_last))
    state = Adam([weights], 0.1, fused=True).state(0)
    assert state["exp_avg"].stride() == state["exp_avg_sq"].stride() == weights.stride()
    assert not state["exp_avg"].requires_grad
