"""Our convolutional layers are torch's."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from core.networks.support.convolution import Flatten, ToPixels


def _results(layer: nn.Module, x: Tensor) -> list[Tensor]:
    """Values, and gradients by the values before and by the weights."""
    x = x.detach().requires_grad_()
    found = layer(x)
    slope = torch.linspace(-1, 1, found.numel(), dtype=x.dtype).view_as(found)
    return [found, *torch.autograd.grad(found, [x, *layer.parameters()], slope)]


@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "sides"),
    [
        pytest.param(4, 2, 1, (7, 7), id="as the decoders have it"),
        pytest.param(3, 1, 0, (4, 6), id="other sizes"),
        pytest.param((5, 4), (3, 2), (2, 1), (2, 3), id="another for each side"),
    ],
)
def test_a_transposed_convolution_to_pixels_is_that_of_torch(
    order: torch.memory_format, kernel: int, stride: int, padding: int, sides: tuple[int, int]
) -> None:
    theirs = nn.ConvTranspose2d(6, 1, kernel, stride=stride, padding=padding).double()
    ours = ToPixels(6, 1, kernel, stride=stride, padding=padding).double()
    ours.load_state_dict(theirs.state_dict())
    ours.to(memory_format=order)
    x = torch.randn(3, 6, *sides, dtype=torch.float64).contiguous(memory_format=order)
    torch.testing.assert_close(_results(ours, x), _results(theirs, x))


def test_rows_are_those_of_torch_and_their_gradient_lies_channels_last() -> None:
    x = torch.randn(2, 3, 4, 5).contiguous(memory_format=torch.channels_last)
    ours, theirs = _results(Flatten(), x), _results(nn.Flatten(), x)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=0)
    assert ours[1].is_contiguous(memory_format=torch.channels_last)
    assert not theirs[1].is_contiguous(memory_format=torch.channels_last)
