"""Real feeders on loopback, and the literal bytes they send."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aerotrack.core.observations import Observations

NOON = 1795348800.0
"""2026-11-22T12:00:00Z"""

Answer = tuple[int, Mapping[str, str], bytes]


def sbs(second: float = 0.0, address: str = "4CA2D6") -> bytes:
    """A position at `second` after noon."""
    minutes, seconds = divmod(second, 60)
    at = f"2026/11/22,12:{int(minutes):02}:{seconds:06.3f}"
    return f"MSG,3,1,1,{address},1,{at},{at},,1000,,,50.0,{8 + second / 1000:.6f},,,0,,0,0\r\n".encode()


def document(now: float) -> bytes:
    """An aircraft.json with one aircraft, its position half a second old."""
    return b'{"now":%.1f,"aircraft":[{"hex":"4ca2d6","lat":50.0,"lon":8.5,"seen_pos":0.5,"seen":0}]}' % now


@asynccontextmanager
async def serving(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """Serve each connection with `talk`, then close it; yields the port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def web_server(answer: Callable[[str, Mapping[str, str]], Answer]) -> AsyncIterator[int]:
    """Serve HTTP: `answer` is given the request's target and headers (lower case); yields the port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await reader.readline():
            headers = {}
            while (line := (await reader.readline()).decode().strip()) != "":
                name, _, value = line.partition(": ")
                headers[name.lower()] = value
            status, more, body = answer(request.split()[1].decode(), headers)
            lines = [f"HTTP/1.1 {status} Answer", f"Content-Length: {len(body)}"]
            lines += [f"{name}: {value}" for name, value in more.items()]
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            await writer.drain()

    async with serving(talk) as port:
        yield port


async def rows_until(observations: AsyncIterator[Observations], rows: int) -> list[Observations]:
    """The batches up to the one that completes so many rows."""
    batches: list[Observations] = []
    async with asyncio.timeout(5):
        while sum(map(len, batches)) < rows:
            batches.append(await anext(observations))
    return batches
