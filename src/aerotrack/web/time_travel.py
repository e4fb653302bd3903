"""Time travel: which time line each client watches, and how it comes to another one and back.

A client that asks for the past stays where it is until the first picture is there, so what cannot be had
costs it nothing but an `error`. Then it begins anew: a `hello` of the other time line, and a `changes` with
`since` 0. The same happens on the way back to the present.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from aerotrack.core.ports import Clock, Past
from aerotrack.web import frames
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.playback import Playback
from aerotrack.web.subscriptions import BadRequest, Resume, Wish
from aerotrack.web.viewer import FrameSink, Viewer
from aerotrack.web.watch import Watch

log = structlog.get_logger("aerotrack.web")


class TimeLine(Protocol):
    """What a client watches: the present, or a playback."""

    @property
    def epoch(self) -> str:
        """Names this time line; a tick is one of it."""
        ...

    @property
    def broadcaster(self) -> Broadcaster:
        """Who tells of it."""
        ...

    @property
    def speed(self) -> float:
        """How much faster than life its time runs."""
        ...

    @property
    def time(self) -> float:
        """Its stream time, Unix seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Present:
    """The time line that all begin with."""

    epoch: str
    broadcaster: Broadcaster
    speed: float
    clock: Clock

    @property
    def time(self) -> float:
        """What the stream's clock says."""
        return self.clock()

    def goes_on_from(self, left_off: Resume) -> bool:
        """Say whether a client that comes back left off here."""
        return left_off.epoch == self.epoch and left_off.tick <= self.broadcaster.tick


class TimeTravel:
    """Hands out playbacks, at most `most` at once; who asks for the same shares one."""

    def __init__(self, past: Past | None, present: Present, *, tick_seconds: float, most: int) -> None:
        self.present = present
        self.tick_seconds = tick_seconds
        self._past = past
        self._most = most
        self._playbacks: dict[Playback, asyncio.Task[None]] = {}
        self._bytes_before = 0  # of those that are over

    @property
    def playbacks(self) -> int:
        """How many run."""
        return sum(not playback.over for playback in self._playbacks)

    @property
    def bytes_sent(self) -> int:
        """How much they told, those that are over among them."""
        return self._bytes_before + sum(playback.broadcaster.bytes_sent for playback in self._playbacks)

    def playback(self, at: float, speed: float, traveller: "Traveller") -> Playback:
        """Return the playback that a traveller asks for. Raises BadRequest when all are taken."""
        if self._past is None:
            raise BadRequest("unsupported", "This server stores nothing: leave 'at' out, or send null.")
        for playback in self._playbacks:
            if playback is not traveller.line and playback.shows(at, speed):
                return playback
        if sum(not (playback.over or playback.only(traveller)) for playback in self._playbacks) >= self._most:
            raise BadRequest(
                "too_many_replays", f"All {self._most} replays of this server are taken: try again later."
            )
        playback = Playback(self._past, at, speed, clock=self.present.clock, tick_seconds=self.tick_seconds)
        task = asyncio.create_task(playback.run())
        self._playbacks[playback] = task
        task.add_done_callback(lambda task: self._ended(playback, task))
        return playback

    def _ended(self, playback: Playback, task: "asyncio.Task[None]") -> None:
        del self._playbacks[playback]
        self._bytes_before += playback.broadcaster.bytes_sent
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a replay broke off", exc_info=error)
            playback.end(("internal", "The replay broke off through a fault of the server: look at its log."))


class Traveller:
    """One client: the viewer it is, the time line it watches, and perhaps the playback it waits for."""

    __slots__ = ("_agency", "_ahead", "_unsaid", "line", "viewer")

    def __init__(self, sink: FrameSink, agency: TimeTravel, *, binary: bool) -> None:
        self.viewer = Viewer(sink, binary=binary)
        self.line: TimeLine = agency.present
        self._agency = agency
        self._ahead: tuple[Playback, Watch] | None = None
        self._unsaid: list[bytes] = []

    def hello(self) -> dict[str, Any]:
        """Introduce the time line that it watches."""
        line = self.line
        tick_seconds = self._agency.tick_seconds
        return frames.hello(line.epoch, line.broadcaster.tick, line.time, tick_seconds, line.speed)

    @property
    def wants(self) -> Watch | None:
        """What it watches, or will when the playback is there that it waits for."""
        return self._ahead[1] if self._ahead else self.viewer.wants

    def enter(self) -> None:
        """Be told of the present, as soon as something is asked for."""
        self.line.broadcaster.enter(self.viewer)

    def leave(self) -> None:
        """Be told no more."""
        self._wait_no_more()
        self.line.broadcaster.leave(self.viewer)
        if isinstance(self.line, Playback):
            self.line.leave(self)

    def drained(self) -> None:
        """Be told again, after having been behind."""
        self._say_all()
        self.line.broadcaster.stir(self.viewer)

    def ask(self, wanted: Wish) -> None:
        """Watch something, or another time. Raises BadRequest."""
        past, present = isinstance(self.line, Playback), self._agency.present
        stays_live = wanted.live or not (past or self._ahead or wanted.at is not None)
        if stays_live and wanted.speed not in {None, 1.0, present.speed}:
            raise BadRequest("bad_request", "Only the past has a speed of its own: name a moment with 'at'.")
        if wanted.at is not None:
            self._set_out(wanted.at, self._speed if wanted.speed is None else wanted.speed, wanted.watch)
        elif wanted.live and past:
            self._wait_no_more()
            self._move(present, wanted.watch)
        elif stays_live:
            self._wait_no_more()
            self._watch(wanted)
        elif self._ahead:
            playback = self._ahead[0]
            self._set_out(
                playback.time, playback.speed if wanted.speed is None else wanted.speed, wanted.watch
            )
        elif self._goes_on_at(wanted.speed):
            self._watch(wanted)
        else:
            self._set_out(self.line.time, self._speed if wanted.speed is None else wanted.speed, wanted.watch)

    # What a playback calls.

    def arrive(self, playback: Playback) -> None:
        """Watch a playback, now that it has a picture."""
        assert self._ahead is not None
        watch, self._ahead = self._ahead[1], None
        self._move(playback, watch)

    def refuse(self, playback: Playback, code: str, message: str) -> None:
        """Learn that a playback cannot begin, or go on."""
        if self._ahead and self._ahead[0] is playback:
            self._ahead = None
        self._say(frames.error(code, message))

    def go_live(self) -> None:
        """Come back to the present."""
        self._move(self._agency.present, self.viewer.wants)

    @property
    def _speed(self) -> float:
        """The speed of what is watched, or waited for; a first one goes as life does."""
        line = self._ahead[0] if self._ahead else self.line
        return line.speed if isinstance(line, Playback) else 1.0

    def _goes_on_at(self, speed: float | None) -> bool:
        """Say whether the playback that is watched has this speed, or takes it: not where others watch it."""
        line = self.line
        if not isinstance(line, Playback) or speed in {None, line.speed}:
            return True
        if not line.only(self):
            return False
        assert speed is not None
        line.set_speed(speed)
        return True

    def _set_out(self, at: float, speed: float, watch: Watch) -> None:
        """Ask for a playback, and stay here until it has a picture."""
        playback = self._agency.playback(at, speed, self)
        if self._ahead is None or self._ahead[0] is not playback:
            self._wait_no_more()
        self._ahead = playback, watch
        playback.board(self)

    def _wait_no_more(self) -> None:
        if self._ahead:
            playback, self._ahead = self._ahead[0], None
            playback.leave(self)

    def _watch(self, wanted: Wish) -> None:
        """Watch something else of the same time line."""
        line, left_off = self.line, wanted.resume
        if left_off and isinstance(line, Present) and line.goes_on_from(left_off):
            self.viewer.resume(wanted.watch, left_off.tick)
        else:
            self.viewer.ask(wanted.watch, anew=wanted.anew)
        line.broadcaster.stir(self.viewer)
        if isinstance(line, Playback):
            line.stir()

    def _move(self, line: TimeLine, watch: Watch | None) -> None:
        """Leave a time line for another, and begin anew there."""
        before, viewer = self.line, self.viewer
        before.broadcaster.leave(viewer)
        viewer.wants = None  # a round that is under way tells it nothing more
        self.line, self.viewer = line, Viewer(viewer.sink, binary=viewer.binary)
        if isinstance(before, Playback):
            before.leave(self)
        self._say(self.hello())
        line.broadcaster.enter(self.viewer)
        if watch is not None:
            self.viewer.ask(watch, anew=True)
            line.broadcaster.stir(self.viewer)

    def _say(self, message: dict[str, Any]) -> None:
        """Say something as soon as the client takes it, before all that the broadcaster has to tell it."""
        self._unsaid.append(frames.text(message))
        self._say_all()

    def _say_all(self) -> None:
        if self._unsaid and self.viewer.sink.ready:
            said, self._unsaid = self._unsaid, []
            self.viewer.sink.push(said)
