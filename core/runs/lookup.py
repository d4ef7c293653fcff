"""A stored Run by what people call it: a recipe, or a part of its name."""

from __future__ import annotations

from core.runs.run import Run, RunError
from core.runs.store import Store
from core.setting.checks import quoted
from core.setting.recipes import RECIPES


class NoSuchRun(RunError, LookupError):
    """No stored Run, or more than one, fits what was asked for."""

    exit_status = 2


def named_run(text: str, store: Store) -> Run:
    """The Run of a recipe, or the one that has `text` in its name.

    Raises:
        NoSuchRun: none fits, or several do.
        DamagedRun, UnreadableRun: as the store does.
    """
    if text in RECIPES:
        name = RECIPES[text].setting.name
    else:
        names = [name for name in store.names() if text in name]
        if text not in names and len(names) != 1:
            found = f"{len(names)} have it: {', '.join(names[:5])}" if names else "none has it"
            raise NoSuchRun(
                "run must be the name of a stored run, a part of it that only one has, or a recipe "
                f"({', '.join(RECIPES)}); got {quoted(text)}: {found}"
            )
        name = text if text in names else names[0]
    run = store.load(name)
    if run is None:
        raise NoSuchRun(f"run {name} is not stored; `python -m core runs` lists those there are")
    return run
