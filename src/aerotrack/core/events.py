"""Events: what happened to flights, found in Changes alone. Changes in, events out.

A watcher notes for the row of each live flight what was last known of it, and compares. A flight that is gone
takes its note with it until its leg ends: its row may be another's by then, and it may come back in another.

What happens within one tick is one step from what was known before it to what is known after it: a squawk
that is changed and changed back in the same tick is no event.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import inf, isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.changes import Changes
from aerotrack.core.columns import BY_NAME, EMERGENCIES, PHASES, SPLIT_REASONS, Columns
from aerotrack.core.flights import LIFETIME_S
from aerotrack.core.identity import flight_ids, flight_text, unpack_flight
from aerotrack.core.legs import LANDED

KINDS = (
    *("flight_started", "flight_ended", "takeoff", "landing", "go_around"),
    *("squawk", "emergency_on", "emergency_off", "address_conflict"),
)
"""The kinds of events that are found here."""
STARTED, ENDED, TAKEOFF, LANDING, GO_AROUND, SQUAWK, EMERGENCY_ON, EMERGENCY_OFF, CONFLICT = KINDS
LOW_FT = 1500.0  # an approach that came lower than this
CLIMBED_FT = 500.0  # and climbs by more is a go-around

_VALUES = ("squawk", "emergency", "on_ground")
_NOTED: Mapping[str, tuple[np.dtype[Any], float]] = {
    "flight": (np.dtype("i8"), -1),  # nobody's
    **{name: (BY_NAME[name].dtype, -1) for name in _VALUES},
    "emergency": (BY_NAME["emergency"].dtype, 0),  # none, until one is declared
    "lowest_ft": (np.dtype("f4"), np.nan),  # of an approach that came low and did not land
    "conflicted_at": (np.dtype("f8"), 0.0),  # the last conflict of its address
    "told_ms": (np.dtype("i8"), 0),  # Unix ms of the flight's last event: the next one is later
}
_NEEDED = ("row", "start", "reason", "callsign", "lat", "lon", "last_heard", *_VALUES)
_AT = "airport", "elevation_ft", "conflicted_at"  # what the flight table tells, and a stream does not
_CLIMB, _APPROACH, _TAKEOFF = (PHASES.index(phase) for phase in ("climb", "approach", "takeoff"))


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to `flight` (its bigint id) at `time` (Unix seconds), one of KINDS.

    `details` are as JSON has them, and named as in the schema; what is not known is None:

    - `flight_started`: `split_reason`, and `callsign` where it is known;
    - `flight_ended`: nothing;
    - `takeoff`, `landing`, `go_around`: `lat` and `lon` in degrees, and the `airport` it is at;
    - `squawk`: `squawk` and the one `before`, each 4 octal digits;
    - `emergency_on`, `emergency_off`: `emergency` and the one `before`;
    - `address_conflict`: as `takeoff`.
    """

    flight: int
    kind: str
    time: float
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The event's name: flight, kind and Unix milliseconds, as `4ca2d6-6740a31c-takeoff-1732289400250`.

        No two events of one watcher share it, and the same Changes always give the same one.
        """
        return f"{flight_text(*unpack_flight(self.flight))}-{self.kind}-{round(self.time * 1000)}"


class Events:
    """The watcher. It wants every Changes of one table in order, the first of them a snapshot (`since` 0).

    - `flight_started`, at the flight's `start`: a flight that is met for the first time. Those of a snapshot
      were there before and are learnt in silence, and so are those that began before it and are met only
      later: open legs of a run before this one, or what a late feed tells. One that began in the last 60 s
      before the snapshot, and was known then, was live in it; if it is met later, it counts as started.
      After a restart this may tell of a start again, under the same id.
    - `flight_ended`, at the flight's `ended_at`. It ends an emergency too, without a word.
    - `takeoff` and `landing`: a flight known to be on the ground is known to be in the air, or the reverse. A
      flight that started because the one before it had `landed` takes off at its `start`: this is how all
      begin that stood on the ground for a minute.
    - `go_around`: a flight whose phase was approach, and which came below 1,500 ft above the airport it is at
      (where Changes tell no airports: above the sea, anywhere), has gone over to climb, is 500 ft above where
      it was lowest, and neither landed nor was gone meanwhile.
    - `squawk`: one known code is followed by another.
    - `emergency_on`: an emergency is declared, or another than before. That a flight is met with one is news,
      in a snapshot too. `emergency_off`: none is declared any more.
    - `address_conflict`: for more than 10 s another track on the flight's address has gone on beside its own.

    But for starts and ends, an event's time is when the flight was last heard in the tick, in whole
    milliseconds; where nothing later was heard than at the flight's last event, a millisecond after that.
    """

    def __init__(self) -> None:
        self._rows = {name: np.empty(0, dtype) for name, (dtype, _) in _NOTED.items()}
        self._away: dict[int, list[Any]] = {}  # by flight: what was noted in its row, in the order of _NOTED
        self._new_since = inf  # whoever starts then or later, and was not met before, has started

    def of(self, changes: Changes) -> list[Event]:
        """Return what happened in a tick, in order of time."""
        snapshot = changes.since == 0
        if snapshot:  # its rows need not be those of before
            self._new_since = inf
            self._put_away(np.arange(len(self._rows["flight"])))
        gone, ended = changes.gone, changes.ended
        events = self._heard(gone)
        if len(gone["address"]):
            self._put_away(gone["row"])
        events += self._heard(changes.updated)
        if snapshot:  # who isn't in it may have ended unheard of, and would be kept for ever
            self._away = {who: self._away[who] for who in flight_ids(gone["address"], gone["start"]).tolist()}
            self._new_since = changes.time - LIFETIME_S
        if len(ended["address"]):
            over = flight_ids(ended["address"], ended["start"]).tolist()
            for who, ended_at in zip(over, ended["ended_at"].tolist(), strict=True):
                self._away.pop(who, None)
                events.append(Event(who, ENDED, ended_at))
        return sorted(events, key=lambda event: (event.time, event.flight))

    def _heard(self, flights: Columns) -> list[Event]:
        """Compare flights (N,) with what was noted of them, and note what is new."""
        if not len(flights["address"]):
            return []
        rows, flight = flights["row"], flight_ids(flights["address"], flights["start"])
        self._grow(int(rows.max()) + 1)
        news = self._rows["flight"][rows] != flight
        for name in _VALUES:
            news |= (flights[name] != self._rows[name][rows]) & (flights[name] >= 0)
        if "conflicted_at" in flights:
            news |= flights["conflicted_at"] > self._rows["conflicted_at"][rows]
        around = self._gone_around(flights, rows, self._rows["flight"][rows] == flight)
        news |= around
        few = np.flatnonzero(news)
        if not len(few):
            return []
        names = (*_NEEDED, *(name for name in _AT if name in flights))
        flights, flight, around = {name: flights[name][few] for name in names}, flight[few], around[few]
        return self._started(flights, flight) + self._changed(flights, flight, np.flatnonzero(around))

    def _gone_around(
        self, flights: Columns, rows: NDArray[np.intp], same: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Note how low approaches come; say which flights (N,), of those that are the `same`, go around."""
        lowest, phase, altitude = self._rows["lowest_ft"], flights["phase"], flights["altitude_ft"]
        elevation = flights.get("elevation_ft")
        ground = 0.0 if elevation is None else np.where(np.isnan(elevation), 0.0, elevation)
        down = (phase == _APPROACH) & (flights["on_ground"] != 1) & (altitude - ground < LOW_FT) & same
        down = np.flatnonzero(down)
        if "airport" in flights:
            down = down[flights["airport"][down] != b""]
        lowest[rows[down]] = np.fmin(lowest[rows[down]], altitude[down])
        low = np.flatnonzero(~np.isnan(lowest[rows]))
        at, now = rows[low], phase[low]
        around = same[low] & (now == _CLIMB) & (altitude[low] > lowest[at] + CLIMBED_FT)
        on = (now == _APPROACH) | (now == _CLIMB) | (now == _TAKEOFF)
        over = around | (flights["on_ground"][low] == 1) | ~on
        lowest[at[over]] = np.nan
        found = np.zeros(len(rows), bool)
        found[low[around]] = True
        return found

    def _started(self, flights: Columns, flight: NDArray[np.int64]) -> list[Event]:
        """Give a row to each flight that isn't in its own, and tell of those that have started."""
        events, r = [], self._rows
        new = np.flatnonzero(r["flight"][flights["row"]] != flight)
        rows, starts = flights["row"][new], flights["start"][new]
        self._put_away(rows)
        for name, (_, blank) in _NOTED.items():
            r[name][rows] = blank
        r["flight"][rows], r["told_ms"][rows] = flight[new], starts * 1000 - 1
        for i, row, who, start in zip(
            new.tolist(), rows.tolist(), flight[new].tolist(), starts.tolist(), strict=True
        ):
            noted = self._away.pop(who, None)
            if noted is not None:
                for name, value in zip(_NOTED, noted, strict=True):
                    r[name][row] = value
            elif start >= self._new_since:
                events.append(Event(who, STARTED, float(start), _beginning(flights, i)))
                if flights["reason"][i] == LANDED:
                    events.append(Event(who, TAKEOFF, float(start), _place(flights, i)))
                    r["on_ground"][row] = 0  # it may have landed again in this tick
        return events

    def _changed(self, flights: Columns, flight: NDArray[np.int64], around: NDArray[np.intp]) -> list[Event]:
        """Tell of the values that have changed, and note the new ones. Each flight is in its row by now."""
        rows, told_ms = flights["row"], self._rows["told_ms"]
        happened: list[tuple[int, str, Mapping[str, object]]] = []
        for i, _, now in self._steps("on_ground", flights):
            happened.append((i, LANDING if now else TAKEOFF, _place(flights, i)))
        happened += [(i, GO_AROUND, _place(flights, i)) for i in around.tolist()]
        for i, before, now in self._steps("squawk", flights):
            happened.append((i, SQUAWK, {"squawk": f"{now:04d}", "before": f"{before:04d}"}))
        for i, before, now in self._steps("emergency", flights):
            kind = EMERGENCY_ON if now else EMERGENCY_OFF
            happened.append((i, kind, {"emergency": EMERGENCIES[now], "before": EMERGENCIES[before]}))
        happened += [(i, CONFLICT, _place(flights, i)) for i in self._conflicts(flights)]
        which = np.array([i for i, _, _ in happened], np.intp)
        heard_ms = np.rint(np.nan_to_num(flights["last_heard"][which]) * 1000).astype(np.int64)
        times = np.maximum(heard_ms, told_ms[rows[which]] + 1)
        told_ms[rows[which]] = times
        return [
            Event(int(flight[i]), kind, ms / 1000, details)
            for (i, kind, details), ms in zip(happened, times.tolist(), strict=True)
        ]

    def _conflicts(self, flights: Columns) -> list[int]:
        """Note the conflicts of flights' addresses; return which are in another than before."""
        if "conflicted_at" not in flights:
            return []
        noted, rows, at = self._rows["conflicted_at"], flights["row"], flights["conflicted_at"]
        which = np.flatnonzero(at > noted[rows])
        noted[rows[which]] = at[which]
        found: list[int] = which.tolist()
        return found

    def _steps(self, name: str, flights: Columns) -> Iterator[tuple[int, int, int]]:
        """Note the known values of a column; yield (which flight, before, now) of those that differ."""
        noted, rows, now = self._rows[name], flights["row"], flights[name]
        before = noted[rows]
        known = now >= 0
        noted[rows[known]] = now[known]
        which = np.flatnonzero(known & (before >= 0) & (now != before))
        return zip(which.tolist(), before[which].tolist(), now[which].tolist(), strict=True)

    def _put_away(self, rows: NDArray[np.intp]) -> None:
        """Take the notes of whoever has one of these rows out of it."""
        r = self._rows
        rows = rows[r["flight"][rows] >= 0]
        r["lowest_ft"][rows] = np.nan  # where nobody hears it, it may land and go again
        for noted in zip(*(r[name][rows].tolist() for name in _NOTED), strict=True):
            self._away[noted[0]] = list(noted)
        r["flight"][rows] = -1

    def _grow(self, rows: int) -> None:
        before = len(self._rows["flight"])
        if rows > before:
            more = max(rows, 2 * before) - before
            for name, (dtype, blank) in _NOTED.items():
                self._rows[name] = np.concatenate([self._rows[name], np.full(more, blank, dtype)])


def _beginning(flights: Columns, i: int) -> dict[str, object]:
    """Say why a flight has begun, and its callsign."""
    told: dict[str, object] = {"split_reason": SPLIT_REASONS[flights["reason"][i]]}
    if callsign := flights["callsign"][i].decode("latin-1"):
        told["callsign"] = callsign
    return told


def _place(flights: Columns, i: int) -> dict[str, object]:
    """Say where a flight is."""
    places = {name: round(float(flights[name][i]), BY_NAME[name].digits) for name in ("lat", "lon")}
    airport = flights["airport"][i].decode("latin-1") if "airport" in flights else ""
    known = {name: None if isnan(place) else place for name, place in places.items()}
    return {**known, "airport": airport or None}
