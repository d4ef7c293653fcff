"""Archives of the known data sets, downloaded when somebody asks for it.

Addresses and checksums are torchvision's. A file appears under its name when it is whole and its
checksum is right; until then it has another.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

from core.data.errors import DataError

_PIECE = 1 << 18
_SECONDS = 30  # without an answer
Report = Callable[[int], None]  # told how many bytes more have come
_operator_schemas: list[Any] = []  # undone when the object dies, so it is kept


class DownloadFailed(DataError):
    """No address gave the file; the message is the last reason."""


def torchvision_datasets() -> Any:
    """`torchvision.datasets`; importing it costs 1.5 seconds, so only when asked for."""
    try:
        from torchvision import datasets
    except RuntimeError:
        # torchvision's wheels are built for CUDA torch. Beside a CPU-only torch its compiled
        # operators do not load and the import fails on the two whose schemas it looks up
        # ("operator torchvision::nms does not exist"). We need no operator: the schemas will do.
        import torch

        library = torch.library.Library("torchvision", "DEF")
        _operator_schemas.append(library)
        operands = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
        for name in ("nms", "qnms"):
            library.define(name + operands)
        from torchvision import datasets
    return datasets


def remote_files(kind: str) -> dict[str, tuple[list[str], str]]:
    """Addresses and MD5 of each archive of a data set, by file name.

    Args:
        kind: name of torchvision's class.
    """
    found = getattr(torchvision_datasets(), kind)
    if hasattr(found, "split_list"):  # USPS
        return {file: ([url], md5) for url, file, md5 in found.split_list.values()}
    if hasattr(found, "md5"):  # EMNIST
        return {"gzip.zip": ([found.url], found.md5)}
    return {
        file: ([mirror + file for mirror in found.mirrors], md5) for file, md5 in found.resources
    }


def fetch(
    target: Path, addresses: list[str], md5: str, report: Report = lambda count: None
) -> None:
    """Download a file from the first address that has it.

    Args:
        target: where it goes; one that is there is replaced.
        addresses: in the order in which they are tried.
        md5: its checksum.
        report: told of progress; what it raises ends the download.

    Raises:
        DownloadFailed: none has it, or another content.
        OSError: it can't be written.
    """
    reason = "no address is known"
    for address in addresses:
        handle = tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False)  # noqa: SIM115
        partial = Path(handle.name)
        try:
            with handle:
                found = hashlib.md5(usedforsecurity=False)
                for piece in _pieces(address):
                    handle.write(piece)
                    found.update(piece)
                    report(len(piece))
            if found.hexdigest() == md5:
                partial.replace(target)
                return
            reason = "what came has a wrong checksum"
        except DownloadFailed as error:
            reason = str(error)
        finally:
            partial.unlink(missing_ok=True)
    raise DownloadFailed(reason)


def _pieces(address: str) -> Iterator[bytes]:
    try:
        with contextlib.closing(urllib.request.urlopen(address, timeout=_SECONDS)) as answer:
            while piece := answer.read(_PIECE):
                yield piece
    except (OSError, HTTPException) as error:  # urllib's errors are OSErrors
        lines = str(getattr(error, "reason", None) or error).strip().splitlines()
        raise DownloadFailed((lines or [type(error).__name__])[-1][:200]) from error
