"""The format of a Run: its files from a trained Setting, and a Run from its files.

    run.json              setting, history, evaluation, provenance, and the SHA-256 of all files
    weights.safetensors   the model's parameters
    latents.safetensors   of the held-out images: latents, labels, found clusters, squared errors
    replay.safetensors    of a sample of them: where they lay while training went on (may be absent)

Nothing is ever unpickled, and nothing is trusted: what is read must be what its Setting can make
(`core.runs.content`, `core.runs.array_checks`). Reading imports neither torch nor scikit-learn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.latents.clustering_methods import CLUSTERING_METHODS
from core.metrics.diagnostics import diagnose
from core.metrics.evaluation import Evaluation
from core.metrics.examined import ModelFacts, centroids_in
from core.runs import content
from core.runs.array_checks import MAX_IMAGES, Arrays, check_arrays, check_weights, most_bytes
from core.runs.content import FORMAT as FORMAT
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
from core.setting.plain_files import NotPlain, read_plain
from core.setting.setting import Setting, SettingError

if TYPE_CHECKING:
    import torch

    from core.models.autoencoder import Autoencoder

FILES = (RUN, WEIGHTS, LATENTS, REPLAY)


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
    about = {
        "format": FORMAT,
        "setting": made.setting.to_json(),
        "evaluation": made.evaluation.to_json(),
        "history": list(made.history),
        "provenance": dict(made.provenance),
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    files[RUN] = content.to_bytes(about)
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
        check: read every file and check it; otherwise run.json alone is read.

    Raises:
        DamagedRun: its content can't be used; a clause that says why.
        UnreadableRun: the system can't read it now; the same.
    """
    with _faults(RUN):
        about = content.parsed(read_plain(folder / RUN, content.MAX_JSON_BYTES))
        setting = Setting.from_json(about["setting"])
        if setting.name != name:
            raise DamagedRun(f"its setting belongs to {setting.name}")
        content.check_history(about["history"], setting.epochs)
        content.check_provenance(about["provenance"])
        evaluation = Evaluation.from_json(about["evaluation"])
        _check_counts(evaluation)
        if check:
            _check_files(folder, setting, about["sha256"], evaluation.n)
        if "warnings" not in about["evaluation"]:
            evaluation = _with_diagnostics(folder, setting, evaluation)
        return Run(folder, setting, about["history"], evaluation, about["provenance"])


@contextmanager
def _faults(name: str) -> Iterator[None]:
    """Whatever goes wrong in reading a file is a DamagedRun or an UnreadableRun: a clause."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DamagedRun(f"{Path(str(error.filename)).name} is missing") from error
    except OSError as error:
        raise UnreadableRun(error.strerror or type(error).__name__) from error
    except MemoryError as error:
        raise UnreadableRun("too little memory is free") from error
    except SettingError as error:
        raise DamagedRun(f"its setting is not valid here ({error})") from error
    except NotPlain as error:
        raise DamagedRun(str(error)) from error
    except DamagedRun:
        raise
    except Exception as error:  # the content is foreign: it may break its readers in any way
        raise DamagedRun(f"{name} can't be read ({type(error).__name__})") from error


def _check_counts(found: Evaluation) -> None:
    """Raises DamagedRun unless what an Evaluation counts is possible."""
    if not 0 < found.n <= MAX_IMAGES:
        raise DamagedRun(f"evaluation in {RUN} must be of 1 to {MAX_IMAGES:,} images")
    if max(found.n_clusters, found.noise) > found.n or found.neighbours > MAX_IMAGES:
        raise DamagedRun(f"evaluation in {RUN} counts more than its {found.n:,} images")
    if found.method not in CLUSTERING_METHODS:
        raise DamagedRun(f"evaluation in {RUN} is of a clustering that is not known here")


def _check_files(folder: Path, setting: Setting, sha256: Mapping[str, str], n: int) -> None:
    """Raises DamagedRun unless the other files are those that run.json was written with."""
    for name in (WEIGHTS, LATENTS, *([REPLAY] * (REPLAY in sha256))):
        data = read_plain(folder / name, most_bytes(name, setting, n))
        if hashlib.sha256(data).hexdigest() != sha256[name]:
            raise DamagedRun(f"{name} does not have the checksum that {RUN} gives")
        check_arrays(name, data, setting, n)


def _with_diagnostics(folder: Path, setting: Setting, evaluation: Evaluation) -> Evaluation:
    """An Evaluation that was stored before there were warnings, with those that need no images."""
    arrays, weights = (_arrays(folder / name, setting, evaluation.n) for name in (LATENTS, WEIGHTS))
    clustering = stored_clustering(setting, evaluation, arrays["clusters"])
    known = ModelFacts(
        pixel_range=float(setting.pixel_range),
        centroids=centroids_in(weights, setting.latent_dim),
    )
    return replace(evaluation, warnings=diagnose(arrays["latents"], clustering, known))


def _arrays(path: Path, setting: Setting, n: int) -> Arrays:
    data = read_plain(path, most_bytes(path.name, setting, n))
    return check_arrays(path.name, data, setting, n)


def arrays_of_run(run: Run, name: str) -> Arrays:
    """The arrays of one of a Run's files, checked as when it was read: it may have changed since.

    Raises:
        DamagedRun, UnreadableRun: a sentence.
    """
    with _sentence(run), _faults(name):
        return _arrays(run.folder / name, run.setting, run.evaluation.n)


def weights_of_run(run: Run) -> bytes:
    """The file of a Run's parameters, checked. Raises as `arrays_of_run` does."""
    with _sentence(run), _faults(WEIGHTS):
        data = read_plain(run.folder / WEIGHTS, most_bytes(WEIGHTS, run.setting, run.evaluation.n))
        check_weights(check_arrays(WEIGHTS, data, run.setting, run.evaluation.n), run.setting)
        return data


@contextmanager
def _sentence(run: Run) -> Iterator[None]:
    try:
        yield
    except DamagedRun as damage:
        raise DamagedRun(f"The stored Run {run.name} can't be used: {damage}.") from damage
    except UnreadableRun as error:
        raise UnreadableRun(f"The stored Run {run.name} can't be read now ({error}).") from error


def restored(setting: Setting, weights: bytes) -> Autoencoder:
    """The autoencoder that has these weights, on the CPU, ready to encode and decode."""
    import safetensors.torch  # here: both bring torch

    from core.models.autoencoder import Autoencoder

    model = Autoencoder(setting)
    model.load_state_dict(safetensors.torch.load(weights))
    return model.eval()
