"""What the decoder reads, held against the truth of which the frames were made, field by field.

    python benchmarks/truth.py [FRAMES TRUTH] [--receiver LAT LON]

FRAMES is CSV of `time,hex`. TRUTH is CSV with names: a row for each position frame, at its time, with `addr`,
`t`, `lat`, `lon` and any of `alt`, `gs`, `track`, `vrate`, `squawk`, `callsign`, `emergency` as they were in
that second; empty is unknown. Without files it is the minute of tests/data/modes.

Which positions can be found at all is said by a reference: a plain loop over the same frames that pairs each
with the one before of the other parity, in the air within 10 s and on the ground within 50, by arithmetic of
its own. It counts as decodable what the reference finds where the truth has it. The decoder must find all of
that; it finds more, as it needs no pair once it knows where an aircraft is.

The other fields are held against the truth of the same second. What the code of a frame rounds (1 kt for each
component, 64 ft/min) counts as equal.
"""

import argparse
import csv
import io
import math
import statistics
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recorded import Compared, Heard, frames, known, metres, printed, recording, rest, rows_of, unpacked

from aerotrack.core.observations import Receiver
from aerotrack.decode.modes.decoder import ModeS

AIRBORNE_PAIR_S, SURFACE_PAIR_S = 10.0, 50.0
RIGHT_M = 5.0
BATCH = 1000
MODES = Path(__file__).parents[1] / "tests/data/modes"
MINUTE = MODES / "minute.csv.gz", MODES / "minute_truth.csv.gz"

Place = tuple[float, float]
Row = Mapping[str, str]
Said = Mapping[str, Any]


@dataclass(slots=True)
class Truth:
    """The rows of a truth file, by address and millisecond, and by address and second."""

    placed: dict[tuple[int, int], Row]
    second: dict[tuple[int, int], Row]

    def at(self, address: int, time: float) -> Row | None:
        """Return the row of a position frame."""
        ms = round(time * 1000)
        rows = (self.placed.get((address, ms + off)) for off in (0, 1, -1))
        return next((row for row in rows if row), None)


def truth_of(text: str) -> Truth:
    placed: dict[tuple[int, int], Row] = {}
    second: dict[tuple[int, int], Row] = {}
    for row in csv.DictReader(io.StringIO(text)):
        address, time = int(row["addr"], 16), float(row["t"])
        placed[address, round(time * 1000)] = row
        second[address, math.floor(time)] = row
    return Truth(placed, second)


# The reference.


def zones_of_longitude(lat: float) -> int:
    """NL, by its definition."""
    if abs(lat) >= 87:
        return 1 if abs(lat) > 87 else 2
    turn = 1 - (1 - math.cos(math.pi / 30)) / math.cos(math.radians(lat)) ** 2
    return math.floor(2 * math.pi / math.acos(turn))


def paired(even: Place, odd: Place, *, latest_odd: bool, near: Place | None) -> Place | None:
    """Return the place of the later of two frames, given as fractions (y, x); `near` on the ground."""
    span = 360.0 if near is None else 90.0
    j = math.floor(59 * even[0] - 60 * odd[0] + 0.5)
    lats = [span / 60 * (j % 60 + even[0]), span / 59 * (j % 59 + odd[0])]
    if near is None:
        lats = [lat - 360 if lat >= 270 else lat for lat in lats]
    else:
        lats = [min((lat - 90, lat), key=lambda one: abs(one - near[0])) for lat in lats]
    if max(map(abs, lats)) > 90 or zones_of_longitude(lats[0]) != zones_of_longitude(lats[1]):
        return None
    zones = zones_of_longitude(lats[0])
    m = math.floor(even[1] * (zones - 1) - odd[1] * zones + 0.5)
    n = max(zones - latest_odd, 1)
    lon = span / n * (m % n + (odd if latest_odd else even)[1])
    if near is not None:
        lon = min((lon + 90 * i for i in range(4)), key=lambda one: abs((one - near[1] + 180) % 360 - 180))
    return lats[latest_odd], (lon + 180) % 360 - 180


def surface(one: Heard) -> bool:
    return one.typecode in range(5, 9)


def positional(one: Heard) -> bool:
    return one.typecode in (*range(5, 19), 20, 21, 22)


class Reference:
    """The last even and odd frame of each aircraft, in the air and on the ground."""

    def __init__(self, receiver: Receiver) -> None:
        self._near = receiver.lat, receiver.lon
        self._last: dict[tuple[int, bool, int], tuple[float, Place]] = {}

    def place(self, one: Heard) -> Place | None:
        """Return where a position frame says that its aircraft is, if the one before makes that known."""
        message = int.from_bytes(one.frame[4:11], "big")
        odd, ground = message >> 34 & 1, surface(one)
        here = (message >> 17 & 0x1FFFF) / 131072, (message & 0x1FFFF) / 131072
        address = int.from_bytes(one.frame[1:4], "big")
        self._last[address, ground, odd] = one.time, here
        time, there = self._last.get((address, ground, 1 - odd), (-math.inf, here))
        if one.time - time > (SURFACE_PAIR_S if ground else AIRBORNE_PAIR_S):
            return None
        even, last = (there, here) if odd else (here, there)
        return paired(even, last, latest_odd=bool(odd), near=self._near if ground else None)


# What counts as equal.

ROUNDED_UP = "made in the last half millisecond of the second before, of which it tells the truth"


def component(gs: float) -> float:
    """How far off a speed of two rounded components may be, kt."""
    return math.sqrt(0.5) + 0.01 + 1e-6 * gs


def movement_step(gs: float) -> float:
    """How far apart two codes of movement on the ground are."""
    ends = ((1, 0.125), (2, 0.25), (15, 0.5), (70, 1.0), (100, 2.0), (175, 5.0))
    return next((step for end, step in ends if gs < end), math.inf)


def speed_equal(ours: float, row: Row, one: Heard) -> bool:
    gs = float(row["gs"])
    if surface(one):
        return abs(ours - gs) <= movement_step(gs) or min(ours, gs) >= 175
    return abs(ours - gs) <= component(gs)


def track_equal(ours: float, row: Row, one: Heard) -> bool:
    off = abs((ours - float(row["track"]) + 180) % 360 - 180)
    if surface(one):
        return off <= 360 / 128 / 2 + 0.51
    gs = float(row["gs"] or 0)
    return off <= 0.51 + (math.degrees(math.asin(min(1, component(gs) / gs))) if gs > 1 else 180)


def rate_equal(ours: float, row: Row, one: Heard) -> bool:
    del one
    return abs(ours - float(row["vrate"])) <= 32


def text_equal(name: str) -> Callable[[Any, Row, Heard], bool]:
    def equal(ours: Any, row: Row, one: Heard) -> bool:
        del one
        return bool((ours.decode() if isinstance(ours, bytes) else f"{ours:04d}") == row[name])

    return equal


def number_equal(name: str) -> Callable[[Any, Row, Heard], bool]:
    def equal(ours: Any, row: Row, one: Heard) -> bool:
        del one
        return bool(float(ours) == float(row[name]))

    return equal


FIELDS: tuple[tuple[str, str, Callable[[Any, Row, Heard], bool]], ...] = (
    ("altitude_ft", "alt", number_equal("alt")),
    ("ground_speed_kt", "gs", speed_equal),
    ("track_deg", "track", track_equal),
    ("vertical_rate_fpm", "vrate", rate_equal),
    ("squawk", "squawk", text_equal("squawk")),
    ("callsign", "callsign", text_equal("callsign")),
    ("emergency", "emergency", number_equal("emergency")),
    ("on_ground", "ground", number_equal("ground")),
)


def decoded(heard: list[Heard], receiver: Receiver) -> list[Said | None]:
    """Return what the decoder reads in each frame, in batches as they come from a socket."""
    decoder, said = ModeS(receiver), list[Said | None]()
    for start in range(0, len(heard), BATCH):
        part = heard[start : start + BATCH]
        seen = decoder.decode(frames(part))
        columns = {name: values.tolist() for name, values in seen.columns.items()}
        said += [
            None if at < 0 else {name: values[at] for name, values in columns.items()}
            for at in rows_of(part, seen)
        ]
    return said


@dataclass(slots=True)
class Positions:
    """What became of the position frames that the truth has."""

    frames: int = 0
    decodable: int = 0
    without_pair: int = 0
    reference_wrong: int = 0
    found: int = 0
    missed: list[str] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)


def positions(heard: list[Heard], said: list[Said | None], truth: Truth, receiver: Receiver) -> Positions:
    """Hold each place against the truth, and against what the reference finds."""
    result, reference = Positions(), Reference(receiver)
    for one, ours in zip(heard, said, strict=True):
        if not positional(one) or rest(one.frame):
            continue
        address = int.from_bytes(one.frame[1:4], "big")
        row = truth.at(address, one.time)
        theirs = reference.place(one)
        if row is None:
            continue
        place = float(row["lat"]), float(row["lon"])
        result.frames += 1
        right = theirs is not None and metres(place, theirs) <= RIGHT_M
        result.decodable += right
        result.without_pair += theirs is None
        result.reference_wrong += theirs is not None and not right
        if ours is not None and known(ours.get("lat", math.nan)):
            result.found += 1
            result.errors.append(metres(place, (ours["lat"], ours["lon"])))
        elif right:
            result.missed.append(f"{address:06x} at {one.time:.3f}, {place}")
    return result


def fields(heard: list[Heard], said: list[Said | None], truth: Truth) -> dict[str, Compared]:
    """Hold each other field of each frame against the truth of its second."""
    compared: dict[str, Compared] = {}
    for one, ours in zip(heard, said, strict=True):
        if ours is None:
            continue
        address = int.from_bytes(one.frame[1:4], "big") if one.df in (11, 17, 18) else rest(one.frame)
        second = math.floor(one.time)
        row = truth.at(address, one.time) or truth.second.get((address, second))
        before = truth.second.get((address, second - 1), {}) if one.time == second else {}
        if row is None:
            continue
        for name, theirs, equal in FIELDS:
            if not row.get(theirs) or not known(value := ours.get(name, -1)):
                continue
            result = compared.setdefault(name, Compared())
            if equal(value, row, one):
                result.equal += 1
            else:
                why = ROUNDED_UP if before.get(theirs) and equal(value, before, one) else ""
                result.differs(why, f"{one.time:.3f} {one.frame.hex()} says {value}, truth {row[theirs]}")
    return compared


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[math.ceil(share * len(values)) - 1] if values else math.nan


def main() -> int:
    """Compare, print, and return 1 if the claim does not hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--receiver", nargs=2, type=float)
    arguments = parser.parse_args()
    frame_file, truth_file = arguments.files or MINUTE
    truth = truth_of(unpacked(truth_file).decode())
    lat, lon = arguments.receiver or (
        statistics.median(float(row[name]) for row in truth.placed.values()) for name in ("lat", "lon")
    )
    receiver = Receiver(lat, lon)
    heard = recording(frame_file)
    print(f"{len(heard):,} frames, {len(truth.placed):,} positions in truth; receiver {lat:.2f} {lon:.2f}")
    said = decoded(heard, receiver)
    result, compared = positions(heard, said, truth, receiver), fields(heard, said, truth)
    print(
        f"{result.frames:,} position frames: the reference finds {result.decodable:,} right and "
        f"{result.reference_wrong:,} wrong, {result.without_pair:,} have no pair; "
        f"we find {result.found:,} and miss {len(result.missed):,} of those that are decodable"
    )
    for row in result.missed[:10]:
        print(f"  missed: {row}")
    p99, worst = (quantile(result.errors, share) for share in (0.99, 1.0))
    print(f"error: median {quantile(result.errors, 0.5):.2f} m, p99 {p99:.2f} m, max {worst:.2f} m")
    printed(compared)
    holds = not result.missed and p99 <= RIGHT_M and not any("" in one.counts for one in compared.values())
    print("holds" if holds else "DOES NOT HOLD")
    return int(not holds)


if __name__ == "__main__":
    sys.exit(main())
