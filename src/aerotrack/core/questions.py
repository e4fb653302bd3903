"""What one asks of the history: the values that cross the port. Times are Unix seconds."""

from dataclasses import dataclass

from aerotrack.core.area import Area

EARLIEST_S, LATEST_S = 0.0, 4_102_444_800.0
"""1970 and 2100: nothing that is stored is before or after."""


@dataclass(frozen=True, slots=True)
class FlightsAsked:
    """Flights that were there from `start` to `end` (None: no bound) and meet the rest; empty: no condition.

    Texts are in upper case, several mean any of them. With an `area`, which needs both times, a flight has a
    stored position in it then. The page has at most `limit` flights, those that come `after` a flight (its
    bigint id).
    """

    start: float | None = None
    end: float | None = None
    callsigns: tuple[str, ...] = ()  # their beginnings
    addresses: tuple[int, ...] = ()
    origins: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    area: Area | None = None
    after: int | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class EventsAsked:
    """Events from `start` to `end`, of these kinds (empty: all), of one flight.

    The page has at most `limit` of them, those that come `after` one: (its time in microseconds, its id).
    """

    start: float | None = None
    end: float | None = None
    kinds: tuple[str, ...] = ()
    flight: int | None = None
    after: tuple[int, str] | None = None
    limit: int = 100
