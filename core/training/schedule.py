"""What changes from step to step and from epoch to epoch: the learning rate, and the terms that act."""

from __future__ import annotations

import functools
import math
from itertools import pairwise

from core.setting.setting import Setting


def learning_rate(setting: Setting, step: int, total_steps: int) -> float:
    """Rate of a step: constant, or cycles (cosine up over 15 %, cosine down to zero).

    Smith and Topin 2018, Super-Convergence, as `torch.optim.lr_scheduler.OneCycleLR` has it;
    `cycles` begins a new one with each of `phases`, so that every phase ends with small steps.

    Args:
        setting: its `learning_rate`, `schedule`, `epochs` and terms.
        step: from 0 on.
        total_steps: of the whole training.
    """
    if setting.schedule == "constant":
        return setting.learning_rate
    if setting.schedule == "cycles":
        step, total_steps = _within_phase(setting, step, total_steps)
    rise = 0.15 * total_steps
    if step < rise:
        share = 0.04 + 0.96 * 0.5 * (1 - math.cos(math.pi * step / rise))
    else:
        share = 0.5 * (1 + math.cos(math.pi * (step - rise) / max(total_steps - rise, 1)))
    return setting.learning_rate * share


def acting(setting: Setting, epoch: int) -> dict[str, float]:
    """The terms that act in an epoch (from 1 on), by name, and with which share of their weight."""
    strengths = {term.name: term.strength(epoch, setting.epochs) for term in setting.regularizer}
    return {name: strength for name, strength in strengths.items() if strength > 0}


@functools.lru_cache(maxsize=16)
def phases(setting: Setting) -> tuple[int, ...]:
    """Epochs (from 1 on) in which other terms act than in the one before; the first is 1."""
    epochs = range(1, setting.epochs + 1)
    return (1, *(now for before, now in pairwise(epochs)
                 if acting(setting, before).keys() != acting(setting, now).keys()))  # fmt: skip


def busiest_epoch(setting: Setting) -> int:
    """The first epoch in which as many terms act as ever do."""
    return max(range(1, setting.epochs + 1), key=lambda epoch: len(acting(setting, epoch)))


def epoch_seed(setting: Setting, epoch: int) -> int:
    """Seed of what is planned in an epoch, 0 to 2^32 - 1: scikit-learn takes no larger one."""
    return (setting.seed * 1000 + epoch) % 2**32


def _within_phase(setting: Setting, step: int, total_steps: int) -> tuple[int, int]:
    """A step's number within its phase, and how many steps the phase has."""
    per_epoch = total_steps / setting.epochs
    starts = [round((epoch - 1) * per_epoch) for epoch in phases(setting)]
    first = max(start for start in starts if start <= step)
    return step - first, min([s for s in starts if s > step], default=total_steps) - first
