"""Evaluation: every score of one Run on one split, and what each score means to people.

A record and its texts; `core.metrics.scores` defines the scores, `core.metrics.evaluate` computes
them. This module imports nothing heavy, so a page can show a stored Evaluation at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.metrics.diagnostics import GUARDS


@dataclass(frozen=True)
class MetricInfo:
    """What people read about a score.

    Attributes:
        label: name for people.
        help: what it is, its range and what is good, in plain words.
        better: "higher" or "lower".
        source: where it comes from.
        bounds: no value is below the first or above the second.
    """

    label: str
    help: str
    better: str
    source: str
    bounds: tuple[float, float] = (0.0, 1.0)


def _info(
    label: str,
    source: str,
    text: str,
    better: str = "higher",
    bounds: tuple[float, float] = (0.0, 1.0),
) -> MetricInfo:
    return MetricInfo(label, text, better, source, bounds)


# fmt: off
METRICS: dict[str, MetricInfo] = {
    "acc": _info("ACC", "Yang et al. 2010",
        "Share of images in the cluster that stands for their label, clusters being named as "
        "well as possible, one label each. 0 to 1, 1 is perfect; noise counts as wrong."),
    "nmi": _info("NMI", "Strehl & Ghosh 2002",
        "Information that clusters and labels share, over the mean of what each holds. 0 to 1, "
        "1 is perfect; many small clusters raise it by chance."),
    "ari": _info("ARI", "Hubert & Arabie 1985",
        "Pairs of images on which clusters and labels agree (together or apart), corrected for "
        "chance. -0.5 to 1: 0 is chance, 1 is perfect.", bounds=(-0.5, 1)),
    "ami": _info("AMI", "Vinh et al. 2010",
        "NMI corrected for chance: about 0 for random clusters, 1 is perfect.", bounds=(-1, 1)),
    "homogeneity": _info("Homogeneity", "Rosenberg & Hirschberg 2007",
        "Whether each cluster holds only one label. 0 to 1, 1 is perfect; splitting a label "
        "costs nothing."),
    "completeness": _info("Completeness", "Rosenberg & Hirschberg 2007",
        "Whether each label is in only one cluster. 0 to 1, 1 is perfect; merging labels costs "
        "nothing."),
    "silhouette_labels": _info("Label silhouette", "Rousseeuw 1987",
        "How much nearer a point is to its own label's points than to the next label's. -1 to 1; "
        "0 means overlap, above 0.5 well apart.", bounds=(-1, 1)),
    "silhouette_clusters": _info("Cluster silhouette", "Rousseeuw 1987",
        "The same for the clusters found, without labels: -1 to 1, higher is crisper. Crisp "
        "clusters can still be wrong; compare with ACC.", bounds=(-1, 1)),
    "davies_bouldin": _info("Davies-Bouldin", "Davies & Bouldin 1979",
        "Width of clusters over the distance to the one most like it. 0 or more; 0 is best.",
        "lower", bounds=(0, math.inf)),
    "calinski_harabasz": _info("Calinski-Harabasz", "Calinski & Harabasz 1974",
        "Spread between clusters over spread within. 0 or more, higher is crisper; compare only "
        "for equally many points.", bounds=(0, math.inf)),
    "knn_accuracy": _info("kNN accuracy", "Cover & Hart 1967",
        "Share of images whose nearest neighbours in latent space have their label by majority. "
        "0 to 1, 1 is perfect; asks for local order only, not for clusters."),
    "knn_accuracy_pixels": _info("kNN accuracy on pixels", "Cover & Hart 1967",
        "The same among the images themselves: what the latent space started from. 0 to 1."),
    "trustworthiness": _info("Trustworthiness", "Venna & Kaski 2001",
        "Whether neighbours in latent space are neighbours among the images too. 0 to 1; about "
        "0.5 is chance, 1 is perfect."),
    "reconstruction_mse": _info("MSE per pixel", "mean squared error",
        "Mean squared difference of a pixel between image and reconstruction. 0 or more; 0 is "
        "perfect.", "lower", bounds=(0, math.inf)),
}
# fmt: on
# Scores that change with the clusters found, and scores that only who has the model can measure.
OF_CLUSTERS = (
    "acc",
    "nmi",
    "ari",
    "ami",
    "homogeneity",
    "completeness",
    "silhouette_clusters",
    "davies_bouldin",
    "calinski_harabasz",
)  # fmt: skip
OF_MODEL = ("knn_accuracy_pixels", "trustworthiness", "reconstruction_mse")
_COUNTS = ("n", "n_clusters", "noise", "neighbours")
_HEADER = ("split", "method", *_COUNTS, "undefined")


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
        warnings: what is broken however fine the values look: a sentence by key of `GUARDS`.
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
        """The same points with another clustering: its scores of `OF_CLUSTERS`, ours besides."""
        values = {**self.values, **{k: other.values[k] for k in OF_CLUSTERS if k in self.values}}
        why = {**self.undefined, **other.undefined}
        undefined = {key: why[key] for key, value in values.items() if value is None}
        warnings = {
            code: sentences[code]
            for code, guard in GUARDS.items()
            if code in (sentences := (other if guard.of_clusters else self).warnings)
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
        if not isinstance(obj, dict):
            raise ValueError(f"evaluation must be an object; got {type(obj).__name__}")
        wrong = [key for key in _HEADER if key not in obj]
        wrong += [str(key) for key in obj if key not in (*METRICS, *_HEADER, "warnings")]
        if wrong:
            raise ValueError(f"evaluation has missing or unknown entries: {', '.join(wrong)}")
        for key in ("split", "method"):
            if not isinstance(obj[key], str):
                raise ValueError(f"{key} must be a text; got {obj[key]!r}")
        for key in _COUNTS:
            if type(obj[key]) is not int or obj[key] < 0:
                raise ValueError(f"{key} must be a whole number, 0 or more; got {obj[key]!r}")
        values = {key: obj[key] for key in METRICS if key in obj}
        for key, value in values.items():
            number = type(value) in (int, float) and math.isfinite(value)
            if value is not None and not number:
                raise ValueError(f"{key} must be a finite number or null; got {value!r}")
        why = obj["undefined"]
        if not isinstance(why, dict) or not all(isinstance(text, str) for text in why.values()):
            raise ValueError(f"undefined must map scores to reasons; got {why!r}")
        if set(why) != {key for key, value in values.items() if value is None}:
            raise ValueError("undefined must give a reason for each score that is null, no other")
        warnings = obj.get("warnings", {})
        if not isinstance(warnings, dict) or not all(
            code in GUARDS and isinstance(text, str) for code, text in warnings.items()
        ):
            raise ValueError(f"warnings must map guards to sentences; got {warnings!r}")
        scores = {key: None if v is None else float(v) for key, v in values.items()}
        header = {key: obj[key] for key in _HEADER if key != "undefined"}
        return cls(**header, values=scores, undefined=dict(why), warnings=dict(warnings))
