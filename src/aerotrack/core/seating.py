"""Seating: which flight each report of a round is of, and so which row; flights begin and go here."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.aircraft_facts import AircraftFacts, enter
from aerotrack.core.arbitration import without_outranked
from aerotrack.core.columns import PHASES
from aerotrack.core.legs import (
    AIRBORNE_KT,
    AIRBORNE_S,
    CALLSIGN,
    DOUBTFUL_SILENCE_S,
    GAP,
    GROUND_TIME_S,
    LANDED,
    Leg,
    Legs,
    Report,
)
from aerotrack.core.naming import confirmed
from aerotrack.core.observations import Observations
from aerotrack.core.rivals import NEW
from aerotrack.core.rows import GONE, LIVE, Rows
from aerotrack.core.whereabouts import Whereabouts

LIFETIME_S = 60.0  # a flight not heard for this long is gone
RETOLD_S = 0.3  # feeds round the times of what they repeat, and the database those of what it keeps

_LEG = (
    *("address", "start", "reason", "last_heard", "lat", "lon", "altitude_ft", "on_ground", "ground_since"),
    *("ground_speed_kt", "named", "origin", "airborne_since"),
)
_REPORT = {"on_ground": -1, "lat": np.nan, "lon": np.nan, "altitude_ft": np.nan, "ground_speed_kt": np.nan}
_TAKEOFF = PHASES.index("takeoff")


class Seating:
    """Gives reports their rows. `ended` collects the legs that ended by it.

    `facts`, if there are any, is what a database knows of the aircraft of flights that begin.
    """

    def __init__(self, table: Rows, legs: Legs, whereabouts: Whereabouts | None, most: int) -> None:
        self._table, self._legs, self._whereabouts, self._most = table, legs, whereabouts, most
        self.ended: list[Leg] = []
        self.facts: AircraftFacts | None = None

    def seat(
        self, seen: Observations, tick: int, refused: Counter[str]
    ) -> tuple[Observations, NDArray[np.intp]]:
        """Find the row of each aircraft of a round, after beginning the flights that begin here.

        Values that others stand against are left out, before they can split a flight.

        Reports of silent flights that tell nothing newer are left out: they cannot make them live again. So
        are those of new aircraft when the table is full.
        """
        c, rows = self._table.columns, self._table.index.find(seen.address)
        begins = c["state"][rows] != LIVE
        if np.count_nonzero(begins):
            seen, rows, begins = self._admitted(seen, rows, begins, refused)
        # Time may have passed that `expire` was not told of: in a recording at full speed.
        ends = seen.last_heard - c["last_heard"][rows] > c["lifetime"][rows]
        if np.count_nonzero(ends) and np.count_nonzero(ends := ends & ~begins):
            self.go(rows[ends], tick)
            begins |= ends
        if np.count_nonzero(begins):
            rows[begins] = self._begin(seen.take(begins), tick)
        if np.count_nonzero(doubtful := self._table.columns["doubtful"][rows]):
            self._split(np.flatnonzero(doubtful)[self._broken(seen, rows, doubtful)], rows, seen, GAP, tick)
        seen = without_outranked(self._table, rows, seen, refused)
        if "on_ground" in seen.columns:
            grounded = c["ground_since"][rows] > -np.inf  # not NaN
            if np.count_nonzero(grounded):
                seen, departs = self._departing(seen, rows, grounded.nonzero()[0])
                self._split(departs, rows, seen, LANDED, tick)
        if len(other := confirmed(self._table, rows, seen)):
            self._split(other, rows, seen, CALLSIGN, tick)
        return seen, rows

    def go(self, rows: NDArray[np.intp], tick: int) -> None:
        """Take flights out of the live picture; their legs stay open."""
        c = self._table.columns
        if self._whereabouts is not None and len(rows):
            arrived = self._whereabouts.arrived(rows)
            c["facts_tick"][arrived] = tick
        for leg in zip(*(c[name][rows].tolist() for name in _LEG), strict=True):
            self._legs.keep(Leg(*leg))
        c["state"][rows], c["stamp"][rows], c["gone_at"][rows] = GONE, tick, np.inf

    def _admitted(
        self, seen: Observations, rows: NDArray[np.intp], begins: NDArray[np.bool_], refused: Counter[str]
    ) -> tuple[Observations, NDArray[np.intp], NDArray[np.bool_]]:
        late = begins.copy()
        pairs = zip(seen.address[begins].tolist(), seen.last_heard[begins].tolist(), strict=True)
        late[begins] = [self._legs.late(address, heard_at) for address, heard_at in pairs]
        room = max(0, self._most - np.count_nonzero(self._table.columns["state"]))
        crowd = np.zeros(len(rows), bool)
        crowd[np.flatnonzero(begins & ~late & (rows == 0))[room:]] = True
        for reason, left_out in (("out_of_order", late), ("no_room", crowd)):
            if left_out.any() and "lat" in seen.columns:
                refused[reason] += int(np.count_nonzero(~np.isnan(seen.columns["lat"][left_out])))
        if (left_out := late | crowd).any():
            seen, rows, begins = seen.take(~left_out), rows[~left_out], begins[~left_out]
        return self._without_retold(seen, begins, refused), rows, begins

    def _without_retold(
        self, seen: Observations, begins: NDArray[np.bool_], refused: Counter[str]
    ) -> Observations:
        """Leave out the positions that were taken in before a restart: many feeds repeat the last."""
        until = np.full(len(seen), -np.inf)
        until[begins] = [self._legs.told(address) for address in seen.address[begins].tolist()]
        if "lat" not in seen.columns or not np.isfinite(until).any():
            return seen
        lat, lon, time = seen.columns["lat"], seen.columns["lon"], seen.columns.get("time", seen.last_heard)
        retold = ~np.isnan(lat) & (np.where(np.isnan(time), seen.last_heard, time) <= until + RETOLD_S)
        if retold.any():
            refused["duplicate"] += int(np.count_nonzero(retold))
        places = {"lat": np.where(retold, np.nan, lat), "lon": np.where(retold, np.nan, lon)}
        return seen.telling({**seen.columns, **places})

    def _begin(self, seen: Observations, tick: int, split: int | None = None) -> NDArray[np.intp]:
        """Begin N flights, or go on with those that were only silent; return their rows.

        `split` is why they begin, when that was found elsewhere than in the legs.
        """
        rows = self._table.index.find(seen.address)
        begun = [self._legs.resume(report, split) for report in _reports(seen)]
        start = np.array([beginning.start for beginning in begun], np.int64)
        reason = np.array([beginning.reason for beginning in begun], np.int8)
        self.ended += [beginning.over for beginning in begun if beginning.over is not None]
        new = (rows == 0) | (self._table.columns["start"][rows] != start)
        rows[new] = self._table.seat(seen.address[new], start[new], reason[new], LIFETIME_S)
        if self.facts is not None and new.any():
            enter(self._table, rows[new], self.facts)
        c = self._table.columns
        c["state"][rows] = LIVE
        c["stamp"][rows] = c["facts_tick"][rows] = tick
        c["doubt"][rows] |= NEW
        for row, beginning, now in zip(rows.tolist(), begun, seen.last_heard.tolist(), strict=True):
            if beginning.leg is None:
                c["origin_open"][row] = 1
            else:
                self._go_on(row, beginning.leg, now, doubtful=beginning.doubtful)
        return rows

    def _departing(
        self, seen: Observations, rows: NDArray[np.intp], which: NDArray[np.intp]
    ) -> tuple[Observations, NDArray[np.intp]]:
        """Say which of the flights `which` on the ground depart, to be others from now on.

        Until a report from the air is confirmed it says nothing of the ground: it is left out of `seen`. One
        from the place where the flight stands, to the bit, confirms none, unless it says a speed.
        """
        c, heard, on_ground = self._table.columns, self._table.heard, seen.columns["on_ground"]
        which = which[seen.last_heard[which] >= heard["on_ground"][rows[which]]]
        c["airborne_since"][rows[which[on_ground[which] == 1]]] = np.nan
        which = which[on_ground[which] == 0]
        if not len(which):
            return seen, which
        row, now = rows[which], seen.last_heard[which]
        since = np.where(np.isnan(c["airborne_since"][row]), now, c["airborne_since"][row])
        fresh = now - heard["ground_speed_kt"][row] <= AIRBORNE_S
        speed = np.where(fresh, c["ground_speed_kt"][row], np.nan)
        if (said := seen.columns.get("ground_speed_kt")) is not None:
            speed = np.where(np.isnan(said[which]), speed, said[which])
        stands = np.zeros(len(which), bool)  # to the bit: who has taken off has moved
        if (lat := seen.columns.get("lat")) is not None:
            stands = (lat[which] == c["lat"][row]) & (seen.columns["lon"][which] == c["lon"][row])
        sure = (speed >= AIRBORNE_KT) | ((now - since >= AIRBORNE_S) & ~stands)
        c["airborne_since"][row] = np.where(sure, np.nan, since)
        stood = (since - c["ground_since"][row] >= GROUND_TIME_S) & ~(now < c["last_heard"][row])
        believed = on_ground.copy()
        believed[which[~sure]] = -1
        return seen.telling({**seen.columns, "on_ground": believed}), which[sure & stood]

    def _go_on(self, row: int, leg: Leg, now: float, *, doubtful: bool) -> None:
        """Take over what a flight that was silent had before."""
        c = self._table.columns
        away = now - leg.last_heard >= DOUBTFUL_SILENCE_S
        c["named"][row], c["rival"][row], c["rivalled"][row] = leg.callsign, b"", 4 * away
        c["doubtful"][row] = doubtful
        c["ground_since"][row], c["airborne_since"][row] = leg.stands_since, leg.airborne_since
        c["phase"][row] = c["phase_next"][row] = -1  # whatever it did meanwhile, it may have landed
        c["origin"][row] = c["origin"][row] or leg.origin

    def _broken(
        self, seen: Observations, rows: NDArray[np.intp], doubtful: NDArray[np.int8]
    ) -> NDArray[np.bool_]:
        """Say which of the doubtful flights are others, now that it may be known where they are."""
        which = np.flatnonzero(doubtful)
        verdicts = [self._legs.broken(report) for report in _reports(seen.take(which))]
        self._table.columns["doubtful"][rows[which]] = [verdict is None for verdict in verdicts]
        return np.array([verdict is True for verdict in verdicts], bool)

    def _split(
        self, which: NDArray[np.intp], rows: NDArray[np.intp], seen: Observations, reason: int, tick: int
    ) -> None:
        """End the flights of some reports, and begin others; `rows` is brought up to date."""
        if not len(which):
            return
        before, c = rows[which], self._table.columns
        on_ground, heard = c["on_ground"][before], self._table.heard["on_ground"][before]
        claims = self._table.claims["on_ground"][before]
        self.go(before, tick)
        rows[which] = after = self._begin(seen.take(which), tick, reason)
        if reason == LANDED:  # it stood there before
            c["phase"][after], c["flown"][after], c["origin"][after] = _TAKEOFF, 1, c["airport"][before]
        if reason == CALLSIGN:
            said = seen.columns["callsign"][which]
            c["named"][after] = said
            grounded = on_ground == 1  # it is where it was, and its departure is this leg's own
            c["on_ground"][after[grounded]], c["ground_since"][after[grounded]] = 1, np.inf
            self._table.heard["on_ground"][after[grounded]] = heard[grounded]
            self._table.claims["on_ground"][after[grounded]] = claims[grounded]
            c["origin"][after[grounded]] = c["airport"][before[grounded]]


def _reports(seen: Observations) -> list[Report]:
    """Write observations (N,) as N reports."""
    columns = [
        seen.columns[name].tolist() if name in seen.columns else [unknown] * len(seen)
        for name, unknown in _REPORT.items()
    ]
    who, when = seen.address.tolist(), seen.last_heard.tolist()
    return [Report(*row) for row in zip(who, when, *columns, strict=True)]
