"""The file of a study: TOML that describes grids of Settings, and how their Runs are scored.

    description = "What is asked."            # one line, for people

    measured_on = ["heldout"]                 # also: "train", "all"
    trained_on = "train"                      # or "all": held-out images too, as papers often do

    [clustering]                              # as `python -m core evaluate` has it
    method = "kmeans"

    [defaults]                                # fields of Setting, for every grid
    epochs = 10
    seeds = 3                                 # 0, 1 and 2; or a list

    [[grid]]
    name = "terms"
    latent_dim = [2, 3]                       # a list: one Setting for each value
    digits = ["0,2,4,6,8", "0,1,2,3,4,5,6,7,8,9"]
    regularizer = ["none", "sine:weight=0.01|0.1,wavelength=1.5", "contrastive+dec"]

A grid is the product of its lists; `0.01|0.1` inside a regularizer stands for one text with each. Names
of fields and what they may be are Setting's own. `dataset` may also be a file or a folder of one's own
images, beside the study: the command line adds them. This module imports nothing heavy.
"""

from __future__ import annotations

import itertools
import math
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from core.latents.clustering_methods import CLUSTERING_METHODS
from core.metrics.evaluation import Scoring
from core.setting.checks import Limits, checked, only_known, quoted
from core.setting.plain_files import NotPlain, read_plain
from core.setting.setting import DATASETS, FIELDS, NPZ_NAME, Setting, SettingError
from core.studies.study import SPLITS, TRAINED_ON, Grid, Study, StudyError

MAX_SETTINGS = 100_000
MAX_BYTES = 1_000_000
MAX_DESCRIPTION = 200
_BYTE_ORDER_MARK = "\ufeff"  # some editors begin every file with it
# several values of one parameter of a term: `weight=0.1|1|10`
_ALTERNATIVES = re.compile(r"(?<==)((?:[^,+=:|\s]+\|)+[^,+=:|\s]+)")
_MAX_DOTS = 40  # of a name: reading it takes the square of their number
_DEEP = re.compile(rf"(?:\.[ \t]*[\w\"'-]{{1,60}}[ \t]*){{{_MAX_DOTS}}}")

AddImages = Callable[[Path], str]  # own images of a path are kept; the name of their data set

_SCORING: dict[str, tuple[type, Limits]] = {
    "method": (str, Limits(choices=tuple(CLUSTERING_METHODS))),
    "clusters": (int, Limits(0, 1000)),
    "neighbours": (int, Limits(1, 1000)),
}


def read_study(path: Path, add: AddImages | None = None) -> Study:
    """The study in a file.

    Args:
        path: of the file.
        add: what is done with a `dataset` that is a path, from the study's folder on; None: it is wrong.

    Raises:
        StudyError: it can't be read or is not a study; which grid, which field and why.
    """
    return parse_study(_read(path), path, add=add)


def parse_study(
    text: str, path: Path, most: int = MAX_SETTINGS, add: AddImages | None = None
) -> Study:
    """The study that a text describes.

    Args:
        text: TOML, of at most `MAX_BYTES`.
        path: what it is called in sentences; it is not read.
        most: settings that it may have.
        add: as for `read_study`.

    Raises:
        StudyError: it is not a study; which grid, which field and why.
    """
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise StudyError(f"{path} must be a small TOML file; it is over {MAX_BYTES:,} bytes")
    try:
        plain = _loads(text)
    except (ValueError, RecursionError) as error:
        why = " ".join(str(error).split())[:200]
        raise StudyError(f"{path} is not a TOML file ({why})") from error
    try:
        return _study(plain, path, most, add)
    except StudyError:
        raise
    except ValueError as error:  # Python writes no number of over 4,300 digits
        raise StudyError(
            f"{path.name} must have shorter numbers; one has over 4,300 digits"
        ) from error


def description_of(path: Path) -> str:
    """What a study says of itself; '' where it says nothing or can't be read. Makes no grid."""
    try:
        found = _loads(_read(path)).get("description", "")
    except (StudyError, ValueError, RecursionError):
        return ""
    return str(found) if _is_line(found) else ""


# --------------------------------------------------------------------------------------- parts
def _loads(text: str) -> dict[str, Any]:
    """The tables of a TOML text. Raises ValueError and RecursionError."""
    if _DEEP.search(text):
        raise ValueError(f"a name in it has {_MAX_DOTS} dots or more")
    return tomllib.loads(text.removeprefix(_BYTE_ORDER_MARK))


def _is_line(text: object) -> bool:
    return (
        isinstance(text, str) and len(text) <= MAX_DESCRIPTION and (not text or text.isprintable())
    )


def _read(path: Path) -> str:
    try:
        return read_plain(path, MAX_BYTES, links=True).decode("utf-8")
    except NotPlain as error:
        what = f"over {MAX_BYTES:,} bytes" if path.is_file() else "something else"
        raise StudyError(f"{path} must be a small TOML file; it is {what}") from error
    except FileNotFoundError:
        raise StudyError(f"{path} must be a file; there is none of that name") from None
    except OSError as error:
        raise StudyError(f"{path} can't be read ({error.strerror or error})") from error
    except ValueError as error:  # no text in UTF-8
        raise StudyError(f"{path} is not a TOML file ({error})") from error


def _study(plain: Mapping[str, Any], path: Path, most: int, add: AddImages | None) -> Study:
    known = ("description", "measured_on", "trained_on", "clustering", "defaults", "grid")
    only_known(f"{path.name}: a name", plain, known, StudyError)
    splits, trained_on = _splits(path.name, plain)
    description = plain.get("description", "")
    if not _is_line(description):
        raise StudyError(
            f"{path.name}: description must be a line of up to {MAX_DESCRIPTION} letters; "
            f"got {quoted(description)}"
        )
    return Study(
        path,
        _grids(path, plain, most, add),
        _scoring(path.name, plain),
        splits,
        trained_on,
        description,
    )


def _grids(
    path: Path, plain: Mapping[str, Any], most: int, add: AddImages | None
) -> tuple[Grid, ...]:
    file = path.name
    defaults, tables = _table(file, plain, "defaults"), plain.get("grid", [])
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables) or not tables:
        raise StudyError(f"{file} must have at least one [[grid]]; it has none")
    grids, total = [], 0
    for number, table in enumerate(tables, 1):
        name, fields = _named(file, number, table)
        where = f"{file}, grid {number}" + (f" ({name})" if "name" in table else "")
        if not fields:
            raise StudyError(f"{where} must name at least one field; it is empty")
        merged = _merged(where, defaults, fields)
        texts = {key: _texts(where, key, value) for key, value in merged.items()}
        if add is not None and "dataset" in texts:
            texts["dataset"] = [_own_images(name, path, add) for name in texts["dataset"]]
        lengths = {key: sum(map(_count, values)) for key, values in texts.items()}
        total += math.prod(lengths.values())
        if total > most:  # before any is made: a slip of the pen must not fill the memory
            found = f"{total:,}" if total < 10**12 else "far more"
            raise StudyError(f"{where}: a study may have at most {most:,} settings; got {found}")
        several = {key: length for key, length in lengths.items() if length > 1}
        grids.append(Grid(name, several, _product(where, texts)))
    return tuple(grids)


def _own_images(text: str, path: Path, add: AddImages) -> str:
    """The name of a data set; of a path, once it is added, the name that it got."""
    beside = path.parent / text
    is_name = text in DATASETS or NPZ_NAME.fullmatch(text)
    return text if is_name or not beside.exists() else add(beside)


def _named(where: str, number: int, table: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """A grid's name, or its number, and its fields."""
    name = table.get("name", str(number))
    if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) <= 80:
        raise StudyError(f"{where}: a grid's name must be a short text; got {quoted(name)}")
    if not name[0].isalnum():  # it gets into tables, where spreadsheets run what begins with =
        raise StudyError(
            f"{where}: a grid's name must begin with a letter or a digit; got {quoted(name)}"
        )
    return name, {key: value for key, value in table.items() if key != "name"}


def _table(where: str, plain: Mapping[str, Any], key: str) -> dict[str, Any]:
    table = plain.get(key, {})
    if not isinstance(table, dict):
        raise StudyError(f"{where}: {key} must be a table, written [{key}]; got {quoted(table)}")
    return table


def _merged(where: str, defaults: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """A grid's fields over those for all; `seeds` and `seed` are two ways to say one thing."""
    for table in (defaults, fields):
        if "seed" in table and "seeds" in table:
            raise StudyError(f"{where} must say seed or seeds, not both")
    if "seed" in fields or "seeds" in fields:
        defaults = {key: v for key, v in defaults.items() if key not in ("seed", "seeds")}
    merged = defaults | fields
    if "seeds" in merged:
        seeds = merged.pop("seeds")
        if type(seeds) is int and not 1 <= seeds <= MAX_SETTINGS:
            raise StudyError(f"{where}: seeds must be from 1 to {MAX_SETTINGS:,}; got {seeds}")
        if type(seeds) is not int and not isinstance(seeds, list):
            raise StudyError(
                f"{where}: seeds must be a whole number or a list; got {quoted(seeds)}"
            )
        merged["seed"] = list(range(seeds)) if isinstance(seeds, int) else seeds
    only_known(f"{where}: a field", merged, ("name", "seeds", *FIELDS), StudyError)
    return merged


def _product(where: str, fields: Mapping[str, list[str]]) -> tuple[Setting, ...]:
    """The product of a grid's fields, each Setting once."""
    columns = [[text for one in texts for text in _expanded(one)] for texts in fields.values()]
    settings: dict[Setting, None] = {}
    for values in itertools.product(*columns):
        try:
            settings[Setting.from_text(dict(zip(fields, values, strict=True)))] = None
        except SettingError as error:
            raise StudyError(f"{where}: {error}") from error
    return tuple(settings)


def _texts(where: str, key: str, value: Any) -> list[str]:
    """The values of a field as text. A list of numbers is one choice of digits, not several."""
    one_choice = key == "digits" and isinstance(value, list) and all(type(d) is int for d in value)
    values = [value] if one_choice and value else value if isinstance(value, list) else [value]
    if not values:
        raise StudyError(f"{where}: {key} must have at least one value; got an empty list")
    texts = []
    for one in values:
        if key == "digits" and isinstance(one, list):
            one = ",".join(map(str, one))
        if isinstance(one, bool) or not isinstance(one, int | float | str):
            raise StudyError(f"{where}: {key} must be numbers or texts; got {quoted(one)}")
        texts.append(str(one))
    return texts


def _count(text: str) -> int:
    """How many texts `_expanded` gives."""
    return math.prod(found.count("|") + 1 for found in _ALTERNATIVES.findall(text))


def _expanded(text: str) -> list[str]:
    """`a:x=1|2,y=3|4` as four texts."""
    parts = _ALTERNATIVES.split(text)  # every second one has alternatives
    choices = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
    return ["".join(choice) for choice in itertools.product(*choices)]


def _scoring(where: str, plain: Mapping[str, Any]) -> Scoring:
    table = _table(where, plain, "clustering")
    only_known(f"{where}: a name in clustering", table, _SCORING, StudyError)
    return Scoring(
        **{
            key: checked(f"{where}: clustering {key}", value, *_SCORING[key], StudyError)
            for key, value in table.items()
        }
    )


def _splits(where: str, plain: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    given = plain.get("measured_on", ["heldout"])
    given = given if isinstance(given, list) else [given]
    if not given or any(split not in SPLITS for split in given):
        raise StudyError(
            f"{where}: measured_on must be a list of {', '.join(SPLITS)}; got {quoted(given)}"
        )
    trained_on = plain.get("trained_on", "train")
    checked(f"{where}: trained_on", trained_on, str, Limits(choices=TRAINED_ON), StudyError)
    if trained_on == "all" and given != ["all"]:
        raise StudyError(
            f'{where}: measured_on must be "all" when trained_on is "all", since nothing is held '
            f"out then; got {quoted(given)}"
        )
    return tuple(dict.fromkeys(given)), trained_on
