"""TCP listener: feeders connect to AeroTrack."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from aerotrack.core.observations import Observations
from aerotrack.core.ports import Clock
from aerotrack.errors import FeedError
from aerotrack.sources.reading import SILENCE_S, DecoderMaker, Reading, SilentError, cause

MOST_FEEDERS = 50
_WAITING_BATCHES = 16  # beyond these the feeders wait: TCP holds them back


@dataclass(slots=True)
class TcpListener:
    """A feed that others send to `host`:`port`, each with a decoder of its own. Port 0 takes a free one.

    A feeder that is silent is disconnected; so is one too many. `port` is the one in use once it listens.
    """

    name: str
    url: str
    host: str
    port: int
    decoder: DecoderMaker
    clock: Clock
    silence: float = SILENCE_S
    most: int = MOST_FEEDERS
    _feeders: set[asyncio.Task[None]] = field(default_factory=set)

    async def observations(self) -> AsyncIterator[Observations]:
        """Listen, and yield a batch per socket read. Raises FeedError when the port cannot be listened on."""
        batches: asyncio.Queue[Observations] = asyncio.Queue(_WAITING_BATCHES)

        def accept(stream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if len(self._feeders) >= self.most:
                writer.close()
                return
            feeder = asyncio.create_task(self._read(stream, writer, batches))
            self._feeders.add(feeder)
            feeder.add_done_callback(self._feeders.discard)

        try:
            server = await asyncio.start_server(accept, self.host, self.port)
        except OSError as error:
            where = f"{self.host}:{self.port}"
            raise FeedError(
                f"{self.name}: cannot listen on {where}: {cause(error)}; give another."
            ) from error
        try:
            self.port = server.sockets[0].getsockname()[1]
            yield replace(Observations.none(), feed=self.name)
            while True:
                yield await batches.get()
        finally:
            server.close()
            feeders = list(self._feeders)
            for feeder in feeders:
                feeder.cancel()
            await asyncio.gather(*feeders, return_exceptions=True)

    async def _read(
        self,
        stream: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        batches: asyncio.Queue[Observations],
    ) -> None:
        reading = Reading(stream, self.decoder(), self.clock, self.silence)
        try:
            while (read := await reading.batch()) is not None:
                await batches.put(replace(read, feed=self.name))
            await batches.put(replace(reading.last(), feed=self.name))
        except (SilentError, OSError):
            pass  # this feeder's end, not the feed's: it may connect again
        finally:
            writer.close()
