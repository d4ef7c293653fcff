"""Dense layers without autograd give the gradients that autograd gives."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from core.models.dense import Dense

LEAKY = nn.LeakyReLU(0.1)
PARTS = {
    "one linear layer": nn.Linear(6, 4),
    "an activation first": nn.Sequential(LEAKY, nn.Linear(6, 5), LEAKY, nn.Linear(5, 3)),
    "an activation last": nn.Sequential(nn.Flatten(), nn.Linear(6, 5), nn.SiLU()),
}


@pytest.mark.parametrize("name", list(PARTS))
def test_values_and_gradients_are_those_of_autograd(name: str) -> None:
    part = PARTS[name].double()
    torch.manual_seed(0)
    x = torch.randn(7, 6, dtype=torch.float64, requires_grad=True)
    expected = part(x)
    slope = torch.randn_like(expected)
    wanted = torch.autograd.grad(expected, [x, *part.parameters()], slope)
    dense = Dense(part)
    with torch.no_grad():
        values = dense.forward(x)
        by_x = dense.backward(values, slope, through=True)
    torch.testing.assert_close(values[-1], expected)
    torch.testing.assert_close([by_x, *(p.grad for p in part.parameters())], list(wanted))
    with torch.no_grad():  # a second time they are added up
        dense.backward(values, slope, through=False)
    doubled = [2 * gradient for gradient in wanted[1:]]
    torch.testing.assert_close([p.grad for p in part.parameters()], doubled)


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(nn.Sequential(nn.Conv2d(1, 2, 3), nn.SiLU()), id="a convolution"),
        pytest.param(nn.Sequential(nn.Linear(3, 2), nn.Flatten(), nn.Linear(2, 2)), id="Flatten later"),
        pytest.param(nn.Linear(3, 2, bias=False), id="no bias"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused(part: nn.Module) -> None:
    with pytest.raises(ValueError, match="only dense layers"):
        Dense(part)
