"""Trainings that had to stop: why, and their records until then, in `failed/`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.runs.content import MAX_JSON_BYTES, check_history
from core.runs.files import replace_synced
from core.setting.plain_files import read_plain
from core.setting.setting import Setting

_MAX_REASON = 2_000  # characters


def save_failure(
    folder: Path, setting: Setting, reason: str, history: Sequence[Mapping[str, Any]]
) -> None:
    """Keep what a training that had to stop has recorded.

    Raises:
        OSError: the disk is full or not writable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    content = {"setting": setting.to_json(), "reason": reason, "history": list(history)}
    replace_synced(_path(folder, setting), json.dumps(content, allow_nan=False).encode())


def failure(folder: Path, setting: Setting) -> tuple[str, Sequence[Any]] | None:
    """Why the Setting's last training had to stop, and its records until then; None: it did not.

    A file that can't be read counts as none: nothing depends on it.
    """
    try:
        content = json.loads(read_plain(_path(folder, setting), MAX_JSON_BYTES))
        history, reason = content["history"], content["reason"]
        if Setting.from_json(content["setting"]) == setting and isinstance(reason, str):
            if history:  # the first epoch can be the one that failed
                check_history(history, setting.epochs)
            return reason[:_MAX_REASON], tuple(history)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    return None


def forget_failure(folder: Path, setting: Setting) -> None:
    """Delete what is known of a failure: the Setting has been trained since."""
    _path(folder, setting).unlink(missing_ok=True)


def _path(folder: Path, setting: Setting) -> Path:
    return folder / f"{setting.name}.json"
