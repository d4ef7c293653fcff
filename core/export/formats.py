"""A Run for other programs to open: a folder or a zip of files, all of them or none."""

from __future__ import annotations

import io
import shutil
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.export import embedding_projector
from core.export.errors import ExportError as ExportError
from core.latents.shown import ShownImages
from core.runs.files import write_synced
from core.setting.checks import quoted

if TYPE_CHECKING:
    from core.runs.run import Run

Files = dict[str, bytes]


@dataclass(frozen=True)
class ExportFormat:
    """What a Run can be exported as.

    Attributes:
        label: name for people.
        help: what is in it and how it is opened.
        files: contents by path, of a Run and the images of it that are wanted; None: held-out ones.
    """

    label: str
    help: str
    files: Callable[[Run, ShownImages | None], Files]


def _tensorboard(run: Run, shown: ShownImages | None = None) -> Files:
    """Event files, and the projector's, which TensorBoard shows beside the curves."""
    from core.export import tensorboard  # pandas, which names of formats do without

    return {**embedding_projector.files(run, shown), **tensorboard.files(run)}


EXPORT_FORMATS: dict[str, ExportFormat] = {
    "projector": ExportFormat(
        "Embedding Projector",
        "Latents, what is known of each image, and thumbnails, for the Embedding Projector: in "
        "TensorBoard, or on embedding_projector.tensorflow.org.",
        embedding_projector.files,
    ),
    "tensorboard": ExportFormat(
        "TensorBoard",
        "Losses, scores, the setting and the latents with their thumbnails: tensorboard --logdir and "
        "the unpacked folder. Folders of several runs side by side are compared there.",
        _tensorboard,
    ),
}


def to_zip(run: Run, name: str, shown: ShownImages | None = None) -> bytes:
    """A zip with one folder, named as the Run.

    Args:
        run: what to export.
        name: a key of `EXPORT_FORMATS`.
        shown: which images; None: the held-out ones.

    Raises:
        ExportError: there is no such format, or the Run can't be exported as it.
    """
    return zipped(run.name, _files(run, name, shown))


def zipped(folder: str, files: Files) -> bytes:
    """A zip of files by name, with one folder."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            # no date: the same files give the same zip
            archive.writestr(zipfile.ZipInfo(f"{folder}/{path}"), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def write(run: Run, name: str, output: Path) -> list[str]:
    """Write a folder, or a zip when `output` ends in .zip; the paths of the files in it.

    What is there is never written over, except an empty folder.

    Raises:
        ExportError: something is there already, or as for `to_zip`.
        OSError: the disk is full or not writable; nothing is left of it.
    """
    if output.exists() and not (output.is_dir() and not any(output.iterdir())):
        raise ExportError(f"output must be new, nothing is written over; {output} is there already")
    as_zip = output.suffix == ".zip"
    if as_zip and output.exists():
        raise ExportError(f"output must be a new file; {output} is a folder")
    found: Files = {output.name: to_zip(run, name)} if as_zip else _files(run, name, None)
    output.parent.mkdir(parents=True, exist_ok=True)
    temporary = output.with_name(f".{output.name}-{uuid.uuid4().hex[:8]}")
    temporary.mkdir()
    try:
        for path, content in found.items():
            (temporary / path).parent.mkdir(exist_ok=True)
            write_synced(temporary / path, content)
        (temporary / output.name if as_zip else temporary).rename(output)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return sorted(found)


def _files(run: Run, name: str, shown: ShownImages | None) -> Files:
    if name not in EXPORT_FORMATS:
        raise ExportError(f"format must be one of {', '.join(EXPORT_FORMATS)}; got {quoted(name)}")
    return EXPORT_FORMATS[name].files(run, shown)
