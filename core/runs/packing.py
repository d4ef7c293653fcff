"""The format of a Run: its files from a trained Setting, and a Run from its files.

    run.json              setting, history, evaluation, provenance, and the SHA-256 of the others
    weights.safetensors   the model's parameters
    latents.safetensors   of the held-out images: latents, labels, found clusters, squared errors
    replay.safetensors    of a sample of them: where they lay while training went on (may be absent)

Nothing is ever unpickled. Reading imports neither torch nor scikit-learn.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import safetensors.numpy

from core.metrics.diagnostics import diagnose
from core.metrics.evaluation import Evaluation
from core.metrics.examined import ModelFacts, centroids_in
from core.runs.made import Made
from core.runs.run import (
    LATENTS,
    REPLAY,
    RUN,
    WEIGHTS,
    DamagedRun,
    Run,
    UnreadableRun,
    stored_clustering,
)
from core.setting.setting import Setting, SettingError

if TYPE_CHECKING:
    import torch

    from core.models.autoencoder import Autoencoder

FORMAT = "latent-clusters-run/1"
FILES = (RUN, WEIGHTS, LATENTS, REPLAY)
MAX_JSON_BYTES = 20_000_000
MAX_ARRAY_BYTES = 500_000_000  # of any other file; real ones have a few MB

Arrays = dict[str, np.ndarray[Any, Any]]


# ------------------------------------------------------------------------------------- writing
def packed(made: Made) -> dict[str, bytes]:
    """A Run's files by name, some 1 MB: what `Store.write` takes and may come from elsewhere."""
    import safetensors.torch  # here: it brings torch

    weights = {name: _smallest(tensor) for name, tensor in made.model.state_dict().items()}
    files = {
        WEIGHTS: safetensors.torch.save(weights),
        LATENTS: safetensors.numpy.save(
            {name: np.ascontiguousarray(array) for name, array in made.arrays.items()}
        ),
    }
    if made.replay is not None:
        files[REPLAY] = safetensors.numpy.save(dict(made.replay))
    content = {
        "format": FORMAT,
        "setting": made.setting.to_json(),
        "evaluation": made.evaluation.to_json(),
        "history": list(made.history),
        "provenance": dict(made.provenance),
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    files[RUN] = json.dumps(content, indent=1, allow_nan=False).encode()
    return files


def _smallest(tensor: torch.Tensor) -> torch.Tensor:
    """The tensor, in half precision where that loses nothing."""
    whole = tensor.cpu().contiguous()
    half = whole.half()
    return half if whole.is_floating_point() and bool((half.float() == whole).all()) else whole


# ------------------------------------------------------------------------------------- reading
def read_run(folder: Path, name: str, check: bool = True) -> Run:
    """Read a Run.

    Args:
        folder: that holds its files.
        name: that its Setting must have.
        check: compare every file with its checksum; otherwise run.json alone is read.

    Raises:
        DamagedRun: its content can't be used; a clause that says why.
        UnreadableRun: the system can't read it now; the same.
    """
    try:
        return _read(folder, name, check)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DamagedRun(f"{Path(str(error.filename)).name} is missing") from error
    except OSError as error:
        raise UnreadableRun(error.strerror or type(error).__name__) from error
    except MemoryError as error:
        raise UnreadableRun("too little memory is free") from error
    except SettingError as error:
        raise DamagedRun(f"its setting is not valid here ({error})") from error
    except DamagedRun:
        raise
    except Exception as error:  # the content is foreign: it may break its readers in any way
        raise DamagedRun(f"{RUN} can't be read ({type(error).__name__})") from error


def _read(folder: Path, name: str, check: bool) -> Run:
    content = json.loads(_file(folder / RUN, MAX_JSON_BYTES))
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise DamagedRun(f"{RUN} is not of the format {FORMAT}")
    setting = Setting.from_json(content["setting"])
    if setting.name != name:
        raise DamagedRun(f"its setting belongs to {setting.name}")
    history, provenance = content["history"], content["provenance"]
    if not isinstance(history, list) or not history or not _is_provenance(provenance):
        raise DamagedRun(f"history or provenance is missing in {RUN}")
    evaluation = Evaluation.from_json(content["evaluation"])
    if check:
        _check_files(folder, setting, content["sha256"])
    if "warnings" not in content["evaluation"]:
        evaluation = _with_diagnostics(folder, setting, evaluation)
    return Run(folder, setting, history, evaluation, provenance)


def _file(path: Path, most: int = MAX_ARRAY_BYTES) -> bytes:
    """A file's content; neither a link nor a device is followed, and no file fills the memory."""
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        raise DamagedRun(f"{path.name} is not a plain file")
    if status.st_size > most:
        raise DamagedRun(f"{path.name} is too large")
    return path.read_bytes()


def _is_provenance(found: object) -> bool:
    return isinstance(found, dict) and isinstance(found.get("versions", {}), dict)


def _check_files(folder: Path, setting: Setting, sha256: dict[str, str]) -> None:
    """Raises DamagedRun unless the other files are those that run.json was written with."""
    for name in (WEIGHTS, LATENTS, *([REPLAY] * (REPLAY in sha256))):
        data = _file(folder / name)
        if hashlib.sha256(data).hexdigest() != sha256[name]:
            raise DamagedRun(f"{name} does not have the checksum that {RUN} gives")
        if name == LATENTS:
            _check_arrays(_arrays(name, data), setting)


def _arrays(name: str, data: bytes) -> Arrays:
    try:
        return safetensors.numpy.load(data)
    except Exception as error:  # each version of the library has errors of its own
        raise DamagedRun(f"{name} can't be read ({type(error).__name__})") from error


def _check_arrays(arrays: Arrays, setting: Setting) -> None:
    """Raises DamagedRun unless all arrays of `Run.arrays` are there and describe the same images."""
    latents = arrays.get("latents", np.empty(0))
    if latents.ndim != 2 or latents.shape[1] != setting.latent_dim or latents.dtype != np.float32:
        raise DamagedRun(f"{LATENTS} has no latents of {setting.latent_dim} dimensions")
    for name, kind in (("errors", "f"), ("clusters", "i"), ("labels", "i")):
        found = arrays.get(name)
        if found is None and name == "labels":
            continue
        if found is None or found.shape != latents.shape[:1] or found.dtype.kind != kind:
            raise DamagedRun(f"{LATENTS} has no {name} of its {len(latents)} images")


def _with_diagnostics(folder: Path, setting: Setting, evaluation: Evaluation) -> Evaluation:
    """An Evaluation that was stored before there were warnings, with those that need no images."""
    arrays = _arrays(LATENTS, _file(folder / LATENTS))
    weights = _arrays(WEIGHTS, _file(folder / WEIGHTS))
    clustering = stored_clustering(setting, evaluation, arrays["clusters"])
    known = ModelFacts(
        pixel_range=float(setting.pixel_range),
        centroids=centroids_in(weights, setting.latent_dim),
    )
    return replace(evaluation, warnings=diagnose(arrays["latents"], clustering, known))


def restored(setting: Setting, weights: bytes) -> Autoencoder:
    """The autoencoder that has these weights, on the CPU, ready to encode and decode."""
    import safetensors.torch  # here: both bring torch

    from core.models.autoencoder import Autoencoder

    model = Autoencoder(setting)
    model.load_state_dict(safetensors.torch.load(weights))
    return model.eval()
