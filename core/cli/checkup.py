"""What `python -m core doctor` looks at, a function for each subject; nothing is changed.

Every part imports what it needs itself, torch comes last: where a package is missing or broken, the
other parts still say what they find.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from core.setting import paths
from core.setting.amounts import counted, in_bytes

_PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;#]+)", re.MULTILINE)
_SHOWN = ("streamlit", "torch", "torchvision", "numpy", "scikit-learn", "pandas")
_LEAST_MEMORY, _LEAST_DISK = 1_500_000_000, 200_000_000
_INSTALL = "python -m pip install -r requirements.txt"


class Check(NamedTuple):
    """One line of what was found.

    Attributes:
        name: of the subject.
        value: what was found.
        problem: what is wrong; empty: nothing.
        advice: what to do about it.
    """

    name: str
    value: str
    problem: str = ""
    advice: str = ""


Look = Callable[[Path], Iterator[Check]]


def look(checkpoints: Path) -> Iterator[Check]:
    """Everything, subject by subject. A part that fails is a problem of its own."""
    parts: tuple[tuple[str, Look], ...] = (
        ("Python", _python),
        ("packages", _packages),
        ("data", _data),
        ("runs", _runs),
        ("memory", _memory),
        ("processor", _processor),
        ("GPU", _gpu),
        ("cluster", _cluster),
    )
    for name, part in parts:
        try:
            yield from part(checkpoints)
        except Exception as error:
            why = f"{type(error).__name__}: {str(error)[:200]}"
            yield Check(name, "could not be looked at", why, f"if packages are missing: {_INSTALL}")


def _python(_: Path) -> Iterator[Check]:
    yield Check("Python", f"{platform.python_version()}, {platform.system()} {platform.machine()}")


def _packages(_: Path) -> Iterator[Check]:
    """Those that requirements.txt pins, as they are installed."""
    file = paths.ROOT / "requirements.txt"  # not there where `core` was installed by pip
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    pins = dict(_PIN.findall(text)) or dict.fromkeys(_SHOWN, "")
    found = {name: _version(name) for name in pins}
    shown = [f"{name} {found[name]}" for name in _SHOWN if found.get(name)]
    missing = [name for name, version in found.items() if version is None]
    other = [
        f"{name} {version} (tested: {pins[name]})"
        for name, version in found.items()
        if version is not None and pins[name] not in ("", version.partition("+")[0])
    ]
    yield Check("packages", ", ".join(shown))
    if missing:
        yield Check("packages", "", f"not installed: {', '.join(missing)}", _INSTALL)
    if other:
        yield Check("packages", "", f"other versions than tested: {', '.join(other)}", _INSTALL)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


# ------------------------------------------------------------------------------------ data
def _data(_: Path) -> Iterator[Check]:
    """Every data set that is here, by its content."""
    from core.data.archives import ARCHIVES, places, read_part
    from core.data.usps import FILES, FOLDER, USPS, read

    away = []
    for name, archive in ARCHIVES.items():
        problems: dict[str, str] = {}
        here = [bool(places(archive, i, paths.DATA_DIR)) for i in range(4)]
        if not any(here):
            away.append(name)
            continue
        good = [read_part(archive, i, paths.DATA_DIR, problems) is not None for i in range(4)]
        yield _data_set(name, problems, all(good))
    problems = {}
    if any((paths.DATA_DIR / FOLDER / file).exists() for file in FILES):
        yield _data_set(USPS, problems, read(paths.DATA_DIR / FOLDER, problems) is not None)
    else:
        away.append(USPS)
    if "mnist" in away:
        yield Check("data", "", "MNIST is not here", "git checkout data/MNIST")
    others = ", ".join(name for name in away if name != "mnist")
    yield Check("data", f"not downloaded (python -m core data fetch NAME): {others or 'none'}")
    yield from _own_images()


def _data_set(name: str, problems: dict[str, str], good: bool) -> Check:
    if good:
        return Check("data", f"{name}: here, content checked")
    what = "; ".join(f"{file}: {why}" for file, why in problems.items()) or "a file is missing"
    advice = "git checkout data/MNIST" if name == "mnist" else f"python -m core data fetch {name}"
    return Check("data", name, what, advice)


def _own_images() -> Iterator[Check]:
    files = sorted((paths.DATA_DIR / "npz").glob("npz-*.npz"))
    for path in files:
        try:
            with zipfile.ZipFile(path) as archive:
                bad = archive.testzip()
        except (OSError, zipfile.BadZipFile, ValueError, EOFError):
            bad = path.name
        if bad is not None:
            remove = f"add the images again, or: python -m core data remove {path.stem}"
            yield Check("data", path.stem, "your own images are damaged", remove)
    if files:
        yield Check("data", f"{counted(len(files), 'data set')} of your own")


# ------------------------------------------------------------------------------------ runs
def _runs(checkpoints: Path) -> Iterator[Check]:
    """The Runs, each read and checked; a damaged one is named and left where it is."""
    from core.runs.files import existing
    from core.runs.mending import is_shipped
    from core.runs.packing import read_run
    from core.runs.run import RunError
    from core.runs.store import Store

    store = Store(checkpoints)
    names, damaged = store.names(), 0
    for name in names:
        try:
            read_run(store.root / name, name)
        except RunError as error:
            damaged += 1
            repair = "git checkout checkpoints" if is_shipped(name) else "train the setting again"
            yield Check("runs", name, str(error), repair)
    size = sum(store.size(name) for name in names)
    whole = len(names) - damaged
    yield Check("runs", f"{counted(whole, 'run')} whole, {damaged} damaged, {in_bytes(size)}")
    for stranger in store.strangers():
        yield Check("runs", stranger)
    if reason := store.unwritable():
        yield Check("runs", "", reason, "give this user write access, or set the variable")
    elif (free := shutil.disk_usage(existing(checkpoints)).free) < _LEAST_DISK:
        yield Check(
            "runs", "", f"{in_bytes(free)} are free on the disk", "make room: a Run has some MB"
        )
    else:
        yield Check("runs", f"{checkpoints} can be written, {in_bytes(free)} are free")


# --------------------------------------------------------------------------------- machine
def _memory(_: Path) -> Iterator[Check]:
    from core.training.capacity import available_memory
    from core.training.containers import memory_limit

    free, limit = available_memory(), memory_limit()
    bound = f"; this container or service may have {in_bytes(limit.limit)}" if limit else ""
    if free is None:
        yield Check("memory", f"the system does not say how much is free{bound}")
    elif free < _LEAST_MEMORY:
        least = in_bytes(_LEAST_MEMORY)
        advice = f"the app takes about {least}: close other programs, or raise the limit"
        yield Check("memory", f"{in_bytes(free)} free{bound}", "that is little", advice)
    else:
        yield Check("memory", f"{in_bytes(free)} free{bound}")


def _processor(_: Path) -> Iterator[Check]:
    from core.training.threads import cores, training_threads

    usable, total = cores(), os.cpu_count() or 1
    some = f" of {total}" if usable != total else ""
    threads = counted(training_threads(), "thread")
    yield Check("processor", f"{usable}{some} cores; a training that began now would get {threads}")


def _gpu(_: Path) -> Iterator[Check]:
    try:
        import torch
    except Exception as error:
        what = f"torch can't be imported ({type(error).__name__}: {str(error)[:150]})"
        yield Check("GPU", "", what, _INSTALL)
        return
    if torch.cuda.is_available():
        yield Check("GPU", f"{torch.cuda.get_device_name()}, CUDA {torch.version.cuda}")
    elif torch.backends.mps.is_available():
        yield Check("GPU", "Apple's, by MPS")
    elif not Path("/dev/nvidia0").exists():
        yield Check("GPU", "none; trainings compute on the processor")
    elif torch.version.cuda:
        advice = "update its driver, or let this user or container use it"
        yield Check("GPU", "", "there is one of NVIDIA, which torch can't use", advice)
    else:
        advice = "install torch's build for CUDA; docs/deploy.md says how"
        yield Check("GPU", "", "there is one of NVIDIA, and torch is built for the CPU", advice)


# --------------------------------------------------------------------------------- cluster
def _cluster(_: Path) -> Iterator[Check]:
    """Where the environment has the app train on a cluster: whether it can be reached."""
    from core.jobs.engine import asked_cluster, is_local
    from core.studies.engines.protocol import EngineError
    from core.training.capacity import WORKER_BYTES

    if is_local():
        return
    try:
        cluster = asked_cluster()
        cluster.check_reachable()
        from core.studies.engines.ray_tasks import RayTasks

        with RayTasks(cluster, 1.0) as found:
            found.check_room(WORKER_BYTES)
            places = counted(found.room(WORKER_BYTES), "training")
        yield Check("cluster", f"Ray at {cluster.address} has room for {places} at a time")
    except EngineError as error:
        advice = "docs/scaling.md says how; without the variable trainings are done here"
        yield Check("cluster", "", str(error).rstrip("."), advice)
