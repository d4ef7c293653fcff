"""Evaluation: every score of one latent space on one split, and what is broken in it.

Imports nothing heavy, so a page can show a stored Evaluation at once; what a metric needs to compute
is imported when it does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.latents.arrays import Undefined, same_length
from core.metrics.catalogue import METRICS
from core.metrics.diagnostics import DIAGNOSTICS, diagnose
from core.metrics.examined import ModelFacts, explained_variance
from core.metrics.metric import Measured
from core.setting.checks import finite_number, mapping

_COUNTS = ("n", "n_clusters", "noise", "neighbours")
_HEADER = ("split", "method", *_COUNTS, "undefined")


@dataclass(frozen=True)
class Scoring:
    """How clusters are found before they are scored, and how many neighbours are asked.

    Attributes:
        method: key of `core.latents.clustering_methods.CLUSTERING_METHODS`.
        clusters: how many; 0: as many as the Setting looks for.
        neighbours: k of kNN accuracy and trustworthiness.
    """

    method: str = "kmeans"
    clusters: int = 0
    neighbours: int = 5


USUAL_SCORING = Scoring()  # of every Run, when it is made


@dataclass(frozen=True)
class Evaluation:
    """Every score of one latent space on one split.

    Attributes:
        split: name of the split.
        n: points.
        method: clustering method.
        n_clusters: clusters found.
        noise: points in no cluster.
        neighbours: k of kNN accuracy and trustworthiness.
        values: score by key of `METRICS`, in that order; None where undefined.
        undefined: why, for each None.
        warnings: what is broken however fine the values look: a sentence by key of `DIAGNOSTICS`.
    """

    split: str
    n: int
    method: str
    n_clusters: int
    noise: int
    neighbours: int
    values: Mapping[str, float | None]
    undefined: Mapping[str, str]
    warnings: Mapping[str, str] = field(default_factory=dict)

    def with_clusters(self, other: Evaluation) -> Evaluation:
        """The same points with another clustering: its scores of clusters, ours besides."""
        values = {
            key: (other if METRICS[key].of_clusters else self).values[key] for key in self.values
        }
        why = {**self.undefined, **other.undefined}
        undefined = {key: why[key] for key, value in values.items() if value is None}
        warnings = {
            code: sentences[code]
            for code, diagnostic in DIAGNOSTICS.items()
            if code in (sentences := (other if diagnostic.of_clusters else self).warnings)
        }
        return replace(other, values=values, undefined=undefined, warnings=warnings)

    def to_json(self) -> dict[str, Any]:
        """Flat dict: what was measured, the scores by name, `undefined` and `warnings`."""
        header = {name: getattr(self, name) for name in _HEADER if name != "undefined"}
        texts = {"undefined": dict(self.undefined), "warnings": dict(self.warnings)}
        return {**header, **self.values, **texts}

    @classmethod
    def from_json(cls, obj: object) -> Evaluation:
        """Inverse of `to_json`. What older versions stored has no entry `warnings`, and gets none.

        Raises:
            ValueError: for anything that `to_json` does not write.
        """
        given = {"warnings": {}, **mapping("evaluation", obj)}
        wrong = [key for key in _HEADER if key not in given]
        wrong += [str(key) for key in given if key not in (*METRICS, *_HEADER, "warnings")]
        if wrong:
            raise ValueError(f"evaluation has missing or unknown entries: {', '.join(wrong)}")
        for key, value in given.items():
            _check_entry(key, value)
        values = {key: given[key] for key in METRICS if key in given}
        if set(given["undefined"]) != {key for key, value in values.items() if value is None}:
            raise ValueError("undefined must give a reason for each score that is null, no other")
        scores = {key: None if value is None else float(value) for key, value in values.items()}
        header = {key: given[key] for key in _HEADER}
        return cls(**header, values=scores, warnings=given["warnings"])


def _check_entry(key: str, value: object) -> None:
    """Raise ValueError unless an entry of `Evaluation.to_json` is what it must be."""
    if key in ("split", "method"):
        good, expected = isinstance(value, str), "be a text"
    elif key in _COUNTS:
        good, expected = type(value) is int and value >= 0, "be a whole number, 0 or more"
    elif key in METRICS:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        good = value is None or (number and finite_number(value) is not None)
        expected = "be a finite number or null"
    elif key == "undefined":
        good, expected = _sentences(value, METRICS), "map scores to reasons"
    else:
        good, expected = _sentences(value, DIAGNOSTICS), "map diagnostics to sentences"
    if not good:
        raise ValueError(f"{key} must {expected}; got {value!r}")


def _sentences(value: object, known: Collection[str]) -> bool:
    """Whether it is a dict of texts by names that are known."""
    return isinstance(value, dict) and all(
        name in known and isinstance(text, str) for name, text in value.items()
    )


def evaluate(
    measured: Measured,
    names: Collection[str] = tuple(METRICS),
    split: str = "test",
    begun: Callable[[str], None] = lambda key: None,
) -> Evaluation:
    """All scores of what was measured; an undefined one is None with its reason, never an exception.

    With them come the warnings of `core.metrics.diagnostics`, which never see the labels.

    Args:
        measured: latents, and what is known about them.
        names: which scores; the others are left out.
        split: name of the split, only recorded.
        begun: is told the key of each score before it is computed.

    Raises:
        ValueError: if arrays do not describe the same points, or neighbours < 1.
    """
    latents, found = measured.latents, measured.clustering
    same_length(latents, found.labels)
    values: dict[str, float | None] = {}
    undefined: dict[str, str] = {}
    for key, metric in METRICS.items():
        if key in names:
            begun(key)
            try:
                values[key] = metric.value(measured)
            except Undefined as reason:
                values[key], undefined[key] = None, str(reason)
    return Evaluation(
        split, len(latents), found.method, found.n_clusters, found.noise, measured.neighbours,
        values, undefined, diagnose(latents, found, _facts(measured)),
    )  # fmt: skip


def _facts(measured: Measured) -> ModelFacts:
    """What diagnostics may know, with what reconstructions explain where that can be said."""
    facts, originals, mse = measured.facts, measured.originals, measured.reconstruction_mse
    if facts.explained is not None or originals is None or mse is None:
        return facts
    return replace(facts, explained=explained_variance(originals, mse))
