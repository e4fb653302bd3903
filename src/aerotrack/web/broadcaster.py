"""The broadcaster: the sink behind the stream. It holds the published rows, and tells every viewer of them.

`take` notes a tick at once. `run` then goes through the viewers whose clients can take something, in groups
that hold and watch alike, and writes to each the changes since the tick it was last told of. It waits for no
client: who is behind keeps its tick, and the next message covers more.
"""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from time import monotonic
from typing import Any, Protocol

from aerotrack.core.changes import Changes
from aerotrack.core.events import Event, Events
from aerotrack.core.precision import BOUNDS
from aerotrack.web.latency import Latency
from aerotrack.web.latest import LatestRows
from aerotrack.web.notices import MOST_EVENTS
from aerotrack.web.published import RING, PublishedRows
from aerotrack.web.round import News, Round
from aerotrack.web.viewer import Viewer

DIGEST_S = 10.0
MOST_ABANDONED = 20  # rounds that a new tick cut short, after which
LONGEST_S = 0.2  # others have their turn only so often


class Watcher(Protocol):
    """Who knows what happened in a tick."""

    def of(self, changes: Changes) -> list[Event]:
        """Return it in order of time."""
        ...


class Broadcaster:
    """Classes of published rows, and their viewers. Events are found in the changes if `events` is None."""

    def __init__(
        self,
        *,
        ring: int = RING,
        tick_seconds: float = 1.0,
        digest_s: float = DIGEST_S,
        events: Watcher | None = None,
    ) -> None:
        self.tick_seconds = tick_seconds
        self._digest_s = digest_s
        self.latest = LatestRows()
        self.classes = [PublishedRows(self.latest, bound, ring=ring) for bound in BOUNDS]
        self.clients = 0
        self.messages_sent = 0
        self.bytes_sent = 0
        self._rounds = self._cut_short = self._put_off = self._events_left_out = 0
        self.latency = Latency()
        self._written = 0  # messages, since others had their turn
        self._viewers: dict[Viewer, None] = {}
        self._events = events or Events()
        self._digest_at = monotonic() + digest_s
        self._stamp = 0
        self._ticked = False
        self._asking: dict[Viewer, None] = {}  # who has come to want something since, or to take it
        self._stirred = asyncio.Event()  # a tick, or one of these
        self._abandoned = 0
        self._paused_at = 0.0
        self._round = self._round_of(News())

    @property
    def tick(self) -> int:
        """The newest tick; 0 before the first."""
        return self.latest.tick

    def take(self, changes: Changes) -> None:
        """Note a tick."""
        before = self.latest.tick
        turn = self.latest.apply(changes)
        for published in self.classes:
            published.publish(turn)
        self._stamp = changes.stamp
        now = monotonic()
        self.latency.tick(changes, now)
        digest = now >= self._digest_at
        if digest:
            self._digest_at = now + self._digest_s
        events = self._events.of(changes)
        self._events_left_out += max(0, len(events) - MOST_EVENTS)
        self._round = self._round_of(News(changes.tick, changes.time, before, digest, events))
        self._ticked = True
        self._stirred.set()

    async def run(self, kept: Callable[[int], None]) -> None:
        """Tell the viewers of every tick. What was taken is safe at once: nothing is kept for them."""
        turn = 0
        while True:
            kept(self._stamp)
            await self._stirred.wait()
            self._stirred.clear()
            turn += 1
            round_, self._paused_at = self._round, monotonic()
            fresh, self._ticked, self._written = self._ticked, False, 0
            viewers = [*(self._viewers if fresh else self._asking)]
            self._asking.clear()
            finished = await round_.tell(viewers, turn, partial(self._pause, round_, fresh=fresh))
            if finished and fresh:
                self.latency.told(self._written, monotonic(), at_once=True)
            self._rounds, self._cut_short = self._rounds + 1, self._cut_short + (not finished)
            self._put_off, round_.put_off = self._put_off + round_.put_off, 0
            self._abandoned = 0 if finished else self._abandoned + 1
            if not finished and round_.news.digest:
                self._digest_at = 0.0  # the next tick's, then

    def report(self) -> dict[str, Any]:
        """Say how it is doing: `paused` clients now, who take nothing; since the start, what was sent.

        `rounds` of telling all clients of a tick, or some that asked; how many a new tick `cut_short`; how
        often who begins anew was `put_off`; `events_left_out` of ticks that had too many; and the two
        latencies: see latency.py.
        """
        return {
            "paused": sum(not viewer.sink.ready for viewer in self._viewers),
            "messages": self.messages_sent,
            "bytes": self.bytes_sent,
            "rounds": self._rounds,
            "cut_short": self._cut_short,
            "put_off": self._put_off,
            "events_left_out": self._events_left_out,
            "seconds": asdict(self.latency.broadcast.report()),
            "feed_to_client_seconds": asdict(self.latency.feed_to_client.report()),
        }

    async def _pause(self, round_: Round, *, fresh: bool) -> bool:
        """Give others their turn; say whether to go on.

        If ticks have cut short too many rounds, others wait a little longer. What was written is counted, if
        it is of a `fresh` tick and not for who came to ask.
        """
        if fresh:
            self.latency.told(self._written, monotonic())
            self._written = 0
        if self._abandoned < MOST_ABANDONED or monotonic() - self._paused_at > LONGEST_S:
            await asyncio.sleep(0)
            self._paused_at = monotonic()
        return round_ is self._round

    async def close(self) -> None:
        """Nothing is left to finish: what is not told yet, a client learns when it comes back."""

    def enter(self, viewer: Viewer) -> None:
        """Tell this viewer from now on."""
        self._viewers[viewer] = None

    def leave(self, viewer: Viewer) -> None:
        """Tell it no more."""
        self._viewers.pop(viewer, None)
        self._asking.pop(viewer, None)

    def stir(self, viewer: Viewer) -> None:
        """Tell this viewer now: it has come to want something, or to take it."""
        self._asking[viewer] = None
        self._stirred.set()

    def _round_of(self, news: News) -> Round:
        return Round(self.classes, news, tick_seconds=self.tick_seconds, count=self._sent)

    def _sent(self, messages: int, octets: int) -> None:
        self.messages_sent += messages
        self.bytes_sent += octets
        self._written += messages
