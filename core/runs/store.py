"""The store: the one place that touches `checkpoints/`.

A Run lives in a folder of its own, `checkpoints/<slug>-<hash>/`:

    run.json              setting, history, evaluation, provenance, and the SHA-256 of the others
    weights.safetensors   the model's parameters
    latents.safetensors   of the held-out images: latents, labels, found clusters, squared errors
    replay.safetensors    of a sample of them: where they lay while training went on (may be absent)
    projections/          UMAP projections of these latents, one file each; a cache, never needed

It is written to a temporary folder beside and then renamed; if a process dies in the middle, the old
Run or the new one is there. Nothing is ever unpickled, and nothing outside the store's own root is
read: a Run is addressed by its Setting or by a name that the store itself lists.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import re
import shutil
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import safetensors
import safetensors.numpy
import safetensors.torch
from filelock import FileLock

from core.latents.clustering_methods import Clustering
from core.latents.projection import Points, Projection
from core.metrics.diagnostics import diagnose
from core.metrics.evaluation import Evaluation
from core.metrics.examined import ModelFacts, centroids_in
from core.models.autoencoder import Autoencoder
from core.runs.files import write_synced
from core.runs.made import Made
from core.setting.errors import UserError
from core.setting.paths import CHECKPOINTS as CHECKPOINTS
from core.setting.setting import Setting, SettingError

if TYPE_CHECKING:
    from core.training.replay import Replay

FORMAT = "latent-clusters-run/1"
RUN_NAME = re.compile(r"[a-z0-9_+-]+-[0-9a-f]{10}")
_OWN_IMAGES = re.compile(r"npz([0-9a-f]{12})-")  # how the name of their Runs begins
MAX_JSON_BYTES = 20_000_000
ASIDE = "set-aside"
FAILED = "failed"
WEIGHTS, LATENTS = "weights.safetensors", "latents.safetensors"
REPLAY = "replay.safetensors"
# The number rises when the same Projection would give other points; older files are then ignored.
PROJECTION_FORMAT = "latent-clusters-projection/1"
MAX_PROJECTIONS = 24  # files a Run, some 120 kB each; what is shown at first is never the one to go
_FIRST_SHOWN = {Projection("umap", dims).key for dims in (2, 3)}


class DamagedRun(UserError, ValueError):
    """A folder that looks like a Run but can't be used; the message is one sentence for people."""

    exit_status = 1


@dataclass(frozen=True, eq=False)
class Run:
    """What training a Setting gave.

    Attributes:
        folder: where it lives.
        setting: what was trained.
        history: one record per epoch, as `EpochRecord.to_json` writes them.
        evaluation: every metric on the held-out images, with k-means as the clustering.
        provenance: when, how long, with which versions, on what machine, by which command.
    """

    folder: Path
    setting: Setting
    history: list[dict[str, Any]]
    evaluation: Evaluation
    provenance: dict[str, Any]

    @property
    def name(self) -> str:
        """Name of the folder; ends in the Setting's hash."""
        return self.folder.name

    @cached_property
    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """Of the n held-out images: `latents` (n, d) float32, `errors` (n,) float32 (squared, per
        pixel), `clusters` (n,) int16 and, where the data set has labels, `labels` (n,) int16.
        """  # noqa: D205
        return safetensors.numpy.load_file(self.folder / LATENTS)

    @property
    def clustering(self) -> Clustering:
        """The clusters that it was scored with: as many were looked for as there are classes."""
        return _clustering(self.setting, self.evaluation, self.arrays["clusters"])

    def replay(self) -> Replay | None:
        """How the latent space formed; None for a Run that was stored without it."""
        from core.training.replay import (
            Replay,  # brings scikit-learn, which most visits do not need
        )

        path = self.folder / REPLAY
        return Replay.from_arrays(safetensors.numpy.load_file(path)) if path.exists() else None

    def weights(self) -> bytes:
        """The file of the model's parameters, for `restored`."""
        return (self.folder / WEIGHTS).read_bytes()

    def model(self) -> Autoencoder:
        """The trained autoencoder, on the CPU, ready to encode and decode."""
        return restored(self.setting, self.weights())

    @cached_property
    def latents_sha256(self) -> str:
        """Of the latents' values: what a stored projection must have been made from."""
        return hashlib.sha256(np.ascontiguousarray(self.arrays["latents"]).tobytes()).hexdigest()

    def projection(self, projection: Projection) -> Points | None:
        """The stored points of a projection, or None.

        A file that is damaged, foreign, outdated or of other latents is as good as none: it only
        saves computing the same again.
        """
        path = self.folder / "projections" / f"{projection.key}.safetensors"
        shape = (len(self.arrays["latents"]), projection.dims)
        try:
            if path.stat().st_size > shape[0] * shape[1] * 4 + 10_000:
                return None
            with safetensors.safe_open(path, framework="numpy") as file:
                about = json.loads((file.metadata() or {})["projection"])
                points = file.get_tensor("points").copy()
            expected = self._about(projection, points) | {
                name: about[name] for name in ("axes", "note")
            }
            if about != expected or points.shape != shape or points.dtype != np.float32:
                return None
            return Points(points, tuple(map(str, about["axes"])), str(about["note"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        except safetensors.SafetensorError:
            return None

    def keep_projection(self, projection: Projection, points: Points) -> None:
        """Store the points of a projection of this Run's latents, all or nothing.

        Of more than `MAX_PROJECTIONS` the oldest go.

        Raises:
            OSError: the disk is full or not writable, or the Run is gone.
        """
        folder = self.folder / "projections"
        folder.mkdir(exist_ok=True)
        array = np.ascontiguousarray(points.points, dtype=np.float32)
        about = self._about(projection, array) | {"axes": list(points.axes), "note": points.note}
        temporary = folder / f".new-{uuid.uuid4().hex}"
        try:
            metadata = {"projection": json.dumps(about)}
            write_synced(temporary, safetensors.numpy.save({"points": array}, metadata))
            temporary.replace(folder / f"{projection.key}.safetensors")
        finally:
            temporary.unlink(missing_ok=True)
        others = [f for f in folder.glob("*.safetensors") if f.stem not in _FIRST_SHOWN]
        others.sort(key=_age)  # youngest first
        for old in others[MAX_PROJECTIONS - len(_FIRST_SHOWN) :]:
            old.unlink(missing_ok=True)

    def _about(self, projection: Projection, points: np.ndarray[Any, Any]) -> dict[str, Any]:
        return {
            "format": PROJECTION_FORMAT,
            "projection": projection.to_json(),
            "latents_sha256": self.latents_sha256,
            "points_sha256": hashlib.sha256(points.tobytes()).hexdigest(),
        }


class Store:
    """Runs under one root folder. Safe for several threads and processes."""

    def __init__(self, root: Path = CHECKPOINTS) -> None:
        self.root = root

    def find(self, setting: Setting) -> Run | None:
        """The Run of a Setting, or None when it has not been trained.

        Raises:
            DamagedRun: there was one that can't be used; it has been set aside.
        """
        return self.load(setting.name)

    def load(self, name: str) -> Run | None:
        """The Run of that full name, or None. Raises DamagedRun as `find` does."""
        if not RUN_NAME.fullmatch(name):
            return None
        self._recover()
        folder = self.root / name
        if not folder.is_dir():
            return None
        try:
            return _read(folder)
        except DamagedRun as damage:
            place = self._set_aside(folder)
            raise DamagedRun(
                f"The stored Run {name} can't be used: {damage}. It was moved to {place}; "
                "train the setting again to replace it."
            ) from damage

    def list(self) -> tuple[list[Run], list[str]]:
        """All Runs, newest first, and a sentence about everything in the folder that is not one.

        Damaged Runs are set aside; files that never were Runs are left where they are.
        """
        runs: list[Run] = []
        problems = [*self.strangers()]
        for name in self.names():
            try:
                run = self.load(name)
            except DamagedRun as damage:
                problems.append(str(damage))
            else:
                runs += [run] if run else []
        runs.sort(key=lambda run: str(run.provenance.get("trained_at", "")), reverse=True)
        return runs, problems

    def strangers(self) -> Sequence[str]:
        """A sentence about everything in the folder that is neither a Run nor the store's own."""
        own = (ASIDE, FAILED, "README.md")
        return [
            f"{name} in the checkpoints folder is not a Run; ignored."
            for name, is_run in self._scan()
            if not (is_run or name.startswith(".") or name in own)
        ]

    def has(self, setting: Setting) -> bool:
        """Whether there is a folder for the Run of a Setting, unread."""
        return (self.root / setting.name).is_dir()

    def stored(self, settings: Iterable[Setting]) -> set[Setting]:
        """Those that need no training, by the names of the Runs here."""
        names = set(self.names())
        return {setting for setting in settings if setting.name in names}

    def names(self) -> Sequence[str]:
        """Names of the folders that look like Runs, unread."""
        if not self.root.is_dir():
            return []
        self._recover()
        return [name for name, is_run in self._scan() if is_run]

    def own_images(self) -> set[str]:
        """Names of the data sets of users' own images that Runs here were trained on, unread."""
        found = map(_OWN_IMAGES.match, self.names())
        return {f"npz-{match[1]}" for match in found if match}

    def _scan(self) -> Sequence[tuple[str, bool]]:
        """Names of what is in the folder, in their order, and whether each looks like a Run."""
        if not self.root.is_dir():
            return []
        with os.scandir(self.root) as entries:
            return sorted(
                (e.name, bool(RUN_NAME.fullmatch(e.name)) and e.is_dir()) for e in entries
            )

    def stamps(self) -> dict[str, tuple[int, int]]:
        """When each Run's run.json was written (ns), and its size; by name, unread.

        What is equal was not written anew: who keeps a table of Runs reads only the others.
        """
        found = {}
        if self.root.is_dir():
            for entry in os.scandir(self.root):
                if RUN_NAME.fullmatch(entry.name):
                    with contextlib.suppress(OSError):  # no Run, or one that is being replaced
                        status = os.stat(os.path.join(entry.path, "run.json"))
                        found[entry.name] = status.st_mtime_ns, status.st_size
        return found

    def peek(self, name: str) -> Run:
        """A Run of `stamps` as its run.json has it; weights and latents are neither read nor checked.

        Raises:
            DamagedRun: it can't be used; it is left where it is.
        """
        return _read(self.root / name, check=False)

    def cache(self, name: str) -> Path:
        """Where a file that can be made again may be kept; the folder may be missing."""
        return self.root / f".{name}"

    def save(self, made: Made) -> Run:
        """Pack and `write` a trained Setting. Raises OSError, DamagedRun: as `write`."""
        return self.write(made.setting, packed(made))

    def write(self, setting: Setting, files: Mapping[str, bytes]) -> Run:
        """Write a Run in place of any older one of the same Setting, all or nothing.

        Args:
            setting: what was trained.
            files: as `packed` gives them, here or on another machine.

        Raises:
            ValueError: a file that no Run has.
            OSError: the disk is full or not writable; an older Run is untouched.
            DamagedRun: the files do not fit together; an older Run is gone.
        """
        if not set(files) <= {"run.json", WEIGHTS, LATENTS, REPLAY}:  # names become paths
            raise ValueError(f"a Run's files must be those of `packed`; got {sorted(files)}")
        self.root.mkdir(parents=True, exist_ok=True)
        final = self.root / setting.name
        temporary = self.root / f".new-{setting.name}-{uuid.uuid4().hex[:8]}"
        temporary.mkdir()
        try:
            for name, data in files.items():
                write_synced(temporary / name, data)
            with self._lock():
                self._swap(temporary, final)
            (self.root / FAILED / f"{setting.name}.json").unlink(missing_ok=True)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return _read(final)

    def save_failure(
        self, setting: Setting, reason: str, history: Sequence[Mapping[str, Any]]
    ) -> None:
        """Keep what a training that had to stop has recorded; a Run of the Setting is untouched.

        Raises:
            OSError: the disk is full or not writable.
        """
        folder = self.root / FAILED
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f".{setting.name}-{uuid.uuid4().hex[:8]}"
        content = {"setting": setting.to_json(), "reason": reason, "history": list(history)}
        write_synced(temporary, json.dumps(content, allow_nan=False).encode())
        temporary.rename(folder / f"{setting.name}.json")

    def failure(self, setting: Setting) -> tuple[str, Sequence[Any]] | None:
        """Why the Setting's last training had to stop, and its records until then; None: it did not.

        A file that can't be read counts as none: nothing depends on it.
        """
        try:
            content = json.loads((self.root / FAILED / f"{setting.name}.json").read_bytes())
            if Setting.from_json(content["setting"]) == setting:
                return str(content["reason"]), tuple(content["history"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            pass
        return None

    def _swap(self, temporary: Path, final: Path) -> None:
        """Put a finished folder in its place. Between the renames `_recover` knows what to do."""
        old = self.root / f".old-{final.name}"
        shutil.rmtree(old, ignore_errors=True)
        if final.exists():
            final.rename(old)
        temporary.rename(final)
        shutil.rmtree(old, ignore_errors=True)

    def _recover(self) -> None:
        """Bring back a Run whose replacement was cut off, and clear what dead processes left."""
        if not self.root.is_dir():
            return
        left = [f for f in self.root.iterdir() if f.name.startswith((".old-", ".new-"))]
        if not left:
            return
        with self._lock():
            for folder in left:
                final = self.root / folder.name.removeprefix(".old-")
                if folder.name.startswith(".old-") and not final.exists():
                    with contextlib.suppress(FileNotFoundError):  # another process was faster
                        folder.rename(final)
                elif folder.name.startswith(".old-") or _age(folder) > 3600:
                    shutil.rmtree(folder, ignore_errors=True)

    def _set_aside(self, folder: Path) -> str:
        place = self.root / ASIDE / f"{folder.name}-{time.time_ns()}"
        place.parent.mkdir(exist_ok=True)
        with contextlib.suppress(FileNotFoundError):  # another visitor met it first
            folder.rename(place)
        return f"{self.root.name}/{ASIDE}/{place.name}"

    def _lock(self) -> FileLock:
        return FileLock(self.root / ".lock")


def packed(made: Made) -> dict[str, bytes]:
    """A Run's files by name, some 1 MB: what `Store.write` takes and may come from elsewhere."""
    weights = {name: tensor.cpu().contiguous() for name, tensor in made.model.state_dict().items()}
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
    files["run.json"] = json.dumps(content, indent=1, allow_nan=False).encode()
    return files


def restored(setting: Setting, weights: bytes) -> Autoencoder:
    """The autoencoder that has these weights, on the CPU, ready to encode and decode."""
    model = Autoencoder(setting)
    model.load_state_dict(safetensors.torch.load(weights))
    return model.eval()


def provenance(setting: Setting, seconds: float, device: str, threads: int) -> dict[str, Any]:
    """When, where and with what a Run was trained, and the command that repeats it."""
    packages = ("torch", "torchvision", "scikit-learn", "numpy", "scipy")
    return {
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "training_seconds": round(seconds, 2),
        "device": device,
        "threads": threads,
        "machine": machine(),
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in packages},
        "command": setting.command(),
    }


def _clustering(
    setting: Setting, evaluation: Evaluation, clusters: np.ndarray[Any, Any]
) -> Clustering:
    return Clustering(
        evaluation.method,
        clusters.astype(np.int64),
        evaluation.n_clusters,
        evaluation.noise,
        setting.n_clusters,
    )


def _diagnosed(folder: Path, setting: Setting, evaluation: Evaluation) -> Evaluation:
    """An Evaluation that was stored before there were diagnostics, with those that need no images."""
    arrays = safetensors.numpy.load_file(folder / LATENTS)
    weights = safetensors.numpy.load_file(folder / WEIGHTS)
    clustering = _clustering(setting, evaluation, arrays["clusters"])
    known = ModelFacts(
        pixel_range=float(setting.pixel_range),
        centroids=centroids_in(weights, setting.latent_dim),
    )
    found = diagnose(arrays["latents"], clustering, known)
    return replace(evaluation, warnings=found)


@cache
def machine() -> str:
    """This machine in words: system, cores and, where it can be had, the processor's model."""
    model = platform.processor()
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((s.partition(":")[2] for s in lines if s.startswith("model name")), model)
    parts = [f"{platform.system()} {platform.machine()}", f"{os.cpu_count()} cores"]
    model = " ".join(model.split())
    return ", ".join([*parts, model] if model not in ("", platform.machine()) else parts)


def _age(path: Path) -> float:
    with contextlib.suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime
    return 0.0


def _read(folder: Path, check: bool = True) -> Run:
    """Read and check a Run's folder, or only its run.json; raises DamagedRun with what is wrong."""
    try:
        if (folder / "run.json").stat().st_size > MAX_JSON_BYTES:
            raise DamagedRun("run.json is too large")
        content = json.loads((folder / "run.json").read_bytes())
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise DamagedRun(f"run.json is not of the format {FORMAT}")
        setting = Setting.from_json(content["setting"])
        if setting.name != folder.name:
            raise DamagedRun(f"its setting belongs to {setting.name}")
        known = content["sha256"]
        files = (WEIGHTS, LATENTS, *([REPLAY] * (REPLAY in known)))
        for name in files if check else ():
            digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            if digest != known[name]:
                raise DamagedRun(f"{name} does not have the checksum that run.json gives")
        history, provenance = content["history"], content["provenance"]
        if not isinstance(provenance, dict) or not isinstance(history, list) or not history:
            raise DamagedRun("history or provenance is missing in run.json")
        evaluation = Evaluation.from_json(content["evaluation"])
        if "warnings" not in content["evaluation"]:
            evaluation = _diagnosed(folder, setting, evaluation)
        return Run(folder, setting, history, evaluation, provenance)
    except FileNotFoundError as error:
        raise DamagedRun(f"{Path(str(error.filename)).name} is missing") from error
    except SettingError as error:
        raise DamagedRun(f"its setting is not valid here ({error})") from error
    except DamagedRun:
        raise
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedRun(f"run.json can't be read ({type(error).__name__})") from error
