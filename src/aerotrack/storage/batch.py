"""Batch: what one transaction of the recorder writes, and its arrays as `unnest` takes them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from aerotrack.core.columns import SPLIT_REASONS, Columns
from aerotrack.core.events import Event
from aerotrack.core.identity import flight_ids
from aerotrack.storage.backlog import Piece
from aerotrack.storage.roster import FACTS


def _nothing() -> Columns:
    return {"address": np.empty(0, np.uint32), "start": np.empty(0, np.int64)}


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Positions, flights with news, flights heard, flights that ended, and what happened to any.

    `mark` is the stamp that is reached with it, `newest` the greatest that the facts of its flights come
    from. `number` grows from batch to batch of a source, 0 is none. `taken` is when its
    oldest tick was taken, by the monotonic clock.
    """

    positions: Columns = field(default_factory=_nothing)
    flights: Columns = field(default_factory=_nothing)
    heard: Columns = field(default_factory=_nothing)
    ended: Columns = field(default_factory=_nothing)
    events: tuple[Event, ...] = ()
    feeds: tuple[str, ...] = ()
    mark: int = 0
    newest: int = 0
    number: int = 0
    taken: float = 0.0

    def __len__(self) -> int:
        return len(self.positions["address"])

    @property
    def flights_in_all(self) -> int:
        """How many rows of flights it touches, in all ways, events included."""
        return len(self.events) + sum(len(part["address"]) for part in (self.flights, self.heard, self.ended))

    def flights_alone(self) -> "Batch":
        """Return the batch without its positions; it moves no mark and has no number."""
        return replace(self, positions=_nothing(), mark=0, number=0)

    def positions_alone(self) -> "Batch":
        """Return the batch without anything but its positions."""
        return replace(self, flights=_nothing(), heard=_nothing(), ended=_nothing(), events=())


def joined(pieces: Sequence[Piece]) -> tuple[Columns, Columns]:
    """Join the positions, and the flights that ended, of pieces of the backlog."""
    return (
        _concatenated([piece.positions for piece in pieces]),
        _concatenated([piece.ended for piece in pieces]),
    )


def _concatenated(parts: Sequence[Columns]) -> Columns:
    filled = [part for part in parts if len(part["address"])]
    if len(filled) <= 1:
        return filled[0] if filled else _nothing()
    return {name: np.concatenate([part[name] for part in filled]) for name in filled[0]}


def rounds(flights: Columns, rows: int) -> Iterator[Columns]:
    """Cut flights into parts of at most `rows` in which none occurs twice, the newest word on each last.

    A flight that fell silent and came back may have had two rows of the table, and each knows something.
    """
    ids = flight_ids(flights["address"], flights["start"])
    last = flights.get("last_heard", flights.get("ended_at"))
    order = np.lexsort((ids if last is None else last, ids))
    first = np.r_[True, ids[order[1:]] != ids[order[:-1]]][: len(order)]
    ordinal = np.arange(len(order))
    occurrence = ordinal - np.maximum.accumulate(np.where(first, ordinal, 0))
    for turn in range(int(occurrence.max(initial=-1)) + 1):
        now = order[occurrence == turn]
        for begin in range(0, len(now), rows):
            yield {name: values[now[begin : begin + rows]] for name, values in flights.items()}


def flight_arguments(flights: Columns) -> tuple[list[Any], ...]:
    """Return the arguments of the statement `write_flights`."""
    return (
        _ids(flights),
        [SPLIT_REASONS[reason] for reason in flights["reason"].tolist()],
        flights["last_heard"].tolist(),
        *(_texts(flights[name]) for name in FACTS),
    )


def heard_arguments(heard: Columns) -> tuple[list[Any], ...]:
    """Return the arguments of the statement `refresh_flights`."""
    on_ground: list[int] = heard["on_ground"].tolist()
    return (
        _ids(heard),
        heard["last_heard"].tolist(),
        *(_numbers(heard[name]) for name in ("lat", "lon", "altitude_ft", "ground_speed_kt")),
        [None if flag < 0 else bool(flag) for flag in on_ground],
    )


def ended_arguments(ended: Columns) -> tuple[list[Any], ...]:
    """Return the arguments of the statement `end_flights`."""
    return _ids(ended), ended["ended_at"].tolist()


def event_arguments(events: Sequence[Event]) -> tuple[list[Any], ...]:
    """Return the arguments of the statement `write_events`."""
    return (
        [event.id for event in events],
        [event.flight for event in events],
        [event.kind for event in events],
        [event.time for event in events],
        [_json(event.details) for event in events],
    )


def _json(details: Mapping[str, object]) -> str:
    """Texts come by radio from anyone, and PostgreSQL's JSON holds no NUL either."""
    clean = {
        name: value.replace("\0", "") if isinstance(value, str) else value for name, value in details.items()
    }
    return orjson.dumps(clean).decode()


def _ids(flights: Columns) -> list[int]:
    ids: list[int] = flight_ids(flights["address"], flights["start"]).tolist()
    return ids


def _numbers(values: NDArray[Any]) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124  NaN is unknown


def _texts(values: NDArray[np.bytes_]) -> list[str | None]:
    """Texts come by radio from anyone, and PostgreSQL's hold no NUL."""
    return [value.decode("latin-1").replace("\0", "") or None for value in values.tolist()]
