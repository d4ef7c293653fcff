"""A line to a server that takes its time: a TCP proxy that delays both directions."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator


class _End(asyncio.Protocol):
    """One end of a connection: what it hears, the other end says a while later."""

    def __init__(self, line: _Line, other: _End | None = None) -> None:
        self.line, self.other = line, other
        self.heard: list[bytes] = []  # as long as there is no other end
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.line.open.add(transport)
        if self.other is None:
            self.line.connect(self)
        else:
            self.other.other = self
            for piece in self.other.heard:
                self.other.data_received(piece)

    def data_received(self, data: bytes) -> None:
        if self.other is None:
            self.heard.append(data)
            return
        assert self.other.transport is not None
        self.line.later(self.other.transport.write, data)

    def connection_lost(self, problem: Exception | None) -> None:
        if self.transport is not None:
            self.line.open.discard(self.transport)
        if self.other is not None and self.other.transport is not None:
            self.line.later(self.other.transport.close)


class _Line:
    """Where it leads, and what is open; all in one thread's loop."""

    def __init__(self, port: int, delay: float) -> None:
        self.port, self.delay, self.loop = port, delay, asyncio.new_event_loop()
        self.open: set[asyncio.Transport] = set()
        self.dialling: set[asyncio.Task[object]] = set()

    def later(self, do, *values) -> None:  # type: ignore[no-untyped-def]
        self.loop.call_later(self.delay, do, *values)

    def connect(self, near: _End) -> None:
        far = self.loop.create_connection(lambda: _End(self, near), "127.0.0.1", self.port)
        task = self.loop.create_task(far)
        self.dialling.add(task)
        task.add_done_callback(self.dialling.discard)

    async def hang_up(self, server: asyncio.Server) -> None:
        server.close()
        for transport in list(self.open):
            transport.abort()
        await asyncio.gather(*self.dialling, return_exceptions=True)
        await asyncio.sleep(2 * self.delay)


@contextlib.contextmanager
def slow_line(port: int, delay: float) -> Iterator[int]:
    """A port of this machine that leads to another, `delay` seconds away each way."""
    line = _Line(port, delay)
    loop = line.loop
    # a thread of its own: Playwright has a loop in this one
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    starting = loop.create_server(lambda: _End(line), "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(starting, loop).result(10)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(line.hang_up(server), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
