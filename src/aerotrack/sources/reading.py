"""Reading: one connection of a live feed; one that hangs or sends another format is told from one that lives.

A dead receiver may go on sending heartbeats, so what counts is the last message, not the last byte.
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from aerotrack.core.observations import Observations
from aerotrack.core.ports import Clock
from aerotrack.decode import Decoder
from aerotrack.sources.formats import ALL_TOLD, FORMATS, format_of

READ_BYTES = 1 << 16
SILENCE_S = 60.0
_HEAD_BYTES = 1024  # after which it shows what they are, if nothing of them could be read


class SilentError(Exception):
    """No message came for too long."""


@dataclass(slots=True)
class Reading:
    """One connection: its bytes through a decoder of its own. One socket read is one batch."""

    stream: asyncio.StreamReader
    decoder: Decoder
    clock: Clock
    silence: float = SILENCE_S
    read_bytes: int = 0
    _head: bytes | None = b""  # None once something could be read
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
        self.read_bytes += len(data)
        read = self.decoder.feed(data, self.clock())
        if read.messages:
            self._heard = asyncio.get_running_loop().time()
        if self._head is not None:
            self._head = None if len(read) or read.kinds else (self._head + data)[:_HEAD_BYTES]
        return read

    def otherwise(self) -> str | None:
        """Return the name of the format in which the sender speaks, if nothing it says is in ours."""
        if self._head is None or len(self._head) < _HEAD_BYTES:
            return None
        name, self._head = format_of(self._head), None
        known = FORMATS.get(name or "")
        return name if known and type(known.decoder(ALL_TOLD)) is not type(self.decoder) else None

    def last(self) -> Observations:
        """Return what is left once the sender has closed."""
        return self.decoder.end(self.clock())


DecoderMaker = Callable[[], Decoder]


def cause(error: OSError) -> str:
    """Say why a connection was not possible, without the words that asyncio puts around it."""
    number = error.errno or 0  # below 0 it is none of the system's: a name that nobody knows
    return os.strerror(number) if number > 0 else error.strerror or str(error)
