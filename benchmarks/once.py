"""Who asks for one setting at the same time gets one training: `python -m benchmarks.once --json`.

Starts `--servers` servers of the app on one folder of Runs. `--sessions` visitors open the setting
there; when all of them see its page, they press Train, and `--commands` command lines ask for the
same. The object at the end holds

    trained    how often the setting was trained; more than once is a fault
    got_it     how many of all that asked have its Run at the end
    errors     pages with an exception, and command lines that failed
    seconds    until the last one had it
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.service import App, Visitor, copy_store, reachable, serving
from core.runs.store import Store
from core.setting.paths import ROOT
from core.setting.setting import Setting

SETTING = Setting(dataset="digits", epochs=300, seed=20_001)  # some seconds: others come meanwhile
SECONDS = 600.0  # that a page, a command line or the wait for the Run may take


class Count(threading.Thread):
    """Counts how often the Run of a setting is written: each time run.json has another stamp."""

    def __init__(self, store: Store, setting: Setting) -> None:
        super().__init__(daemon=True)
        self._store, self._name = store, setting.name
        self.stamps: set[tuple[int, int]] = set()
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.02):
            if stamp := self._store.stamps().get(self._name):
                self.stamps.add(stamp)


def _ask(store: Path) -> subprocess.Popen[str]:
    fields = {"dataset": "digits", "epochs": SETTING.epochs, "seed": SETTING.seed}
    options = [text for name, value in fields.items() for text in (f"--{name}", str(value))]
    return subprocess.Popen(
        [sys.executable, "-m", "core", "train", *options, "--checkpoints", str(store), "--json"],
        cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip


async def _visit(app: App, all_here: asyncio.Barrier, errors: list[str]) -> bool:
    """Open the page, press Train when all are there, and wait for the Run; whether it was shown."""
    address, until = SETTING.to_text(), time.monotonic() + SECONDS
    async with Visitor(app.port, SECONDS) as visitor:
        offer = await visitor.open(address)
        errors += offer.errors
        train = next(id_ for label, id_ in offer.buttons.items() if label.startswith("Train"))
        await all_here.wait()
        seen = await visitor.open(address, train)
        while time.monotonic() < until:
            errors += seen.errors
            if not any(label.startswith(("Train", "Cancel")) for label in seen.buttons):
                return not seen.errors
            await asyncio.sleep(1.0)
            seen = await visitor.open(address)
    return False


async def _command(store: Path, all_here: asyncio.Barrier, errors: list[str]) -> dict[str, Any]:
    """The same with a command line; what it answered."""
    await all_here.wait()
    process = _ask(store)
    said, _ = await asyncio.to_thread(process.communicate, timeout=SECONDS)
    if process.returncode:
        errors.append(f"exit status {process.returncode}")
        return {}
    answer: dict[str, Any] = json.loads(said.splitlines()[-1])
    return answer


async def measured(apps: list[App], store: Path, sessions: int, commands: int) -> dict[str, Any]:
    """All that the top of this file names."""
    await asyncio.gather(*(reachable(app) for app in apps))
    count, errors, all_here = (
        Count(Store(store), SETTING),
        list[str](),
        asyncio.Barrier(sessions + commands),
    )
    count.start()
    started = time.monotonic()
    shown, answers = await asyncio.gather(
        asyncio.gather(*(_visit(apps[n % len(apps)], all_here, errors) for n in range(sessions))),
        asyncio.gather(*(_command(store, all_here, errors) for _ in range(commands))),
    )
    count.over.set()
    count.join()
    got = sum(shown) + sum(answer.get("run") == SETTING.name for answer in answers)
    return {
        "trained": len(count.stamps),
        "by_a_command_line": sum(answer.get("cached") is False for answer in answers),
        "got_it": got,
        "of": sessions + commands,
        "errors": len(errors),
        "first_errors": errors[:3],
        "seconds": round(time.monotonic() - started, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="the object alone")
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--commands", type=int, default=4)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        store = copy_store(Path(folder))
        apps = [stack.enter_context(serving(store)) for _ in range(args.servers)]
        found = asyncio.run(measured(apps, store, args.sessions, args.commands))
    print(json.dumps(found, indent=None if args.json else 2))


if __name__ == "__main__":
    main()
