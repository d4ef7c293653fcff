"""Who asks for one setting at the same time gets one training: `python -m benchmarks.once --json`.

Starts `--servers` servers of the app on one folder of Runs, `--sessions` visitors that press Train
there, and `--commands` command lines that ask for the same setting. The object at the end holds

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
MINUTES = 10.0  # that all of it may take


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


async def _visit(app: App, errors: list[str]) -> bool:
    """Ask for the setting and wait until its Run is shown; whether it was."""
    address, until = SETTING.to_text(), time.monotonic() + 60 * MINUTES
    async with Visitor(app.port) as visitor:
        seen = await visitor.open(address)
        errors += seen.errors
        train = next((id_ for label, id_ in seen.buttons.items() if label.startswith("Train")), "")
        seen = await visitor.open(address, train)
        while time.monotonic() < until:
            errors += seen.errors
            if not any(label.startswith(("Train", "Cancel")) for label in seen.buttons):
                return not seen.errors
            await asyncio.sleep(1.0)
            seen = await visitor.open(address)
    return False


async def measured(apps: list[App], store: Path, sessions: int, commands: int) -> dict[str, Any]:
    """All that the top of this file names."""
    await asyncio.gather(*(reachable(app) for app in apps))
    count, errors, started = Count(Store(store), SETTING), list[str](), time.monotonic()
    count.start()
    asking = [_ask(store) for _ in range(commands)]
    visits = [_visit(apps[number % len(apps)], errors) for number in range(sessions)]
    shown = await asyncio.gather(*visits)
    said = [
        (await asyncio.to_thread(process.communicate, timeout=60 * MINUTES))[0]
        for process in asking
    ]
    count.over.set()
    count.join()
    answers = [json.loads(text.splitlines()[-1]) if text.strip() else {} for text in said]
    errors += [f"exit status {process.returncode}" for process in asking if process.returncode]
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
