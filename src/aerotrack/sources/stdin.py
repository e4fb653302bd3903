"""Standard input: what another program prints is piped in."""

import asyncio
import math
import os
import stat
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import IO

from aerotrack.core.observations import Observations
from aerotrack.core.ports import Clock
from aerotrack.errors import FeedError
from aerotrack.sources.formats import ALL_TOLD, Format, Untold
from aerotrack.sources.language import Language, instead
from aerotrack.sources.reading import Reading, cause


@dataclass(slots=True)
class StandardInput:
    """A feed that comes through a pipe. It ends with the pipe, and may be silent for as long as it likes."""

    name: str
    url: str
    spoken: Format
    clock: Clock
    pipe: IO[bytes] | None = None
    untold: Untold = ALL_TOLD

    async def observations(self) -> AsyncIterator[Observations]:
        """Yield a batch per read. Raises FeedError when there is no pipe, it breaks or is in another format.

        Then it is not tried again: there is only the one pipe, and it is closed.
        """
        stream = asyncio.StreamReader()
        pipe = sys.stdin.buffer if self.pipe is None else self.pipe
        try:
            _check(pipe)
            transport, _ = await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(stream), pipe
            )
        except (OSError, ValueError) as error:
            raise self._over(f"pipe a program's output into AeroTrack; {error}") from error
        try:
            yield replace(Observations.none(), feed=self.name)
            decoder = self.spoken.decoder(self.untold)
            reading = Reading(stream, decoder, Language(self.spoken), self.clock, silence=None)
            while (read := await reading.batch()) is not None:
                yield replace(read, feed=self.name)
                if other := reading.language.other:
                    raise self._over(f"what is piped in is {instead(self.url, other)}")
            yield replace(reading.last(), feed=self.name)
        except OSError as error:
            raise self._over(f"the pipe broke: {cause(error)}") from error
        finally:
            transport.close()

    def _over(self, why: str) -> FeedError:
        return FeedError(f"{self.name}: {why}.", pause=math.inf)


def _check(pipe: IO[bytes]) -> None:
    """Raise ValueError for what is no pipe: of a file, or /dev/null, uvloop would die."""
    kind = os.fstat(pipe.fileno()).st_mode
    if not (stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind)):
        raise ValueError("its standard input is no pipe")
