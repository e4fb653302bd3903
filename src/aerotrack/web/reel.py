"""A reel: what a playback needs next of the past, read before it is needed.

At a slow pace it reads all positions, a window at a time, and the next window while one is played. At a fast
one, or where very much flies, most of them would be skipped: it reads the picture at the end of each step
instead, which costs the same however long the step is.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from aerotrack.core.past_sky import Flights, Passage, joined
from aerotrack.core.ports import Past

PICTURES_S = 15.0  # a longer step is one picture
STEP_ROWS = 20_000  # and so is one of more positions, which would hold the event loop up
WINDOW_S = 60.0
WINDOW_STEPS = 60  # no more, for the facts that are told with a window are of rows that are kept so long
FIRST_S = 5.0  # the first window, as it is not known how much flies
MOST_ROWS = 100_000  # positions of a window, if as many come as in the one before


class Window(NamedTuple):
    """What is stored up to with the moment `end`."""

    passage: Passage
    end: float


class Reel:
    """Reads on from the moment `at`. `live` gives the flights that are shown, whose facts are known."""

    def __init__(self, past: Past, at: float, live: Callable[[], Flights]) -> None:
        self._past = past
        self._live = live
        self._at = at
        self._window = Window(Passage.nothing(), at)
        self._length = FIRST_S
        self._step = FIRST_S
        self._rate = 0.0  # positions in a second, of the last window
        self._reading: asyncio.Task[Window] | None = None
        self._reads: tuple[str, float, float] | None = None  # what, from when until when

    async def first(self) -> Passage:
        """Read the picture to begin with."""
        return await self._past.sky(self._at, self._live())

    def ahead(self, at: float, latest: float) -> None:
        """Begin to read what the step to the moment `at` needs. Nothing later than `latest` is stored yet."""
        if self._pictured(at - self._at):
            self._begin("picture", self._at, at)
        elif self._window.end < at:
            self._step = at - self._at
            self._begin_window(self._window.end, at, latest)

    async def read(self, at: float, latest: float) -> Passage:
        """Return what the step to the moment `at` brings. Raises DatabaseError."""
        step = at - self._at
        parts = [self._window.passage.between(self._at, min(at, self._window.end))]
        while self._window.end < at:
            self.ahead(at, latest)
            assert self._reading is not None
            pictured = self._pictured(step)
            reading = self._reading
            self._window = await reading
            self._reading = self._reads = None
            if pictured:
                parts = []  # they are in it, and so is what happened
            elif not self._pictured(step):
                self._step = step
                self._begin_window(self._window.end, self._window.end, latest)
            parts.append(self._window.passage.between(self._at, at))
        self._at = at
        return joined(parts)

    def _pictured(self, step: float) -> bool:
        return step > PICTURES_S or step * self._rate > STEP_ROWS

    def close(self) -> None:
        """Read no more."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading.add_done_callback(_ignore)
            self._reading = self._reads = None

    def _begin_window(self, after: float, needed: float, latest: float) -> None:
        """Begin to read the window that follows; where nothing is stored yet, only as far as needed."""
        length = min(self._length, WINDOW_STEPS * self._step)
        end = max(needed, min(after + length, latest))
        if end > after and (self._reads is None or self._reads[:2] != ("window", after)):
            self._begin("window", after, end)

    def _begin(self, what: str, after: float, end: float) -> None:
        if self._reads != (what, after, end):
            self.close()
            read = self._picture if what == "picture" else self._following
            self._reading, self._reads = asyncio.create_task(read(after, end)), (what, after, end)

    async def _picture(self, after: float, at: float) -> Window:
        picture = await self._past.sky(at, self._live())
        events = await self._past.events(after, at)
        return Window(Passage(picture.positions, picture.facts, picture.feeds, events), at)

    async def _following(self, after: float, end: float) -> Window:
        passage = await self._past.passage(after, end, self._live())
        self._rate = len(passage) / (end - after)
        self._length = min(WINDOW_S, 2 * max(end - after, FIRST_S), MOST_ROWS / max(self._rate, 1.0))
        return Window(passage, end)


def _ignore(reading: "asyncio.Task[Window]") -> None:
    """Have an error that nobody waits for any more be forgotten."""
    if not reading.cancelled():
        reading.exception()
