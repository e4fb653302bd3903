"""A playback: one time line of the past, for all who watch it.

It is a stream like the live one, with a broadcaster of its own; a PastSky makes its changes. A tick of wall
time is `speed` ticks of the past. At speed 0 nothing is read and only signs of life are sent.
"""

import asyncio
import secrets
from contextlib import suppress
from typing import Protocol

from aerotrack.core.events import Event
from aerotrack.core.past_sky import Passage, PastSky
from aerotrack.core.ports import Clock, Past
from aerotrack.core.values import moment
from aerotrack.errors import DatabaseError
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.reel import Reel
from aerotrack.web.subscriptions import BadRequest

SETTLED_S = 5.0  # what is younger may not all be stored yet: a playback that comes so near is at the present
PAUSED_S = 2.5  # between the ticks of a pause, or of a long read; a client hears from us every 5 s
SAME_TICKS = 15.0  # of life: who asks for a moment that is no further away shares a fast playback
RING = 1 << 14  # tiles left, of which private rows remember


class Passenger(Protocol):
    """Who watches a playback, or waits for its first picture."""

    def arrive(self, playback: "Playback") -> None:
        """Watch it from now on."""
        ...

    def refuse(self, playback: "Playback", code: str, message: str) -> None:
        """Learn what is wrong, and wait for it no more."""
        ...

    def go_live(self) -> None:
        """Go over to the present, for the playback is over."""
        ...


class StoredEvents:
    """Tells the broadcaster what is stored as having happened, instead of finding it out anew."""

    def __init__(self) -> None:
        self.passage = Passage.nothing()

    def of(self, _: object) -> list[Event]:
        """Return what happened since the tick before."""
        return [*self.passage.events]


class Playback:
    """Plays the past from `at` (Unix seconds) on, as a time line: see TimeLine. It runs while it is watched.

    `clock` tells the present, `tick_seconds` are those of the wall.
    """

    def __init__(self, past: Past, at: float, speed: float, *, clock: Clock, tick_seconds: float) -> None:
        self.epoch = secrets.token_hex(4)
        self.time = at
        self.speed = speed
        self._events = StoredEvents()
        self.broadcaster = Broadcaster(ring=RING, tick_seconds=tick_seconds, events=self._events)
        self.over = False
        self._past = past
        self._clock = clock
        self._tick_s = tick_seconds
        self._sky = PastSky()
        self._reel = Reel(past, at, lambda: self._sky.live)
        self._waiting: dict[Passenger, None] = {}
        self._aboard: dict[Passenger, None] = {}
        self._woken = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    def board(self, passenger: Passenger) -> None:
        """Take someone in: at once, or as soon as there is a picture."""
        if self._sky.tick:
            self._aboard[passenger] = None
            passenger.arrive(self)
        else:
            self._waiting[passenger] = None

    def leave(self, passenger: Passenger) -> None:
        """Let someone out, and end when nobody is left: at once, whatever is being read."""
        self._waiting.pop(passenger, None)
        self._aboard.pop(passenger, None)
        if not (self._waiting or self._aboard or self.over):
            self.over = True
            if self._running is not None:
                self._running.cancel()

    def only(self, passenger: Passenger) -> bool:
        """Say whether nobody else watches or waits."""
        return {*self._waiting, *self._aboard} == {passenger}

    def shows(self, at: float, speed: float) -> bool:
        """Say whether this is what someone asks for: the same moment within a tick, at the same speed.

        A tick of a fast one is long: there it is the same moment within what is 15 ticks of life.
        """
        near_s = min(speed, SAME_TICKS) * self._tick_s
        return not self.over and self.speed == speed and abs(self.time - at) <= near_s

    def set_speed(self, speed: float) -> None:
        """Go on at another speed."""
        self.speed = speed
        self._woken.set()

    def stir(self) -> None:
        """Make a tick for someone who has asked for something, if none would come soon."""
        if not self.speed:
            self._woken.set()

    async def run(self) -> None:
        """Play until the present is reached, something fails, or nobody is left."""
        if self.over:  # before it could begin
            return
        self._running = asyncio.current_task()
        try:
            async with asyncio.TaskGroup() as tasks:
                telling = tasks.create_task(self.broadcaster.run(lambda _: None))
                refusal = await self._played()
                telling.cancel()
            self.end(refusal)
        finally:
            self.over = True
            self._reel.close()

    def end(self, refusal: tuple[str, str] | None) -> None:
        """Send everyone back to the present, with the code and the sentence of an error if there is one."""
        self.over = True
        if refusal is not None:
            for passenger in [*self._waiting, *self._aboard]:
                passenger.refuse(self, *refusal)
        for passenger in [*self._aboard]:
            passenger.go_live()

    async def _played(self) -> tuple[str, str] | None:
        """Play; return why it could not go on, None if it has reached the present."""
        try:
            await self._begin()
            await self._go_on()
        except BadRequest as error:
            return error.code, str(error)
        except DatabaseError as error:
            return "history_unavailable", str(error)
        return None

    async def _begin(self) -> None:
        """Show the first picture. Raises BadRequest for a moment that is none of the past."""
        earliest, now = await self._past.earliest(), self._clock()
        if earliest is None:
            raise BadRequest("bad_moment", "Nothing is stored yet: watch the present until something is.")
        if not earliest <= self.time <= now:
            what = "lies in the future" if self.time > now else "is before all that is stored"
            raise BadRequest(
                "bad_moment",
                f"What is asked for {what}: give a moment from {moment(earliest)} to {moment(now)}.",
            )
        self._show(self.time, await self._reel.first())
        self._aboard, self._waiting = self._waiting, {}
        for passenger in [*self._aboard]:
            passenger.arrive(self)

    async def _go_on(self) -> None:
        """Make a tick after the other, until the present is reached. Who falls behind makes longer steps.

        What there is before the present is shown for a tick.
        """
        loop = asyncio.get_running_loop()
        due, missed, reached = loop.time(), 0, False
        while True:
            speed = self.speed
            if not speed:
                await self._wait(loop.time() + PAUSED_S)
                self._show(self.time, Passage.nothing())
                due, missed, reached = loop.time(), 0, False
                continue
            due += self._tick_s
            latest = self._clock() - SETTLED_S
            at = min(self.time + speed * self._tick_s * (1 + missed), latest)
            reached = reached or self.time >= latest
            if not reached:
                self._reel.ahead(at, latest)
            await self._wait(due)
            if self.speed != speed:
                due, reached = due - self._tick_s, False
                continue
            if reached:
                return
            self._show(at, await self._read(at, latest))
            reached = at >= latest
            missed = max(0, int((loop.time() - due) / self._tick_s))
            due += missed * self._tick_s

    async def _read(self, at: float, latest: float) -> Passage:
        """Read what the step to the moment `at` brings; while it is not there, give signs of life."""
        reading = asyncio.ensure_future(self._reel.read(at, latest))
        try:
            while not (await asyncio.wait([reading], timeout=PAUSED_S))[0]:
                self._show(self.time, Passage.nothing())
            return reading.result()
        finally:
            reading.cancel()

    async def _wait(self, until: float) -> None:
        """Wait for a moment of the loop's time, or until woken."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await self._woken.wait()
        self._woken.clear()

    def _show(self, at: float, passage: Passage) -> None:
        self.time = at
        self._events.passage = passage
        self.broadcaster.take(self._sky.advance(at, passage))
