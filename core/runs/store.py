"""The store: the one place that touches `checkpoints/`.

A Run lives in a folder of its own, `checkpoints/<slug>-<hash>/`, whose files `core.runs.packing`
describes. It is written to a temporary folder beside, read back and then renamed; if a process dies in
the middle, the old Run or the new one is there. Nothing outside the store's own root is read: a Run is
addressed by its Setting or by a name that the store itself lists.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.runs import failures, listing, trash
from core.runs.clusterings import CLUSTERINGS
from core.runs.files import (
    not_writable,
    restart_file,
    sweep_folder,
    sync_folder,
    write_synced,
)
from core.runs.listing import RUN_NAME as RUN_NAME
from core.runs.made import Made
from core.runs.mending import ASIDE, is_shipped, lock_if_possible, recover, set_aside, swap
from core.runs.notes import NOTES, Note, load_notes, save_note
from core.runs.packing import FILES, packed, read_run
from core.runs.projections import PROJECTIONS
from core.runs.run import DamagedRun, ReadOnlyStore, Run, RunError, UnreadableRun
from core.runs.training_lock import TrainingLock
from core.setting.checks import quoted
from core.setting.paths import CHECKPOINTS
from core.setting.plain_files import is_plain_folder
from core.setting.setting import Setting

_OWN_IMAGES = re.compile(r"npz([0-9a-f]{12})-")  # how the name of their Runs begins
FAILED = "failed"


class Store:
    """Runs under one root folder. Safe for several threads and processes.

    Runs are read without a lock, since one that is found whole is whole. Whatever looks wrong is
    looked at again while nobody else writes, and only then called wrong.
    """

    def __init__(self, root: Path = CHECKPOINTS) -> None:
        self.root = root

    # --------------------------------------------------------------------------------- finding
    def find(self, setting: Setting) -> Run | None:
        """The Run of a Setting, or None when it has not been trained.

        Raises:
            DamagedRun: there is one whose content can't be used. It has been set aside, unless it is
                one of those that come with the project.
            UnreadableRun: the system can't read it now; it is where it was.
        """
        return self.load(setting.name)

    def load(self, name: str) -> Run | None:
        """The Run of that full name, or None. Raises DamagedRun and UnreadableRun as `find` does."""
        if not RUN_NAME.fullmatch(name):
            return None
        recover(self.root)
        sweep_folder(self.root / name)
        for kept in (PROJECTIONS, CLUSTERINGS):
            sweep_folder(self.root / name / kept, hidden=True)
        with contextlib.suppress(RunError):
            if run := self._read(name):
                return run
        if not self.root.is_dir():
            return None
        with lock_if_possible(self.root) as alone:
            try:
                return self._read(name)
            except DamagedRun as damage:
                done = set_aside(self.root, name) if alone else "It was left where it is."
                raise DamagedRun(
                    f"The stored Run {name} can't be used: {damage}. {done}"
                ) from damage
            except UnreadableRun as error:
                raise UnreadableRun(
                    f"The stored Run {name} can't be read now ({error}); nothing was changed."
                ) from error

    def _read(self, name: str) -> Run | None:
        folder = self.root / name
        try:
            if not is_plain_folder(folder):
                return None
        except OSError as error:
            raise UnreadableRun(error.strerror or type(error).__name__) from error
        return read_run(folder, name)

    def list(self) -> tuple[list[Run], list[str]]:
        """All Runs, newest first, and a sentence about everything in the folder that is not one.

        Damaged Runs are set aside; files that never were Runs are left where they are.
        """
        runs: list[Run] = []
        problems = [*self.strangers()]
        for name in self.names():
            try:
                run = self.load(name)
            except RunError as problem:
                problems.append(str(problem))
            else:
                runs += [run] if run else []
        runs.sort(key=lambda run: str(run.provenance.get("trained_at", "")), reverse=True)
        return runs, problems

    def strangers(self) -> Sequence[str]:
        """A sentence about everything in the folder that is neither a Run nor the store's own."""
        own = (ASIDE, FAILED, NOTES, "README.md")
        return [
            f"{name} in the checkpoints folder is not a Run; ignored."
            for name, is_run in listing.scan(self.root)
            if not (is_run or name.startswith(".") or name in own)
        ]

    def has(self, setting: Setting) -> bool:
        """Whether there is a folder for the Run of a Setting, unread."""
        return is_plain_folder(self.root / setting.name)

    def stored(self, settings: Iterable[Setting]) -> set[Setting]:
        """Those that need no training, by the names of the Runs here."""
        names = set(self.names())
        return {setting for setting in settings if setting.name in names}

    def names(self) -> Sequence[str]:
        """Names of the folders that look like Runs, unread."""
        recover(self.root)
        return [name for name, is_run in listing.scan(self.root) if is_run]

    def own_images(self) -> set[str]:
        """Names of the data sets of users' own images that Runs here were trained on, unread."""
        return set(self.runs_on_own_images())

    def runs_on_own_images(self) -> Counter[str]:
        """How many Runs here were trained on each of `own_images`, unread."""
        found = map(_OWN_IMAGES.match, self.names())
        return Counter(f"npz-{match[1]}" for match in found if match)

    def stamps(self) -> dict[str, tuple[int, int]]:
        """When each Run's run.json was written (ns), and its size; by name, unread.

        What is equal was not written anew: who keeps a table of Runs reads only the others.
        """
        return listing.stamps(self.root)

    def peek(self, name: str) -> Run:
        """A Run of `stamps` as its run.json has it; weights and latents are neither read nor checked.

        Raises:
            DamagedRun: it can't be used; it is left where it is.
            UnreadableRun: the system can't read it now.
        """
        return read_run(self.root / name, name, check=False)

    def size(self, name: str) -> int:
        """Bytes of a Run's files, of its projections, too; 0 where there is no such Run."""
        return listing.size(self.root / name) if RUN_NAME.fullmatch(name) else 0

    def cache(self, name: str) -> Path:
        """Where a file that can be made again may be kept; the folder may be missing."""
        return self.root / f".{name}"

    # --------------------------------------------------------------------------------- writing
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
            DamagedRun: the files do not fit together; the same.
        """
        if not set(files) <= set(FILES):  # names become paths
            raise ValueError(f"a Run's files must be those of `packed`; got {sorted(files)}")
        self.root.mkdir(parents=True, exist_ok=True)
        final = self.root / setting.name
        temporary = self.root / f".new-{setting.name}-{uuid.uuid4().hex[:8]}"
        temporary.mkdir()
        try:
            for name, data in files.items():
                write_synced(temporary / name, data)
            sync_folder(temporary)
            run = self._read_back(temporary, setting.name)
            swap(temporary, final)
            failures.forget_failure(self.root / FAILED, setting)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return replace(run, folder=final)

    # ------------------------------------------------------------------------- notes and deleting
    def notes(self) -> dict[str, Note]:
        """What people wrote about Runs, by name; of Runs that are gone, too."""
        return load_notes(self.root / NOTES)

    def write_note(self, name: str, note: Note) -> None:
        """Keep what somebody wrote about a Run.

        Raises:
            RunError: it comes with the project, or is not there.
            OSError: the disk is full or not writable.
        """
        if is_shipped(name):
            raise RunError(f"The Run {name} comes with the project and takes no note.")
        if not RUN_NAME.fullmatch(name) or not (self.root / name).is_dir():
            raise RunError(f"The Run {name} is not here any more.")
        save_note(self.root / NOTES, name, Note.of(note.name, note.text))

    def delete(self, name: str) -> str:
        """Move a Run into the trash, which is emptied after a day; its place, for `undelete`.

        Raises:
            RunError: it comes with the project, or is not there.
            OSError: it can't be moved.
        """
        self.empty_trash()
        if not RUN_NAME.fullmatch(name):
            raise RunError(f"There is no Run {quoted(name)}.")
        return trash.throw_away(self.root, name)

    def make_room(self, most: float, keep: str = "") -> Sequence[str]:
        """Delete the Runs used longest ago until the rest take at most so many bytes; their names.

        Runs that come with the project neither count nor go.

        Args:
            most: bytes.
            keep: name of a Run that stays whatever.
        """
        own = [name for name in self.names() if not is_shipped(name)]
        return trash.make_room(self.root, own, most, keep)

    def touch(self, name: str) -> None:
        """Note that somebody uses a Run now."""
        with contextlib.suppress(OSError):
            os.utime(self.root / name)

    def undelete(self, place: str) -> str:
        """Bring a deleted Run back from its place; its name. Raises RunError and OSError."""
        return trash.bring_back(self.root, place)

    def empty_trash(self) -> None:
        """Delete for good, with its note, what was deleted more than a day ago."""
        for name in trash.empty(self.root):
            if not (self.root / name).exists():
                with contextlib.suppress(OSError):
                    save_note(self.root / NOTES, name, Note())

    def unwritable(self) -> str:
        """Why no Run can be stored here now, in a sentence; empty: one can."""
        if not (why := not_writable(self.root)):
            return ""
        return (
            f"Nothing can be stored in the folder {self.root.name} ({why}), so nothing is trained. "
            "The variable LATENT_CLUSTERS_CHECKPOINTS of the environment names another folder."
        )

    def must_be_writable(self) -> None:
        """Raise ReadOnlyStore where no Run can be stored; to be asked before a training."""
        if reason := self.unwritable():
            raise ReadOnlyStore(reason)

    @contextlib.contextmanager
    def training(self, setting: Setting, waiting: Callable[[], None]) -> Iterator[None]:
        """Be the only one, of all processes, that trains a Setting: `with store.training(...):`.

        Args:
            setting: what is trained.
            waiting: called several times a second while another one trains it; what it raises ends
                the wait.

        Raises:
            OSError: the store can't be written.
        """
        lock = self.training_lock(setting)
        lock.acquire(waiting)
        try:
            yield
        finally:
            lock.release()

    def restart_file(self, setting: Setting) -> Path:
        """Where the state of a training under way is kept, in case it is killed."""
        return restart_file(self.root, setting.name)

    def training_lock(self, setting: Setting) -> TrainingLock:
        """What `training` holds, for who can't wait."""
        return TrainingLock(self.root, setting.name)

    def save_failure(
        self, setting: Setting, reason: str, history: Sequence[Mapping[str, Any]]
    ) -> None:
        """Keep what a training that had to stop has recorded; a Run of the Setting is untouched.

        Raises:
            OSError: the disk is full or not writable.
        """
        failures.save_failure(self.root / FAILED, setting, reason, history)

    def failure(self, setting: Setting) -> tuple[str, Sequence[Any]] | None:
        """Why the Setting's last training had to stop, and its records until then; None: it did not."""
        return failures.failure(self.root / FAILED, setting)

    def _read_back(self, temporary: Path, name: str) -> Run:
        try:
            return read_run(temporary, name)
        except RunError as problem:
            raise type(problem)(
                f"What was written as {name} can't be used: {problem}."
            ) from problem
