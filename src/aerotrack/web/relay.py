"""A relay: the flights on a port of their own, in a format that receivers speak, to whoever connects.

A tick is written once and sent to all. A client that has not taken the last one is left out of the next: it
never waits for what is old. What one holds unsent is at most a tick and 64 KiB; who takes nothing for a
minute is cut off.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import cast

import numpy as np
import structlog
from numpy.typing import NDArray

from aerotrack.core.changes import Changes
from aerotrack.core.columns import Columns
from aerotrack.core.ports import EVERYTHING
from aerotrack.errors import StartError

MOST_CLIENTS = 50
UNSENT = 64 * 1024  # bytes beyond which a client is left out of a tick
STALLED_S = 60.0
FACTS_EVERY = 10  # ticks after which a flight's facts are told again: a client may be new

Encode = Callable[[Columns, NDArray[np.bool_], NDArray[np.bool_]], bytes]
"""Writes flights, given which have a new place and of which the facts are due."""

log = structlog.get_logger("aerotrack.relay")


class Relay:
    """A sink that tells what a tick brought to all who are connected to `host`:`port`; port 0 is a free one.

    `name` is what the format is called, `option` the setting that opens it.
    """

    def __init__(
        self,
        name: str,
        encode: Encode,
        host: str,
        port: int,
        *,
        option: str,
        most: int = MOST_CLIENTS,
        stalled_s: float = STALLED_S,
    ) -> None:
        self.host, self.port = host, port
        self._name, self._encode, self._option = name, encode, option
        self._most, self._stalled_s = most, stalled_s
        self._clients: set[_Client] = set()
        self._news = News()
        self._waiting: tuple[Columns, NDArray[np.bool_], NDArray[np.bool_]] | None = None
        self._stirred = asyncio.Event()
        self._counts = Counter(turned_away=0, left_out=0, unwritten=0, cut=0)

    def report(self) -> dict[str, int]:
        """Say how it is doing: `clients` now, and what was refused since the start.

        That is clients `turned_away` and `cut` off, ticks that a client was `left_out` of, and ticks
        `unwritten`, since a newer one came first.
        """
        return {"clients": self.clients, **self._counts}

    @property
    def name(self) -> str:
        """What the format is called."""
        return self._name

    @property
    def clients(self) -> int:
        """How many are connected."""
        return len(self._clients)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Let clients in while the body runs. Raises StartError when the port may not be had."""
        loop = asyncio.get_running_loop()
        try:
            server = await loop.create_server(
                lambda: _Client(self._clients, self._most, self._counts), self.host, self.port
            )
        except OSError as error:
            raise StartError(
                f"Port {self.port} of {self.host} cannot be opened ({error.strerror or error}): "
                f"give another with {self._option}."
            ) from None
        self.port = server.sockets[0].getsockname()[1]
        log.info("flights are told on a port", output=self._name, host=self.host, port=self.port)
        if not _inside(self.host):
            log.warning(
                "everyone who reaches this address can read all live flights",
                output=self._name,
                host=self.host,
                port=self.port,
            )
        try:
            yield
        finally:
            server.close()
            for client in list(self._clients):
                client.cut()

    def take(self, changes: Changes) -> None:
        """Note a tick; it takes the place of one that is not written yet."""
        news = self._news.of(changes)
        if self._clients and len(news[0]["address"]):
            self._counts["unwritten"] += self._waiting is not None
            self._waiting = news
            self._stirred.set()

    async def run(self, kept: Callable[[int], None]) -> None:
        """Write and send the newest tick, again and again."""
        kept(EVERYTHING)
        loop = asyncio.get_running_loop()
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            if self._waiting is None:
                continue
            news, self._waiting = self._waiting, None
            data = await asyncio.to_thread(self._encode, *news)
            for client in list(self._clients):
                if client.tell(data):
                    continue
                self._counts["left_out"] += 1
                if loop.time() - client.stalled_at > self._stalled_s:
                    self._counts["cut"] += 1
                    log.warning("a client takes nothing: cut off", output=self._name, client=client.address)
                    client.cut()

    async def close(self) -> None:
        """Nothing is left to finish: what is not sent is old."""


class News:
    """What a tick brought, told apart from what only passed: coasting, a phase, a destination found."""

    def __init__(self) -> None:
        self._heard = np.zeros(0)
        self._placed = np.zeros(0)
        self._tick = 0

    def of(self, changes: Changes) -> tuple[Columns, NDArray[np.bool_], NDArray[np.bool_]]:
        """Return the flights that were heard, which of them have a new place, and of which facts are due.

        They are when they changed, and every tenth tick of a flight.
        """
        updated = changes.updated
        row = updated.get("row", np.empty(0, np.intp))
        if (short := int(row.max(initial=-1)) + 1 - len(self._heard)) > 0:
            more = max(short, len(self._heard))
            self._heard, self._placed = (
                np.append(old, np.zeros(more)) for old in (self._heard, self._placed)
            )
        before, self._tick = self._tick, changes.tick
        which = np.flatnonzero(updated["last_heard"] != self._heard[row]) if len(row) else row
        rows = {name: values[which] for name, values in updated.items()}
        row = row[which]
        time = rows.get("time", np.empty(0))
        placed = ~np.isnan(time) & (time != self._placed[row])
        facts = (rows.get("facts_tick", row) > before) | ((row + changes.tick) % FACTS_EVERY == 0)
        self._heard[row] = rows.get("last_heard", 0.0)
        self._placed[row] = time
        return rows, placed, facts


class _Client(asyncio.Protocol):
    """One who reads. What it says is not listened to."""

    def __init__(self, clients: set["_Client"], most: int, counts: Counter[str]) -> None:
        self._clients, self._most, self._counts = clients, most, counts
        self._transport: asyncio.Transport | None = None
        self._full = False
        self.stalled_at = 0.0
        self.address = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast("asyncio.Transport", transport)  # uvloop's is one without saying so
        if len(self._clients) >= self._most:
            self._counts["turned_away"] += 1
            transport.abort()
            return
        transport.set_write_buffer_limits(high=UNSENT, low=0)
        self._transport, self.address = transport, str((transport.get_extra_info("peername") or ("",))[0])
        self._clients.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._clients.discard(self)

    def pause_writing(self) -> None:
        self._full, self.stalled_at = True, asyncio.get_running_loop().time()

    def resume_writing(self) -> None:
        self._full = False

    def tell(self, data: bytes) -> bool:
        """Send a tick, unless the last one is not taken yet; say whether it was sent."""
        if self._full or self._transport is None:
            return False
        self._transport.write(data)
        return True

    def cut(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.abort()


def _inside(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def outputs_of(relays: Sequence[Relay]) -> dict[str, dict[str, int]]:
    """Put the reports of relays together: by figure, then by the name of the output."""
    figures: dict[str, dict[str, int]] = {}
    for relay in relays:
        for name, value in relay.report().items():
            figures.setdefault(name, {})[relay.name] = value
    return figures
