"""A study: a small TOML file that describes grids of Settings, and how their Runs are scored.

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

A grid is the product of its lists; `0.01|0.1` inside a regularizer stands for one text with each. The
names of fields and what they may be are Setting's own. This module imports nothing heavy.
"""

from __future__ import annotations

import itertools
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from core.latents.clustering_methods import CLUSTERING_METHODS
from core.metrics.evaluation import USUAL_SCORING, Scoring
from core.setting.errors import UserError
from core.setting.setting import FIELDS, Setting, SettingError

SPLITS = ("heldout", "train", "all")
TRAINED_ON = ("train", "all")
MAX_SETTINGS = 100_000
MAX_BYTES = 1_000_000
# several values of one parameter of a term: `weight=0.1|1|10`
_ALTERNATIVES = re.compile(r"(?<==)((?:[^,+=:|\s]+\|)+[^,+=:|\s]+)")


class StudyError(UserError, ValueError):
    """A file that is not a study; the message is one sentence for people."""


@dataclass(frozen=True)
class Grid:
    """One `[[grid]]` of the file.

    Attributes:
        name: as written, or its number from 1 on.
        lengths: of the fields that have several values, how many.
        settings: the product, each once.
    """

    name: str
    lengths: Mapping[str, int]
    settings: tuple[Setting, ...]


@dataclass(frozen=True)
class Study:
    """What a file describes.

    Attributes:
        path: the file.
        grids: in its order, at least one.
        scoring: the clustering to score.
        splits: what is measured on; of `SPLITS`.
        trained_on: "train", or "all": held-out images are trained on, too. That is the protocol of
            most published clustering scores; nothing is held out then, and only "all" is measured.
    """

    path: Path
    grids: tuple[Grid, ...]
    scoring: Scoring = USUAL_SCORING
    splits: tuple[str, ...] = ("heldout",)
    trained_on: str = "train"

    @cached_property
    def settings(self) -> dict[Setting, str]:
        """Each Setting once, with the name of the first grid that has it.

        Small seeds come first: a sweep that is stopped early has seen most of the grid.
        """
        names: dict[Setting, str] = {}
        for grid in self.grids:
            for setting in grid.settings:
                names.setdefault(setting, grid.name)
        return dict(sorted(names.items(), key=lambda item: item[0].seed))

    @cached_property
    def varied(self) -> tuple[str, ...]:
        """Fields in which the Settings differ: what tells them apart in a line of text."""
        texts = [setting.to_text() for setting in self.settings]
        return tuple(name for name in FIELDS if len({text[name] for text in texts}) > 1)


def read_study(path: Path) -> Study:
    """The study in a file.

    Raises:
        StudyError: it can't be read or is not a study; which grid, which field and why.
    """
    return parse_study(_read(path), path)


def parse_study(text: str, path: Path, most: int = MAX_SETTINGS) -> Study:
    """The study that a text describes.

    Args:
        text: TOML, of at most `MAX_BYTES`.
        path: what it is called in sentences; it is not read.
        most: settings that it may have.

    Raises:
        StudyError: it is not a study; which grid, which field and why.
    """
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise StudyError(f"{path} must be a small TOML file; it is over {MAX_BYTES:,} bytes")
    try:
        plain = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        why = " ".join(str(error).split())[:200]
        raise StudyError(f"{path} is not a TOML file ({why})") from error
    _only(path.name, plain, ("measured_on", "trained_on", "clustering", "defaults", "grid"))
    defaults = _table(path.name, plain, "defaults")
    tables = plain.get("grid", [])
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables) or not tables:
        raise StudyError(f"{path.name} must have at least one [[grid]]; it has none")
    grids, total = [], 0
    for number, table in enumerate(tables, 1):
        name = table.get("name", str(number))
        if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) <= 80:
            raise StudyError(f"{path.name}: a grid's name must be a short text; got {name!r}")
        if not name[0].isalnum():  # it gets into tables, where spreadsheets run what begins with =
            raise StudyError(
                f"{path.name}: a grid's name must begin with a letter or a digit; got {name!r}"
            )
        where = f"{path.name}, grid {number}" + (f" ({name})" if "name" in table else "")
        fields = {key: value for key, value in table.items() if key != "name"}
        if not fields:
            raise StudyError(f"{where} must name at least one field; it is empty")
        grid, total = _grid(where, name, _merged(where, defaults, fields), total, most)
        grids.append(grid)
    splits, trained_on = _splits(path.name, plain)
    return Study(path, tuple(grids), _scoring(path.name, plain), splits, trained_on)


# --------------------------------------------------------------------------------------- parts
def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise StudyError(f"{path} must be a small TOML file; it is over {MAX_BYTES:,} bytes")
        return path.read_text(encoding="utf-8")
    except StudyError:
        raise
    except FileNotFoundError:
        raise StudyError(f"{path} must be a file; there is none of that name") from None
    except OSError as error:
        raise StudyError(f"{path} can't be read ({error.strerror or error})") from error
    except ValueError as error:  # no text in UTF-8
        raise StudyError(f"{path} is not a TOML file ({error})") from error


def _table(where: str, plain: Mapping[str, Any], key: str) -> dict[str, Any]:
    table = plain.get(key, {})
    if not isinstance(table, dict):
        raise StudyError(f"{where}: {key} must be a table, written [{key}]; got {table!r}")
    return table


def _only(where: str, table: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    for key in table:
        if key not in allowed:
            raise StudyError(f"{where} may have {', '.join(allowed)}; got {key!r}")


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
            raise StudyError(f"{where}: seeds must be a whole number or a list; got {seeds!r}")
        merged["seed"] = list(range(seeds)) if isinstance(seeds, int) else seeds
    for key in merged:
        if key not in FIELDS:
            raise StudyError(f"{where} may have name, seeds, {', '.join(FIELDS)}; got {key!r}")
    return merged


def _grid(
    where: str, name: str, fields: dict[str, Any], before: int, most: int
) -> tuple[Grid, int]:
    """The product of a grid's fields, and the number of Settings so far."""
    listed = {key: _texts(where, key, value) for key, value in fields.items()}
    # counted before any is made: a slip of the pen must not fill the memory
    lengths = {key: sum(map(_count, texts)) for key, texts in listed.items()}
    total = before + math.prod(lengths.values())
    if total > most:
        raise StudyError(f"{where}: a study may have at most {most:,} settings; got {total:,}")
    columns = [[text for one in texts for text in _expanded(one)] for texts in listed.values()]
    settings: dict[Setting, None] = {}
    for values in itertools.product(*columns):
        try:
            settings[Setting.from_text(dict(zip(listed, values, strict=True)))] = None
        except SettingError as error:
            raise StudyError(f"{where}: {error}") from error
    several = {key: length for key, length in lengths.items() if length > 1}
    return Grid(name, several, tuple(settings)), total


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
            raise StudyError(f"{where}: {key} must be numbers or texts; got {one!r}")
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
    _only(f"{where}: clustering", table, ("method", "clusters", "neighbours"))
    scoring = Scoring(**table)
    if scoring.method not in CLUSTERING_METHODS:
        raise StudyError(
            f"{where}: clustering method must be one of {', '.join(CLUSTERING_METHODS)}; "
            f"got {scoring.method!r}"
        )
    for key, lowest in (("clusters", 0), ("neighbours", 1)):
        value = getattr(scoring, key)
        if type(value) is not int or not lowest <= value <= 1000:
            raise StudyError(
                f"{where}: {key} must be a whole number from {lowest} to 1000; got {value!r}"
            )
    return scoring


def _splits(where: str, plain: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    given = plain.get("measured_on", ["heldout"])
    given = given if isinstance(given, list) else [given]
    if not given or any(split not in SPLITS for split in given):
        raise StudyError(
            f"{where}: measured_on must be a list of {', '.join(SPLITS)}; got {given!r}"
        )
    trained_on = plain.get("trained_on", "train")
    if trained_on not in TRAINED_ON:
        raise StudyError(
            f"{where}: trained_on must be one of {', '.join(TRAINED_ON)}; got {trained_on!r}"
        )
    if trained_on == "all" and given != ["all"]:
        raise StudyError(
            f'{where}: measured_on must be "all" when trained_on is "all", since nothing is held '
            f"out then; got {given!r}"
        )
    return tuple(dict.fromkeys(given)), trained_on
