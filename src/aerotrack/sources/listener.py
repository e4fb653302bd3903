"""TCP listener: feeders connect to AeroTrack."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace

import structlog

from aerotrack.core.observations import Observations
from aerotrack.core.ports import Clock
from aerotrack.errors import FeedError
from aerotrack.sources.formats import ALL_TOLD, Format, Untold
from aerotrack.sources.language import Language, instead
from aerotrack.sources.reading import SILENCE_S, Reading, SilentError, cause, place

MOST_FEEDERS = 50
_WAITING_BATCHES = 16  # beyond these the feeders wait: TCP holds them back

log = structlog.get_logger("aerotrack.listener")


@dataclass(slots=True)
class TcpListener:
    """A feed that others send to `host`:`port`, each with a decoder of its own. Port 0 takes a free one.

    A feeder that is silent or in another format is disconnected; so is one too many. While there is none, the
    feed waits. `port` is the one in use once it listens.
    """

    name: str
    url: str
    host: str
    port: int
    spoken: Format
    clock: Clock
    silence: float = SILENCE_S
    most: int = MOST_FEEDERS
    untold: Untold = ALL_TOLD
    _feeders: set[asyncio.Task[None]] = field(default_factory=set)
    _warned: set[str] = field(default_factory=set)

    async def observations(self) -> AsyncIterator[Observations]:
        """Listen, and yield a batch per socket read, and one without rows when a feeder comes or goes.

        Refuses `other_format`: feeders that were disconnected for it, and `turned_away`: those that were one
        too many. Raises FeedError when the port cannot be listened on.
        """
        batches: asyncio.Queue[Observations] = asyncio.Queue(_WAITING_BATCHES)
        turn = asyncio.Lock()

        async def hand_on(read: Observations) -> None:
            async with turn:  # one feeder after the other: a queue alone lets who sends most in first
                await batches.put(read)

        def tell() -> None:
            if not batches.full():  # otherwise what is in it tells as well
                batches.put_nowait(Observations.none())

        def gone(feeder: asyncio.Task[None]) -> None:
            self._feeders.discard(feeder)
            tell()

        turned_away = 0

        def accept(stream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal turned_away
            if len(self._feeders) >= self.most:
                self._warn("most", f"{_peer(writer)} was turned away: {self.most} at once is the most")
                turned_away += 1
                tell()
                writer.close()
                return
            feeder = asyncio.create_task(self._read(stream, writer, hand_on))
            self._feeders.add(feeder)
            feeder.add_done_callback(gone)
            tell()

        try:
            server = await asyncio.start_server(accept, self.host, self.port)
        except (OSError, UnicodeError) as error:
            where = place(self.host, self.port)
            raise FeedError(
                f"{self.name}: cannot listen on {where}: {cause(error)}; give another."
            ) from error
        try:
            self.port = server.sockets[0].getsockname()[1]
            yield replace(Observations.none(), feed=self.name, waiting=True)
            while True:
                read, told = await batches.get(), turned_away
                turned_away = 0
                refused = {**read.refused, "turned_away": told} if told else read.refused
                yield replace(read, feed=self.name, refused=refused, waiting=not self._feeders)
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
        hand_on: Callable[[Observations], Awaitable[None]],
    ) -> None:
        decoder, language = self.spoken.decoder(self.untold), Language(self.spoken)
        reading = Reading(stream, decoder, language, self.clock, self.silence)
        try:
            while (read := await reading.batch()) is not None:
                if language.other:
                    self._warn(language.other, f"{_peer(writer)} sends {instead(self.url, language.other)}")
                    await hand_on(replace(read, refused={**read.refused, "other_format": 1}))
                    return
                await hand_on(read)
            await hand_on(reading.last())
        except (SilentError, OSError):
            pass  # this feeder's end, not the feed's: it may connect again
        finally:
            writer.close()

    def _warn(self, of: str, sentence: str) -> None:
        """Log a sentence, once of each kind: a feeder that is turned away comes back every few seconds."""
        if of not in self._warned:
            self._warned.add(of)
            log.warning("feeder disconnected", feed=self.name, error=f"{self.name}: {sentence}.")


def _peer(writer: asyncio.StreamWriter) -> str:
    peer = writer.get_extra_info("peername")
    return place(*peer[:2]) if peer else "a feeder"
