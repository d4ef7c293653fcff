"""Restart points: the whole state of a training in a file, so that one that was killed can go on.

A training that goes on gives the same Run, bit for bit, as one that was never interrupted: weights,
Adam's moments, the generators' states, what the terms have planned, the records and snapshots so far,
and the place within the epoch are all in the file. It has arrays and JSON alone; nothing is unpickled.
A file that does not fit (another version, other images, damage) is passed over: training begins anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from core.regularizers.support.graph import Graph
from core.training.records import EpochRecord
from core.training.replay import Snapshot

if TYPE_CHECKING:
    from core.training.loop import Training

EVERY = "LATENT_CLUSTERS_RESTART_SECONDS"
_EVERY_SECONDS = 5.0
_SHARE = 0.02  # of the time, that writing may take
_FORMAT = "latent-clusters-restart/1"
_MOST_BYTES = 2_000_000_000
_OF_MODULES = frozenset(vars(nn.Module()))


def usual_seconds() -> float:
    """Seconds between two writings, at least: of the variable EVERY, or 5 where that is no number."""
    with contextlib.suppress(ValueError):
        seconds = float(os.environ.get(EVERY, ""))
        if seconds >= 0:  # which nan is not
            return seconds
    return _EVERY_SECONDS


@dataclass
class Place:
    """Where in an epoch a training is.

    Attributes:
        order: state of the generator that gave the epoch's order of images; None between two epochs.
        steps_done: of this epoch.
        sums: of each part of the loss so far.
    """

    order: Tensor | None = None
    steps_done: int = 0
    sums: dict[str, Tensor] = field(default_factory=dict)


class RestartPoint:
    """The file of one training; written now and then while it runs.

    Args:
        path: the file. Its folder must exist.
        every: seconds between two writings, at least; None: what the environment says.
    """

    def __init__(self, path: Path, every: float | None = None) -> None:
        self.path, self._every = path, usual_seconds() if every is None else every
        self._next = time.monotonic() + self._every
        self._fits: dict[str, Any] | None = None  # the same at every writing

    def keep(self, training: Training) -> None:
        """Write the state between two steps, when it is time to. A full disk is no error."""
        started = time.monotonic()
        if started < self._next:
            return
        # named as the store's own temporary files: one that a killed process leaves is swept with them
        temporary = self.path.with_name(f"{self.path.name}-{uuid.uuid4().hex[:8]}")
        try:
            self._fits = self._fits or fitting(training)
            temporary.write_bytes(_packed(training, self._fits))
            os.replace(temporary, self.path)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()
        ended = time.monotonic()
        self._next = ended + max(self._every, (ended - started) / _SHARE)

    def resume(self, training: Training) -> bool:
        """Bring a new training to where the file is; False, and the training as it was, if none fits."""
        before = None
        try:
            if self.path.stat().st_size > _MOST_BYTES:
                return False
            with safe_open(self.path, framework="pt") as file:
                about = json.loads((file.metadata() or {}).get("about", "{}"))
                if about.get("fits") != fitting(training):
                    return False
                before = _state(training)
                _restore(training, {key: file.get_tensor(key) for key in file.keys()}, about)  # noqa: SIM118 - it is no dict
        except (OSError, SafetensorError):
            return False
        except Exception:  # the content is foreign: it may break its readers in any way
            if before is not None:
                _restore(training, *before)
            return False
        training.interruptions += 1
        return True

    def remove(self) -> None:
        """There is nothing to go on with any more."""
        with contextlib.suppress(OSError):
            self.path.unlink()


def fitting(training: Training) -> dict[str, Any]:
    """What must be equal for a state to be of use: the setting, its images, versions and the device."""
    train, test = training.data.train, training.data.test
    digest = hashlib.sha256()
    for split in (train, test):
        digest.update(split.index.numpy().tobytes())
        digest.update(split.pixels[split.index[:: max(len(split) // 100, 1)]].numpy().tobytes())
    return {
        "format": _FORMAT,
        "setting": training.setting.to_json(),
        "images": digest.hexdigest(),
        "torch": torch.__version__,
        "device": training.device.type,
        "snapshots": training.n_snapshots,
    }


# ------------------------------------------------------------------------------------ writing
def _packed(training: Training, fits: dict[str, Any]) -> bytes:
    tensors, about = _state(training)
    about["fits"] = fits
    whole = {key: value.cpu().contiguous() for key, value in tensors.items()}
    return save(whole, {"about": json.dumps(about)})


def _state(training: Training) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Everything that changes while training, as tensors of their own memory and plain values."""
    tensors: dict[str, Tensor] = {
        f"model/{name}": value.clone() for name, value in training.model.state_dict().items()
    }
    for number, moments in training.optimizer.moments.items():
        tensors |= {f"optimizer/{number}/{key}": value.clone() for key, value in moments.items()}
    tensors["generator/cpu"] = training.cpu_generator.get_state()
    tensors["generator/device"] = training._generator.get_state()
    place = training.place
    if place.order is not None:
        tensors["place/order"] = place.order
    tensors |= {f"place/sums/{name}": value.clone() for name, value in place.sums.items()}
    for number, snapshot in enumerate(training.snapshots):
        tensors[f"snapshot/{number}/{snapshot.step}"] = torch.from_numpy(snapshot.latents)
    plans: dict[str, Any] = {}
    for name, term in training.model.terms.items():
        for key, value in _plan(term).items():
            if isinstance(value, Graph):
                tensors |= {f"term/{name}/{key}/{f}": v for f, v in value._asdict().items()}
            elif isinstance(value, Tensor):
                tensors[f"term/{name}/{key}"] = value.clone()
            else:
                plans[f"{name}/{key}"] = value
    about = {
        "records": [record.to_json() for record in training.records],
        "steps_done": place.steps_done,
        "seconds": training.seconds,
        "interruptions": training.interruptions,
        "threads": training.threads,
        "plans": plans,
    }
    return tensors, about


def _plan(term: nn.Module) -> dict[str, Any]:
    """What a term remembers beside its parameters and buffers: what it planned."""
    left_out = _OF_MODULES | getattr(term, "constant", frozenset())
    return {key: value for key, value in vars(term).items() if key not in left_out}


# ------------------------------------------------------------------------------------ reading
def _restore(training: Training, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> None:
    """Give a training a state of `_state`."""
    training.model.load_state_dict(_under(tensors, "model/"))
    training.optimizer.moments.clear()
    for key, value in _under(tensors, "optimizer/").items():
        number, _, name = key.partition("/")
        training.optimizer.state(int(number))[name].copy_(value)
    training.cpu_generator.set_state(tensors["generator/cpu"])
    training._generator.set_state(tensors["generator/device"])
    training.place.order = tensors.get("place/order")
    training.place.sums = {
        name: value.to(training.device) for name, value in _under(tensors, "place/sums/").items()
    }
    training.place.steps_done = int(about["steps_done"])
    training.records[:] = [EpochRecord(**record) for record in about["records"]]
    snapshots = [
        Snapshot(int(key.partition("/")[2]), value.numpy())
        for key, value in _under(tensors, "snapshot/").items()
    ]
    training.snapshots[:] = sorted(snapshots, key=lambda snapshot: snapshot.step)
    training.seconds = float(about["seconds"])
    training.interruptions = int(about["interruptions"])
    training.resume_with(int(about["threads"]))
    for name, term in training.model.terms.items():
        _restore_plan(term, _under(tensors, f"term/{name}/"), _under(about["plans"], f"{name}/"))


def _restore_plan(
    term: nn.Module, tensors: Mapping[str, Tensor], values: Mapping[str, Any]
) -> None:
    known = _plan(term)
    graphs = {key.partition("/")[0] for key in tensors if "/" in key}
    found: dict[str, Any] = {
        **values,
        **{key: value for key, value in tensors.items() if "/" not in key},
        **{key: Graph(**_under(tensors, f"{key}/")) for key in graphs},
    }
    if not set(found) <= set(known):
        raise ValueError("a term has no such plan")
    for key, value in found.items():
        setattr(term, key, value)


def _under(content: Mapping[str, Any], beginning: str) -> dict[str, Any]:
    """The entries whose keys begin so, without that."""
    return {key[len(beginning) :]: v for key, v in content.items() if key.startswith(beginning)}
