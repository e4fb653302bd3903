"""A sky of dicts to hold the stream against: flights do what they are told, and it says what is so."""

import json
from collections.abc import Mapping, Sequence
from math import isnan, nan
from typing import Any

import numpy as np

from aerotrack.core.changes import Changes
from aerotrack.core.columns import BY_NAME, Columns
from aerotrack.core.identity import flight_text
from aerotrack.core.motion import extrapolated
from aerotrack.web.flight_json import whole_flights
from fakes import START, changes_of, rows_of

FEEDS = ("roof", "hill", "küche")

_WAY = ("lat", "lon", "ground_speed_kt", "track_deg")

Name = tuple[int, int]
"""A flight: its aircraft's address, and its start."""


class PlainSky:
    """Flights by name: each is its row and what is known of it, as the schema has it."""

    def __init__(self) -> None:
        self.tick = 0
        self.feeds = 1
        self.flights: dict[Name, dict[str, Any]] = {}
        self.starts: dict[int, int] = {}
        self.reseated = 0  # the newest tick in which a flight left its row that sits in another now
        self._seats: dict[Name, tuple[int, int]] = {}  # the row a flight left, and in which tick
        self._rows: dict[Name, int] = {}  # of the newest tick
        self._written: dict[Name, dict[str, Any]] = {}  # as JSON has them
        self._changed: set[Name] = set()
        self._went: list[tuple[Name, dict[str, Any]]] = []

    @property
    def time(self) -> float:
        """The stream time of the newest tick."""
        return START + 1000.0 + self.tick

    def name(self, address: int) -> Name:
        """Return the newest flight of an aircraft."""
        return address, self.starts.setdefault(address, START)

    def known(self, address: int) -> dict[str, Any]:
        """Return what is known of an aircraft's newest flight; nothing if it does not live."""
        return self.flights.get(self.name(address), {})

    def happen(self, what: str, *args: Any) -> None:
        """Let one of the six things below happen."""
        getattr(self, what)(*args)

    def moves(self, address: int, motion: Mapping[str, float], seat: int | None = None) -> None:
        """Hear where an aircraft is. A new one takes its former row, or a free one from `seat` on."""
        self._report(address, seat, **motion, time=nan if isnan(motion["lat"]) else self.time + 1)

    def flies_on(self, address: int, astray: float) -> None:
        """Hear an aircraft where it is expected, but `astray` degrees further north."""
        known = self.known(address)
        if not isnan(known.get("lat", nan)):
            columns = columns_of([self.name(address)], [known])
            lat, lon, speed, track = (columns[name].astype(float) for name in _WAY)
            lat, lon = extrapolated(lat, lon, speed, track, np.array([self.time + 1 - known["time"]]))
            self._report(address, None, lat=lat[0] + astray, lon=lon[0], time=self.time + 1)

    def tells(self, address: int, known: Mapping[str, Any], seat: int | None = None) -> None:
        """Hear facts of an aircraft."""
        self._report(address, seat, **known, facts_tick=self.tick + 1)

    def turns(self, address: int, phase: int, seat: int | None = None) -> None:
        """Find an aircraft in a phase, which is no fact."""
        self._report(address, seat, phase=phase)

    def vanishes(self, address: int, new_leg: int) -> None:
        """Let an aircraft be gone; what comes back may be another leg."""
        name = self.name(address)
        if name in self.flights:
            row, _ = self._seats[name] = self._rows.get(name, self.flights[name]["row"]), self.tick + 1
            self._went.append((name, self.flights.pop(name) | {"row": row}))
            self._changed.discard(name)
        self.starts[address] += new_leg

    def changes_seats(self, one: int, other: int) -> None:
        """Have two flights swap rows without a word, or one sit in another row."""
        names = sorted({self.name(one), self.name(other)} & self.flights.keys())
        rows = [self.flights[name]["row"] for name in names]
        for name, row in zip(names, rows[::-1] if len(rows) > 1 else [self._free(1)], strict=False):
            self.flights[name].update(row=row, facts_tick=self.tick + 1)
            self._changed.add(name)
            self.reseated = self.tick + 1

    def _report(self, address: int, seat: int | None, **known: Any) -> None:
        name = self.name(address)
        if name not in self.flights:
            self._went = [(who, flight) for who, flight in self._went if who != name]
            row, left_at = self._seats.get(name, (1, 0))
            taken = self._free(row if seat is None else seat)
            self.reseated = max(self.reseated, left_at * (taken != row))
            self.flights[name], known["facts_tick"] = {"row": taken, "coasting": 0}, self.tick + 1
        self.flights[name].update(known, last_heard=self.time + 1)
        self._changed.add(name)

    def _free(self, seat: int) -> int:
        """Return the first row from `seat` on that is nobody's, and was nobody's in the newest tick."""
        flights = (*self.flights.values(), *(flight for _, flight in self._went))
        taken = {flight["row"] for flight in flights} | {*self._rows.values()}
        return next(row for row in range(seat, seat + 99) if row not in taken)

    def passes(self, *, snapshot: bool = False) -> Changes:
        """Close the tick, and say what changed in it; a snapshot names all that lives, and nothing else."""
        self.tick += 1
        snapshot |= self.tick == 1
        names = sorted(self.flights if snapshot else self._changed)
        updated = columns_of(names, [self.flights[name] for name in names]) if names else None
        went = [] if snapshot else self._went
        gone = columns_of([name for name, _ in went], [flight for _, flight in went]) if went else None
        self._changed, self._went = set(), []
        self._rows = {name: flight["row"] for name, flight in self.flights.items()}
        feeds = FEEDS[: self.feeds]
        if updated is not None:
            texts = whole_flights(updated, feeds, [flight_text(*name) for name in names])
            self._written.update(zip(names, map(json.loads, texts), strict=True))
        since = 0 if snapshot else None
        return changes_of(self.tick, updated, gone, since=since, feeds=feeds, stamp=self.tick)

    def truth(self) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
        """Return the flights that live by their ids: what is known of each, and how JSON has it."""
        flights = self.flights.items()
        return {flight_text(*name): (flight, self._written[name]) for name, flight in flights}


def columns_of(names: Sequence[Name], flights: Sequence[Mapping[str, Any]]) -> Columns:
    """Write flights as columns."""
    keys = {key: BY_NAME[key].unknown if key in BY_NAME else 0 for flight in flights for key in flight}
    known = {key: [flight.get(key, unknown) for flight in flights] for key, unknown in keys.items()}
    return rows_of([address for address, _ in names], [start for _, start in names], **known)
