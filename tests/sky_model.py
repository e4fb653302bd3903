"""A model of the flight table to hold it against: an object per flight, a row at a time, no tricks."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as st

from aerotrack.core.changes import Changes
from aerotrack.core.columns import BY_NAME, COLUMNS, STORED, Group
from aerotrack.core.observations import Observations

HOUR = 3600.0


@dataclass
class Row:
    """One row of observations; `known` has only what was heard."""

    address: int
    at: float
    known: dict[str, Any] = field(default_factory=dict)


@dataclass
class Flight:
    address: int
    start: int
    reason: str
    last_heard: float
    lifetime: float = 60.0
    known: dict[str, Any] = field(default_factory=lambda: {"coasting": 0})
    heard: dict[str, float] = field(default_factory=dict)
    ground_since: float | None = None
    stamp: int = 0
    facts_tick: int = 0
    told_gone_at: float = math.inf

    @property
    def id(self) -> tuple[int, int]:
        return self.address, self.start

    def over(self, now: float) -> bool:
        low = self.known.get("on_ground") == 1 or self.known.get("altitude_ft", math.inf) < 10_000
        return now >= self.last_heard + (HOUR / 2 if low else 6 * HOUR)

    def stood(self, now: float) -> bool:
        return self.ground_since is not None and now - self.ground_since >= 60


class SkyModel:
    def __init__(self) -> None:
        self.live: dict[int, Flight] = {}
        self.tombstones: dict[tuple[int, int], Flight] = {}
        self.open: dict[int, Flight] = {}  # the legs of aircraft that are silent
        self.silent: dict[int, float] = {}
        self.tick = 1
        self.ended: list[tuple[int, int, float]] = []
        self.positions: list[dict[str, Any]] = []

    def apply(self, rows: Iterable[Row], feed: int, interval: float = 0.0) -> Counter[str]:
        refused: Counter[str] = Counter()
        for row in sorted(rows, key=lambda row: row.at):
            self._hear(row, feed, interval, refused)
        return refused

    def _hear(self, row: Row, feed: int, interval: float, refused: Counter[str]) -> None:
        flight = self.live.get(row.address)
        airborne = row.known.get("on_ground") == 0
        if flight is None:
            if row.at <= self.silent.get(row.address, -math.inf):
                refused["out_of_order"] += "lat" in row.known
                return
        elif row.at - flight.last_heard > flight.lifetime or (
            airborne and flight.stood(row.at) and row.at >= flight.last_heard
        ):
            self._go(flight)
            flight = None
        if flight is None:
            flight = self._resume(row, airborne=airborne)
            flight.stamp = flight.facts_tick = self.tick
        placed = "lat" in row.known and self._place(flight, row, feed, refused)
        for name, value in row.known.items():
            if name in ("lat", "lon", "time") or row.at < flight.heard.get(name, -math.inf):
                continue
            if flight.known.get(name) != value:
                self._change(flight, name)
                if name == "on_ground":
                    flight.ground_since = row.at if value == 1 else None
            flight.known[name], flight.heard[name] = value, row.at
        flight.last_heard = max(flight.last_heard, row.at)
        flight.lifetime = max(flight.lifetime, 3 * interval)
        if placed:
            self._accept(flight, row)

    def _resume(self, row: Row, *, airborne: bool) -> Flight:
        leg = self.open.pop(row.address, None)
        start, reason = math.floor(row.at), "first_seen"
        if leg is None and row.address in self.silent:
            start, reason = max(start, math.floor(self.silent[row.address]) + 1), "gap"
        elif leg is not None and (leg.over(row.at) or (airborne and leg.stood(row.at))):
            self.ended.append((*leg.id, leg.last_heard))
            start, reason = max(start, leg.start + 1), "gap" if leg.over(row.at) else "landed"
        elif leg is not None:
            flight = self.tombstones.pop(leg.id, None) or Flight(*leg.id, leg.reason, row.at)
            self.live[row.address] = flight
            return flight
        self.live[row.address] = Flight(row.address, start, reason, row.at)
        return self.live[row.address]

    def _place(self, flight: Flight, row: Row, feed: int, refused: Counter[str]) -> bool:
        time = row.known.get("time", row.at)
        before = flight.known.get("time", -math.inf)
        same = all(flight.known.get(name) == row.known[name] for name in ("lat", "lon"))
        if time < before or (same and time - before <= 2):
            refused["out_of_order" if time < before else "duplicate"] += 1
            return False
        flight.known |= {"lat": row.known["lat"], "lon": row.known["lon"], "time": time}
        flight.stamp = self.tick
        for name, value in (("feed", feed), ("coasting", 0)):
            if flight.known.get(name) != value:
                self._change(flight, name)
                flight.known[name] = value
        return True

    def _change(self, flight: Flight, name: str) -> None:
        flight.stamp = self.tick
        if BY_NAME[name].group is Group.FACTS:
            flight.facts_tick = self.tick

    def _accept(self, flight: Flight, row: Row) -> None:
        kept = {"address": flight.address, "start": flight.start, "time": flight.known["time"], "stamp": 0}
        for column in STORED:
            if row.at - flight.heard.get(column.name, row.at) <= 60:
                kept[column.name] = flight.known.get(column.name)
        self.positions.append(kept)

    def _go(self, flight: Flight) -> None:
        del self.live[flight.address]
        self.tombstones[flight.id] = self.open[flight.address] = flight
        self.silent[flight.address] = flight.last_heard
        flight.stamp, flight.told_gone_at = self.tick, math.inf

    def expire(self, now: float) -> None:
        for flight in [*self.live.values()]:
            if now - flight.last_heard > flight.lifetime:
                self._go(flight)
            elif now - flight.known.get("time", -math.inf) > 15 and flight.known["coasting"] != 1:
                flight.known["coasting"] = 1
                self._change(flight, "coasting")
        for address, leg in [*self.open.items()]:
            if leg.over(now):
                self.ended.append((*self.open.pop(address).id, leg.last_heard))
        for address, at in [*self.silent.items()]:
            if now >= at + 24 * HOUR and address not in self.live and address not in self.open:
                del self.silent[address]
        self.tombstones = {i: f for i, f in self.tombstones.items() if now - f.told_gone_at <= 600}

    def take(self, now: float) -> dict[str, Any]:
        told = self.since(self.tick - 1) | {"ended": sorted(self.ended), "positions": _sorted(self.positions)}
        for flight in self.tombstones.values():
            flight.told_gone_at = min(flight.told_gone_at, now)
        self.ended, self.positions = [], []
        self.tick += 1
        return told

    def since(self, tick: int) -> dict[str, Any]:
        updated = {}
        for flight in self.live.values():
            if flight.stamp > tick:
                known = flight.known | {"last_heard": flight.last_heard}
                updated[flight.id] = known | {"reason": flight.reason, "facts_tick": flight.facts_tick}
        return {"updated": updated, "gone": {f.id for f in self.tombstones.values() if f.stamp > tick}}


def told_by(changes: Changes) -> dict[str, Any]:
    """Write Changes as the model does."""
    reasons = ("first_seen", "gap", "landed", "callsign")
    updated = {}
    for row in _rows(changes.updated, ("address", "start", "reason", "facts_tick", *BY_NAME)):
        row["reason"] = reasons[row["reason"]]
        updated[row.pop("address"), row.pop("start")] = row
    ended = changes.ended
    return {
        "updated": updated,
        "gone": set(zip(changes.gone["address"].tolist(), changes.gone["start"].tolist(), strict=True)),
        "ended": sorted(zip(*(ended[n].tolist() for n in ("address", "start", "ended_at")), strict=True)),
        "positions": _sorted(
            _rows(changes.positions, ("address", "start", "time", "stamp", *(c.name for c in STORED)))
        ),
    }


def observations(rows: list[Row], feed: str = "roof", interval: float = 0.0) -> Observations:
    """Write rows as Observations, with a column for whatever one of them knows."""
    names = [c.name for c in COLUMNS if any(c.name in row.known for row in rows)]
    columns = {name: [row.known.get(name, BY_NAME[name].unknown) for row in rows] for name in names}
    seen = Observations.of([r.address for r in rows], [r.at for r in rows], feed=feed, **columns)
    return Observations(seen.address, seen.last_heard, seen.columns, feed, interval=interval)


def _rows(columns: Mapping[str, Any], names: Iterable[str]) -> list[dict[str, Any]]:
    """Write columns as rows of what is known."""
    known = {}
    for name in names:
        values = columns[name]
        there = BY_NAME[name].known(values) if name in BY_NAME else np.ones(len(values), bool)
        known[name] = list(zip(there.tolist(), values.tolist(), strict=True))
    count = len(columns["address"])
    return [{name: pairs[i][1] for name, pairs in known.items() if pairs[i][0]} for i in range(count)]


def _sorted(positions: Iterable[Mapping[str, Any]]) -> list[list[tuple[str, Any]]]:
    return sorted((sorted((k, v) for k, v in p.items() if v is not None) for p in positions), key=repr)


# Strategies: few aircraft, few values and times on the edges of the rules, so that much happens to each.

STEPS = (0.0, 0.25, 1.0, 2.0, 5.0, 20.0, 59.75, 60.0, 60.25, 130.0, 600.0, 601.0, 1799.0, 1800.0)
STEPS += (6 * HOUR, 25 * HOUR)
LAGS = (0.0, 0.0, 0.25, 0.5, 1.0, 2.0, 30.0, 61.0, 700.0)
VALUES: dict[str, tuple[Any, ...]] = {
    "altitude_ft": (0.0, 9_999.0, 10_000.0),
    "ground_speed_kt": (0.0, 250.5),
    "on_ground": (0, 1),
    "squawk": (0, 1200),
    "callsign": (b"DLH1", b"BAW22"),
    "operator": (b"Deutsche Lufthansa",),
    "emergency": (0, 1),
    "position_source": (0, 2),
}
"""Zero and an empty unknown are different things in each of them."""


@st.composite
def rows_before(draw: st.DrawFn, now: float, *, lags: tuple[float, ...] = LAGS) -> Row:
    """Draw a row that was heard not long before `now`."""
    known: dict[str, Any] = {
        name: draw(st.sampled_from(values)) for name, values in VALUES.items() if draw(st.booleans())
    }
    at = now - draw(st.sampled_from(lags))
    if draw(st.booleans()):
        known |= {"lat": draw(st.sampled_from((0.0, 50.0))), "lon": draw(st.sampled_from((0.0, 8.0)))}
        if draw(st.booleans()):
            known["time"] = at - draw(st.sampled_from((0.0, 0.25, 3.0, 70.0)))
    return Row(draw(st.sampled_from((0x4CA2D6, 0x3C6444, 0x14CA2D6))), at, known)
