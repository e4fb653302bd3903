"""The fleet: which aircraft there are, who flies them, and between which two airports each commutes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aerotrack.sources.simulator.airlines import LETTERS, REGISTRATION, Airline, airlines
from aerotrack.sources.simulator.airports import Airports
from aerotrack.sources.simulator.chance import choose, uniform
from aerotrack.sources.simulator.performance import Performance
from aerotrack.sources.simulator.registers import register
from aerotrack.sources.simulator.sphere import EARTH_M

LIGHT_SHARE = 0.12  # of all aircraft in the air
LIGHT_TYPES = {"C172": 4, "P28A": 2, "SR22": 2, "DA40": 1.5, "C208": 0.6, "PC12": 0.8, "BE20": 0.4}

_NM_RAD = 1852.0 / EARTH_M
_SPREAD = 0.5  # of the logarithm of stage lengths around the typical one
_AT_HOME = 3.0  # how much likelier a flight within the country is, for short-haul aircraft
_SHORT_HAUL_NM = 1200.0
_SHORT_FIELD_KT = 137.0  # what lifts off slower than this also serves small airports
_QUIET = 0.5  # million passengers a year: what lifts off faster serves busier airports
_BY_SIGHT = 0.2  # how much rarer private aeroplanes are at a busy airport than at a small one
_NEAR_RAD = 60 * _NM_RAD  # private aeroplanes live around the cities
_FLIGHT_NUMBERS = 4999  # prime, so that every multiple is another number
_VFR_AMERICA, _VFR = 1200, 7000


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """N aircraft: arrays (N,) and, where there is one value for the way out and one for the way back, (N, 2).

    `type` and `airport` (N, 2) are indices into the table of types and the airports: it flies from the first
    to the second and back. `vfr` is the squawk of those who fly by sight, -1 for the others.
    """

    address: NDArray[np.uint32]
    registration: NDArray[np.bytes_]
    operator: NDArray[np.bytes_]
    type: NDArray[np.intp]
    airport: NDArray[np.intp]
    callsign: NDArray[np.bytes_]
    vfr: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.address)


def fleet(count: int, seed: int, airports: Airports, types: Performance) -> Fleet:
    """Make `count` aircraft. What one is depends on the seed and its number, not on how many there are."""
    numbers = np.arange(count)
    everyone = airlines()
    operator = choose([airline.aircraft for airline in everyone], uniform(seed, "operator", numbers))
    light = uniform(seed, "light", numbers) < LIGHT_SHARE
    operator[light] = -1
    base, kind = np.empty(count, np.intp), np.empty(count, np.intp)
    where, what = uniform(seed, "base", numbers), uniform(seed, "type", numbers)
    for rows, airline in _grouped(operator, everyone):
        bases = {code: share for code, share in airline.bases.items() if code.encode() in airports.code}
        base[rows] = _named(bases, where[rows], airports.code)
        kind[rows] = _named(airline.types, what[rows], types.code)
    base[light] = choose(_homes(airports), where[light])
    kind[light] = _named(LIGHT_TYPES, what[light], types.code)
    away = _destinations(base, kind, uniform(seed, "destination", numbers), airports, types)
    country = np.where(light, airports.country[base], np.array([a.country for a in everyone], "S2")[operator])
    address, registration = register(country)
    names = np.array([a.name for a in everyone] + [""], "S24")
    america = (country == b"US") | (country == b"CA")
    return Fleet(
        address=address,
        registration=registration,
        operator=names[operator],
        type=kind,
        airport=np.stack([base, away], axis=1),
        callsign=_callsigns(operator, everyone, registration),
        vfr=np.where(light, np.where(america, _VFR_AMERICA, _VFR), -1).astype(np.int16),
    )


def _grouped(operator: NDArray[np.intp], everyone: list[Airline]) -> list[tuple[NDArray[np.intp], Airline]]:
    """Return the rows of each airline that has any."""
    order = np.argsort(operator, kind="stable")
    bounds = np.searchsorted(operator[order], np.arange(len(everyone) + 1))
    groups = [(order[bounds[i] : bounds[i + 1]], airline) for i, airline in enumerate(everyone)]
    return [(rows, airline) for rows, airline in groups if len(rows)]


def _named(
    shares: dict[str, float], chances: NDArray[np.float64], codes: NDArray[np.bytes_]
) -> NDArray[np.intp]:
    """Choose among named things by their shares; return their places in `codes`."""
    places = np.array([np.flatnonzero(codes == code.encode())[0] for code in shares])
    picked: NDArray[np.intp] = places[choose(list(shares.values()), chances)]
    return picked


def _homes(airports: Airports) -> NDArray[np.float64]:
    """Say for each airport how many private aeroplanes live there: near cities, not at busy airports."""
    small, city = airports.place[airports.busy :], airports.place[: airports.busy]
    square = (2.0 - 2.0 * (small @ city.T)) / _NEAR_RAD**2
    crowd = (1.0 / (1.0 + square) ** 2) @ airports.traffic[: airports.busy]
    homes: NDArray[np.float64] = np.r_[np.zeros(airports.busy), 0.3 + np.sqrt(crowd)]
    return homes


def _destinations(
    base: NDArray[np.intp],
    kind: NDArray[np.intp],
    chances: NDArray[np.float64],
    airports: Airports,
    types: Performance,
) -> NDArray[np.intp]:
    """Choose where each aircraft goes: rather to a busy airport, and one at about its typical distance."""
    away = np.empty(len(base), np.intp)
    pair = base * len(types.code) + kind
    order = np.argsort(pair, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(pair[order]) != 0])
    light = types.light
    here = -1
    for rows in np.split(order, starts[1:]):
        if base[rows[0]] != here:
            here = base[rows[0]]
            angle = np.arccos(np.clip(airports.place @ airports.place[here], -1.0, 1.0))
            distance = np.maximum(angle / _NM_RAD, 1.0)
            stretch = np.log(distance)
            same = airports.country == airports.country[here]
        it = kind[rows[0]]
        possible = (distance >= types.shortest_nm[it]) & (distance <= types.longest_nm[it])
        if not light[it]:
            quietest = 0.0 if types.lift_off_kt[it] <= _SHORT_FIELD_KT else _QUIET
            possible &= airports.traffic > quietest
        there = np.flatnonzero(possible)
        if not len(there):
            away[rows] = np.argmin(np.where(distance < types.shortest_nm[it], np.inf, distance))
            continue
        pull = np.where(there < airports.busy, _BY_SIGHT, 1.0) if light[it] else airports.traffic[there]
        taste = np.exp(-0.5 * ((stretch[there] - np.log(types.typical_nm[it])) / _SPREAD) ** 2)
        if types.typical_nm[it] < _SHORT_HAUL_NM:
            taste = taste * np.where(same[there], _AT_HOME, 1.0)
        away[rows] = there[choose(pull * taste, chances[rows])]
    return away


def _callsigns(
    operator: NDArray[np.intp],
    everyone: list[Airline],
    registration: NDArray[np.bytes_],
) -> NDArray[np.bytes_]:
    """Write the callsigns (N, 2), out and back: flight numbers, or a private aircraft's registration."""
    plain = np.char.replace(registration, b"-", b"").astype("S8")
    found = np.stack([plain, plain], axis=1)
    for rows, airline in _grouped(operator, everyone):
        if airline.callsigns == REGISTRATION:
            continue
        out = 2 * (np.arange(1, len(rows) + 1) * 1_741 % _FLIGHT_NUMBERS) + 1
        for way in (0, 1):
            found[rows, way] = [_flight_number(airline, n) for n in (out + way).tolist()]
    return found


def _flight_number(airline: Airline, number: int) -> bytes:
    if airline.callsigns != LETTERS:
        return f"{airline.code}{number}".encode()
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # 24
    rest, digits = divmod(number, 89)
    second, first = divmod(rest, 24)
    return f"{airline.code}{digits + 10}{letters[first]}{letters[second]}".encode()
