"""Faults of what comes in: garbage, from the feed and from clients."""

import socket
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress

from chaos.world import World


@asynccontextmanager
async def garbage(world: World) -> AsyncIterator[None]:
    """Between the lines of the feed comes what no receiver says; lines come twice, and out of order."""
    chance = world.chance
    now = time.time()
    stamped = ((now, "91", "5"), (now, "1", "181"), (now + 86_400, "1", "2"), (now - 86_400, "1", "2"))
    hostile = (
        b'{"now":1e999,"hex":"400001"}\n',
        b'{"hex":"400002","lat":NaN,"lon":1}\n',
        b'{"now":{},"hex":[],"lat":"x"}\n',
        b"MSG,3,1,1,400001,1,,,,,,1,,,1,1,,,,,,\n",
        b"\xff\xfe\x00\n",
        b"[" * 5000 + b"\n",
        *(f'{{"now":{at},"hex":"abcdef","lat":{lat},"lon":{lon}}}\n'.encode() for at, lat, lon in stamped),
    )

    def spoil(lines: bytes) -> bytes:
        told = lines.splitlines(keepends=True)
        chance.shuffle(told)
        told += chance.choices(told, k=len(told) // 10) if told else []
        for nonsense in hostile:
            told.insert(chance.randrange(len(told) + 1), nonsense)
        told.insert(chance.randrange(len(told) + 1), chance.randbytes(50).replace(b"\n", b"") + b"\n")
        return b"".join(told)

    world.feed.spoil = spoil
    try:
        yield
    finally:
        world.feed.spoil = lambda lines: lines
    refused = (await world.ask("/api/v1/feeds"))[1]["feeds"][0]["refused"]
    if not refused.get("bad_json"):
        world.wrong.append(f"10: garbage was not counted: {refused}")


@asynccontextmanager
async def garbled_clients(world: World) -> AsyncIterator[None]:
    """Clients come and send random frames."""
    chance = world.chance
    ask = (
        b"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    with ExitStack() as opened:
        for _ in range(50):
            stranger = opened.enter_context(socket.create_connection(("127.0.0.1", world.port)))
            stranger.sendall(ask[: chance.choice([len(ask), len(ask), 60])])
            with suppress(OSError):
                stranger.sendall(chance.randbytes(chance.randrange(1, 5000)))
        yield


@asynccontextmanager
async def garbled_questions(world: World) -> AsyncIterator[None]:
    """Nonsense is asked of the API: no answer is an error of the server's."""
    chance = world.chance
    paths = (
        "flights",
        "flights/400000-00000000/track",
        "stats",
        "feeds",
        "sky",
        "events",
        "aircraft/400000",
        "x",
    )
    names = ("bbox", "limit", "at", "from", "to", "q", "cursor", "callsign", "format")
    values = (
        "",
        "-1",
        "1e999",
        "NaN",
        "%00",
        "'%20or%201=1",
        "9" * 400,
        "5,45,16,55",
        "2026-99-99",
        "%F0%9F%9B%A9",
    )
    for _ in range(40):
        query = "&".join(
            f"{chance.choice(names)}={chance.choice(values)}" for _ in range(chance.randrange(4))
        )
        path = f"/api/v1/{chance.choice(paths)}?{query}"
        status = (await world.ask(path))[0]
        if status >= 500:
            world.wrong.append(f"12: {status} for {path}")
    yield
