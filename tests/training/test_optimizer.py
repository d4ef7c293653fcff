"""Our call of Adam's kernel is torch's Adam, bit for bit."""

from __future__ import annotations

import torch
from torch import nn

from core.training.optimizer import adam_step


def _parameters() -> list[nn.Parameter]:
    generator = torch.Generator().manual_seed(0)
    return [nn.Parameter(torch.randn(5, 3, generator=generator)) for _ in range(3)]


def test_the_same_bits_whatever_has_a_gradient_and_whatever_the_rate() -> None:
    ours, theirs = _parameters(), _parameters()
    optimizers = [torch.optim.Adam(some, lr=0.1, fused=True) for some in (ours, theirs)]
    generator = torch.Generator().manual_seed(1)
    for number in range(6):
        for which in (0, 1, 2) if number > 2 else (0, 2):  # one begins later
            if (number, which) == (4, 0):  # and one pauses
                continue
            gradient = torch.randn(5, 3, generator=generator)
            ours[which].grad, theirs[which].grad = gradient.clone(), gradient.clone()
        for optimizer in optimizers:
            optimizer.param_groups[0]["lr"] = 0.1 / (1 + number)
        adam_step(optimizers[0])
        assert all(p.grad is None for p in ours)
        optimizers[1].step()
        optimizers[1].zero_grad()
        for a, b in zip(ours, theirs, strict=True):
            assert torch.equal(a, b)
    counts = [[float(o.state[p]["step"]) for p in some]
              for o, some in zip(optimizers, (ours, theirs), strict=True)]  # fmt: skip
    assert counts == [[5, 3, 6]] * 2
