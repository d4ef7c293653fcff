"""Everything that was measured, read once for all visitors and again when it changed.

What reads it is imported when it is asked for: the first view needs no table, and pandas would be half
of what the first visitor of a process waits for its imports.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from core.metrics.catalogue import METRICS
from core.setting.setting import FIELDS, Setting
from pages.parts.shared import services

if TYPE_CHECKING:
    from core.compare.index import Index


def index(*, now: bool = False) -> Index:
    """Everything measured, as the store and the results files are now, or were two seconds ago.

    A Run that is new or gone is known at once.
    """
    if now:
        _sources_at.clear()
    return index_at(_sources())


def _sources() -> str:
    try:
        changed = services.store().root.stat().st_mtime_ns  # when a folder came or went
    except OSError:
        changed = 0
    return _sources_at(changed)


@st.cache_resource(ttl=2, max_entries=1, show_spinner=False)
def _sources_at(changed: int) -> str:
    """Asking ten thousand files for their time takes a tenth of a second: not at every click."""
    from core.compare.index import RESULTS, stamp

    return stamp(services.store(), RESULTS)


@st.cache_resource(max_entries=2, show_spinner="Reading the results …")
def index_at(stamp: str) -> Index:
    """The index of that stamp, read once for all visitors."""
    from core.compare.index import RESULTS, load

    return load(services.store(), RESULTS)


def stored_alike(setting: Setting, fields: Iterable[str], most: int) -> list[Setting]:
    """Of other stored Runs that share these fields, the newest; no Run is read."""
    same = attrgetter(*fields)
    wanted = same(setting)
    alike = (other for other in stored() if same(other) == wanted and other != setting)
    return list(islice(alike, most))


class Known(NamedTuple):
    """What is known of a Setting, whatever its seed.

    Attributes:
        scores: means over the seeds by key of `METRICS`, of held-out images, clusters by k-means.
        seeds: how many.
        studies: which measured them; none: Runs that are here.
    """

    scores: dict[str, float]
    seeds: int
    studies: tuple[str, ...]


def known(setting: Setting) -> Known | None:
    """What the results have of a Setting with any seed; None where they have nothing."""
    return _known(_sources(), setting.replace(seed=0).name, setting)


@st.cache_resource(max_entries=64, show_spinner=False)
def _known(stamp: str, name: str, _setting: Setting) -> Known | None:
    rows = index_at(stamp).rows
    hashes = {_setting.replace(seed=int(seed)).hash for seed in rows["seed"].unique()}
    usual = (rows["split"] == "heldout") & (rows["clustering"] == "kmeans")
    found = rows[usual & (rows["trained_on"] == "train") & rows["hash"].isin(hashes)]
    if not len(found):
        return None
    means = found.groupby("seed")[list(METRICS)].mean().mean()
    scores = {str(name): float(value) for name, value in means.items() if value == value}
    studies = {n for cell in found["study"] for n in str(cell).split(", ") if n}
    return Known(scores, int(found["seed"].nunique()), tuple(sorted(studies)))


def nearest(setting: Setting, most: int) -> list[Setting]:
    """Of the stored Runs those whose Settings are most like this one."""
    return sorted(stored(), key=lambda other: _distance(setting, other))[:most]


def stored() -> list[Setting]:
    """The Settings of all stored Runs, the newest first."""
    return _stored(_sources())


@st.cache_resource(max_entries=2, show_spinner=False)
def _stored(stamp: str) -> list[Setting]:
    """The Settings of all stored Runs."""
    from core.compare.index import setting_of, stored_runs

    stored = stored_runs(index_at(stamp).rows)
    return [setting_of(row) for row in stored[list(FIELDS)].to_dict("records")]


def _distance(a: Setting, b: Setting) -> float:
    """How unlike two Settings are, by what one sees first."""
    digits = len(set(a.digits) ^ set(b.digits)) / len(set(a.digits) | set(b.digits))
    terms = {t.name for t in a.regularizer} ^ {t.name for t in b.regularizer}
    dimension = abs(a.latent_dim - b.latent_dim) / max(a.latent_dim, b.latent_dim)
    others = sum(
        getattr(a, n) != getattr(b, n) for n in ("architecture", "epochs", "holdout", "seed")
    )
    return 8 * (a.dataset != b.dataset) + 4 * digits + 2 * dimension + len(terms) + 0.2 * others
