"""What a page asks of a latent view, and what it hears from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from core.training.replay import Replay
from pages.parts.latent_view.fields import Array, Field


@dataclass(frozen=True, eq=False)
class Guest:
    """A point beside the view's own, marked large: of a visitor's drawing, say.

    Attributes:
        place: (m,) in the axes that are drawn.
        joined: (k, m) places that lines go to.
        name: for people.
    """

    place: Array
    joined: Array
    name: str


THUMBNAILS = ("near", "on", "off")
NAMES = ("auto", "on", "off")


class Chosen(NamedTuple):
    """What is drawn over the points.

    Attributes:
        thumbnails: one of `THUMBNAILS`; "near": as soon as few points are in sight.
        names: of the groups, one of `NAMES`; "auto": where there are few groups.
        contours: lines of equal density, in the plane.
    """

    thumbnails: str
    names: str
    contours: bool


class Medoid(NamedTuple):
    """The most central point of a group.

    Attributes:
        id: of the group, as `ClassOfPoints.id`.
        row: of the point.
        size: points of the group.
    """

    id: int
    row: int
    size: int


@dataclass(frozen=True, eq=False)
class View:
    """What a latent view shows.

    Attributes:
        points: (n, m) float32, m of 1 to 3; one dimension is drawn on random heights.
        axes: m names.
        fields: by name; what the card lists and points can be coloured by.
        colour: name of a field.
        images_key: names the images; while it stays, so do pin and selection.
        latents_key: names their latents (the Run); while it stays, so do pictures and neighbours.
        alt: one sentence for who can't see it.
        title: stands above a saved picture of it.
        file: name of that picture, without ending.
        note: a sentence that the view says of its points.
        guest: marked beside the points; camera and choices stay when it changes.
        chosen: what is drawn over the points; None: the browser alone keeps it.
        pinned: row of the pinned point, -1 for none; None: the browser alone keeps it.
        parts: name and first row of each split among the images, in order.
        equal: one unit is as long on every axis.
        replay: the training, to be played; its positions must have the axes of the points.
        errors: held-out error by optimizer step, drawn beside the replay's own curves.
        link: views of one page with the same text show each other's points.
    """

    points: Array
    axes: tuple[str, ...]
    fields: Mapping[str, Field]
    colour: str
    images_key: str
    latents_key: str
    alt: str
    parts: Sequence[tuple[str, int]] = (("held-out", 0),)
    equal: bool = True
    replay: Replay | None = None
    errors: Mapping[int, float] = field(default_factory=dict)
    link: str = ""
    title: str = ""
    file: str = "latent-space"
    note: str = ""
    guest: Guest | None = None
    chosen: Chosen | None = None
    pinned: int | None = None


@dataclass(frozen=True, eq=False)
class Pieces:
    """What follows a view.

    Attributes:
        latents_key: as `View.latents_key`.
        sheets: for each of the view's parts, pictures of its images and, where there are any, of their
            reconstructions, as `core.figures.sprites.sprite_sheets` makes them.
        size: side of an image in pixels.
        neighbours: (n, k) rows of the nearest others, nearest first; None: no walking.
        fields: more of them, for the card.
        medoids: of the groups of a field, by its name.
    """

    latents_key: str
    sheets: Sequence[Sequence[tuple[bytes, ...]]] = ()
    size: int = 28
    neighbours: Array | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    medoids: Mapping[str, Sequence[Medoid]] = field(default_factory=dict)


class Picked(NamedTuple):
    """What the visitor picked.

    Attributes:
        pinned: row of the pinned point.
        selected: rows of the selected points, ascending.
    """

    pinned: int | None
    selected: list[int] | None
