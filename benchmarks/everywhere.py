"""The recipe "Tight" on few and on other images: `python -m benchmarks.everywhere --json`.

One recipe for all, trained without labels; ACC of k-means in three latent dimensions, of held-out
images:

- digits: scikit-learn's 8 x 8 digits, 1,437 to train on.
- mnist5k: 6,250 of MNIST's training images as somebody's own .npz, 5,000 to train on.
- small16: 5,000 others at 16 x 16, dark ink on white, the same way, 4,000 to train on.
- letters: `benchmarks.letters`, A to Z in some 100 fonts (`--fonts`), the same way.
- fashion: Fashion-MNIST, where its files are in `data/`.
- mnist: all ten digits, 60,000 to train on.

Every result is added to a CSV at once, and not measured again: one that was cut off goes on. `seen` and
`best` are shares of training images whose cluster fits their class, in the start that was chosen and in
the best of all starts: what it costs that the choice sees no labels. One thread of the CPU; its seconds,
and those of the clock.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from benchmarks.letters import FONTS, letters
from core.data import splits
from core.data.own.python_objects import found_of
from core.data.own.store import keep
from core.data.own.understand import understand
from core.metrics.agreement import accuracy
from core.regularizers.self_labelling import SelfLabelling
from core.regularizers.support.graph import blurred, neighbour_graph, of_usual_size, principal
from core.regularizers.support.strokes import edges, strokes, upright
from core.runs.pipeline import make
from core.setting import paths
from core.setting.setting import Setting
from core.setting.tight import tight
from core.training.loop import Training

Array = npt.NDArray[Any]

OUT = Path(__file__).parent / "everywhere.csv"
COLUMNS = (
    *("data", "seed", "setting", "acc", "nmi", "seen", "best", "chosen", "cpu_seconds"),
    *("seconds", "device"),
)
QUICK = 3  # epochs of each phase, with --quick


def _mnist(start: int, stop: int) -> tuple[Array, Array]:
    """Some of MNIST's training images (n, 28, 28) and their labels (n,)."""
    train = splits.load(Setting(digits=tuple(range(10)))).train
    assert train.labels is not None
    rows = train.index[start:stop]
    return train.pixels[rows].numpy(), train.labels[start:stop].numpy()


def mnist5k(fonts: Path) -> tuple[Array, Array]:
    """6,250 images of MNIST, as they are."""
    return _mnist(0, 6250)


def small16(fonts: Path) -> tuple[Array, Array]:
    """5,000 images of MNIST, dark on light, 16 x 16."""
    images, labels = _mnist(10_000, 15_000)
    small = [Image.fromarray(image).resize((16, 16), Image.Resampling.BOX) for image in images]
    return 255 - np.stack([np.asarray(image) for image in small]), labels


OWN: dict[str, Callable[[Path], tuple[Array, Array]]] = {
    "mnist5k": mnist5k,
    "small16": small16,
    "letters": letters,
}
KNOWN = ("digits", "fashion", "mnist")  # the catalogue's own


@contextmanager
def at_hand(name: str, fonts: Path) -> Iterator[Setting]:
    """The plain Setting of a data set; own images are kept as a user's are, in a folder for now."""
    if name in KNOWN:
        yield Setting(dataset=name, digits=tuple(range(10)))
        return
    images, labels = OWN[name](fonts)
    usual = paths.DATA_DIR
    with tempfile.TemporaryDirectory() as folder:
        paths.DATA_DIR = Path(folder)
        try:
            kept = keep(understand(found_of(images, labels)), label=name)
            yield Setting.from_text(splits.own_fields(kept))
        finally:
            paths.DATA_DIR = usual


def measure(setting: Setting) -> dict[str, Any]:
    """Train a Setting of the recipe and score it, and its starts by the training images' labels."""
    seen: list[Training] = []
    start, clock = time.process_time(), time.perf_counter()
    torch.set_num_threads(1)
    made = make(setting, watch=seen.append, threads=1)
    seconds, clock = time.process_time() - start, time.perf_counter() - clock
    term, labels = seen[0].model.terms["self_labelling"], seen[0].data.train.labels
    assert isinstance(term, SelfLabelling)
    assert term.starts is not None
    assert labels is not None
    found, values = term.starts, made.evaluation.values
    fits = [accuracy(labels.numpy(), clusters.cpu().numpy()) for clusters in found.clusters]
    return {
        "setting": setting.hash,
        "acc": round(values["acc"] or 0.0, 4),
        "nmi": round(values["nmi"] or 0.0, 4),
        "seen": round(fits[found.chosen], 4),
        "best": round(max(fits), 4),
        "chosen": found.chosen,
        "cpu_seconds": round(seconds),
        "seconds": round(clock),
        "device": made.provenance["device"],
    }


def read(path: Path) -> list[dict[str, str]]:
    """Rows that were measured before; none where there is no file."""
    return list(csv.DictReader(path.read_text().splitlines())) if path.exists() else []


def add(path: Path, row: dict[str, Any]) -> None:
    """Write a row after the others."""
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(row)


def summary(rows: list[dict[str, str]]) -> dict[str, Any]:
    """Mean and worst ACC of a data set's rows, and how often another start was better."""
    scores = [float(row["acc"]) for row in rows]
    lost = [float(row["best"]) - float(row["seen"]) for row in rows]
    return {
        "seeds": len(rows),
        "acc_mean": round(statistics.fmean(scores), 4),
        "acc_worst": min(scores),
        "chosen_wrong": sum(one > 0.01 for one in lost),  # by more than a hundredth
        "lost_by_choice": round(statistics.fmean(lost), 4),
        "cpu_seconds": round(statistics.fmean(float(row["cpu_seconds"]) for row in rows)),
    }


def quick(setting: Setting) -> Setting:
    """The same with phases of a few epochs, to see whether everything runs."""
    first, second = setting.regularizer
    return setting.replace(
        epochs=2 * QUICK,
        regularizer=f"{first.name}:until_epoch={QUICK}+{second.name}:from_epoch={QUICK + 1}",
    )


def measured(name: str, args: argparse.Namespace) -> dict[str, Any]:
    """Measure what is not in the CSV yet of a data set; its summary over the seeds."""
    first, _, last = args.seeds.partition("-")
    with at_hand(name, args.fonts) as plain:
        images = len(splits.load(plain).train)
        seeds = range(int(first), int(last or first) + 1)
        settings = [tight(plain.replace(seed=seed), images) for seed in seeds]
        if args.quick:
            settings = [quick(setting) for setting in settings]
        before = {row["setting"] for row in read(args.out)}
        for setting in settings:
            if setting.hash not in before:
                row = {"data": name, "seed": setting.seed, **measure(setting)}
                add(args.out, row)
                print(row, file=sys.stderr)
    hashes = {setting.hash for setting in settings}
    return summary([row for row in read(args.out) if row["setting"] in hashes])


def alike(name: str, fonts: Path) -> dict[str, float]:
    """Share of 15 neighbours of the same class, for ways to describe the training images."""
    with at_hand(name, fonts) as plain:
        train = splits.load(plain).train
        pixels = train.images(plain).flatten(1)
    side, labels = plain.image_size, train.labels
    assert labels is not None
    ways = {
        "pixels": pixels,
        "blurred": blurred(pixels),
        "strokes": strokes(pixels),
        "strokes at the images' own size": principal(
            edges(upright(pixels.view(-1, 1, side, side)))
        ),
        "strokes not straightened": principal(edges(of_usual_size(pixels))),
    }
    found = {}
    for way, points in ways.items():
        same = labels[neighbour_graph(points, 15).indices] == labels[:, None]
        found[way] = round(float(same.float().mean()), 4)
    return found


def write(folder: Path, fonts: Path) -> None:
    """The own images as files, for `studies/everywhere.toml`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make_images in OWN.items():
        images, labels = make_images(fonts)
        np.savez_compressed(folder / f"{name}.npz", images=images, labels=labels)


def main() -> None:
    """Measure and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", default="digits,mnist5k,small16,letters")
    parser.add_argument("--seeds", default="0-4", help="first-last, or one")
    parser.add_argument("--fonts", type=Path, default=FONTS, help=f"default: {FONTS}")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--quick", action="store_true", help="phases of a few epochs")
    parser.add_argument("--files", type=Path, help="write the own images to this folder, and stop")
    parser.add_argument(
        "--alike", action="store_true", help="compare ways to find neighbours, and stop"
    )
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    wanted = args.data.split(",")
    if unknown := set(wanted) - {*OWN, *KNOWN}:
        parser.error(f"--data must be of {', '.join([*KNOWN, *OWN])}; got {', '.join(unknown)}")
    if args.files:
        write(args.files, args.fonts)
        return
    result = {
        name: alike(name, args.fonts) if args.alike else measured(name, args) for name in wanted
    }
    for name, found in result.items():
        print(name, *(f"{key} {value}" for key, value in found.items()))
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
