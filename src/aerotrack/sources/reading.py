"""Reading: one connection of a live feed, and how one that hangs is told from one that lives.

A dead receiver may go on sending heartbeats, so what counts is the last message, not the last byte.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from aerotrack.core.observations import Observations
from aerotrack.core.ports import Clock
from aerotrack.decode import Decoder

READ_BYTES = 1 << 16
SILENCE_S = 60.0


class SilentError(Exception):
    """No message came for too long."""


@dataclass(slots=True)
class Reading:
    """One connection: its bytes through a decoder of its own. One socket read is one batch."""

    stream: asyncio.StreamReader
    decoder: Decoder
    clock: Clock
    silence: float = SILENCE_S
    _heard: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    async def batch(self) -> Observations | None:
        """Read once; None when the sender has closed. Raises SilentError, or OSError when it broke."""
        left = self._heard + self.silence - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(left):
                data = await self.stream.read(READ_BYTES)
        except TimeoutError:
            raise SilentError from None
        if not data:
            return None
        read = self.decoder.feed(data, self.clock())
        if read.messages:
            self._heard = asyncio.get_running_loop().time()
        return read

    def last(self) -> Observations:
        """Return what is left once the sender has closed."""
        return self.decoder.end(self.clock())


DecoderMaker = Callable[[], Decoder]
