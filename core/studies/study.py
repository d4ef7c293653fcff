"""A study: grids of Settings, and how their Runs are scored. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from core.metrics.evaluation import USUAL_SCORING, Scoring
from core.setting.errors import UserError
from core.setting.setting import FIELDS, Setting

SPLITS = ("heldout", "train", "all")
TRAINED_ON = ("train", "all")


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

    def product(self) -> str:
        """The grid as the product that it is: `2 latent_dim x 3 seed`."""
        return " x ".join(f"{n} {name}" for name, n in self.lengths.items()) or "one of each"


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
        description: what is asked, in a line; says nothing about what is trained.
    """

    path: Path
    grids: tuple[Grid, ...]
    scoring: Scoring = USUAL_SCORING
    splits: tuple[str, ...] = ("heldout",)
    trained_on: str = "train"
    description: str = ""

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

    def label(self, setting: Setting) -> str:
        """What tells a Setting from the others of the study."""
        text = setting.to_text()
        parts = [f"{name.replace('_', ' ')} {text[name]}" for name in self.varied]
        return ", ".join(parts) or setting.name
