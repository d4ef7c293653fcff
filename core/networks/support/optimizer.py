"""Adam, without what `torch.optim` imports for it and prepares anew before each step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim.adam import adam

_CONSTANTS: dict[str, Any] = {
    "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.0, "amsgrad": False, "maximize": False,
}  # fmt: skip


class Adam:
    """Kingma and Ba 2015, Adam, with `torch.optim.Adam`'s kernels, state and defaults, to the same bits.

    The first optimizer that `torch.optim` makes imports torch's compiler: a second of each process that
    trains, and 66 MB. And before each step it groups the parameters by device and type, which takes as
    long as the step of a small network itself.

    Args:
        parameters: to be moved, all on one device and of one type.
        rate: learning rate.
        fused: whether one kernel moves them all, on the CPU or CUDA; several round otherwise.

    Attributes:
        rate: of the next step.
        moments: by a parameter's number what Adam remembers of it: `step`, `exp_avg`, `exp_avg_sq`.
    """

    def __init__(self, parameters: Iterable[Tensor], rate: float, *, fused: bool) -> None:
        self._parameters = list(parameters)
        self.rate = rate
        self._fused = fused
        self.moments: dict[int, dict[str, Tensor]] = {}
        device = self._parameters[0].device if fused else "cpu"
        # in one tensor, which is counted up at once; each parameter has a view of its own number
        self._steps = torch.zeros(len(self._parameters), device=device)

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient, and take the gradients away."""
        moved = [number for number, p in enumerate(self._parameters) if p.grad is not None]
        if not moved:
            return
        weights = [self._parameters[number] for number in moved]
        gradients = [p.grad for p in weights if p.grad is not None]
        states = [self.state(number) for number in moved]
        first, second = [s["exp_avg"] for s in states], [s["exp_avg_sq"] for s in states]
        steps = [s["step"] for s in states]
        if self._fused:
            if len(moved) == len(self._parameters):
                self._steps += 1
            else:
                self._steps[moved] += 1
            torch._fused_adam_(
                weights, gradients, first, second, [], steps, lr=self.rate, **_CONSTANTS
            )
        else:
            adam(weights, gradients, first, second, [], steps, lr=self.rate, **_CONSTANTS)
        for p in weights:
            p.grad = None

    def state(self, number: int) -> dict[str, Tensor]:
        """What is remembered of a parameter: zeros, lying in memory as it does, before it was moved."""
        if number not in self.moments:
            like = self._parameters[number].detach()
            self.moments[number] = {
                "step": self._steps[number].zero_(),
                "exp_avg": torch.zeros_like(like),
                "exp_avg_sq": torch.zeros_like(like),
            }
        return self.moments[number]
