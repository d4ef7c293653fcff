"""Training, replayed: where a fixed sample of held-out images lay from first step to last.

Snapshots are logarithmic in steps, because that is how a latent space forms: most of it in the first
hundred. Up to three dimensions the latents are kept as they are. Beyond, each snapshot is rotated
onto the next (orthogonal Procrustes, Schoenemann 1966), so that nothing spins that training did not
move, and all are seen along the three principal directions of the last. Positions are quantised to
8 bits within each snapshot's own extent: a Run's replay stays under 200 kB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from core.latents.arrays import FloatArray, IntArray

SNAPSHOTS = 30
IMAGES = 2000
CURVES = ("acc", "silhouette_labels", "silhouette_clusters")
_LEVELS = 255


class Snapshot(NamedTuple):
    """Latents (m, d) float32 of the sample after `step` optimizer steps."""

    step: int
    latents: FloatArray


def snapshot_steps(total_steps: int, count: int = SNAPSHOTS) -> tuple[int, ...]:
    """At most `count` distinct steps from 0 (nothing learned yet) to `total_steps`, ascending."""
    if count < 2 or total_steps < 1:
        return ()
    spread = np.geomspace(1, total_steps, count - 1)
    return (0, *sorted({round(step) for step in spread.tolist()}))


def sample(n: int) -> IntArray:
    """Rows (min(n, IMAGES),) of n held-out images, the same for every Setting; ascending."""
    return np.sort(np.random.default_rng(0).permutation(n)[:IMAGES])


@dataclass(frozen=True, eq=False)
class Replay:
    """Snapshots of a training, aligned and scored.

    Attributes:
        rows: (m,) which held-out images.
        steps: (t,) optimizer steps done at each snapshot; the first is 0.
        positions: (t, m, p) float32, p at most 3.
        curves: by name of `CURVES`, (t,) float32 of the sample in latent space; NaN where undefined.
    """

    rows: IntArray
    steps: IntArray
    positions: FloatArray
    curves: Mapping[str, FloatArray]

    @classmethod
    def of(
        cls,
        snapshots: Sequence[Snapshot],
        rows: IntArray,
        labels: IntArray | None,
        n_clusters: int,
        progress: Callable[[int], None] = lambda done: None,
    ) -> Replay:
        """Align snapshots and score each of them.

        Args:
            snapshots: in order; the last is the trained model.
            rows: (m,) as `sample` gave them.
            labels: (m,) for the scores alone, or None.
            n_clusters: k of k-means.
            progress: called with how many snapshots are done; may raise to stop.
        """
        # here and not above: they bring scikit-learn, which only scores need
        from core.latents.clustering import cluster
        from core.metrics.evaluation import evaluate
        from core.metrics.metric import Measured

        scores: dict[str, list[float]] = {name: [] for name in CURVES}
        for done, snapshot in enumerate(snapshots):
            progress(done)
            found = cluster(snapshot.latents, "kmeans", min(n_clusters, len(rows)))
            values = evaluate(Measured(snapshot.latents, found, labels), CURVES).values
            for name in CURVES:
                value = values[name]
                scores[name].append(float("nan") if value is None else value)
        return cls(
            rows,
            np.array([snapshot.step for snapshot in snapshots]),
            aligned([snapshot.latents for snapshot in snapshots]),
            {name: np.array(values, dtype=np.float32) for name, values in scores.items()},
        )

    def onto(self, points: FloatArray) -> Replay:
        """The same in the axes of `points` (n, m), to which the last snapshot is fitted linearly.

        A linear projection of latents, as PCA is, is met exactly.
        """
        last = self.positions[-1].astype(np.float64)
        target = points[self.rows].astype(np.float64)
        centre, goal = last.mean(axis=0), target.mean(axis=0)
        turn, *_ = np.linalg.lstsq(last - centre, target - goal, rcond=None)  # (p, m)
        moved = (self.positions - centre) @ turn + goal
        return replace(self, positions=moved.astype(np.float32))

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Arrays to store; `from_arrays` is the inverse but for quantisation."""
        low = self.positions.min(axis=1)  # (t, p)
        unit = (self.positions.max(axis=1) - low) / _LEVELS
        safe = np.where(unit > 0, unit, 1)
        levels = np.rint((self.positions - low[:, None]) / safe[:, None]).astype(np.uint8)
        return {
            "rows": self.rows.astype(np.int32),
            "steps": self.steps.astype(np.int32),
            "levels": levels,
            "low": low.astype(np.float32),
            "unit": unit.astype(np.float32),
            **{f"curve_{name}": self.curves[name] for name in CURVES},
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Replay:
        """Read what `to_arrays` gave.

        Raises:
            ValueError: an array is missing or has another shape.
        """
        try:
            levels, rows, steps = arrays["levels"], arrays["rows"], arrays["steps"]
            t, m, p = levels.shape
            low, unit = arrays["low"], arrays["unit"]
            curves = {name: arrays[f"curve_{name}"] for name in CURVES}
            fits = rows.shape == (m,) and low.shape == unit.shape == (t, p)
            if not fits or any(v.shape != (t,) for v in (steps, *curves.values())):
                raise ValueError("arrays of a replay do not fit together")
        except KeyError as error:
            raise ValueError(f"a replay needs an array {error}") from error
        positions = levels.astype(np.float32) * unit[:, None] + low[:, None]
        return cls(rows.astype(np.int64), steps.astype(np.int64), positions, curves)


def aligned(snapshots: Sequence[FloatArray]) -> FloatArray:
    """Latents (m, d) of each snapshot as positions (t, m, min(d, 3)) with axes that keep their place.

    Up to three dimensions nothing changes. Beyond: see the top of this file.
    """
    if snapshots[-1].shape[1] <= 3:
        return np.stack(snapshots).astype(np.float32)
    from scipy.linalg import orthogonal_procrustes

    last = snapshots[-1].astype(np.float64)
    centre = last.mean(axis=0)
    _, _, directions = np.linalg.svd(last - centre, full_matrices=False)
    placed = [last - centre]
    for latents in reversed(snapshots[:-1]):
        own = latents - latents.mean(axis=0, dtype=np.float64)
        rotation, _ = orthogonal_procrustes(own, placed[-1])
        placed.append(own @ rotation)
    return np.stack([p @ directions[:3].T for p in reversed(placed)]).astype(np.float32)
