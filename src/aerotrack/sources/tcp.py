"""TCP client: AeroTrack connects to the feed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from aerotrack.core.observations import Observations
from aerotrack.core.ports import Clock
from aerotrack.decode import Decoder
from aerotrack.errors import FeedError
from aerotrack.sources.formats import ALL_TOLD, Format, Untold
from aerotrack.sources.language import Language, instead
from aerotrack.sources.reading import SILENCE_S, Reading, SilentError, cause, place

CONNECT_S = 5.0


@dataclass(slots=True)
class TcpClient:
    """A feed that is read from `host`:`port`."""

    name: str
    url: str
    host: str
    port: int
    spoken: Format
    clock: Clock
    silence: float = SILENCE_S
    untold: Untold = ALL_TOLD
    _knowing: Decoder | None = None  # what it knows of the aircraft outlives a connection

    async def observations(self) -> AsyncIterator[Observations]:
        """Connect, and yield a batch per socket read. Raises FeedError when that fails, ends or is silent."""
        where = place(self.host, self.port)
        try:
            async with asyncio.timeout(CONNECT_S):
                stream, writer = await asyncio.open_connection(self.host, self.port)
        except TimeoutError:
            raise FeedError(
                f"{self.name}: {where} did not answer within {CONNECT_S:.0f} s; check the address."
            ) from None
        except (OSError, UnicodeError) as error:
            raise FeedError(
                f"{self.name}: cannot connect to {where}: {cause(error)}; check the address and the port, and"
                " that the receiver's program runs."
            ) from error
        try:
            yield replace(Observations.none(), feed=self.name)
            self._knowing = self._knowing or self.spoken.decoder(self.untold)
            self._knowing.end(self.clock())  # of a connection before, which broke
            reading = Reading(stream, self._knowing, Language(self.spoken), self.clock, self.silence)
            while (read := await reading.batch()) is not None:
                yield replace(read, feed=self.name)
                if other := reading.language.other:
                    raise FeedError(f"{self.name}: {where} sends {instead(self.url, other)}.")
            yield replace(reading.last(), feed=self.name)
        except SilentError:
            raise FeedError(
                f"{self.name}: no message in {reading.read_bytes} bytes of {where} for {self.silence:.0f} s;"
                " does its receiver hear anything, and is this the port of its output?"
            ) from None
        except OSError as error:
            raise FeedError(f"{self.name}: the connection to {where} broke: {cause(error)}.") from error
        finally:
            writer.close()
        unheard = "" if reading.read_bytes else " without a word; is this the port of its output?"
        raise FeedError(f"{self.name}: {where} closed the connection{unheard or '.'}")
