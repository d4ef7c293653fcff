"""The blog post's recipe as the post writes it, and ours, side by side: `python -m benchmarks.post`.

Equal: images (even digits, 14 x 14 means, 0..255, first 3,000 held out), network, Adam 1e-4, batch 32,
epochs, what is recorded of an epoch (mean training loss, held-out loss), machine. The peer is written
as the post has it: a Dataset whose `__getitem__` turns one image into a tensor, a DataLoader,
torch.optim.Adam. Ours is `core.training.loop` with the recipe `post`. The two take turns, some epochs
each, so that a machine whose speed drifts slows both. `--profile` shows where our own seconds go.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from itertools import pairwise
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from core.data import splits as images
from core.metrics.neighbourhood import knn_accuracy
from core.setting.recipes import RECIPES
from core.setting.setting import Setting
from core.training.encoding import encode
from core.training.loop import Training
from core.training.shuffled import shuffled_batches


class PostDataset(Dataset[Tensor]):
    """One image at a time, as the post has it."""

    def __init__(self, pixels: np.ndarray[Any, Any]) -> None:
        self.pixels = pixels

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, i: int) -> Tensor:
        return torch.tensor(self.pixels[i].flatten(), dtype=torch.float32)


class PostAutoencoder(nn.Module):
    """196-150-100-3-100-150-196 with LeakyReLU, written out."""

    def __init__(self) -> None:
        super().__init__()
        self.e1, self.e2, self.e3 = nn.Linear(196, 150), nn.Linear(150, 100), nn.Linear(100, 3)
        self.d1, self.d2, self.d3 = nn.Linear(3, 100), nn.Linear(100, 150), nn.Linear(150, 196)

    def encode(self, x: Tensor) -> Tensor:
        x = F.leaky_relu(self.e1(x))
        return self.e3(F.leaky_relu(self.e2(x)))

    def forward(self, x: Tensor) -> Tensor:
        x = F.leaky_relu(self.encode(x))
        return self.d3(F.leaky_relu(self.d2(F.leaky_relu(self.d1(x)))))


def profile(training: Training) -> None:
    """Print where 200 steps spend their time, and what their matrix products alone would take.

    Both with one thread.
    """
    batches = [
        images for (_, images), _ in zip(shuffled_batches(training), range(250), strict=False)
    ]
    for batch in batches[:50]:
        training.step(batch)
    start = time.perf_counter()
    for batch in batches[50:]:
        training.step(batch)
    step = (time.perf_counter() - start) / 200
    with torch.profiler.profile() as seen:
        for batch in batches[50:]:
            training.step(batch)
    print(seen.key_averages().table(sort_by="self_cpu_time_total", row_limit=12))
    print(f"a step {1e3 * step:.3f} ms, its matrix products alone {1e3 * products():.3f} ms")


def products(steps: int = 400) -> float:
    """Seconds of a step's matrix products, into memory that is there: what no loop can beat."""
    widths = (196, 150, 100, 3, 100, 150, 196)
    values = [torch.rand(32, w) for w in widths]
    weights = [torch.rand(b, a) for a, b in pairwise(widths)]
    outputs, slopes = [v.clone() for v in values], [w.clone() for w in weights]
    start = time.perf_counter()
    for _ in range(steps):
        for i, weight in enumerate(weights):
            torch.mm(values[i], weight.t(), out=outputs[i + 1])
            torch.mm(outputs[i + 1].t(), values[i], out=slopes[i])
            if i:
                torch.mm(outputs[i + 1], weight, out=outputs[i])
    return (time.perf_counter() - start) / steps


class Peer:
    """The post's own training, by epochs."""

    def __init__(self, train: np.ndarray[Any, Any], held: np.ndarray[Any, Any], seed: int) -> None:
        torch.manual_seed(seed)
        self.model = PostAutoencoder()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-4)
        self.train = DataLoader(PostDataset(train), batch_size=32, shuffle=True)
        self.held = DataLoader(PostDataset(held), batch_size=32)

    def epoch(self) -> None:
        """All training images once, then the held-out ones."""
        total = 0.0
        for batch in self.train:
            loss = F.mse_loss(self.model(batch), batch)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            total += loss.item()
        with torch.no_grad():
            for batch in self.held:
                total += F.mse_loss(self.model(batch), batch).item()


def in_turns(peer: Peer, training: Training, turn: int) -> tuple[float, float]:
    """Seconds of the peer and ours for all epochs, `turn` of them at a time."""
    epochs, theirs, ours = training.epochs(), 0.0, 0.0
    for first in range(0, training.setting.epochs, turn):
        count = min(turn, training.setting.epochs - first)
        start = time.perf_counter()
        for _ in range(count):
            peer.epoch()
        theirs += time.perf_counter() - start
        start = time.perf_counter()
        for _ in range(count):
            next(epochs)
        ours += time.perf_counter() - start
        print(f"epoch {first + count}: post {theirs:.1f} s, ours {ours:.1f} s", file=sys.stderr)
    return theirs, ours


def scores(
    data: images.Data, latents: tuple[Tensor, Tensor], mse: float, seconds: float
) -> dict[str, float]:
    """Of one side: time, held-out error, and kNN accuracy of training and held-out latents."""
    assert data.train.labels is not None
    assert data.test.labels is not None
    accuracy = knn_accuracy(
        latents[0].numpy(), data.train.labels.numpy(),
        latents[1].numpy(), data.test.labels.numpy(), 5,
    )  # fmt: skip
    return {"seconds": seconds, "heldout_mse": mse, "knn_accuracy": accuracy}


def compared(setting: Setting, turn: int) -> dict[str, Any]:
    """Train both, and score both."""
    data = images.load(setting)
    train, held = (split.images(setting)[:, 0] for split in (data.train, data.test))
    peer = Peer(train.numpy(), held.numpy(), setting.seed)
    training = Training(setting, data, torch.device("cpu"))
    theirs, ours = in_turns(peer, training, turn)
    with torch.inference_mode():
        flat = held.flatten(1)
        their_mse = float(F.mse_loss(peer.model(flat), flat))
        their_latents = peer.model.encode(train.flatten(1)), peer.model.encode(flat)
    our_mse = training.records[-1].heldout["reconstruction"]
    our_latents = (
        encode(training.model, data.train, setting),
        encode(training.model, data.test, setting),
    )
    return {
        "ours": scores(data, our_latents, our_mse, ours),
        "peer": scores(data, their_latents, their_mse, theirs),
        "ratio": theirs / ours,
        "equal": f"images, network, Adam 1e-4, batch 32, {setting.epochs} epochs, machine; "
        f"{torch.get_num_threads()} threads",
    }


def main() -> None:
    """Measure and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--turn", type=int, default=5, help="epochs before the other's turn")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--profile", action="store_true", help="only show where our seconds go")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    setting = RECIPES["post"].setting.replace(epochs=args.epochs, seed=args.seed)
    if args.profile:
        torch.set_num_threads(1)
        profile(Training(setting, images.load(setting), torch.device("cpu")))
        return
    result = compared(setting, args.turn)
    for name in ("ours", "peer"):
        print(name, result[name])
    print(f"ratio {result['ratio']:.2f}")
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
