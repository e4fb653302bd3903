"""The plainest server there is: uvloop's sockets, without HTTP, WebSocket or us. And who connects to it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from airshow.spectator import Spectator


class Plain(asyncio.Protocol):
    """One connection. `everybody` is the list of all transports."""

    def __init__(self, everybody: list[asyncio.WriteTransport]) -> None:
        self._everybody = everybody

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep it, and say a byte, so that the client knows."""
        writable = cast("asyncio.WriteTransport", transport)
        self._everybody.append(writable)
        writable.write(b".")


class PlainSockets:
    """A troupe that does nothing but hold connections."""

    def __init__(self) -> None:
        self.port = 0
        self.transports: list[asyncio.WriteTransport] = []

    @asynccontextmanager
    async def performing(self) -> AsyncIterator[None]:
        """Listen."""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            loop = asyncio.get_running_loop()
            server = await loop.create_server(lambda: Plain(self.transports), sock=listener, backlog=2048)
            self.port = listener.getsockname()[1]
            async with server:
                yield


class Bystander(Spectator):
    """A client of the plain server: it counts bytes."""

    __slots__ = ()

    def shake(self) -> None:
        """Say nothing."""

    def take(self, data: memoryview) -> list[float]:
        """Count."""
        self.octets += len(data)
        self.greeted = True
        return []
