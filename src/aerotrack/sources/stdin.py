"""Standard input: what another program prints is piped in."""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import IO

from aerotrack.core.observations import Observations
from aerotrack.core.ports import Clock
from aerotrack.errors import FeedError
from aerotrack.sources.reading import READ_BYTES, DecoderMaker


@dataclass(slots=True)
class StandardInput:
    """A feed that comes through a pipe. It ends with the pipe, and may be silent for as long as it likes."""

    name: str
    url: str
    decoder: DecoderMaker
    clock: Clock
    pipe: IO[bytes] | None = None

    async def observations(self) -> AsyncIterator[Observations]:
        """Yield a batch per read. Raises FeedError when there is nothing to be read from."""
        stream = asyncio.StreamReader()
        pipe = sys.stdin.buffer if self.pipe is None else self.pipe
        try:
            _check(pipe)
            transport, _ = await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(stream), pipe
            )
        except (OSError, ValueError) as error:
            raise FeedError(f"{self.name}: pipe a program's output into AeroTrack; {error}.") from error
        try:
            yield replace(Observations.none(), feed=self.name)
            decoder = self.decoder()
            while data := await stream.read(READ_BYTES):
                yield replace(decoder.feed(data, self.clock()), feed=self.name)
            yield replace(decoder.end(self.clock()), feed=self.name)
        finally:
            transport.close()


def _check(pipe: IO[bytes]) -> None:
    """Raise ValueError for what is no pipe: of a file, or /dev/null, uvloop would die."""
    kind = os.fstat(pipe.fileno()).st_mode
    if not (stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind)):
        raise ValueError("its standard input is no pipe")
