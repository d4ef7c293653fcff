"""run.json: what must be in it, and the checksum that it carries of itself.

Plain JSON of finite numbers and texts; nothing in it is trusted because it could be read.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from core.runs.run import LATENTS, REPLAY, RUN, WEIGHTS, DamagedRun
from core.setting.checks import finite_number

FORMAT = "latent-clusters-run/1"
MAX_JSON_BYTES = 8_000_000  # 500 epochs with all parts of a loss have some 500 kB

_ENTRIES = {"format", "setting", "evaluation", "history", "provenance", "sha256"}
_SUMS = {RUN, WEIGHTS, LATENTS, REPLAY}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MAX_TEXT = 10_000  # of a text of the provenance; the command of a Setting has some hundred
_MAX_PARTS = 100  # named parts of a loss
_TEXTS = ("trained_at", "device", "machine", "python", "command", "weights")  # of the provenance
_NUMBERS = ("training_seconds", "threads")

Content = dict[str, Any]


def to_bytes(content: Mapping[str, Any]) -> bytes:
    """The file, with the checksum of its content among those of the others.

    Raises:
        ValueError: a number that is not finite, or a text that is none.
    """
    sums = {name: value for name, value in content["sha256"].items() if name != RUN}
    whole = {**content, "sha256": sums}
    sums[RUN] = _digest(whole)
    return json.dumps(whole, indent=1, allow_nan=False).encode()


def parsed(data: bytes) -> Content:
    """The entries of the file.

    A file that was written before it had a checksum of itself is taken without.

    Raises:
        DamagedRun: it is something else, or was changed since it was written.
    """
    content = json.loads(data)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise DamagedRun(f"{RUN} is not of the format {FORMAT}")
    if set(content) != _ENTRIES:
        raise DamagedRun(f"{RUN} has other entries than it must have")
    sums = content["sha256"]
    if not isinstance(sums, dict) or not {WEIGHTS, LATENTS} <= set(sums) <= _SUMS:
        raise DamagedRun(f"{RUN} does not name the checksums of its files")
    if not all(isinstance(text, str) and _SHA256.fullmatch(text) for text in sums.values()):
        raise DamagedRun(f"{RUN} has a checksum that is none")
    own = sums.pop(RUN, None)
    found = _digest(content)  # also where there is nothing to compare: it finds what is no number
    if own not in (None, found):
        raise DamagedRun(f"{RUN} was changed after it was written: its checksum is another")
    return content


def _digest(content: Content) -> str:
    """SHA-256 of a canonical text of it. Raises ValueError as `to_bytes` does."""
    text = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def check_history(history: object, epochs: int) -> None:
    """Raise DamagedRun unless it is what `EpochRecord.to_json` writes, epoch by epoch.

    Args:
        history: of a Run, or of a training that had to stop.
        epochs: of the Setting: as many records there may be.
    """
    if not isinstance(history, list) or not 0 < len(history) <= epochs:
        raise DamagedRun(f"history in {RUN} must have a record for each epoch")
    for number, record in enumerate(history, 1):
        if not isinstance(record, dict) or record.get("epoch") != number:
            raise DamagedRun(f"history in {RUN} has no record of epoch {number}")
        parts = (record.get("train"), record.get("heldout"))
        if not all(map(_is_losses, parts)) or not _is_number(record.get("seconds")):
            raise DamagedRun(f"history in {RUN} has no finite losses of epoch {number}")


def _is_losses(parts: object) -> bool:
    return (
        isinstance(parts, dict)
        and len(parts) <= _MAX_PARTS
        and all(map(_is_number, parts.values()))
    )


def _is_number(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and finite_number(value) is not None


def check_provenance(found: object) -> None:
    """Raise DamagedRun unless what is shown of it are texts and numbers."""
    if not isinstance(found, dict):
        raise DamagedRun(f"provenance is missing in {RUN}")
    versions = found.get("versions", {})
    if not isinstance(versions, dict):
        raise DamagedRun(f"provenance in {RUN} has no versions of packages")
    texts = [*versions.values(), *(found.get(name, "") for name in _TEXTS)]
    numbers = [found.get(name, 0) for name in _NUMBERS]
    if not all(map(_is_short, texts)) or not all(map(_is_number, numbers)):
        raise DamagedRun(f"provenance in {RUN} has something else than texts and numbers")


def _is_short(text: object) -> bool:
    return isinstance(text, str) and len(text) <= _MAX_TEXT
