"""Antenna: what its owner says of a feed, put on everything that comes from it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from aerotrack.core.observations import Observations, Receiver
from aerotrack.core.ports import Source


@dataclass(slots=True)
class Antenna:
    """A source of which it is known where its receiver stands, or that it is believed before all others."""

    name: str
    url: str
    source: Source
    receiver: Receiver | None = None
    priority: bool = False

    async def observations(self) -> AsyncIterator[Observations]:
        """Yield what the source does, marked."""
        async for seen in self.source.observations():
            yield replace(seen, receiver=self.receiver, priority=self.priority)
