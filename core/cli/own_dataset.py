"""The images that a command or a study names: of the catalogue, kept before, or in a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.setting.datasets import DATASETS, NPZ_NAME

if TYPE_CHECKING:
    from core.runs.store import Store


def own_fields(text: str, store: Store) -> dict[str, str]:
    """What own images suggest for a Setting; nothing for data sets of the catalogue.

    Args:
        text: name of a data set, what somebody called it, or a file or folder, which is then added.
        store: data sets that its Runs need are not dropped for it.

    Raises:
        DataError: the file can't be used.
    """
    if text in DATASETS:
        return {}
    from core.data.errors import DataError
    from core.data.own.store import named
    from core.data.present import is_local
    from core.data.splits import own_fields as fields_of

    path = Path(text)
    if NPZ_NAME.fullmatch(text):
        return fields_of(text) if is_local(text) else {}
    if path.exists():
        return fields_of(added(path, store))
    if path.suffix:
        raise DataError(f"{text} must be a file or a folder; there is none of that name")
    try:
        return fields_of(named(text))
    except DataError:
        return {}  # the Setting says which there are


def added(path: Path, store: Store) -> str:
    """The name of the data set that a file's or a folder's images are kept as, which is said.

    Raises:
        DataError: they can't be used.
    """
    from core.cli.output import say
    from core.data.own.adding import label_of, look
    from core.data.own.store import keep

    found = look(path)
    name = keep(found, in_use=store.own_images(), label=label_of(path))
    for sentence in (*found.preview.sentences(), *found.preview.doubts):
        say(sentence)
    return name
