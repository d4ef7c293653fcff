"""What the app takes and how long visitors wait when many come: `python -m benchmarks.service --json`.

Starts the app on a copy of the stored Runs and speaks its protocol, as browsers do. One visitor opens
the first page and then `--visits` pages of different settings and clusterings. Then a training is begun,
and beside it `--sessions` visitors click for `--seconds`, with 2 to 6 seconds between two clicks. The
object at the end holds

    errors        pages with an exception, or without an end in a minute
    median_s      of a click until its page has ended, and p95_s, of 95 of 100
    rss_first_mb  memory of the server after the first page; rss_100_mb after the visits
    rss_peak_mb   the most that the server had
    all_peak_mb   the most that it and its workers had; what they share, libraries above all, counts once
    trained       how the training beside it went on: epochs done, and how long Cancel took
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.runs.store import Store
from core.setting.paths import CHECKPOINTS, ROOT
from core.setting.setting import Setting

_ENDED = (
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
)


@dataclass
class Seen:
    """What a page showed.

    Attributes:
        seconds: from the click to the end of the page.
        errors: exceptions, or that it did not end.
        buttons: identifiers by label.
        texts: sentences and progress.
        answer: to the question whether views are drawn, where a part of the page asks it.
    """

    seconds: float = 0.0
    errors: list[str] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    answer: BackMsg | None = None


class Visitor:
    """A session of the app, as a browser has it: `async with Visitor(port) as visitor: ...`.

    Args:
        port: of the server.
        patience: seconds after which a page that has not ended is an error.
    """

    def __init__(self, port: int, patience: float = 60.0) -> None:
        self._port, self._patience = port, patience
        self._told: set[str] = set()  # which views were said to be drawn

    async def __aenter__(self) -> Visitor:
        self._socket = await websockets.connect(
            f"ws://127.0.0.1:{self._port}/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            origin=websockets.Origin(f"http://127.0.0.1:{self._port}"),
            max_size=None,
            open_timeout=60,
            ping_interval=None,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()

    async def open(self, address: dict[str, str], press: str = "") -> Seen:
        """Open an address, and press a button there, by its identifier; views are drawn at once."""
        ask = BackMsg()
        ask.rerun_script.query_string = urlencode(address)
        if press:
            pressed = ask.rerun_script.widget_states.widgets.add()
            pressed.id, pressed.trigger_value = press, True
        started, seen = time.monotonic(), Seen()
        sending: BackMsg | None = ask
        try:
            async with asyncio.timeout(self._patience):
                while sending:
                    await self.send(sending)
                    while not self._note(await self._socket.recv(), seen):
                        pass
                    sending, seen.answer = seen.answer, None
        except TimeoutError:
            seen.errors.append(f"no end in {self._patience:g} s")
        seen.seconds = time.monotonic() - started
        return seen

    async def send(self, message: BackMsg) -> None:
        """Send anything that a browser could."""
        await self._socket.send(message.SerializeToString())

    def _note(self, content: str | bytes, seen: Seen) -> bool:
        """Note what a message shows; whether the page has ended."""
        assert isinstance(content, bytes)
        message = ForwardMsg()
        message.ParseFromString(content)
        if message.WhichOneof("type") == "script_finished":
            return message.script_finished in _ENDED
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            seen.errors.append(element.exception.message[:200])
        elif kind == "button":
            seen.buttons[element.button.label] = element.button.id
        elif kind == "progress":
            seen.texts.append(element.progress.text)
        elif kind == "alert":
            seen.texts.append(element.alert.body)
        elif kind == "bidi_component" and (data := json.loads(element.bidi_component.json or "0")):
            asked = data[0] if isinstance(data, list) else {}
            if asked.get("kind") == "asked" and asked["about"] not in self._told:
                self._told.add(asked["about"])
                seen.answer = BackMsg()
                seen.answer.rerun_script.fragment_id = message.delta.fragment_id
                told = seen.answer.rerun_script.widget_states.widgets.add()
                told.id = element.bidi_component.id
                told.json_value = json.dumps({"drawn": asked["about"]})
        return False


@dataclass(frozen=True)
class App:
    """A server of the app.

    Attributes:
        process: that serves.
        port: where.
    """

    process: subprocess.Popen[bytes]
    port: int

    def memory(self) -> tuple[float, float]:
        """Megabytes of the server, and of it and its workers."""
        found = subprocess.run(
            ["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True
        )
        rows = [tuple(map(int, line.split())) for line in found.stdout.splitlines()[1:]]
        server = self.process.pid
        ours = [pid for pid, parent in rows if server in (pid, parent)]
        return _megabytes(server, "Rss"), sum(_megabytes(pid, "Pss") for pid in ours)


def _megabytes(pid: int, kind: str) -> float:
    """Memory of a process, 0 once it has ended: "Rss" or "Pss", its share of what it shares."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{kind}:"))


def copy_store(folder: Path) -> Path:
    """A copy of the stored Runs in a folder; its place."""
    store = folder / "checkpoints"
    shutil.copytree(CHECKPOINTS, store, ignore=shutil.ignore_patterns(".*", "set-*", "failed"))
    return store


@contextmanager
def serving(store: Path) -> Iterator[App]:
    """A fresh server on a folder of Runs."""
    port = random.randint(20_000, 40_000)
    command = [
        sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless=true",
        f"--server.port={port}", "--server.address=127.0.0.1",
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "LATENT_CLUSTERS_CHECKPOINTS": str(store)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield App(process, port)
    finally:
        process.terminate()
        process.wait(30)


async def reachable(app: App) -> None:
    """Wait until a server takes connections."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", app.port)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.1)


async def measured(app: App, visits: int, sessions: int, seconds: float) -> dict[str, Any]:
    """All that the top of this file names."""
    settings = [Store().peek(name).setting for name in Store().names()]
    peak = [0.0, 0.0]

    async def watch() -> None:
        while True:
            peak[:] = [max(pair) for pair in zip(peak, app.memory(), strict=True)]
            await asyncio.sleep(0.5)

    await reachable(app)
    watching = asyncio.create_task(watch())
    pages: list[Seen] = []
    async with Visitor(app.port) as visitor:
        pages.append(await visitor.open({}))
        first = app.memory()[0]
        draw = random.Random(0)
        pages += [await visitor.open(_address(draw, settings)) for _ in range(visits)]
        many = app.memory()[0]
    trained = await _beside_a_training(app, sessions, seconds, settings, pages)
    watching.cancel()
    times = sorted(page.seconds for page in pages[1 + visits :])
    return {
        "errors": sum(bool(page.errors) for page in pages),
        "first_errors": [page.errors for page in pages if page.errors][:3],
        "clicks": len(times),
        "first_page_s": round(pages[0].seconds, 2),
        "median_s": round(statistics.median(times), 2) if times else None,
        "p95_s": round(times[int(0.95 * (len(times) - 1))], 2) if times else None,
        "rss_first_mb": round(first),
        "rss_100_mb": round(many),
        "rss_peak_mb": round(peak[0]),
        "all_peak_mb": round(peak[1]),
        "trained": trained,
    }


def _address(draw: random.Random, settings: list[Setting]) -> dict[str, str]:
    """A stored setting with something else than what is shown first."""
    methods: tuple[dict[str, str], ...] = (
        {},
        {},
        {"clustering": "gmm"},
        {"clustering": "agglomerative"},
        {"clustering": "hdbscan"},
    )
    return draw.choice(settings).to_text() | draw.choice(methods)


async def _beside_a_training(
    app: App, sessions: int, seconds: float, settings: list[Setting], pages: list[Seen]
) -> dict[str, Any]:
    """Visitors click beside a training; how that went."""
    address = Setting(digits=tuple(range(10)), epochs=100, seed=20_000).to_text()

    async def visit(number: int) -> None:
        draw, until = random.Random(number), time.monotonic() + seconds
        await asyncio.sleep(draw.uniform(0, 3))
        async with Visitor(app.port) as visitor:
            while time.monotonic() < until:
                pages.append(await visitor.open(_address(draw, settings)))
                await asyncio.sleep(draw.uniform(2, 6))

    async with Visitor(app.port) as owner:
        offer = await owner.open(address)
        train = next(id_ for label, id_ in offer.buttons.items() if label.startswith("Train"))
        await owner.open(address, train)
        await asyncio.gather(*(visit(number) for number in range(sessions)))
        now = await owner.open(address)
        said = next((text for text in now.texts if "epoch" in text), "")
        started = time.monotonic()
        cancel = now.buttons.get("Cancel")
        if cancel is None:
            return {"said": said or "\n".join(now.texts)[:300]}
        await owner.open(address, cancel)
        while "Cancel" in (await owner.open(address)).buttons and time.monotonic() < started + 60:
            await asyncio.sleep(0.1)
        return {"said": said, "cancel_s": round(time.monotonic() - started, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="the object alone")
    parser.add_argument("--visits", type=int, default=100)
    parser.add_argument("--sessions", type=int, default=25)
    parser.add_argument("--seconds", type=float, default=300.0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(copy_store(Path(folder))) as app:
        found = asyncio.run(measured(app, args.visits, args.sessions, args.seconds))
        found["server_lives"] = app.process.poll() is None
    print(json.dumps(found, indent=None if args.json else 2))


if __name__ == "__main__":
    main()
