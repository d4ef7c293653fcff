"""Adam's step without what `torch.optim` prepares for it anew each time."""

from __future__ import annotations

import torch


@torch.no_grad()
def adam_step(optimizer: torch.optim.Adam) -> None:
    """Move every parameter that has a gradient, and take the gradients away.

    Before each step `torch.optim` groups the parameters by device and type, which takes as long as the
    step of a small network itself. On the CPU its fused kernel is called at once here: with the same
    state and to the same bits. Elsewhere, and for a parameter's first step, `optimizer.step` is called.
    """
    (group,) = optimizer.param_groups
    moved = [p for p in group["params"] if p.grad is not None]
    if all(p in optimizer.state and p.device.type == "cpu" for p in moved):
        states = [optimizer.state[p] for p in moved]
        steps = [state["step"] for state in states]
        torch._foreach_add_(steps, 1)
        torch._fused_adam_(
            moved, [p.grad for p in moved],
            [state["exp_avg"] for state in states], [state["exp_avg_sq"] for state in states],
            [], steps, lr=group["lr"], beta1=group["betas"][0], beta2=group["betas"][1],
            weight_decay=group["weight_decay"], eps=group["eps"], amsgrad=False, maximize=False,
        )  # fmt: skip
    else:
        optimizer.step()
    for p in moved:
        p.grad = None
