"""Reading: one connection of a live feed; one that hangs is told from one that lives.

A dead receiver may go on sending heartbeats, so what counts is the last message, not the last byte.
"""

import asyncio
import os
from dataclasses import dataclass, field

from aerotrack.core.observations import Observations
from aerotrack.core.ports import Clock
from aerotrack.decode import Decoder
from aerotrack.sources.language import Language

READ_BYTES = 1 << 16
SILENCE_S = 60.0


class SilentError(Exception):
    """No message came for too long."""


@dataclass(slots=True)
class Reading:
    """One connection: its bytes through a decoder of its own. One socket read is one batch.

    With a `silence` of None it may be silent for ever. `language` tells whether it is in another format.
    """

    stream: asyncio.StreamReader
    decoder: Decoder
    language: Language
    clock: Clock
    silence: float | None = SILENCE_S
    read_bytes: int = 0
    _heard: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    async def batch(self) -> Observations | None:
        """Read once; None when the sender has closed. Raises SilentError, or OSError when it broke."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(None if self.silence is None else self._heard + self.silence):
                data = await self.stream.read(READ_BYTES)
        except TimeoutError:
            raise SilentError from None
        if not data:
            return None
        self.read_bytes += len(data)
        read = self.decoder.feed(data, self.clock())
        if read.messages:
            self._heard = loop.time()
        self.language.hear(data, read)
        return read

    def last(self) -> Observations:
        """Return what is left once the sender has closed."""
        return self.decoder.end(self.clock())


def place(host: str, port: int) -> str:
    """Write an address as URLs do."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def cause(error: OSError | UnicodeError) -> str:
    """Say why a connection was not possible, without the words that asyncio puts around it."""
    if isinstance(error, UnicodeError):
        return "that is no name of a host"
    number = error.errno or 0  # below 0 it is none of the system's: a name that nobody knows
    return os.strerror(number) if number > 0 else error.strerror or str(error)
