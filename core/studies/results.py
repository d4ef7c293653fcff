"""The results of a sweep: one CSV file, a row per Setting and split, that survives being cut off.

Every field of Setting and every score is a column of its own. A row is one line, written at once and
brought to disk before anything else begins; half a line at the end, which a killed process leaves, is
no row. Only the process that holds the file's lock writes.
"""

from __future__ import annotations

import csv
import errno
import io
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from filelock import FileLock, Timeout

from core.metrics.catalogue import METRICS
from core.metrics.evaluation import Evaluation, Scoring
from core.runs.files import replace_synced
from core.runs.provenance import PACKAGES
from core.setting.errors import UserError
from core.setting.plain_files import NotPlain, read_plain
from core.setting.setting import FIELDS, Setting, SettingError

DONE, FAILED = "done", "failed"
MAX_BYTES = 200_000_000
COLUMNS = (
    "run", "grid", "status", "reason", *FIELDS,
    "split", "trained_on", "clustering", "clusters_asked", "neighbours", "n", "n_clusters", "noise",
    *METRICS, "undefined", "warnings",
    "source", "training_seconds", "seconds", "device", "machine", "python", *PACKAGES, "when",
)  # fmt: skip

Row = dict[str, str]
Key = tuple[Setting, str, str, Scoring]  # Setting, split, what was trained on, scoring


class ResultsError(UserError, ValueError):
    """A file that can't take results; the message is one sentence for people."""


def row(
    setting: Setting,
    grid: str,
    split: str,
    scoring: Scoring,
    about: Mapping[str, Any],
    trained_on: str = "train",
) -> dict[str, Any]:
    """What every row has: the Setting, how it is scored, and where and when it was trained."""
    versions = about.get("versions", {})
    return {
        "run": setting.name,
        "grid": grid,
        **setting.to_text(),
        "split": split,
        "trained_on": trained_on,
        "clustering": scoring.method,
        "clusters_asked": scoring.clusters,
        "neighbours": scoring.neighbours,
        "training_seconds": about.get("training_seconds"),
        "device": about.get("device"),
        "machine": about.get("machine"),
        "python": about.get("python"),
        **{name: versions.get(name) for name in PACKAGES},
        "when": about.get("trained_at"),
    }


def scores(evaluation: Evaluation) -> dict[str, Any]:
    """An Evaluation's columns; an undefined score is empty and says why in `undefined`.

    Of the warnings the names, as in `DIAGNOSTICS`: rows are easily left out by them.
    """
    return {
        "n": evaluation.n,
        "n_clusters": evaluation.n_clusters,
        "noise": evaluation.noise,
        **evaluation.values,
        "undefined": "; ".join(f"{name}: {why}" for name, why in evaluation.undefined.items()),
        "warnings": " ".join(evaluation.warnings),
    }


def key_of(found: Mapping[str, str]) -> Key | None:
    """Which Setting, split, training images and scoring a row is of; None when it is no Setting here."""
    try:
        # a column that is missing is a field younger than the file: it had its default
        text = {name: found[name] for name in FIELDS if found.get(name)}
        scoring = Scoring(
            found["clustering"], int(found["clusters_asked"]), int(found["neighbours"])
        )
        trained_on = found.get("trained_on") or "train"
        return Setting.from_text(text), found["split"], trained_on, scoring
    except (SettingError, KeyError, ValueError):
        return None


def read(path: Path) -> list[Row]:
    """All whole rows of a results file; none when there is no file.

    Lines that are not rows of it (half written, or damaged) are left out.

    Raises:
        ResultsError: the file is something else.
    """
    try:
        text = read_plain(path, MAX_BYTES, links=True).decode("utf-8-sig", errors="replace")
    except FileNotFoundError:
        return []
    except NotPlain as error:
        what = "it is a folder" if path.is_dir() else str(error)
        raise ResultsError(f"{path} must be a file for results; {what}") from error
    lines = text.split("\n")[:-1]  # what follows the last one is half a line
    header = _values(lines[0]) if lines else []
    if lines and not {"run", "status", "split", "clustering"} <= set(header):
        raise ResultsError(
            f"{path} must be a file of results or a new one; it holds something else"
        )
    rows = []
    for line in lines[1:]:
        values = _values(line)
        if len(values) == len(header):
            rows.append(dict(zip(header, values, strict=True)))
    return rows


def _values(line: str) -> list[str]:
    """The cells of a line; none when it is no line of a table."""
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return []


class ResultsFile:
    """A results file, open for adding rows: `with ResultsFile(path) as results: results.add(...)`.

    Opening it drops half a line and adds the columns that a newer version has.

    Args:
        path: the file; made when there is none.
        keep: rows for which it is False are dropped.

    Raises:
        ResultsError: it is something else, or another process writes to it.
        OSError: it can't be written.
    """

    def __init__(self, path: Path, keep: Callable[[Row], bool] = lambda found: True) -> None:
        self.path = path
        self._keep = keep
        self._lock = FileLock(path.with_name(f".{path.name}.lock"))
        self._columns: Sequence[str] = COLUMNS

    def __enter__(self) -> ResultsFile:
        read(self.path)  # a file of something else gets no lock beside it
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise ResultsError(
                f"another sweep writes to {self.path}; wait until it is done"
            ) from None
        try:
            self.rows = [found for found in read(self.path) if self._keep(found)]
            extra = dict.fromkeys(name for found in self.rows for name in found)
            self._columns = [*COLUMNS, *(name for name in extra if name not in COLUMNS)]
            text = self._text([dict(zip(self._columns, self._columns, strict=True)), *self.rows])
            if not self.path.exists() or self.path.read_bytes() != text:
                replace_synced(self.path, text)
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.release()

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows after the others; they are on disk when this returns.

        Raises:
            OSError: the disk is full or not writable; the file is as it was.
        """
        data = self._text(rows)
        with self.path.open("ab", buffering=0) as file:
            before = os.fstat(file.fileno()).st_size
            try:
                # one system call: all of it or, if the machine dies, a part at the end
                if file.write(data) != len(data):  # a full disk takes what fits, without a word
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
            except OSError:
                file.truncate(before)  # or the next row would go on in the middle of this one
                raise
            os.fsync(file.fileno())

    def _text(self, rows: Iterable[Mapping[str, Any]]) -> bytes:
        out = io.StringIO()
        writer = csv.DictWriter(out, self._columns, restval="", lineterminator="\n")
        for one in rows:
            writer.writerow({key: _cell(value) for key, value in one.items()})
        return out.getvalue().encode()


def _cell(value: Any) -> str:
    """One line of text: a row must never be two lines."""
    return "" if value is None else " ".join(str(value).split())
