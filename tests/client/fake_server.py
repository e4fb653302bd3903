"""A server on loopback that says to each of its clients what a test wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from client.packed import hello

DEADLINE_S = 10.0


class Line:
    """One client's connection, as the server has it."""

    def __init__(self, socket: ServerConnection, yielded: asyncio.Semaphore) -> None:
        self.socket = socket
        self._yielded = yielded

    async def says(self, *messages: str | bytes) -> None:
        for message in messages:
            await self.socket.send(message)

    async def asked(self) -> Mapping[str, Any]:
        """Return the next thing that the client says."""
        asked: Mapping[str, Any] = json.loads(await asyncio.wait_for(self.socket.recv(), DEADLINE_S))
        return asked

    async def greets(self, epoch: str = "9f3c21aa") -> Mapping[str, Any]:
        """Say hello, and return the first subscribe."""
        await self.says(hello(epoch))
        return await self.asked()

    async def seen(self) -> None:
        """Wait until the test has got changes (see `FakeServer.yielded`): what comes later is not theirs."""
        await asyncio.wait_for(self._yielded.acquire(), DEADLINE_S)

    async def stays(self) -> None:
        """Say nothing more until the client leaves."""
        await self.socket.wait_closed()


Script = Callable[[Line], Awaitable[Any]]


class FakeServer:
    """Plays a script for each connection, the first for the first one; the last is for all that follow.

    `refuses` are answered to the first requests, one each, in place of a connection.
    """

    def __init__(self, *scripts: Script, refuses: list[tuple[int, bytes]] | None = None) -> None:
        self._scripts = scripts
        self._refuses = refuses or []
        self.subprotocols = [Subprotocol("aerotrack.v1.binary")]
        self.yielded = asyncio.Semaphore(0)  # a test releases it with all changes it gets
        self.connections = 0
        self.open = 0
        self.paths: list[str] = []
        self.offered: list[str | None] = []
        self.url = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["FakeServer"]:
        async with serve(
            self._serve,
            "127.0.0.1",
            0,
            subprotocols=self.subprotocols,
            select_subprotocol=lambda _, offered: next((s for s in self.subprotocols if s in offered), None),
            process_request=self._refuse,
        ) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            self.url = f"http://127.0.0.1:{port}"
            yield self

    async def _serve(self, socket: ServerConnection) -> None:
        script = self._scripts[min(self.connections, len(self._scripts) - 1)]
        self.connections += 1
        self.open += 1
        try:
            await script(Line(socket, self.yielded))
        except ConnectionClosed:
            pass  # the client left
        finally:
            self.open -= 1

    def _refuse(self, socket: ServerConnection, request: Request) -> Response | None:
        self.paths.append(request.path)
        self.offered.append(request.headers.get("Sec-WebSocket-Protocol"))
        if not self._refuses:
            return None
        status, body = self._refuses.pop(0)
        response = socket.respond(status, "")
        del response.headers["Content-Length"]
        response.headers["Content-Length"] = str(len(body))
        response.body = body
        return response
