"""What a visitor's own messages to the server can do to others."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.service import Seen, Visitor
from core.setting.setting import Setting

LONG = Setting(epochs=500, seed=77)  # minutes


def test_emptying_the_caches_takes_no_training_away(address: str) -> None:
    port, asked = urlsplit(address).port, LONG.to_text()
    assert port is not None

    async def visit() -> tuple[Seen, Seen, Seen]:
        async with Visitor(port) as owner, Visitor(port) as other:
            offer = await owner.open(asked)
            train = next(id_ for label, id_ in offer.buttons.items() if label.startswith("Train"))
            await owner.open(asked, train)
            before = await owner.open(asked)
            await other.open({})
            await other.send(BackMsg(clear_cache=True))
            after = await owner.open(asked)
            await owner.open(asked, after.buttons["Cancel"])
            return before, after, await other.open({})

    with ThreadPoolExecutor(1) as thread:  # in this one Playwright has a loop of its own
        before, after, stored = thread.submit(lambda: asyncio.run(visit())).result()
    assert "Cancel" in before.buttons
    assert not any(label.startswith("Train") for label in after.buttons)
    assert [page.errors for page in (before, after, stored)] == [[], [], []]
