"""Handover: what stands in the place of the spool for a source that can be read again."""

import asyncio
import secrets

from aerotrack.storage.batch import Batch


class Handover:
    """Hands over one batch at a time, and keeps nothing."""

    durable = False
    size = damaged = lost = 0

    def __init__(self, source: str | None = None) -> None:
        self.source = source or f"live:{secrets.token_hex(8)}"
        self._number = 0
        self._batch: Batch | None = None
        self._free = asyncio.Event()
        self._free.set()

    def next_number(self) -> int:
        """Return the number for a batch of this run."""
        self._number += 1
        return self._number

    async def reach(self, number: int) -> None:
        """Do nothing: a run's numbers are its own."""

    async def room(self) -> None:
        """Wait until the batch before is stored."""
        await self._free.wait()

    async def append(self, batch: Batch) -> None:
        """Hand a batch on."""
        self._batch = batch
        self._free.clear()

    @property
    def pending(self) -> bool:
        """Whether a batch is on its way."""
        return self._batch is not None

    @property
    def positions(self) -> int:
        """How many positions are on their way."""
        return len(self._batch) if self._batch else 0

    async def peek(self) -> Batch | None:
        """Return the batch that is on its way."""
        return self._batch

    def acknowledge(self, batch: Batch) -> None:  # noqa: ARG002  a spool needs it
        """Make room for the next."""
        self._batch = None
        self._free.set()
