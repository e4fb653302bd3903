"""Faults of the network: of the clients, and of the feed."""

import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

from chaos.fault import Inject
from chaos.watcher import first_picture_bytes
from chaos.world import World

_A_TICK_MORE = 1.25  # a client sums up the ticks that come while it reads


@asynccontextmanager
async def never_read(world: World) -> AsyncIterator[None]:
    """As many clients as are healthy come, ask for the world, and never read."""
    ask = (
        b"GET /api/v1/stream?bbox= HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    with ExitStack() as opened:
        for _ in world.exposed:
            stuck = opened.enter_context(socket.socket())
            stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stuck.connect(("127.0.0.1", world.port))
            stuck.sendall(ask)
        yield


def network(**conditions: float) -> Inject:
    """Make a fault of the exposed clients' network, in both directions."""

    @asynccontextmanager
    async def inject(world: World) -> AsyncIterator[None]:
        for direction in (world.client_proxy.up, world.client_proxy.down):
            for name, value in conditions.items():
                setattr(direction, name, value)
        try:
            yield
        finally:
            world.client_proxy.heal()

    return inject


@asynccontextmanager
async def storm(world: World) -> AsyncIterator[None]:
    """All exposed clients are cut at once, and come back at once."""
    world.client_proxy.reset()
    yield


@asynccontextmanager
async def away(world: World) -> AsyncIterator[None]:
    """They are cut, and cannot come back for a while: then they go on where they left off."""
    fresh = sum(watcher.fresh for watcher in world.exposed)
    async with _gone(world):
        yield
    if (anew := sum(watcher.fresh for watcher in world.exposed) - fresh) > 0:
        world.wrong.append(f"9: {anew} of {len(world.exposed)} began anew instead of going on")


@asynccontextmanager
async def away_over_a_restart(world: World) -> AsyncIterator[None]:
    """Meanwhile the program is started anew: its time line is another, so each begins anew, told so."""
    fresh = [watcher.fresh for watcher in world.exposed]
    async with _gone(world):
        yield
        await world.stop_program()
        await world.restart()
    went_on = sum(watcher.fresh == before for watcher, before in zip(world.exposed, fresh, strict=True))
    if went_on:
        world.wrong.append(f"9: {went_on} of {len(world.exposed)} went on though the time line is another")


@asynccontextmanager
async def _gone(world: World) -> AsyncIterator[None]:
    """Keep the exposed clients away while the body runs. To be back may not cost more than to come anew."""
    world.client_proxy.refusing = True
    world.client_proxy.reset()
    try:
        yield
    finally:
        world.client_proxy.heal()
    await world.converged(10)
    back = sum(watcher.back_bytes for watcher in world.exposed)
    anew = sum([await first_picture_bytes(world.url, watcher.wish) for watcher in world.exposed])
    if not 0 < back <= _A_TICK_MORE * anew:
        world.wrong.append(f"9: to be back took {back} bytes, to come anew {anew}")


def slow_feed(**conditions: float) -> Inject:
    """Make a fault of the feed's network that loses nothing."""

    @asynccontextmanager
    async def inject(world: World) -> AsyncIterator[None]:
        for name, value in conditions.items():
            setattr(world.feed_proxy.down, name, value)
        try:
            yield
        finally:
            world.feed_proxy.heal()

    return inject


@asynccontextmanager
async def cut_feed(world: World) -> AsyncIterator[None]:
    """The feed's connection is reset, in the middle of whatever it was saying."""
    async with world.feed_breaking():
        world.feed_proxy.reset()
        yield
