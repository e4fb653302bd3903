"""What is believed of recordings that hold wrong frames and rows, put through the table as the pipeline does.

    python benchmarks/belief.py [FRAMES TRUTH] [STATES ...] [--receiver LAT LON]

FRAMES is CSV of frames with their `receiver` and `kind`, as made for tests; TRUTH is as truth.py has it. Two
receivers are two feeds, heard in six ways: each alone, both, the second one's network 0.3 s late, and its
clock 2 s fast and slow. Claim: no frame of the kinds flipped, junk, jump and clone moves an aircraft, every
aircraft is one flight until it lands, in truth too, and every accepted position is within 50 m of where its
aircraft was.

STATES is JSON of one aircraft's rows a second, columns or rows, packed or not, as researchers keep them
(`latitude`, `longitude`, `altitude`, `timestamp` in ms; `last_position`). What is refused there is held
against a measure that sees the whole track, before and after: see recorded/robust.py.

Without files it is the minute of tests/data/modes.
"""

import argparse
import math
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from recorded import Heard, frames, known, metres, recording, rows_of, unpacked
from recorded.robust import Floats, chain, filled, off
from truth import MINUTE, Place, Truth, truth_of

from aerotrack.core.belief import believe
from aerotrack.core.columns import SPLIT_REASONS
from aerotrack.core.flights import FlightTable
from aerotrack.core.geo import DEGREE_M, KNOT_MS
from aerotrack.core.legs import GROUND_TIME_S
from aerotrack.core.observations import Observations, Receiver
from aerotrack.decode.modes.decoder import ModeS

WRONG_KINDS = ("flipped", "junk", "jump", "clone")
Variant = tuple[str, str, float, float]  # in words, which receivers, how late and how fast the second is
READ_S, TICK_S = 0.1, 1.0
WRONG_M, BACK_M = 50.0, 30.0
OFF_M, OFF_FT = 500.0, 300.0
DEPARTS_S = 10.0  # between the first report from the air and the flight that begins by it
VARIANTS: tuple[Variant, ...] = (
    ("the first alone", "A", 0.0, 0.0),
    ("the second alone", "B", 0.0, 0.0),
    ("both", "AB", 0.0, 0.0),
    ("the second 0.3 s late", "AB", 0.3, 0.0),
    ("its clock 2 s fast", "AB", 0.0, 2.0),
    ("its clock 2 s slow", "AB", 0.0, -2.0),
)


class Way:
    """Where each aircraft was at any moment: between the rows of truth."""

    def __init__(self, truth: Truth) -> None:
        places: dict[int, list[tuple[float, float, float]]] = defaultdict(list)
        for (address, ms), row in truth.placed.items():
            places[address].append((ms / 1000, float(row["lat"]), float(row["lon"])))
        self._places = {address: np.array(sorted(rows)).T for address, rows in places.items()}

        self._grounded: dict[int, list[tuple[float, bool]]] = defaultdict(list)
        for (address, ms), row in sorted(truth.placed.items()):
            self._grounded[address].append((ms / 1000, row["ground"] == "1"))

    def departed(self, address: int, time: float) -> bool:
        """Say whether an aircraft was on the ground for at least 60 s, and then in the air, about `time`."""
        since: float | None = None
        last = -math.inf
        for at, ground in self._grounded[address]:
            if ground:
                since = at if since is None else since
                last = at
            elif since is not None:
                if last - since >= GROUND_TIME_S - DEPARTS_S and abs(at - time) <= DEPARTS_S:
                    return True
                since = None
        return False

    def off(self, address: int, time: float, place: Place) -> float:
        """Return how far a place is from its aircraft, in metres; infinitely, if there is none."""
        if address not in self._places:
            return math.inf
        times, lat, lon = self._places[address]
        return metres((float(np.interp(time, times, lat)), float(np.interp(time, times, lon))), place)


@dataclass(slots=True)
class Believed:
    """What became of one hearing."""

    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    kinds: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    back_in_time: int = 0
    zigzag: int = 0
    flights: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))  # why each began

    @property
    def moved(self) -> int:
        """How many wrong frames moved an aircraft."""
        return sum(self.kinds[kind]["moved"] for kind in WRONG_KINDS)

    @property
    def several(self) -> list[str]:
        """Which aircraft became several flights, other than by landing."""
        return [
            f"{address:06x}"
            for address, starts in self.flights.items()
            if sum(reason != "landed" for reason in starts.values()) > 1
        ]


def reads(heard: list[Heard], late: dict[str, float]) -> Iterator[tuple[float, list[Heard]]]:
    """Yield what arrives in each tenth of a second, and when it ends."""
    part: list[Heard] = []
    end = math.inf
    for one in sorted(heard, key=lambda one: one.time + late[one.receiver]):
        arrived = one.time + late[one.receiver]
        if arrived >= end:
            yield end, part
            part = []
        if not part:
            end = (math.floor(arrived / READ_S) + 1) * READ_S
        part.append(one)
    if part:
        yield end, part


def hear(heard: list[Heard], variant: Variant, truth: Truth, at: Receiver) -> Believed:
    """Put what some receivers heard through decoders, belief and a table."""
    _, names, late_s, fast_s = variant
    result, way, table = Believed(), Way(truth), FlightTable(past=True)
    heard = [one for one in heard if one.receiver in names]
    late = {"A": 0.0, "B": late_s}
    ahead = {"A": 0.0, "B": late_s + fast_s}
    decoders = {name: ModeS(at) for name in names}
    last: dict[int, tuple[float, float, Place]] = {}
    ticked = -math.inf
    for now, part in reads(heard, late):
        sent: dict[tuple[str, int, float, float], Heard] = {}
        for name in names:
            mine = [one for one in part if one.receiver == name]
            stamped = [replace(one, time=one.time + ahead[name]) for one in mine]
            seen = replace(decoders[name].decode(frames(stamped)), feed=name)
            for one, row in zip(mine, rows_of(stamped, seen), strict=True):
                count = result.kinds[one.kind if one.kind in WRONG_KINDS else "right"]
                count["frames"] += 1
                count["read"] += row >= 0
                if row >= 0 and "lat" in seen.columns and known(float(seen.columns["lat"][row])):
                    count["placed"] += 1
                    lat, lon = float(seen.columns["lat"][row]), float(seen.columns["lon"][row])
                    sent[name, int(seen.address[row]), lat, lon] = one
            result.refused.update(seen.refused)
            believed = believe(replace(seen, refused={}), now)
            result.refused.update(believed.refused)
            result.refused.update(table.apply(believed))
        if now - ticked >= TICK_S:
            table.expire(now)
            ticked = now
        changes = table.take(now)
        for address, start, reason in zip(
            *(changes.updated[name].tolist() for name in ("address", "start", "reason")), strict=True
        ):
            result.flights[address][start] = SPLIT_REASONS[reason]
        columns = {name: values.tolist() for name, values in changes.positions.items()}
        for address, time, lat, lon, feed in zip(
            *(columns[name] for name in ("address", "time", "lat", "lon", "feed")), strict=True
        ):
            one = sent[changes.feeds[feed], address, lat, lon]
            result.accepted += 1
            result.kinds[one.kind if one.kind in WRONG_KINDS else "right"]["moved"] += 1
            if (error := way.off(address & 0xFFFFFF, one.time, (lat, lon))) > WRONG_M:
                result.wrong.append(f"{address:06x} {error:,.0f} m off, {one.kind}")
            told, was, there = last.get(address, (-math.inf, -math.inf, (lat, lon)))
            result.back_in_time += time < told
            result.zigzag += one.time < was - 0.01 and metres(there, (lat, lon)) > BACK_M
            last[address] = time, one.time, (lat, lon)
    return result


def noisy(heard: list[Heard], truth: Truth, at: Receiver) -> bool:
    """Hear a recording in all ways; say whether the claim holds."""
    holds, way = True, Way(truth)
    for variant in VARIANTS:
        result = hear(heard, variant, truth, at)
        landed = [
            way.departed(address & 0xFFFFFF, start)
            for address, starts in result.flights.items()
            for start, reason in starts.items()
            if reason == "landed"
        ]
        holds &= result.moved == 0 and not result.several and not result.wrong and all(landed)
        print(
            f"{variant[0]}: {result.accepted:,} positions accepted, {len(result.wrong)} of them more than "
            f"{WRONG_M:.0f} m off; {result.back_in_time} steps back in time, {result.zigzag} along the way; "
            f"{len(result.flights)} aircraft, "
            f"{sum(len(starts) for starts in result.flights.values())} flights, of which "
            f"{len(landed)} began after a landing, {sum(landed)} of them in truth too; "
            f"of several otherwise: {' '.join(result.several) or 'none'}"
        )
        print("  refused: " + ", ".join(f"{why} {count:,}" for why, count in sorted(result.refused.items())))
        for kind in ("right", *WRONG_KINDS):
            counts = result.kinds[kind]
            print(
                f"  {kind:8}" + "".join(f"{counts[n]:7,} {n}" for n in ("frames", "read", "placed", "moved"))
            )
        for row, count in Counter(result.wrong).most_common(5):
            print(f"  wrong: {row} ({count})")
    return holds


# Rows that others decoded.


def rows(path: Path) -> dict[str, Any]:
    """Read a track as columns."""
    said = orjson.loads(unpacked(path))
    if isinstance(said, dict):
        return {name: list(values.values()) for name, values in said.items()}
    return {name: [row[name] for row in said] for name in said[0]}


def numbers(said: dict[str, Any], name: str) -> Floats:
    """Return a column, NaN where it is not known."""
    count = len(said["timestamp"])
    return np.array([math.nan if value is None else value for value in said.get(name, [None] * count)], float)


def verdicts(said: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Put the rows of a track through the table, one by one; return what became of each place and height."""
    time, placed = numbers(said, "timestamp") / 1000, numbers(said, "last_position") / 1000
    seen = Observations.of(
        [int(address, 16) for address in said["icao24"]],
        time,
        feed="states",
        time=np.where(np.isnan(placed), time, np.minimum(placed, time)),
        lat=numbers(said, "latitude"),
        lon=numbers(said, "longitude"),
        altitude_ft=numbers(said, "altitude"),
        ground_speed_kt=numbers(said, "groundspeed"),
        track_deg=numbers(said, "track"),
        vertical_rate_fpm=numbers(said, "vertical_rate"),
        on_ground=[-1 if flag is None else int(flag) for flag in said.get("onground", [None] * len(time))],
    )
    table, places, heights = FlightTable(past=True), list[str](), list[str]()
    for i in range(len(seen)):
        row = believe(seen.take(slice(i, i + 1)), float(time[i]))
        refused = {**row.refused, **table.apply(row)}
        heights.append("altitude_jump" if "altitude_jump" in refused else "accepted")
        if np.isnan(row.columns["altitude_ft"]).all() and not np.isnan(seen.columns["altitude_ft"][i]):
            heights[-1] = "out_of_range"
            del refused["out_of_range"]  # of places there is none in these recordings
        why = [reason for reason in refused if reason != "altitude_jump"]
        places.append(why[0] if why else "accepted")
        if "jump" in refused:
            heights[-1] = "left out with its place"
        if i % 60 == 0:
            table.expire(float(time[i]))
            table.take(float(time[i]))
    return places, heights


def judged(words: str, fates: Iterable[str], errors: Floats, most: float) -> None:
    """Print how many rows of each fate are right and wrong."""
    errors_of: dict[str, list[float]] = defaultdict(list)
    for fate, error in zip(fates, errors.tolist(), strict=True):
        errors_of[fate].append(error)
    for fate, all_errors in sorted(errors_of.items()):
        wrong = [error for error in all_errors if error > most]
        untold = sum(map(math.isnan, all_errors))
        right = len(all_errors) - len(wrong) - untold
        by = f"   by {statistics.median(wrong):,.0f}, at most {max(wrong):,.0f}" if wrong else ""
        print(f"  {words:7} {fate:26} right {right:6,}  untold {untold:4,}  wrong {len(wrong):5,}{by}")


def states(path: Path) -> None:
    """Hold what became of the rows of a track against where it was."""
    said = rows(path)
    time, placed = numbers(said, "timestamp") / 1000, numbers(said, "last_position") / 1000
    when = np.where(np.isnan(placed), time, np.minimum(placed, time))
    lat, lon, feet = (numbers(said, name) for name in ("latitude", "longitude", "altitude"))
    rate, speed = numbers(said, "vertical_rate"), numbers(said, "groundspeed")
    places, heights = verdicts(said)
    print(f"{path.name}: {len(time):,} rows; wrong is more than {OFF_M:.0f} m or {OFF_FT:.0f} ft off")

    told = np.flatnonzero(~np.isnan(lat))
    again = np.r_[False, (np.diff(lat[told]) == 0) & (np.diff(lon[told]) == 0)]
    flat = np.stack([lat, lon * np.cos(np.radians(np.nanmedian(lat)))], axis=1)[told] * DEGREE_M
    fast = 1.2 * filled(speed, float(np.nanmedian(speed)))[told] * KNOT_MS
    first = np.flatnonzero(~again)
    first = first[np.argsort(when[told][first], kind="stable")]
    links = first[chain(when[told][first], flat[first], 150.0, fast[first])]
    fates = [f"{places[i]}{', said before' if held else ''}" for i, held in zip(told, again, strict=True)]
    judged("places", fates, off(when[told], flat, links), OFF_M)

    told = np.flatnonzero(~np.isnan(feet))
    steep = np.maximum(1.5 * np.abs(filled(rate, 0.0)[told]), 1500) / 60
    links = chain(time[told], feet[told, None], 75.0, steep)
    judged("heights", [heights[i] for i in told], off(time[told], feet[told, None], links), OFF_FT)
    error = feet[told] - np.interp(time[told], time[told][links], feet[told][links])
    climb = filled(rate, 0.0)[told]
    other = (np.abs(error) > OFF_FT / 2) & (np.abs(climb) > 300)  # ft/min: who is level is not late
    behind = other & (np.sign(error) == -np.sign(climb))
    if other.any():
        late = float(np.median(np.abs(error[other] / climb[other]))) * 60
        print(
            f"  of {int(other.sum())} heights more than {OFF_FT / 2:.0f} ft off while it climbs or descends "
            f"{int(behind.sum())} lie behind, as those heard {late:.0f} s ago do (median)"
        )


def main() -> int:
    """Put recordings through, print, and return 1 if the claim does not hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--receiver", nargs=2, type=float, default=(48.8, 2.4))
    arguments = parser.parse_args()
    tracks = [path for path in arguments.files if ".json" in path.name]
    pair = [path for path in arguments.files if path not in tracks] or ([] if tracks else [*MINUTE])
    holds = True
    if pair:
        frame_file, truth_file = pair
        truth = truth_of(unpacked(truth_file).decode())
        holds = noisy(recording(frame_file), truth, Receiver(*arguments.receiver))
    for path in tracks:
        states(path)
    print("holds" if holds else "DOES NOT HOLD")
    return int(not holds)


if __name__ == "__main__":
    sys.exit(main())
