"""How many clusters, by curves without labels: `python -m benchmarks.how_many --seeds 3`.

For up to 4,000 training images of each data set, drawn anew with each seed, the k of 2 to 40 where each
curve is best:

- halves: `core.runs.suggested_clusters`, which random halves agree on (what the app suggests).
- silhouette: of k-means in a UMAP of the images' strokes.
- pixels: the same in a UMAP of the blurred pixels.
- eigengap: the largest gap between eigenvalues of the normalised Laplacian of the strokes' neighbours
  (von Luxburg 2007).

`halves` was chosen looking at how many classes the training images of `CHOSEN_ON` have. The data sets
of `OTHERS` (`--others`) were looked at once, afterwards. With `--steps N` there are curves of features,
too, that a network has after N steps of the first phase of the recipe Tight (contrastive).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
import torch
from scipy.sparse.linalg import eigsh
from sklearn.cluster import KMeans
from torch import Tensor

from benchmarks.everywhere import at_hand
from benchmarks.letters import FONTS
from core.data import splits
from core.data.splits import Data, Split
from core.latents.neighbours import neighbour_graph
from core.latents.projection import Projection, project
from core.latents.threads import one_thread
from core.latents.umap.layout import fuzzy_graph
from core.metrics.separation import silhouette
from core.metrics.stability import MOST_CLUSTERS, stability
from core.regularizers.support.graph import blurred
from core.regularizers.support.strokes import strokes
from core.runs.suggested_clusters import MOST_IMAGES, suggest_clusters
from core.setting.setting import Setting
from core.setting.tight import tight
from core.training.loop import Training

Points = npt.NDArray[Any]
KS = range(2, MOST_CLUSTERS + 1)
NEIGHBOURS = 15
ALL = range(10)

# what people call it: its images (`benchmarks.everywhere`) and classes
CHOSEN_ON: dict[str, tuple[str, tuple[int, ...]]] = {
    "MNIST": ("mnist", tuple(ALL)),
    "MNIST, even digits": ("mnist", (0, 2, 4, 6, 8)),
    "MNIST 0, 1, 2": ("mnist", (0, 1, 2)),
    "MNIST 3, 5, 8": ("mnist", (3, 5, 8)),
    "8x8 digits": ("digits", tuple(ALL)),
    "letters A to Z": ("letters", tuple(range(26))),
}
OTHERS: dict[str, tuple[str, tuple[int, ...]]] = {
    "MNIST 4, 9": ("mnist", (4, 9)),
    "MNIST, odd digits": ("mnist", (1, 3, 5, 7, 9)),
    "MNIST 0 to 6": ("mnist", tuple(range(7))),
    "MNIST at 16 x 16": ("small16", tuple(ALL)),
    "8x8 digits, even": ("digits", (0, 2, 4, 6, 8)),
    "8x8 digits 0 to 6": ("digits", tuple(range(7))),
    "letters A to M": ("letters", tuple(range(13))),
    "MNIST 1 alone": ("mnist", (1,)),  # how far halves agree where there is nothing to agree on
}


def drawn(setting: Setting, seed: int) -> Tensor:
    """Up to `MOST_IMAGES` training images (n, p), other ones with each seed."""
    train = splits.load(setting).train
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(train), min(len(train), MOST_IMAGES), replace=False)
    return train.images(setting, torch.from_numpy(np.sort(rows))).flatten(1)


def by_silhouette(points: Points, seed: int) -> int:
    """The k whose k-means has the highest silhouette."""
    X = points.astype(np.float64)
    values = [
        silhouette(X, KMeans(k, n_init=3, random_state=seed).fit_predict(X))
        for k in KS
        if k < len(X)
    ]
    return KS[int(np.argmax(values))]


def in_umap(points: Points, seed: int) -> Points:
    """Points in the UMAP that `core.metrics.stability` makes of halves."""
    umap = Projection("umap", 3, neighbours=NEIGHBOURS, min_dist=0.0, seed=seed)
    return project(points, umap).points


def by_eigengap(points: Points) -> int:
    """The k behind which the eigenvalues of the neighbour graph's Laplacian jump most."""
    graph = fuzzy_graph(*neighbour_graph(points, NEIGHBOURS - 1))
    scale = sp.diags_array(1 / np.sqrt(graph.sum(axis=0)))
    smooth = (scale @ graph @ scale).tocsr()  # 1 minus the Laplacian
    start = np.random.default_rng(0).normal(size=len(points))
    values = np.sort(eigsh(smooth, KS[-1] + 1, which="LA", tol=1e-4, v0=start)[0])[::-1]
    gaps = values[:-1] - values[1:]  # gaps[k - 1] lies behind the first k
    return KS[int(np.argmax(gaps[KS[0] - 1 :]))]


def features(setting: Setting, seed: int, steps: int) -> Points:
    """Features (n, f) of the images that `drawn` gives, after steps of Tight's first phase."""
    data = splits.load(setting)
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.choice(len(data.train), min(len(data.train), MOST_IMAGES), replace=False))
    train = Split(data.train.pixels, data.train.index[torch.from_numpy(rows)], None)
    recipe = tight(setting.replace(seed=seed), len(train))
    per_epoch = -(-len(train) // recipe.batch_size)
    recipe = recipe.replace(epochs=max(1, steps // per_epoch), regularizer="contrastive:weight=1")
    training = Training(recipe, Data(train, data.test, data.class_names), n_snapshots=0, threads=1)
    for _ in training.epochs():
        pass
    model = training.model.eval()
    with torch.inference_mode():
        parts = train.images(recipe).split(500)
        return torch.cat([model.features(images) for images in parts]).numpy()


def candidates(setting: Setting, seed: int, steps: int) -> Iterator[tuple[str, Callable[[], int]]]:
    """Of the other curves: the name, and what finds the k where it is best."""
    pixels = drawn(setting, seed)
    described = strokes(pixels).numpy()
    yield "silhouette", lambda: by_silhouette(in_umap(described, seed), seed)
    yield "pixels", lambda: by_silhouette(in_umap(blurred(pixels).numpy(), seed), seed)
    yield "eigengap", lambda: by_eigengap(described)
    if steps:
        learned = features(setting, seed, steps)
        yield "features, halves", lambda: stability(learned, KS, seed=seed).best
        yield "features, silhouette", lambda: by_silhouette(in_umap(learned, seed), seed)


@one_thread
def measured(name: str, args: argparse.Namespace) -> dict[str, Any]:
    """The k of each curve, a number for each seed."""
    data, classes = {**CHOSEN_ON, **OTHERS}[name]
    found: dict[str, list[int]] = {"halves": []}
    seconds, agreement = [], []
    with at_hand(data, args.fonts) as plain:
        setting = plain.replace(digits=classes)
        for seed in range(args.seeds):
            started = time.process_time()
            halves = suggest_clusters(setting, seed=seed)
            seconds.append(time.process_time() - started)
            found["halves"].append(halves.best)
            agreement.append({score.k: round(score.mean, 4) for score in halves.scores})
            for curve, best in candidates(setting, seed, args.steps):
                found.setdefault(curve, []).append(best())
        images = min(len(splits.load(setting).train), MOST_IMAGES)
    return {
        "data": name, "images": images, "classes": len(classes), "found": found,
        "agreement": agreement, "cpu_seconds": round(float(np.median(seconds)), 1),
    }  # fmt: skip


def line(row: dict[str, Any]) -> str:
    """A row of the table in docs/measured.md."""
    cells = [", ".join(map(str, ks)) for ks in row["found"].values()]
    most = [max(curve.values()) for curve in row["agreement"]]
    cells.insert(1, f"{min(most):.2f} to {max(most):.2f}")
    return f"| {row['data']} | {row['images']:,} | {row['classes']} | " + " | ".join(cells) + " |"


def summary(rows: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Of each curve: the share of seeds with the number of classes, with one off at most, mean miss."""
    missed: dict[str, list[int]] = {}
    for row in rows:
        if row["classes"] == 1:
            continue  # no curve begins before 2
        for curve, ks in row["found"].items():
            missed.setdefault(curve, []).extend(abs(k - row["classes"]) for k in ks)
    return {
        curve: {
            "trials": len(by),
            "right": round(float(np.mean(np.array(by) == 0)), 2),
            "within_1": round(float(np.mean(np.array(by) <= 1)), 2),
            "mean_miss": round(float(np.mean(by)), 2),
        }
        for curve, by in missed.items()
    }


def main() -> None:
    """Measure and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=1, help="how many; default: 1")
    parser.add_argument(
        "--others", action="store_true", help="the data sets that were not chosen on"
    )
    parser.add_argument("--only", default="", help="data sets with this in their names")
    parser.add_argument(
        "--steps", type=int, default=0, help="of a network for features; default: none"
    )
    parser.add_argument("--fonts", type=Path, default=FONTS, help=f"default: {FONTS}")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    rows = []
    for name in OTHERS if args.others else CHOSEN_ON:
        if args.only in name:
            rows.append(measured(name, args))
            sys.stdout.write(line(rows[-1]) + f" {rows[-1]['cpu_seconds']} s\n")
            sys.stdout.flush()
    found = summary(rows)
    for curve, values in found.items():
        sys.stdout.write(f"{curve}: {', '.join(f'{k} {v}' for k, v in values.items())}\n")
    if args.json:
        sys.stdout.write(json.dumps({"rows": rows, "summary": found}) + "\n")


if __name__ == "__main__":
    main()
