"""The broadcaster: the sink behind the stream. It holds the published rows, and makes each message once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from aerotrack.core.changes import Changes
from aerotrack.web import frames
from aerotrack.web.published import PublishedRows, Watch

SLICE = 1000  # rows written before others get their turn: 2 to 4 ms
MOST_KEPT = 64 << 20  # characters of messages that wait for others to ask for the same; some never will
MOST_SLICES = 100  # then the rest at once: a replay may change rows faster than slices come round


@dataclass(frozen=True, slots=True)
class Message:
    """One `changes`, ready to send. `empty` says that it tells nothing new."""

    since: int
    tick: int
    empty: bool
    parts: list[str]


class Broadcaster:
    """Notes each tick at once; whoever listens then asks for the message that leads there from what it knows.

    Clients that know the same and watch the same share one message, and all share the JSON of a row.
    """

    def __init__(self, *, ring: int = 65_536, most_kept: int = MOST_KEPT) -> None:
        self._most_kept = most_kept
        self.published = PublishedRows(ring=ring)
        self.clients = 0
        self.messages_sent = 0
        self.bytes_sent = 0
        self._stamp = 0
        self._listeners: set[asyncio.Event] = set()
        self._messages: dict[tuple[int, Watch, Watch], Message] = {}
        self._kept = 0  # characters in these
        self._making = asyncio.Lock()

    @property
    def tick(self) -> int:
        """The newest tick; 0 before the first."""
        return self.published.tick

    def take(self, changes: Changes) -> None:
        """Note a tick, and wake who listens."""
        self.published.apply(changes)
        self._stamp = changes.stamp
        self._forget()
        for listener in self._listeners:
            listener.set()

    async def run(self, kept: Callable[[int], None]) -> None:
        """Say that what was taken is safe: clients are shown the present, nothing is kept for them."""
        ticked = asyncio.Event()
        self.listen(ticked)
        try:
            while True:
                kept(self._stamp)
                await ticked.wait()
                ticked.clear()
        finally:
            self.leave(ticked)

    async def close(self) -> None:
        """Nothing is left to finish: `take` did it."""

    def listen(self, listener: asyncio.Event) -> None:
        """Have `listener` set with every tick."""
        self._listeners.add(listener)

    def leave(self, listener: asyncio.Event) -> None:
        """Set `listener` no more."""
        self._listeners.discard(listener)

    async def message(self, since: int, before: Watch, now: Watch) -> Message:
        """Make the message for a client that watched `before` up to tick `since` and now watches `now`.

        It may be of a later tick than when it was asked for: rows are written in slices, between which others
        have their turn. One message is made at a time, so a thousand clients asking for the same cost one.
        """
        key = (since, before, now)
        if key in self._messages:
            return self._messages[key]
        async with self._making:
            for _ in range(MOST_SLICES):
                if key in self._messages:
                    return self._messages[key]
                if self.published.write(self.published.since(since, before, now), SLICE):
                    break
                await asyncio.sleep(0)
            message = self._make(since, before, now)
            size = sum(map(len, message.parts))
            if self._kept + size > self._most_kept:
                self._forget()
            self._messages[key], self._kept = message, self._kept + size
            return message

    def _forget(self) -> None:
        self._messages.clear()
        self._kept = 0

    def _make(self, since: int, before: Watch, now: Watch) -> Message:
        difference = self.published.since(since, before, now)
        self.published.write(difference, len(self.published))
        parts = frames.changes(difference, self.published.fragments(difference), now.name)
        return Message(difference.since, difference.tick, difference.empty, parts)
