"""What people wait for, beside the best peer, in one run: `python -m benchmarks.all --json`.

Scores beside scikit-learn (`benchmarks.scores`), clusterings beside scikit-learn's own call, and epochs
of training beside a plain PyTorch loop over a DataLoader with the same network, optimizer, images and
threads; of the wide network of DEC beside its matrix products alone, which no loop can do without. Ours
and the peer take turns; of each the median of the repeats, with the range. The object at
the end has `rows`, each with `path`, `peer`, `ours_s`, `peer_s`, `ratio` (peer by ours) and `goal` (of
the ratio). With --write they take their places in the table of `docs/measured.md`. The peer of a
training has torch's layers alone, where ours has its own.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks import scores
from core.data import splits
from core.data.splits import Data, Split
from core.latents.clustering import UMAP_NEIGHBOURS, cluster
from core.latents.clustering_methods import UMAP_DIMS, WARD_NEIGHBOURS
from core.models.autoencoder import Autoencoder
from core.networks import NETWORKS, Network, Parts
from core.networks.layers import dense
from core.setting.paths import ROOT
from core.setting.setting import Setting
from core.training.devices import computing
from core.training.loop import Training

MEASURED = ROOT / "docs" / "measured.md"
_MARKS = ("<!-- python -m benchmarks.all --write -->", "<!-- until here -->")
IMAGES = 12_800  # of an epoch that is timed
_REPEATS = 5
PLAIN, PRODUCTS = "plain DataLoader loop", "its matrix products alone"
WIDE = (784, 500, 500, 2000, 10)


def clusterings() -> Iterator[scores.Case]:
    """The methods of the app on 10,000 points, and scikit-learn's with the same arguments."""
    from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
    from sklearn.mixture import GaussianMixture
    from sklearn.neighbors import kneighbors_graph
    from umap import UMAP

    def mixture(X: Any) -> Any:
        return GaussianMixture(10, n_init=3, max_iter=200, random_state=0).fit_predict(X)

    peers: dict[str, Callable[[Any], Any]] = {
        "kmeans": lambda X: KMeans(10, n_init=10, random_state=0).fit_predict(X),
        "gmm": mixture,
        "hdbscan": lambda X: HDBSCAN(min_cluster_size=50, copy=True).fit_predict(X),
        "agglomerative": lambda X: AgglomerativeClustering(
            10, connectivity=kneighbors_graph(X, WARD_NEIGHBOURS)
        ).fit_predict(X),
        "umap-gmm": lambda X: mixture(
            UMAP(
                UMAP_NEIGHBOURS, n_components=UMAP_DIMS, min_dist=0.0, random_state=0
            ).fit_transform(X)
        ),
    }
    for d in (3, 10):
        X, _ = scores.groups(10_000, d)
        for method, peer in peers.items():
            yield scores.Case(
                f"{method}, 10,000 points, {d}-D", 1.0, partial(_seconds_only, cluster, X, method),
                partial(_seconds_only, peer, X), repeats=3,
                by="umap-learn, scikit-learn" if method == "umap-gmm" else "scikit-learn",
            )  # fmt: skip


def _seconds_only(function: Callable[..., Any], *args: Any) -> float:
    """Numbers of clusters differ between runs of a method: they are not compared."""
    function(*args)
    return 0.0


def trainings() -> Iterator[tuple[str, str, float, Setting]]:
    """Path, peer, goal and Setting of what is trained for an epoch."""
    yield "epoch, mlp, batch 128", PLAIN, 1.3, Setting(batch_size=128)
    yield "epoch, conv, batch 128", PLAIN, 1.3, Setting(architecture="conv", batch_size=128)
    post = partial(Setting, architecture="post", image_size=14)
    yield "epoch, post's network, batch 32", PLAIN, 3.0, post(batch_size=32)
    yield "epoch, post's network, batch 256", PLAIN, 3.0, post(batch_size=256)
    wide = Setting(latent_dim=WIDE[-1], batch_size=256)
    with patch.dict(NETWORKS, mlp=Network("mlp", "", _wide)):  # while it is trained
        yield f"epoch, {'-'.join(map(str, WIDE))}, batch 256", PRODUCTS, 0.9, wide


def _wide(_side: int, _dim: int) -> Parts:
    """The network of DEC (Xie, Girshick, Farhadi 2016) and its mirror; this slope is ReLU."""
    relu = nn.LeakyReLU(0.0)
    *hidden, dim = WIDE
    trunk = nn.Sequential(nn.Flatten(), *dense(hidden, relu), relu)
    decoder = nn.Sequential(*dense(WIDE[::-1], relu))
    return Parts(trunk, nn.Linear(hidden[-1], dim), decoder, hidden[-1])


def trained(path: str, peer: str, goal: float, setting: Setting) -> dict[str, Any]:
    """An epoch of both, in turns."""
    data = splits.load(setting)
    some = Split(data.train.pixels, data.train.index[:IMAGES], None)
    ours = Training(setting, Data(some, data.test, data.class_names), n_snapshots=0)
    theirs = _plain(setting, some) if peer == PLAIN else _products(setting.batch_size)
    taken: dict[str, list[float]] = {"ours": [], "peer": []}
    with computing(ours.device, ours.threads):
        for repeat in range(_REPEATS + 1):
            for name, epoch in (("ours", partial(our_epoch, ours)), ("peer", theirs)):
                started = time.perf_counter()
                epoch()
                if repeat:  # the first allocates
                    taken[name].append(time.perf_counter() - started)
    return scores.row(path, peer, goal, taken)


def _products(batch: int) -> Callable[[], None]:
    """An epoch's products of the layers `WIDE` and their mirror: forward, and two back."""
    layers = []
    for read, given in pairwise([*WIDE, *WIDE[-2::-1]]):
        x, slope, weight = (
            torch.rand(batch, read),
            torch.rand(batch, given),
            torch.rand(given, read),
        )
        places = torch.empty(batch, given), torch.empty(given, read), torch.empty(batch, read)
        layers.append((x, slope, weight, places))

    def epoch() -> None:
        for _ in range(IMAGES // batch):
            for number, (x, slope, weight, (forward, by_weight, by_x)) in enumerate(layers):
                torch.mm(x, weight.t(), out=forward)
                torch.mm(slope.t(), x, out=by_weight)
                if number:  # nobody asks for a gradient by the images
                    torch.mm(slope, weight, out=by_x)

    return epoch


def in_plain_layers(model: Autoencoder) -> Autoencoder:
    """The same network, of torch's own layers alone."""
    for layer in model.modules():
        for kind in (torch.nn.Flatten, torch.nn.ConvTranspose2d):
            if isinstance(layer, kind):
                layer.__class__ = kind
    return model


def our_epoch(training: Training) -> None:
    """All training images once."""
    training._begin_epoch(1)
    for _ in training._epoch(1, training.steps_per_epoch):
        pass
    training.place = type(training.place)()


def _plain(setting: Setting, some: Split) -> Callable[[], None]:
    """An epoch as one writes it down."""
    model = in_plain_layers(Autoencoder(setting)).train()
    images = TensorDataset(some.images(setting))
    loader = DataLoader(images, batch_size=setting.batch_size, shuffle=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def epoch() -> None:
        for (images,) in loader:
            loss = F.mse_loss(model.decode(model.encode(images)), images)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return epoch


def write(rows: list[dict[str, Any]], path: Path = MEASURED) -> None:
    """Put the rows into the table between the two marks of a file; rows of something else stay."""
    _, table, _ = marked(path.read_text(), _MARKS)
    lines = {line.split("|")[1].strip(): line for line in table.splitlines()[3:]}
    lines |= {
        row["path"]: f"| {row['path']} | {row['peer']} | {_with_range(row, 'ours')} | "
        f"{_with_range(row, 'peer')} | {row['ratio']:.1f} | {row['goal']:g} |"
        for row in rows
    }
    head = ["| what | peer | here | peer | times as fast | goal |", "|---|---|---|---|---|---|"]
    write_marked("\n".join([*head, *lines.values()]), _MARKS, path)


def marked(text: str, marks: tuple[str, str]) -> tuple[str, str, str]:
    """What is before, between and after two marks of a text."""
    before, rest = text.split(marks[0])
    between, after = rest.split(marks[1])
    return before, between, after


def write_marked(table: str, marks: tuple[str, str], path: Path = MEASURED) -> None:
    """Put a table between two marks of a file."""
    before, _, after = marked(path.read_text(), marks)
    path.write_text(f"{before}{marks[0]}\n{table}\n{marks[1]}{after}")


def _with_range(row: dict[str, Any], whose: str) -> str:
    low, high = row[f"{whose}_range"]
    return f"{row[f'{whose}_s']:.3g} s ({low:.3g} to {high:.3g})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="last line: one JSON object")
    parser.add_argument("--large", action="store_true", help="scores of 70,000 points, too")
    parser.add_argument("--trainings", action="store_true", help="nothing but epochs of training")
    parser.add_argument("--write", action="store_true", help="also to docs/measured.md")
    args = parser.parse_args()
    rows: list[dict[str, Any]] = []

    def show(row: dict[str, Any]) -> None:
        rows.append(row)
        sys.stdout.write(f"{row['path']:<60} {row['ours_s']:>8.3f} s  {row['peer_s']:>8.3f} s  "
                         f"{row['ratio']:>6.2f} times, goal {row['goal']}\n")  # fmt: skip
        sys.stdout.flush()

    for what in trainings():
        show(trained(*what))
    for case in [] if args.trainings else [*clusterings(), *scores.cases(args.large)]:
        show(scores.measured(case))
    if args.write:
        write(rows)
    if args.json:
        sys.stdout.write(json.dumps({"cores": os.cpu_count(), "rows": rows}) + "\n")


if __name__ == "__main__":
    main()
