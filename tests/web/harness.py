"""A site over fakes, on a real port, with its clients."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from aerotrack.core.reports import FeedReport
from aerotrack.web.api import make_app
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.server import Server
from fakes import START, FakeHistory, FakeSky

DEADLINE_S = 5.0


class Stage:
    """What one server serves: the site of the test that runs. Starting a server for each takes a while."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


async def eventually(condition: Callable[[], object]) -> None:
    """Wait until something is so, which no event tells."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.001)


@dataclass
class Site:
    """What stands behind a server, and ways to reach it."""

    sky: FakeSky = field(default_factory=FakeSky)
    history: FakeHistory = field(default_factory=FakeHistory)
    broadcaster: Broadcaster = field(default_factory=Broadcaster)
    feeds: list[FeedReport] = field(default_factory=list)
    checks: dict[str, str | None] = field(default_factory=lambda: {"database": None})
    url: str = ""

    def app(self, **options: Any) -> ASGIApp:
        return make_app(
            sky=self.sky,
            history=self.history,
            broadcaster=self.broadcaster,
            feeds=lambda: self.feeds,
            stats=lambda: {"flights": len(self.sky.live)},
            ready=lambda: self.checks,
            clock=lambda: START + 1001.5,
            epoch="9f3c21aa",
            **options,
        )

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Site"]:
        with Server.bound("127.0.0.1", 0) as server:
            async with server.serving(self.app()), self.broadcasting():
                self.url = server.url
                yield self

    @asynccontextmanager
    async def broadcasting(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.broadcaster.run(lambda _: None))
        yield
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()  # it broke off: raise what it did

    async def get(self, path: str, **headers: str) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as client:
            return await client.get(path, headers=headers)

    @asynccontextmanager
    async def stream(self, query: str = "", **options: Any) -> AsyncIterator["Client"]:
        address = f"{self.url.replace('http', 'ws')}api/v1/stream{query}"
        async with connect(address, compression=None, max_size=None, proxy=None, **options) as socket:
            yield Client(socket)


@dataclass
class Client:
    """A client of the stream."""

    socket: ClientConnection

    async def next(self) -> Any:
        return json.loads(await asyncio.wait_for(self.socket.recv(), DEADLINE_S))

    async def send(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def silence(self) -> None:
        """Make sure that nothing is on its way: whatever was sent comes before the pong."""
        await self.send(type="ping")
        assert (await self.next())["type"] == "pong"

    async def closed(self) -> int:
        """Read to the end; return the code it was closed with."""
        with suppress(ConnectionClosed):
            while True:
                await self.next()
        assert self.socket.close_code is not None
        return self.socket.close_code
