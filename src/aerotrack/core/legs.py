"""Where one flight ends and the next begins, and why.

A flight is one leg of one aircraft. While it is live the table's row knows it; from when it falls silent
until its leg ends, it is kept here with the time, place and altitude it was last heard at. An aircraft heard
again goes on with its open leg, or begins a new one:

- `gap`: it was silent for 6 hours, or for 30 minutes after it was last low or on the ground, or for 10
  minutes and is where it could not or would not be on the same leg (`Leg.continues`);
- `landed`: it stood on the ground for a minute and is airborne again; unless it is fast, it must say so twice
  (`Leg.departs`);
- `callsign`: it has another callsign than the leg, heard twice, on the ground or after 10 minutes of silence
  (`naming.py`);
- `first_seen`: it has no open leg, and none that silence ended within the last day.

A leg that has ended is never revived.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from math import inf, isnan
from typing import NamedTuple

from aerotrack.core.columns import SPLIT_REASONS
from aerotrack.core.geo import distance_nm

FIRST_SEEN, GAP, LANDED, CALLSIGN = (
    SPLIT_REASONS.index(reason) for reason in ("first_seen", "gap", "landed", "callsign")
)
LONG_SILENCE_S = 6 * 3600.0
DOUBTFUL_SILENCE_S = 10 * 60.0
LOW_SILENCE_S = 30 * 60.0
LOW_FT = 10_000.0
GROUND_TIME_S = 60.0
AIRBORNE_S = 5.0  # apart are the two reports that say so: transponders that stand are wrong now and then
AIRBORNE_KT = 30.0  # who is so fast needs but one
AT_MOST = 1.5  # of the last ground speed: tailwinds, and who climbs is still to become faster
AT_LEAST_LOW = 0.5  # of it, straight ahead, or a low flight has ended: there is time to land and go again
AT_LEAST_HIGH = 0.25  # of it, or a high one has: but circling is common, and it takes an hour to come back
TURN_ROUND_S = 3600.0  # least time to descend from 10,000 ft or more, land, board and climb there again
SLOW_KT = 100.0  # a slower one may become so fast: it hovered, or rolled
NEAR_NM = 5.0  # as far as one taxies, and reports err
MEMORY_S = 24 * 3600.0  # after a day of silence an aircraft is as good as new, and costs no memory
MOST_SILENT = 1 << 20  # aircraft, 300 MB, that are remembered: ten times as many as fly in a day
_WHERE = ("lat", "lon", "altitude_ft", "on_ground", "ground_since", "ground_speed_kt")
_SPARE = 1000  # moments kept for aircraft that have been heard again since, before these are cleared away


@dataclass(frozen=True, slots=True)
class Leg:
    """An open leg as it was last heard; altitude in ft and place in degrees; unknown as in the schema.

    `ground_since` is when the aircraft came to stand on the ground, in Unix seconds; if it is on the ground
    and that isn't known, `last_heard` stands in for it. `airborne_since` is when it first said that it is in
    the air again, while that isn't believed yet.
    """

    address: int
    start: int
    reason: int
    last_heard: float
    lat: float = float("nan")
    lon: float = float("nan")
    altitude_ft: float = float("nan")
    on_ground: int = -1
    ground_since: float = float("nan")
    ground_speed_kt: float = float("nan")
    callsign: bytes = b""
    origin: bytes = b""
    airborne_since: float = float("nan")

    @property
    def ends(self) -> float:
        """When silence ends this leg, in Unix seconds."""
        low = self.on_ground == 1 or self.altitude_ft < LOW_FT
        return self.last_heard + (LOW_SILENCE_S if low else LONG_SILENCE_S)

    def over(self, now: float) -> bool:
        """Say whether silence until `now` (Unix seconds) has ended this leg."""
        return now >= self.ends

    @property
    def stands_since(self) -> float:
        """When the aircraft came to stand on the ground, in Unix seconds; NaN if it is not known to stand."""
        if self.on_ground == 0:
            return float("nan")
        return self.last_heard if self.on_ground == 1 and isnan(self.ground_since) else self.ground_since

    def departs(self, report: "Report") -> bool:
        """Say whether an aircraft that stood on the ground is airborne, so that this leg has ended."""
        since = report.time if isnan(self.airborne_since) else self.airborne_since
        sure = report.ground_speed_kt >= AIRBORNE_KT or report.time - since >= AIRBORNE_S
        return report.on_ground == 0 and sure and since - self.stands_since >= GROUND_TIME_S

    def continues(self, report: "Report") -> bool | None:
        """Say whether an aircraft heard again can be on this leg; None while nobody knows where it is.

        After less than 10 minutes it can. After that it cannot be farther away than at 1.5 times the ground
        speed it was last heard with, and on the ground at both ends it has not moved. Low at either end it
        must have flown on, at least half as far as that speed leads straight ahead: otherwise it had time to
        land and to go again. High at both ends it had that time after an hour, and must have come a quarter
        of the way. What a leg does not know is not held against it.
        """
        silent = report.time - self.last_heard
        if silent < DOUBTFUL_SILENCE_S or isnan(self.lat):
            return True
        if isnan(report.lat):
            return None
        flown = float(distance_nm(self.lat, self.lon, report.lat, report.lon))
        timed = not isnan(self.ground_speed_kt)
        straight_on = (max(self.ground_speed_kt, SLOW_KT) if timed else SLOW_KT) * silent / 3600
        if timed and flown > AT_MOST * straight_on + NEAR_NM:
            return False
        if self.on_ground == report.on_ground == 1:
            return flown <= NEAR_NM
        low = self.on_ground == 1 or report.on_ground == 1
        if low or self.altitude_ft < LOW_FT or report.altitude_ft < LOW_FT:
            return flown >= AT_LEAST_LOW * straight_on
        return not timed or silent < TURN_ROUND_S or flown >= AT_LEAST_HIGH * straight_on


class Report(NamedTuple):
    """What an aircraft says when it is heard again; unknown as in the schema."""

    address: int
    time: float
    on_ground: int = -1
    lat: float = float("nan")
    lon: float = float("nan")
    altitude_ft: float = float("nan")
    ground_speed_kt: float = float("nan")


class Beginning(NamedTuple):
    """What an aircraft goes on with: a flight's `start` and `reason`.

    `over` is the leg that ends by it, `leg` the one that goes on; `doubtful` says that this one may yet turn
    out to be over, once it is known where the aircraft is.
    """

    start: int
    reason: int
    over: Leg | None = None
    leg: Leg | None = None
    doubtful: bool = False


class Legs:
    """The open legs of aircraft that are silent, one at most for each.

    Those given at the start are as a database has them: a minute behind, or, when a recording is read again,
    from its future; give `past` when they cannot be. Those kept later are exact, and nothing older than them
    is news. Of more than `most` silent aircraft the first that was kept is forgotten, its leg over.
    """

    def __init__(self, legs: Iterable[Leg] = (), *, past: bool = False, most: int = MOST_SILENT) -> None:
        self._most = most
        self._open: dict[int, Leg] = {}
        self._doubtful: dict[int, Leg] = {}  # gone on with by who has not said where it is
        self._displaced: list[Leg] = []  # over for another reason than silence
        for leg in legs:
            if before := self._open.get(leg.address):  # of another recording, say
                self._displaced.append(before)
            self._open[leg.address] = leg
        self._told = {leg.address: leg.last_heard for leg in self._open.values()} if past else {}
        self._silent: dict[int, float] = {}  # when each aircraft that fell silent here was last heard
        self._due = [(leg.ends, leg.address, leg.last_heard) for leg in self._open.values()]
        heapify(self._due)

    def __len__(self) -> int:
        return len(self._open)

    def keep(self, leg: Leg) -> None:
        """Remember the leg of an aircraft that fell silent."""
        doubtful = self._doubtful.pop(leg.address, None)
        if doubtful is not None:  # it still has not said where it is
            unknown = [name for name in _WHERE if getattr(leg, name) == -1 or isnan(getattr(leg, name))]
            leg = replace(leg, **{name: getattr(doubtful, name) for name in unknown})
        self._open[leg.address] = leg
        self._silent.pop(leg.address, None)  # so that the first in it is who fell silent first
        self._silent[leg.address] = leg.last_heard
        heappush(self._due, (leg.ends, leg.address, leg.last_heard))
        if len(self._silent) > self._most:
            first = next(iter(self._silent))
            del self._silent[first]
            if forgotten := self._open.pop(first, None):
                self._displaced.append(forgotten)
        if len(self._due) > 2 * (len(self._open) + len(self._silent)) + _SPARE:
            self._due = [(leg.ends, leg.address, leg.last_heard) for leg in self._open.values()]
            self._due += [(at + MEMORY_S, a, at) for a, at in self._silent.items() if a not in self._open]
            heapify(self._due)

    def pop(self, address: int) -> Leg | None:
        """Take out the open leg of an aircraft that is heard again."""
        return self._open.pop(address, None)

    def late(self, address: int, heard_at: float) -> bool:
        """Say whether what a silent aircraft reported at `heard_at` is no news."""
        return heard_at <= self._silent.get(address, -inf)

    def told(self, address: int) -> float:
        """Say, once, until when a run before this one was told of an aircraft; it was not: minus infinity."""
        return self._told.pop(address, -inf)

    def resume(self, report: Report, split: int | None = None) -> Beginning:
        """Say what an aircraft goes on with; `split` is a reason to begin a leg that was found elsewhere."""
        address, now = report.address, report.time
        leg = self._open.pop(address, None)
        self._doubtful.pop(address, None)
        if leg is None or now < leg.start:  # a leg of the future will begin again under the same id
            before = self._silent.get(address)
            if before is None:
                return Beginning(int(now), FIRST_SEEN)
            return Beginning(max(int(now), int(before) + 1), GAP)
        reason, continues = split, leg.continues(report)
        if leg.over(now) or continues is False:
            reason = GAP
        elif reason is None and leg.departs(report):
            reason = LANDED
        if reason is not None:
            return Beginning(max(int(now), leg.start + 1), reason, over=leg)
        if continues is None:
            self._doubtful[address] = leg
        return Beginning(leg.start, leg.reason, leg=leg, doubtful=continues is None)

    def broken(self, report: Report) -> bool | None:
        """Say whether a leg that was doubtful turns out to be over; None as long as nobody can say."""
        leg = self._doubtful.get(report.address)
        continues = True if leg is None else leg.continues(report)
        if continues is None:
            return None
        self._doubtful.pop(report.address, None)
        return not continues

    def ended(self, now: float) -> list[Leg]:
        """Take out the legs that silence, or a later leg of the aircraft, has ended by `now`."""
        over, self._displaced = self._displaced, []
        while self._due and self._due[0][0] <= now:
            _, address, last_heard = heappop(self._due)
            leg = self._open.get(address)
            if leg is not None and leg.over(now):
                over.append(self._open.pop(address))
                heappush(self._due, (leg.last_heard + MEMORY_S, address, leg.last_heard))
            elif self._silent.get(address) == last_heard and now >= last_heard + MEMORY_S:
                del self._silent[address]
        return over
