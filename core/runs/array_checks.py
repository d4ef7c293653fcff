"""The arrays of a Run, checked against its Setting: names, dtypes, shapes and values.

A checksum says that a file is the one that was written, not that it was written by this program.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import safetensors.numpy

from core.runs.run import LATENTS, REPLAY, WEIGHTS, DamagedRun
from core.setting.checks import quoted
from core.setting.setting import Setting
from core.training.replay import CURVES, IMAGES

Arrays = dict[str, np.ndarray[Any, Any]]

MAX_IMAGES = 300_000  # held out; own images are 200,000 at most, EMNIST has 280,000 in all
# the largest model that a Setting can have, of 64 pixels, 64 dimensions and 1,000 clusters, has 10 MB
MAX_WEIGHTS_BYTES = 40_000_000
MAX_REPLAY_BYTES = 20_000_000  # 30 snapshots of 2,000 images in three dimensions have 180 kB
_HEADER_BYTES = 100_000
_MOST_SNAPSHOTS = 1_000


def most_bytes(name: str, setting: Setting, n: int) -> int:
    """How large a file of a Run of that Setting with n held-out images may be."""
    if name == LATENTS:
        return n * (4 * setting.latent_dim + 16) + _HEADER_BYTES
    return MAX_REPLAY_BYTES if name == REPLAY else MAX_WEIGHTS_BYTES


def arrays_of(name: str, data: bytes) -> Arrays:
    """The arrays of a safetensors file. Raises DamagedRun."""
    try:
        return safetensors.numpy.load(data)
    except Exception as error:  # each version of the library has errors of its own
        raise DamagedRun(f"{name} can't be read ({type(error).__name__})") from error


def check_arrays(name: str, data: bytes, setting: Setting, n: int) -> Arrays:
    """The arrays of one of a Run's files, which are what the Setting and n held-out images make.

    Raises:
        DamagedRun: they are not.
    """
    arrays = arrays_of(name, data)
    if name == LATENTS:
        _check_latents(arrays, setting, n)
    elif name == REPLAY:
        _check_replay(arrays, setting, n)
    else:
        _check_finite(name, arrays)
        # its import takes seconds: who has not imported it does not ask for the model, and who does
        # comes to `check_weights` then
        if "torch" in sys.modules:
            check_weights(arrays, setting)
    return arrays


# ------------------------------------------------------------------------------------ latents
def _check_latents(arrays: Arrays, setting: Setting, n: int) -> None:
    expected = {
        "latents": ((n, setting.latent_dim), "float32"),
        "errors": ((n,), "float32"),
        "clusters": ((n,), "int16"),
        "labels": ((n,), "int16"),
    }
    if "labels" not in arrays:  # the data set has none
        del expected["labels"]
    _check_shapes(LATENTS, arrays, expected, f" of {n:,} images")
    _check_finite(LATENTS, arrays)
    clusters, labels = arrays["clusters"], arrays.get("labels")
    if clusters.min() < -1 or clusters.max() >= max(setting.n_clusters, 1):
        raise DamagedRun(f"{LATENTS} has clusters that were not looked for")
    if labels is not None and not np.isin(labels, setting.digits).all():
        raise DamagedRun(f"{LATENTS} has labels of classes that were not chosen")


def _check_shapes(
    file: str, arrays: Arrays, expected: Mapping[str, tuple[tuple[int, ...], str]], where: str = ""
) -> None:
    for name, (shape, dtype) in expected.items():
        found = arrays.get(name)
        if found is None or found.shape != shape or found.dtype.name != dtype:
            sizes = " x ".join(map(str, shape)) or "one number"
            raise DamagedRun(f"{file} has no {name}{where} ({sizes}, {dtype})")
    if others := sorted(set(arrays) - set(expected)):
        raise DamagedRun(f"{file} has an array {quoted(others[0])} that no Run has")


def _check_finite(file: str, arrays: Arrays) -> None:
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise DamagedRun(f"{file} has a number in {quoted(name)} that is not finite")


# ------------------------------------------------------------------------------------ replay
def _check_replay(arrays: Arrays, setting: Setting, n: int) -> None:
    count, images = len(np.atleast_1d(arrays.get("steps", 0))), min(n, IMAGES)
    dims = min(setting.latent_dim, 3)
    if count > _MOST_SNAPSHOTS:
        raise DamagedRun(f"{REPLAY} has {count:,} snapshots")
    expected = {
        "rows": ((images,), "int32"),
        "steps": ((count,), "int32"),
        "levels": ((count, images, dims), "uint8"),
        "low": ((count, dims), "float32"),
        "unit": ((count, dims), "float32"),
        **{f"curve_{name}": ((count,), "float32") for name in CURVES},
    }
    _check_shapes(REPLAY, arrays, expected)
    # of curves NaN says that a score is undefined
    _check_finite(REPLAY, {name: arrays[name] for name in ("low", "unit")})
    rows, steps = arrays["rows"], arrays["steps"]
    if rows.min(initial=0) < 0 or rows.max(initial=0) >= n or (np.diff(rows) <= 0).any():
        raise DamagedRun(f"{REPLAY} is of images that are not held out")
    if steps.min(initial=0) < 0 or (np.diff(steps.astype(np.int64)) <= 0).any():
        raise DamagedRun(f"{REPLAY} has snapshots in a wrong order")


# ------------------------------------------------------------------------------------ weights
def check_weights(arrays: Arrays, setting: Setting) -> None:
    """Raise DamagedRun unless these are the parameters that the Setting's model has."""
    expected = _model_shapes(setting.replace(seed=0))
    if set(arrays) != set(expected):
        names = sorted(set(arrays) ^ set(expected))
        raise DamagedRun(
            f"{WEIGHTS} does not have the parameters of its network ({quoted(names[0])})"
        )
    for name, (shape, dtypes) in expected.items():
        found = arrays[name]
        if found.shape != shape or found.dtype.name not in dtypes:
            raise DamagedRun(
                f"{WEIGHTS} has {found.dtype.name} {list(found.shape)} in place of "
                f"{dtypes[0]} {list(shape)} for {name}"
            )


@lru_cache(maxsize=64)
def _model_shapes(setting: Setting) -> dict[str, tuple[tuple[int, ...], tuple[str, ...]]]:
    """Shape and allowed dtypes of every parameter, by name; some milliseconds."""
    from core.models.autoencoder import Autoencoder

    found: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {}
    for name, tensor in Autoencoder(setting).state_dict().items():
        dtype = str(tensor.dtype).removeprefix("torch.")
        # `packed` halves what loses nothing by it
        dtypes = (dtype, "float16") if tensor.is_floating_point() else (dtype,)
        found[name] = (tuple(tensor.shape), dtypes)
    return found
