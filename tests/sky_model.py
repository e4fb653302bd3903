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
from aerotrack.core.geo import distance_nm
from aerotrack.core.observations import Observations
from aerotrack.core.phases import HEARD as PHASES_HEARD
from aerotrack.core.phases import TAKEOFF, patience, seeming

HOUR = 3600.0
MOTION = ("altitude_ft", "on_ground", "ground_speed_kt", "vertical_rate_fpm")
RANKS = {None: 0, 2: 1, 0: 2}  # by position source: unknown, MLAT, ADS-B
WHERE = ("lat", "lon", "altitude_ft", "on_ground", "ground_speed_kt")


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
    by: dict[str, tuple[int, int]] = field(default_factory=dict)  # rank and feed
    ground_since: float | None = None
    airborne_since: float | None = None
    named: bytes = b""
    rival: bytes = b""
    rival_since: float = 0.0
    rival_on_ground: bool = False
    away: bool = False
    doubt: dict[str, float] | None = None
    where: dict[str, float] = field(default_factory=dict)
    seems: int = -1
    seems_since: float = 0.0
    stamp: int = 0
    facts_tick: int = 0
    told_gone_at: float = math.inf
    new: bool = True
    placed_since: float = math.nan
    moved_at: float = math.nan
    recent: list[tuple[float, float, float]] = field(default_factory=list)
    other: tuple[float, float, float, float] | None = None
    rival_seen: float = -math.inf
    other_ft: tuple[float, float] | None = None
    height_since: float = math.nan

    @property
    def id(self) -> tuple[int, int]:
        return self.address, self.start

    def fall_silent(self) -> None:
        self.where = {name: self.known[name] for name in WHERE if name in self.known}
        self.where["last_heard"] = self.last_heard
        if self.ground_since is not None:
            self.where["ground_since"] = self.ground_since
        if self.doubt is not None:
            self.where = self.doubt | self.where
            self.doubt = None

    def over(self, now: float) -> bool:
        low = self.where.get("on_ground") == 1 or self.where.get("altitude_ft", math.inf) < 10_000
        return now >= self.last_heard + (HOUR / 2 if low else 6 * HOUR)

    def continues(self, before: Mapping[str, float], row: "Row") -> bool | None:
        hours = (row.at - before["last_heard"]) / HOUR
        if hours < 1 / 6 or "lat" not in before:
            return True
        if "lat" not in row.known:
            return None
        miles = float(distance_nm(before["lat"], before["lon"], row.known["lat"], row.known["lon"]))
        speed = before.get("ground_speed_kt")
        ahead = max(speed or 0, 100) * hours
        if speed is not None and miles > 1.5 * ahead + 5:
            return False
        ends = (before, row.known)
        if all(end.get("on_ground") == 1 for end in ends):
            return miles <= 5
        if any(end.get("on_ground") == 1 or end.get("altitude_ft", math.inf) < 10_000 for end in ends):
            return miles >= ahead / 2
        return speed is None or hours < 1 or miles >= ahead / 4

    def stands_since(self) -> float | None:
        return None if self.where.get("on_ground") == 0 else self.where.get("ground_since")

    def stood(self, now: float) -> bool:
        since = now if self.airborne_since is None else self.airborne_since
        return self.ground_since is not None and since - self.ground_since >= 60

    def sure(self, row: "Row") -> bool:
        fresh = row.at - self.heard.get("ground_speed_kt", -math.inf) <= 5
        speed = row.known.get("ground_speed_kt", self.known.get("ground_speed_kt", 0) if fresh else 0)
        since = self.airborne_since
        moved = any(row.known.get(name, math.nan) != self.known.get(name) for name in ("lat", "lon"))
        return speed >= 30 or (moved and since is not None and row.at - since >= 5)


class SkyModel:
    def __init__(self) -> None:
        self.live: dict[int, Flight] = {}
        self.awake = False  # there is more than one feed
        self.fresh: dict[int, float] = {}  # by feed
        self.tombstones: dict[tuple[int, int], Flight] = {}
        self.open: dict[int, Flight] = {}  # the legs of aircraft that are silent
        self.silent: dict[int, float] = {}
        self.tick = 1
        self.ended: list[tuple[int, int, float]] = []
        self.positions: list[dict[str, Any]] = []

    def apply(self, rows: Iterable[Row], feed: int, interval: float = 0.0) -> Counter[str]:
        refused: Counter[str] = Counter()
        self.awake |= feed > 0
        self.fresh[feed] = max(15.0, 3 * interval)
        for row in sorted(rows, key=lambda row: row.at):
            self._hear(row, feed, interval, refused)
        return refused

    def _hear(self, row: Row, feed: int, interval: float, refused: Counter[str]) -> None:
        flight = self.live.get(row.address)
        if flight is None and row.at <= self.silent.get(row.address, -math.inf):
            refused["out_of_order"] += "lat" in row.known
            return
        by = RANKS[row.known.get("position_source")], feed
        flight = self._seat(flight, row)
        flight, row = self._depart(flight, self._without_outranked(flight, row, by, refused))
        flight = self._name(flight, row)
        row = Row(row.address, row.at, {**row.known})
        placed = "lat" in row.known and self._place(flight, row, by, refused)
        if not placed:
            row.known.pop("position_source", None)
        self._climb(flight, row, by, refused)
        for name, value in row.known.items():
            if name in ("lat", "lon", "time") or row.at < flight.heard.get(name, -math.inf):
                continue
            if flight.known.get(name) != value:
                self._change(flight, name)
                if name == "on_ground":
                    flight.ground_since = row.at if value == 1 else None
            flight.known[name], flight.heard[name], flight.by[name] = value, row.at, by
        flight.last_heard = max(flight.last_heard, row.at)
        flight.lifetime = max(flight.lifetime, 3 * interval)
        if placed:
            self._accept(flight, row)

    def _seat(self, flight: Flight | None, row: Row) -> Flight:
        if flight is None:
            flight = self._resume(row)
        elif row.at - flight.last_heard > flight.lifetime:
            self._go(flight)
            flight = self._resume(row)
        continues = None if flight.doubt is None else flight.continues(flight.doubt, row)
        if continues is not None:
            flight.doubt = None
        return self._split(flight, row, "gap") if continues is False else flight

    def _outranked(self, flight: Flight, name: str, by: tuple[int, int], age: float) -> bool:
        rank, feed = flight.by.get(name, (0, 0))
        return by[0] < rank and 0 <= age <= self.fresh[feed]

    def _without_outranked(self, flight: Flight, row: Row, by: tuple[int, int], refused: Counter[str]) -> Row:
        beside = row.known.keys() - {"lat", "lon", "time", "position_source"}
        left_out = {n for n in beside if self._outranked(flight, n, by, row.at - flight.heard.get(n, row.at))}
        refused["outranked_value"] += len(left_out)
        return Row(row.address, row.at, {n: v for n, v in row.known.items() if n not in left_out})

    def _split(self, flight: Flight, row: Row, reason: str) -> Flight:
        self._go(flight)
        return self._resume(row, split=reason)

    def _depart(self, flight: Flight, row: Row) -> tuple[Flight, Row]:
        said = row.known.get("on_ground")
        if flight.ground_since is None or said is None or row.at < flight.heard.get("on_ground", -math.inf):
            return flight, row
        if said == 1:
            flight.airborne_since = None
        elif not flight.sure(row):
            flight.airborne_since = row.at if flight.airborne_since is None else flight.airborne_since
            row = Row(row.address, row.at, {n: value for n, value in row.known.items() if n != "on_ground"})
        elif flight.stood(row.at) and row.at >= flight.last_heard:
            flight = self._split(flight, row, "landed")
            flight.known["phase"] = TAKEOFF
        else:
            flight.airborne_since = None
        return flight, row

    def _name(self, flight: Flight, row: Row) -> Flight:
        said = row.known.get("callsign")
        if said is None or row.at < flight.last_heard:
            return flight
        if flight.named in (b"", said):
            flight.named, flight.rival, flight.away = said, b"", False
            return flight
        on_ground = row.known.get("on_ground", flight.known.get("on_ground")) == 1
        if said != flight.rival:
            flight.rival, flight.rival_since, flight.rival_on_ground = said, row.at, on_ground
            return flight
        flight.rival_on_ground &= on_ground
        if row.at - flight.rival_since < 30:
            return flight
        if flight.rival_on_ground or flight.away:
            stands, heard = flight.known.get("on_ground") == 1, flight.heard.get("on_ground")
            by = flight.by.get("on_ground", (0, 0))
            flight = self._split(flight, row, "callsign")
            if stands and heard is not None:
                flight.known["on_ground"], flight.ground_since = 1, math.inf
                flight.heard["on_ground"], flight.by["on_ground"] = heard, by
        flight.named, flight.rival, flight.away = said, b"", False
        return flight

    def _resume(self, row: Row, *, split: str = "") -> Flight:
        leg = self.open.pop(row.address, None)
        start, reason = math.floor(row.at), "first_seen"
        if leg is None and row.address in self.silent:
            start, reason = max(start, math.floor(self.silent[row.address]) + 1), "gap"
        elif leg is not None:
            continues = leg.continues(leg.where, row)
            reason = split
            if leg.over(row.at) or continues is False:
                reason = "gap"
            elif not split and self._departed(leg, row):
                reason = "landed"
            if not reason:
                return self._go_on(leg, row, doubtful=continues is None)
            self.ended.append((*leg.id, leg.last_heard))
            start = max(start, leg.start + 1)
        return self._live(Flight(row.address, start, reason, row.at))

    def _departed(self, leg: Flight, row: Row) -> bool:
        before, since = leg.airborne_since, leg.stands_since()
        sure = row.known.get("ground_speed_kt", 0) >= 30 or (before is not None and row.at - before >= 5)
        left = row.at if before is None else before
        return row.known.get("on_ground") == 0 and sure and since is not None and left - since >= 60

    def _go_on(self, leg: Flight, row: Row, *, doubtful: bool) -> Flight:
        flight = self.tombstones.pop(leg.id, None) or Flight(*leg.id, leg.reason, row.at)
        flight.named, flight.rival, flight.away = leg.named, b"", row.at - leg.where["last_heard"] >= 600
        flight.doubt = leg.where if doubtful else None
        flight.ground_since, flight.airborne_since = leg.stands_since(), leg.airborne_since
        flight.known.pop("phase", None)
        flight.seems = -1
        return self._live(flight)

    def _live(self, flight: Flight) -> Flight:
        self.live[flight.address] = flight
        flight.new = True
        flight.stamp = flight.facts_tick = self.tick
        return flight

    def _place(self, flight: Flight, row: Row, by: tuple[int, int], refused: Counter[str]) -> bool:
        time, feed = row.known.get("time", row.at), by[1]
        before = flight.known.get("time", -math.inf)
        here = row.known["lat"], row.known["lon"]
        if time < before or self._told_again(flight, row, time, feed):
            refused["out_of_order" if time < before else "duplicate"] += 1
            return False
        if self._outranked(flight, "place", by, time - before):
            refused["outranked"] += 1
            return False
        stronger = by[0] > flight.by.get("place", by)[0]
        if flight.new or "lat" not in flight.known:
            flight.placed_since, flight.new, flight.other = time, False, None
        elif not self._reached(flight, row, here, time) and not self._taken_over(
            flight, row, here, time, stronger=stronger
        ):
            refused["jump"] += 1
            for name in set(MOTION) & set(row.known):
                del row.known[name]
            return False
        if here != (flight.known.get("lat"), flight.known.get("lon")):
            flight.moved_at = time
        if self.awake:
            flight.recent = [*flight.recent[-7:], (*here, time)]
        self._forget_source(flight, row, feed)
        flight.known |= {"lat": row.known["lat"], "lon": row.known["lon"], "time": time}
        flight.by["place"] = by
        flight.stamp = self.tick
        for name, value in (("feed", feed), ("coasting", 0)):
            if flight.known.get(name) != value:
                self._change(flight, name)
                flight.known[name] = value
        return True

    def _forget_source(self, flight: Flight, row: Row, feed: int) -> None:
        if flight.known.get("feed") != feed and "position_source" not in row.known:
            flight.known.pop("position_source", None)  # that was another feed's word
            flight.heard.pop("position_source", None)

    def _told_again(self, flight: Flight, row: Row, time: float, feed: int) -> bool:
        here = row.known["lat"], row.known["lon"]
        if flight.known.get("feed") != feed and any(
            here == (lat, lon) and abs(time - at) <= 4 for lat, lon, at in flight.recent
        ):
            return True
        if here != (flight.known.get("lat"), flight.known.get("lon")):
            return False
        if time - flight.known["time"] <= 2:
            return True
        braked = 3 * max(row.at - flight.heard.get("ground_speed_kt", row.at), 0)
        said, last = row.known.get("ground_speed_kt"), flight.known.get("ground_speed_kt")
        known = [value for value in (last, said) if value is not None]
        speed = min(known) - (braked if said is None else 0) if known else 0
        flies = flight.known.get("on_ground") != 1 and speed >= 50
        return flies and speed * 1852 / 3600 * (time - flight.moved_at) > 185

    def _reach(self, flight: Flight, row: Row, elapsed: float) -> float:
        ground = flight.known.get("on_ground") == 1 and row.known.get("on_ground") != 0
        age = max(row.at - flight.heard.get("ground_speed_kt", row.at), 0)
        told = [(flight.known.get("ground_speed_kt"), 3 * age), (row.known.get("ground_speed_kt"), 0)]
        speeds = [speed + more for speed, more in told if speed is not None and (speed > 0 or ground)]
        speed = 1.3 * max(*speeds, 30 if ground else 100) if speeds else 1.3 * (120 if ground else 900)
        mlat = 2 in (flight.known.get("position_source"), row.known.get("position_source"))
        speed = min(1.4 * speed + 50 if mlat else speed, 2000)
        return 300 + 250 * mlat + speed * 1852 / 3600 * (elapsed + 2)

    def _reached(self, flight: Flight, row: Row, here: tuple[float, float], time: float) -> bool:
        way = 1852 * float(distance_nm(flight.known["lat"], flight.known["lon"], *here))
        elapsed = min(time - flight.moved_at, time - flight.known["time"] + 15)
        return way <= self._reach(flight, row, elapsed)

    def _taken_over(
        self, flight: Flight, row: Row, here: tuple[float, float], time: float, *, stronger: bool
    ) -> bool:
        last = flight.known["time"]
        lat, lon, other_time, since = flight.other or (math.nan, math.nan, math.nan, time)
        elapsed = time - other_time
        way = 1852 * float(distance_nm(lat, lon, *here))
        follows = way <= self._reach(flight, row, abs(elapsed)) and elapsed <= flight.lifetime
        if elapsed < 0 or (here == (lat, lon) and elapsed <= 2):
            return False
        lasted = min(last - flight.placed_since, 30)
        if follows and (stronger or (time - since >= lasted and time - last >= max(lasted, 1))):
            flight.placed_since, flight.other = since, None
            return True
        if not (follows and here == (lat, lon)):
            flight.other = (*here, time, since if follows else time)
        if follows and time - since > 10 and last > since and time - last <= 10:
            if time - flight.rival_seen > 600:
                flight.stamp = self.tick
            flight.rival_seen = time
        return False

    def _climb(self, flight: Flight, row: Row, by: tuple[int, int], refused: Counter[str]) -> None:
        feet, at = row.known.get("altitude_ft"), flight.heard.get("altitude_ft", -math.inf)
        if feet is None or row.at < at:
            return
        if "altitude_ft" not in flight.known:
            flight.height_since = row.at
            return
        said, last = row.known.get("vertical_rate_fpm"), flight.known.get("vertical_rate_fpm")
        age = 0 if said is not None else max(row.at - flight.heard.get("vertical_rate_fpm", -math.inf), 0)
        rates = [value for value in (said, last) if value is not None]

        def reached(before: float, then: float) -> bool:
            elapsed = abs(row.at - then) + 2
            utmost = max(8000, *(1.5 * abs(rate) for rate in (0, *rates))) / 60 * elapsed
            other = 4 * max(elapsed, age) ** 2 if rates else math.inf
            up = min(1.5 * max(0, *rates, 0) / 60 * elapsed + other, utmost)
            down = min(1.5 * max(0, *(-rate for rate in rates), 0) / 60 * elapsed + other, utmost)
            return bool(-down - 300 <= feet - before <= up + 300)

        other, flight.other_ft = flight.other_ft, None
        before = flight.known["altitude_ft"]
        if reached(before, at):
            return
        if other and row.at > other[1] and reached(*other):
            lasted = at - flight.height_since
            if row.at - other[1] >= max(lasted, 1) or by[0] > flight.by.get("altitude_ft", by)[0]:
                flight.height_since = other[1]
                return
            flight.other_ft = other
        else:
            flight.other_ft = feet, row.at
        refused["altitude_jump"] += 1
        del row.known["altitude_ft"]

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
        flight.fall_silent()
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
        for flight in self.live.values():
            self._progress(flight)
        for address, leg in [*self.open.items()]:
            if leg.over(now):
                self.ended.append((*self.open.pop(address).id, leg.last_heard))
        for address, at in [*self.silent.items()]:
            if now >= at + 24 * HOUR and address not in self.live and address not in self.open:
                del self.silent[address]
        self.tombstones = {i: f for i, f in self.tombstones.items() if now - f.told_gone_at <= 600}

    def _progress(self, flight: Flight) -> None:
        phase = flight.known.get("phase", -1)
        known = {name: flight.known.get(name, BY_NAME[name].unknown) for name in PHASES_HEARD}
        if flight.last_heard - flight.heard.get("vertical_rate_fpm", -math.inf) > 60:
            known["vertical_rate_fpm"] = math.nan
        heard = {name: np.array([value], BY_NAME[name].dtype) for name, value in known.items()}
        before = np.array([phase], np.int8)
        seems = int(seeming(before, heard, np.array([math.nan]))[0])
        if seems != flight.seems:
            flight.seems, flight.seems_since = seems, flight.last_heard
        wait = float(patience(before, np.array([seems], np.int8), heard["altitude_ft"])[0])
        if seems != phase and flight.last_heard - flight.seems_since >= wait:
            flight.known |= {"phase": seems}
            if seems < 0:
                del flight.known["phase"]
            self._change(flight, "phase")

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

STEPS: tuple[float, ...] = (
    0.0,
    0.25,
    1.0,
    2.0,
    5.0,
    20.0,
    59.75,
    60.0,
    60.25,
    130.0,
    600.0,
    601.0,
    1799.0,
    1800.0,
)
STEPS += (6 * HOUR, 25 * HOUR)
LAGS = (0.0, 0.0, 0.25, 0.5, 1.0, 2.0, 30.0, 61.0, 700.0)
VALUES: dict[str, tuple[Any, ...]] = {
    "altitude_ft": (0.0, 9_750.0, 9_999.0, 10_000.0),
    "ground_speed_kt": (0.0, 250.5),
    "vertical_rate_fpm": (0.0, 1500.0, -1000.0),
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
        known |= {"lat": draw(st.sampled_from((0.0, 50.0, 50.001))), "lon": draw(st.sampled_from((0.0, 8.0)))}
        if draw(st.booleans()):
            known["time"] = at - draw(st.sampled_from((0.0, 0.25, 3.0, 70.0)))
    return Row(draw(st.sampled_from((0x4CA2D6, 0x3C6444, 0x14CA2D6))), at, known)
