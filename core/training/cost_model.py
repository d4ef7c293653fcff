"""How long a training will take, without making one of its steps.

The floating-point operations of a step are counted on a few images, and divided by what this machine
was seen to do with that kind of network. So a setting of any size costs a fraction of a second to
judge. `core.training.estimate` makes real steps: it is more exact, and for one's own machine.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from core.data import splits as images
from core.data.splits import Data, Split
from core.networks import NETWORKS
from core.setting.setting import Setting
from core.training.batches import batch_count
from core.training.capacity import Speed
from core.training.devices import computing
from core.training.estimate import HELDOUT, kinds_of_epochs, planning_seconds, sampled, step_seconds
from core.training.loop import Training
from core.training.operations import operations

_COUNTED = 32  # images of the step whose operations are counted
_PLANNED = 512  # images that plans are timed on
_SMALL, _LARGE = 32, 256  # batches that the machine is timed with


# of two cores of a small server: until the machine itself has been timed
USUAL = Speed(0.0015, dict.fromkeys(NETWORKS, 2e10))


def measured_speed() -> Speed:
    """Of this machine: about two seconds of steps on images of noise."""
    large = {name: _timed(name, _LARGE) for name in NETWORKS}
    flops, seconds = _timed("mlp", _SMALL)
    more_flops, more_seconds = large["mlp"]
    slope = max(more_seconds - seconds, 1e-9) / (more_flops - flops)
    step = min(max(seconds - slope * flops, 1e-4), seconds)
    return Speed(step, {name: f / max(s - step, s / 10) for name, (f, s) in large.items()})


def _timed(architecture: str, batch: int) -> tuple[float, float]:
    """Operations and seconds of a plain step."""
    setting = Setting(architecture=architecture, batch_size=batch)
    noise = np.random.default_rng(0).integers(0, 256, (_LARGE, 28, 28), dtype=np.uint8)
    split = Split(torch.from_numpy(noise), torch.arange(_LARGE), None)
    trial = Training(setting, Data(split, split, ()), n_snapshots=0)
    with computing(trial.device, trial.threads):
        return _flops(trial, 1, batch), step_seconds(trial, 1)


def predicted_seconds(setting: Setting, speed: Speed = USUAL) -> float:
    """Seconds that training will take, by its operations and the machine's speed.

    Args:
        setting: what would be trained; its images must be here.
        speed: of this machine.

    Raises:
        DataError: the images can't be had.
    """
    data = images.load(setting)
    some = replace(data, train=sampled(data.train, _PLANNED))
    trial = Training(setting, some, n_snapshots=0)
    steps = batch_count(len(data.train), setting.batch_size)
    rate = speed.rates[setting.architecture]
    with computing(trial.device, trial.threads):
        seconds = 0.0
        for epoch, count in kinds_of_epochs(setting):
            counted = min(_COUNTED, setting.batch_size, len(some.train))
            each = _flops(trial, epoch, counted) / counted  # of an image
            seconds += count * (steps * speed.step + each * len(data.train) / rate)
        return HELDOUT * seconds + planning_seconds(trial, len(data.train))


def _flops(trial: Training, epoch: int, batch: int) -> int:
    """Floating-point operations of a step on so many images."""
    rows = torch.arange(batch)
    pictures = trial.data.train.images(trial.setting, rows).to(trial.device)
    trial.begin_trial(epoch)
    return operations(lambda: trial.step(pictures, rows))
