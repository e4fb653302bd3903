"""The vocabulary: what a source, a sink, the sky and the history are to each other. One page; no code."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.area import Area
from aerotrack.core.changes import Changes
from aerotrack.core.columns import Columns
from aerotrack.core.events import Event
from aerotrack.core.observations import Observations
from aerotrack.core.past_sky import Passage
from aerotrack.core.questions import EventsAsked, FlightsAsked

Clock = Callable[[], float]
"""The stream's clock: Unix seconds, by the wall or by a recording."""

EVERYTHING = (1 << 63) - 1
"""The stamp up to which all is safe with a sink that keeps nothing."""


class Source(Protocol):
    """Where observations come from. `name` is the feed's name, `url` what the user gave, free of secrets."""

    name: str
    url: str

    def observations(self) -> AsyncIterator[Observations]:
        """Yield batches: one socket read, one poll, one simulated moment.

        The first batch (it may have no rows) says that the source is connected, a `waiting` one that it is
        not. Ends when the source is exhausted, raises FeedError when it broke off: the pipeline asks again,
        after a pause.
        """
        ...


@runtime_checkable
class DurableSource(Source, Protocol):
    """A source that can be read again from where it was: a recording, a log.

    `identity` names its content, so that what was stored of it once isn't stored again. Its observations have
    stamps, the same for the same content however it is cut into batches.
    """

    identity: str

    def ack(self, stamp: int) -> None:
        """Learn that everything up to `stamp` is safe."""
        ...


class Sink(Protocol):
    """Where changes go. `take` is a plain def, so no sink can make the tracker wait."""

    def take(self, changes: Changes) -> None:
        """Note what happened; called once a tick, in order. Must not block."""
        ...

    async def run(self, kept: Callable[[int], None]) -> None:
        """Do the sink's own slow work until cancelled, and call `kept(stamp)` once all up to it is safe.

        A sink that keeps nothing calls `kept(EVERYTHING)` once.
        """
        ...

    async def close(self) -> None:
        """Finish what was taken: called once after the last `take`, before `run` is cancelled."""
        ...


class Sky(Protocol):
    """The live flights, to read: the table's public face for those who only look."""

    @property
    def tick(self) -> int:
        """The newest complete tick."""
        ...

    @property
    def time(self) -> float:
        """Its stream time, Unix seconds."""
        ...

    @property
    def columns(self) -> Columns:
        """Every column over all rows, with `address`, `start` and `reason`; read only where `live`."""
        ...

    @property
    def live(self) -> NDArray[np.intp]:
        """The rows of the live flights."""
        ...

    @property
    def feeds(self) -> Sequence[str]:
        """The names behind the column `feed`."""
        ...

    def row_of(self, address: int) -> int | None:
        """Find the row of an aircraft's live flight."""
        ...

    def explain(self, row: int) -> Mapping[str, Any]:
        """Say of each known value of a flight who said it, and who else was not believed, as JSON has it."""
        ...


class History(Protocol):
    """What is stored. Times are Unix seconds; a flight maps the schema's public names, as JSON has them.

    Each raises DatabaseError when there is no answer in time, SettingsError when too much is asked.
    """

    async def flight(self, flight_id: int) -> Mapping[str, Any] | None:
        """Find one flight, live or past."""
        ...

    async def flights(self, asked: FlightsAsked) -> Sequence[Mapping[str, Any]]:
        """List flights, those that started last first, and those of one second by falling id."""
        ...

    async def flights_of(
        self, address: int, limit: int, after: int | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """List an aircraft's flights, the newest first: those that come after one of them."""
        ...

    async def track(self, flight_id: int, start: float | None, end: float | None) -> Columns:
        """Read a flight's stored positions in order of time. Raises SettingsError when there are too many.

        Columns: `time` and the stored ones of the schema, except that `feed` holds names (dtype object, or
        None).
        """
        ...

    async def sky(self, at: float, area: Area | None) -> Columns:
        """Read every flight that was live at a moment, by rising id, at its last stored position.

        Columns: all of the schema, `address` and `start`; `feed` holds names as in a track.
        """
        ...

    async def events(self, asked: EventsAsked) -> Sequence[Mapping[str, Any]]:
        """List events as JSON has them, the newest first, and those of one moment by falling id.

        Beside its public members each has `time_us`, whole microseconds, which with its id is its place.
        """
        ...

    async def earliest(self) -> float | None:
        """Find the first moment that is stored, to ten minutes; None while nothing is."""
        ...

    async def traffic(self, start: float, end: float, step: float) -> NDArray[np.int64]:
        """Count the flights that were there in each step of `step` seconds from `start` to `end`."""
        ...


class Past(Protocol):
    """What is stored, to be played again. Times are Unix seconds. Each raises DatabaseError.

    `known` (N,) are flights whose facts need not be told.
    """

    async def earliest(self) -> float | None:
        """Find the first moment that can be played; None while nothing is stored."""
        ...

    async def sky(self, at: float, known: NDArray[np.int64]) -> Passage:
        """Read each flight's last position of the 60 s up to `at`."""
        ...

    async def passage(self, after: float, upto: float, known: NDArray[np.int64]) -> Passage:
        """Read all positions later than `after` and not later than `upto`, and the events: see `events`."""
        ...

    async def events(self, after: float, upto: float) -> Sequence[Event]:
        """Read what happened later than `after` and not later than `upto`, in order of time.

        Of more than 500 events those are left out that come last; emergencies stay before all others.
        """
        ...
