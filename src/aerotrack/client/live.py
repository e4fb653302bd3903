"""A sky that follows a server's stream, whatever happens to the connection."""

import asyncio
import logging
import random
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any, Self, Unpack

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from aerotrack.client.connecting import connected, endpoint, offered
from aerotrack.client.decoding import Digest, Event, Hello, Part, Refusal, joined, read_part, read_text
from aerotrack.client.merging import merged
from aerotrack.client.picture import Picture
from aerotrack.client.readout import readout
from aerotrack.client.wish import Wish, check_names
from aerotrack.core.changes import Changes
from aerotrack.core.columns import BY_NAME
from aerotrack.core.flights import FlightTable
from aerotrack.core.values import moment
from aerotrack.errors import StreamError

VERSION = 1
EVENTS_KEPT = 1000
CATCH_UP_S = 0.01  # for what has been left in the system's buffers to be read; less than any tick takes

# Not structlog, which prints where nobody has set it up: that is for the program to do, not for a library.
log = logging.getLogger("aerotrack.client")


def stream(
    url: str,
    *,
    key: str | None = None,
    first_pause_s: float = 0.5,
    longest_pause_s: float = 30.0,
    silence_s: float = 15.0,
    **wish: Unpack[Wish],
) -> "LiveSky":
    """Watch the sky of the server at `url`, all of it unless `wish` says what: see Wish.

    `url` is http, https, ws or wss, with or without the path /api/v1/stream. `key` is shown to a server that
    wants one. A connection that breaks off is made again after a pause that grows from `first_pause_s` to
    `longest_pause_s`; one on which nothing came for `silence_s` seconds is given up. Raises SettingsError.
    """
    check_names(wish)
    return LiveSky(
        endpoint(url), offered(key), wish, pauses_s=(first_pause_s, longest_pause_s), silence_s=silence_s
    )


class LiveSky:
    """What one server streams: iterate over its changes, and `table` is what they lead to.

    The sky lives as far as it is iterated over: nothing changes behind your back, and if you take your time,
    the next changes sum up what you missed. The connection is closed when the iteration ends, or, in an
    `async with sky`, when that does; the next iteration goes on from there.
    """

    def __init__(
        self,
        address: str,
        subprotocols: list[Subprotocol],
        wish: Wish,
        *,
        pauses_s: tuple[float, float],
        silence_s: float,
    ) -> None:
        self._address = address
        self._subprotocols = subprotocols
        self._wish = self._wish_before = wish
        self._first_pause_s, self._longest_pause_s = pauses_s
        self._pause_s = self._first_pause_s  # before the next attempt to connect
        self._silence_s = silence_s
        self._socket: ClientConnection | None = None
        self._stays = False  # beyond the end of an iteration
        self._known = False  # it was connected before
        self._hello: Hello | None = None  # on this connection
        self._present = ""  # the epoch that each connection begins with
        self._epoch = ""  # of the picture
        self._there = False  # the picture is of the time that was asked for
        self._picture = Picture()
        self._parts: list[Part] = []
        self._asked_anew = False  # until it comes, changes follow from a picture that is not right
        self._resuming = False
        self._untold: Changes | None = None  # taken in, and not yielded yet

        self.events: deque[dict[str, Any]] = deque(maxlen=EVENTS_KEPT)
        """The latest events, oldest first, as stream.md describes them, without their `type`."""
        self.events_forgotten = 0
        """How many are no longer in `events`, for newer ones came."""
        self.digests = 0
        """How many digests have agreed with the picture."""
        self.desyncs = 0
        """How often the picture was not right, and asked for anew."""
        self.reconnects = 0
        """How often the connection was made again."""
        self.resumes = 0
        """How often the picture went on after that, instead of beginning anew."""
        self.bytes_received = 0

    @property
    def table(self) -> FlightTable:
        """The flights, as they are at the last changes. Read it only."""
        return self._picture.table

    def flights(self) -> dict[str, dict[str, Any]]:
        """Return the flights by their ids, with the keys and values that JSON has; None is not known."""
        table, live = self.table, self.table.live
        columns = {name: table.columns[name][live] for name in (*BY_NAME, "address", "start")}
        return readout(columns, table.feeds)

    async def subscribe(self, **wish: Unpack[Wish]) -> None:
        """Change what is watched. What is not named stays as it was; None puts it back to its default.

        The changes that come show the answer. If the server refuses, the iteration raises StreamError, and
        what was watched before is so again.
        """
        check_names(wish)
        self._wish_before, self._wish = self._wish, {**self._wish, **wish}
        self._there &= "at" not in wish
        if self._socket is not None:
            try:
                await self._say(self._socket, **wish)
            except ConnectionClosed:
                log.debug("the connection is lost: the next one asks for it")

    async def close(self) -> None:
        """Close the connection. The picture stays, and an iteration goes on from it."""
        socket, self._socket = self._socket, None
        self._hello, self._parts = None, []
        if socket is not None:
            await socket.close()

    async def __aenter__(self) -> Self:
        self._stays = True
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stays = False
        await self.close()

    async def __aiter__(self) -> AsyncGenerator[Changes]:
        """Yield changes, each of them whole, without end.

        Raises StreamError if the server refuses what is asked, or says what cannot be understood.
        """
        try:
            while True:
                yield await self._next()
        except StreamError:
            await self.close()
            raise
        finally:
            if not self._stays:
                await self.close()

    async def _next(self) -> Changes:
        """Wait for changes, on as many connections as it takes; sum up those that have come meanwhile."""
        while self._untold is None:
            try:
                await self._listen(await self._connected(), self._patience_s)
            except TimeoutError as error:
                await self._lose(str(error) or f"the server said nothing for {self._patience_s:g} s")
            except (OSError, ConnectionClosed) as error:
                await self._lose(str(error))
        with suppress(TimeoutError, ConnectionClosed):
            patience_s = 0.0
            while self._socket is not None:
                await self._listen(self._socket, patience_s)
                patience_s = CATCH_UP_S
        changes, self._untold = self._untold, None
        return changes

    async def _listen(self, socket: ClientConnection, patience_s: float) -> None:
        """Take the next message in. Raises TimeoutError if there is none within `patience_s` seconds."""
        async with asyncio.timeout(patience_s):
            message = await socket.recv()
        self.bytes_received += len(message if isinstance(message, bytes) else message.encode())
        await self._heed(socket, message)

    @property
    def _patience_s(self) -> float:
        """How long the server may be silent. It speaks every 5 s, or every tick if that is longer."""
        return max(self._silence_s, 2 * self._hello.tick_seconds if self._hello else 0.0)

    async def _connected(self) -> ClientConnection:
        if self._socket is None:
            socket = self._socket = await connected(self._address, self._subprotocols)
            self.reconnects += self._known
            self._known = True
            wish = {name: value for name, value in self._wish.items() if value is not None}
            self._resuming = self.table.tick > 0 and not self._asked_anew
            if self._resuming:  # the epoch is that of the picture, whatever the server's is now
                left_off = {"epoch": self._epoch, "tick": self.table.tick, "view": self._picture.view}
                wish["resume"] = left_off
                if "at" in wish and self._there:  # a replay goes on from where it had come to
                    wish["at"] = moment(self.table.time)
            await self._say(socket, **wish)
        return self._socket

    async def _lose(self, why: str) -> None:
        """Give the connection up, and wait before the next one: longer each time, and not with all others."""
        await self.close()
        pause = self._pause_s * random.uniform(0.5, 1.0)  # noqa: S311  jitter, not a secret
        self._pause_s = min(2 * self._pause_s, self._longest_pause_s)
        log.warning("the stream broke off: %s; connecting again in %.1f s", why, pause)
        await asyncio.sleep(pause)

    async def _heed(self, socket: ClientConnection, message: str | bytes) -> None:
        """Do what a message asks for."""
        said = read_text(message) if isinstance(message, str) else read_part(message)
        match said:
            case Part() | Digest() if self._hello is None:
                raise StreamError(f"{self._address} says no hello: give the address of an AeroTrack server.")
            case Part():
                await self._gather(socket, said)
            case Hello():
                self._greeted(said)
            case Digest() if self._asked_anew:
                pass
            case Digest() if self._picture.agrees(said):
                self.digests += 1
            case Digest():
                await self._ask_anew(socket, f"the digest of tick {said.tick} differs")
            case Refusal():
                self._wish = self._wish_before
                self._there = self._epoch != self._present
                raise StreamError(said.message, said.code)
            case Event():
                self.events_forgotten += len(self.events) == EVENTS_KEPT
                self.events.append(said.members)

    def _greeted(self, hello: Hello) -> None:
        """Take in what introduces the server, or another time line."""
        if hello.version != VERSION:
            raise StreamError(
                f"The server speaks version {hello.version} of the stream, and this client {VERSION}: "
                "use the release of AeroTrack that the server has."
            )
        if self._hello is None:
            self._present = hello.epoch
        elif hello.epoch == self._present:  # back from the past
            self._wish = {**self._wish, "at": None, "speed": None}
        self._hello = hello

    async def _gather(self, socket: ClientConnection, part: Part) -> None:
        """Put the parts of a `changes` together, and take them in."""
        assert self._hello is not None
        if self._asked_anew and part.since:
            return
        if self._parts and (part.since, part.tick) != (self._parts[0].since, self._parts[0].tick):
            self._parts = []
            await self._ask_anew(socket, f"the rest of a tick is missing before tick {part.tick}")
            return
        self._parts.append(part)
        if part.more:
            return
        parts, self._parts = self._parts, []
        changes = self._picture.take(joined(parts))
        if changes is None:
            here = self.table.tick
            await self._ask_anew(socket, f"the changes from {part.since} to {part.tick} don't follow {here}")
            return
        self.resumes += self._resuming and changes.since > 0
        self._there |= self._hello.epoch != self._epoch
        self._resuming, self._asked_anew, self._epoch = False, False, self._hello.epoch
        self._untold = changes if self._untold is None else merged(self._untold, changes)
        self._pause_s = self._first_pause_s

    async def _ask_anew(self, socket: ClientConnection, why: str) -> None:
        """Ask for a fresh picture."""
        assert self._hello is not None
        log.warning("the picture is not right: %s; asking for a fresh one", why)
        self.desyncs += 1
        self._asked_anew = True
        await self._say(socket, resume={"epoch": self._hello.epoch, "tick": 0})

    async def _say(self, socket: ClientConnection, **members: Any) -> None:
        await socket.send(msgspec.json.encode({"type": "subscribe", **members}).decode())
