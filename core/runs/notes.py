"""Names and notes that people give to Runs: plain text, a file each in `notes/`, outside their folders.

Outside, so that a Run that is trained anew keeps them, and its own files stay what training gave.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from core.runs.files import replace_synced
from core.setting.plain_files import read_plain

NOTES = "notes"
MAX_NAME, MAX_NOTE = 80, 500  # characters
_MAX_BYTES = 20_000  # of a file; a character can take twelve


@dataclass(frozen=True)
class Note:
    """What somebody wrote about a Run.

    Attributes:
        name: what they call it; empty: by its Setting.
        text: anything else.
    """

    name: str = ""
    text: str = ""

    @classmethod
    def of(cls, name: str, text: str) -> Note:
        """A Note of texts of any kind: one line for the name, both of bounded length."""
        lines = "\n".join(_printable(line) for line in text.splitlines())
        return cls(_printable(" ".join(name.split()))[:MAX_NAME], lines.strip()[:MAX_NOTE])


def _printable(text: str) -> str:
    """Without what would change how the text around it is read, such as marks of direction."""
    return "".join(sign for sign in text if sign.isprintable())


def save_note(folder: Path, run: str, note: Note) -> None:
    """Keep a Run's note, all or nothing; an empty one is forgotten.

    Raises:
        OSError: the disk is full or not writable.
    """
    path = folder / f"{run}.json"
    if note == Note():
        path.unlink(missing_ok=True)
        return
    folder.mkdir(parents=True, exist_ok=True)
    replace_synced(path, json.dumps(asdict(note)).encode())


def load_notes(folder: Path) -> dict[str, Note]:
    """All notes, by name of the Run; a file that can't be read counts as none: nothing depends on it."""
    found = {}
    for path in folder.glob("*.json"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
            content = json.loads(read_plain(path, _MAX_BYTES))
            found[path.stem] = Note.of(str(content["name"]), str(content["text"]))
    return found
