"""UDP: others send datagrams to AeroTrack. Nobody knows what is lost on the way, so it suits single lines."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from aerotrack.core.observations import Observations
from aerotrack.core.ports import Clock
from aerotrack.errors import FeedError
from aerotrack.sources.formats import ALL_TOLD, Format, Untold
from aerotrack.sources.language import Language, instead
from aerotrack.sources.reading import SILENCE_S, cause, place

WAITING_BYTES = 1 << 20  # more are dropped: whoever sends can be anybody


class Datagrams(asyncio.DatagramProtocol):
    """Collects what arrives until it is read."""

    def __init__(self) -> None:
        self.arrived: list[bytes] = []
        self.waiting = 0
        self.dropped = 0
        self.some = asyncio.Event()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Keep a datagram."""
        del addr
        if self.waiting + len(data) >= WAITING_BYTES:
            self.dropped += 1
        else:
            self.arrived.append(data)
            self.waiting += len(data) + 1  # an empty one takes room too
        self.some.set()

    def taken(self) -> tuple[bytes, int]:
        """Hand over what arrived, each datagram with a line's end, and how many there was no room for."""
        lines, dropped = b"".join(line + b"\n" for line in self.arrived), self.dropped
        self.arrived, self.waiting, self.dropped = [], 0, 0
        self.some.clear()
        return lines, dropped


@dataclass(slots=True)
class UdpListener:
    """A feed that others send to `host`:`port`. Port 0 takes a free one; `port` is the one in use."""

    name: str
    url: str
    host: str
    port: int
    spoken: Format
    clock: Clock
    silence: float = SILENCE_S
    untold: Untold = ALL_TOLD

    async def observations(self) -> AsyncIterator[Observations]:
        """Listen, and yield a batch of what arrived.

        Raises FeedError when that is not possible, when it is silent or in another format.

        Refuses `dropped`: datagrams that came faster than they could be read.
        """
        loop = asyncio.get_running_loop()
        try:
            transport, datagrams = await loop.create_datagram_endpoint(
                Datagrams, local_addr=(self.host, self.port)
            )
        except (OSError, UnicodeError) as error:
            where = place(self.host, self.port)
            raise FeedError(
                f"{self.name}: cannot listen on {where}: {cause(error)}; give another."
            ) from error
        try:
            self.port = transport.get_extra_info("sockname")[1]
            yield replace(Observations.none(), feed=self.name)
            decoder, heard = self.spoken.decoder(self.untold), loop.time()
            language = Language(self.spoken)
            while True:
                try:
                    async with asyncio.timeout_at(heard + self.silence):
                        await datagrams.some.wait()
                except TimeoutError:
                    raise FeedError(
                        f"{self.name}: no message for {self.silence:.0f} s; does anyone send to {self.port}?"
                    ) from None
                lines, dropped = datagrams.taken()
                read = decoder.feed(lines, self.clock())
                heard = loop.time() if read.messages else heard
                refused = {**read.refused, "dropped": dropped} if dropped else read.refused
                yield replace(read, feed=self.name, refused=refused)
                language.hear(lines, read)
                if other := language.other:
                    raise FeedError(
                        f"{self.name}: who sends to port {self.port} sends {instead(self.url, other)}."
                    )
        finally:
            transport.close()
