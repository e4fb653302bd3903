"""Faults of the network: of the clients, and of the feed."""

import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

from chaos.fault import Inject
from chaos.world import World


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
    world.client_proxy.refusing = True
    world.client_proxy.reset()
    try:
        yield
    finally:
        world.client_proxy.heal()
    await world.converged(10)
    if (anew := sum(watcher.fresh for watcher in world.exposed) - fresh) > 0:
        world.wrong.append(f"9: {anew} of {len(world.exposed)} began anew instead of going on")


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
