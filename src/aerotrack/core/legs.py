"""Where one flight ends and the next begins, and why.

A flight is one leg of one aircraft. While it is live the table's row knows it; from when it falls silent
until its leg ends, it is kept here with the time, place and altitude it was last heard at. An aircraft heard
again goes on with its open leg, or begins a new one:

- `gap`: it was silent for 6 hours, or for 30 minutes after it was last low or on the ground;
- `landed`: it stood on the ground for a minute and is airborne again;
- `first_seen`: it has no open leg, and none that silence ended within the last day.

A leg that has ended is never revived.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import inf, isnan

from aerotrack.core.columns import SPLIT_REASONS

FIRST_SEEN, GAP, LANDED = (SPLIT_REASONS.index(reason) for reason in ("first_seen", "gap", "landed"))
LONG_SILENCE_S = 6 * 3600.0
LOW_SILENCE_S = 30 * 60.0
LOW_FT = 10_000.0
GROUND_TIME_S = 60.0
MEMORY_S = 24 * 3600.0  # after a day of silence an aircraft is as good as new, and costs no memory
MOST_SILENT = 1 << 20  # aircraft, 300 MB, that are remembered: ten times as many as fly in a day
_SPARE = 1000  # moments kept for aircraft that have been heard again since, before these are cleared away


@dataclass(frozen=True, slots=True)
class Leg:
    """An open leg as it was last heard; altitude in ft and place in degrees; unknown as in the schema.

    `ground_since` is when the aircraft came to stand on the ground, in Unix seconds; if it is on the ground
    and that isn't known, `last_heard` stands in for it.
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

    @property
    def ends(self) -> float:
        """When silence ends this leg, in Unix seconds."""
        low = self.on_ground == 1 or self.altitude_ft < LOW_FT
        return self.last_heard + (LOW_SILENCE_S if low else LONG_SILENCE_S)

    def over(self, now: float) -> bool:
        """Say whether silence until `now` (Unix seconds) has ended this leg."""
        return now >= self.ends

    def stood(self, now: float) -> bool:
        """Say whether the ground time before an aircraft was airborne at `now` has ended this leg."""
        since = self.last_heard if isnan(self.ground_since) else self.ground_since
        return self.on_ground == 1 and now - since >= GROUND_TIME_S


class Legs:
    """The open legs of aircraft that are silent, one at most for each.

    Those given at the start are as a database has them: a minute behind, or, when a recording is read again,
    from its future; give `past` when they cannot be. Those kept later are exact, and nothing older than them
    is news. Of more than `most` silent aircraft the first that was kept is forgotten, its leg over.
    """

    def __init__(self, legs: Iterable[Leg] = (), *, past: bool = False, most: int = MOST_SILENT) -> None:
        self._most = most
        self._open: dict[int, Leg] = {}
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

    def resume(self, address: int, now: float, *, airborne: bool) -> tuple[int, int, Leg | None]:
        """Say which (start, reason) an aircraft heard at `now` goes on with, and which leg that ends."""
        leg = self._open.pop(address, None)
        if leg is None or now < leg.start:  # a leg of the future will begin again under the same id
            before = self._silent.get(address)
            if before is None:
                return int(now), FIRST_SEEN, None
            return max(int(now), int(before) + 1), GAP, None
        if leg.over(now):
            return max(int(now), leg.start + 1), GAP, leg
        if airborne and leg.stood(now):
            return max(int(now), leg.start + 1), LANDED, leg
        return leg.start, leg.reason, None

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
