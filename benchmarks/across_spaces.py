"""Which score follows agreement with labels across latent spaces: `python -m benchmarks.across_spaces`.

For the shipped Runs of MNIST, and for small ones that are trained here on scikit-learn's digits (some
minutes with one core), it computes the silhouettes of labels and clusters in latent space, in a UMAP of
it (`core.metrics.across_spaces`), and of the clusters in a UMAP of the images, which is one space for
all Runs of the same images. Spearman's rank correlation of each with ACC is reported with the number of
Runs: within each set of the same images, and over all. ACC is of k-means with as many clusters as
classes, so a score without labels can follow it, and one with labels should.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from itertools import chain, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from core.metrics.across_spaces import clusters_in_umap, silhouette_in_umap
from core.runs.run import Run
from core.runs.store import Store
from core.setting.recipes import RECIPES, SHIPPED
from core.setting.setting import Setting

SCORES = {
    "silhouette_labels": "labels, latent space",
    "silhouette_clusters": "clusters, latent space",
    "labels_umap": "labels, UMAP of the latents",
    "clusters_umap": "clusters, UMAP of the latents",
    "clusters_umap_images": "clusters, UMAP of the images",
}
TERMS = ("none", "sine", "vae", "l1", "contrastive", "idec")
_LEAST = 4  # Runs of a set, for a correlation

Row = dict[str, Any]


def images(setting: Setting) -> npt.NDArray[np.float32]:
    """The held-out images (n, p) of a Setting."""
    from core.data import splits

    return splits.load(setting).test.images(setting).flatten(1).numpy()


def row(run: Run, group: str) -> Row:
    """Scores of a Run, and how long the UMAP of its latents takes, in seconds."""
    arrays, values = run.arrays, run.evaluation.values
    latents, clusters = arrays["latents"], arrays["clusters"].astype(np.int64)
    started = time.perf_counter()
    in_umap = clusters_in_umap(latents, clusters)
    seconds = time.perf_counter() - started
    return {
        "run": run.name, "images": group, "acc": values["acc"],
        "silhouette_labels": values["silhouette_labels"],
        "silhouette_clusters": values["silhouette_clusters"],
        "labels_umap": silhouette_in_umap(latents, arrays["labels"]),
        "clusters_umap": in_umap,
        "clusters_umap_images": clusters_in_umap(images(run.setting), clusters),
        "seconds": round(seconds, 3),
    }  # fmt: skip


def shipped() -> Iterator[Row]:
    """The Runs of the repository that are of MNIST."""
    for name in SHIPPED:
        setting = RECIPES[name].setting
        run = Store().find(setting)
        if run is not None and setting.dataset == "mnist":
            yield row(run, f"MNIST, {''.join(map(str, setting.digits))}, {setting.holdout}")


def trained(seeds: int, epochs: int) -> Iterator[Row]:
    """Small Runs of scikit-learn's ten digits: terms, dimensions and seeds."""
    from core.runs import pipeline

    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "checkpoints")
        for term, dims, seed in product(TERMS, (2, 3, 10), range(seeds)):
            setting = Setting.from_text(
                {"dataset": "digits", "digits": "0,1,2,3,4,5,6,7,8,9", "regularizer": term,
                 "latent_dim": str(dims), "seed": str(seed), "epochs": str(epochs)}
            )  # fmt: skip
            yield row(pipeline.train(setting, store, threads=1), "8x8 digits")


def correlations(rows: list[Row]) -> list[Row]:
    """Spearman's rho of each score with ACC, by set of images and over all."""
    from scipy.stats import spearmanr

    found = []
    for group in (*dict.fromkeys(r["images"] for r in rows), "all"):
        some = [r for r in rows if group in (r["images"], "all")]
        if len(some) >= _LEAST:
            acc = [r["acc"] for r in some]
            rho = {s: round(float(spearmanr([r[s] for r in some], acc)[0]), 3) for s in SCORES}
            found.append({"images": group, "n": len(some), **rho})
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="last line: one JSON object")
    parser.add_argument("--seeds", type=int, default=1, help="of the small Runs; 0: none of them")
    parser.add_argument("--epochs", type=int, default=40)
    args = parser.parse_args()
    rows = []
    for one in chain(shipped(), trained(args.seeds, args.epochs)):
        rows.append(one)
        sys.stdout.write(f"{one['run'][:60]:<60} ACC {one['acc']:.3f}  " + "  ".join(
            f"{one[name]:6.3f}" for name in SCORES) + "\n")  # fmt: skip
        sys.stdout.flush()
    rho = correlations(rows)
    sys.stdout.write("\nSpearman's rho with ACC: " + "; ".join(SCORES.values()) + "\n")
    for one in rho:
        line = "  ".join(f"{one[name]:6.3f}" for name in SCORES)
        sys.stdout.write(f"{one['images']:<28} n = {one['n']:<3} {line}\n")
    if args.json:
        sys.stdout.write(json.dumps({"rows": rows, "spearman_with_acc": rho}) + "\n")


if __name__ == "__main__":
    main()
