"""Tracks: where one aircraft is believed to be, one position frame after the other.

A frame tells a place only with a reference (see `cpr`), and a wrong reference yields wrong places a zone
away. Two aircraft may use one address, and someone may send false places between the true ones. So:

- the reference is the last place, for a minute. A frame that means a place in reach of it is of the same
  track;
- a frame that does not is a rival. Rivals are paired with rivals only, and two frames are a pair only if the
  places they give are in reach of one another. So frames of two tracks do not mix;
- a rival track is believed, and becomes the reference, after several frames in a row without one of the old
  track. Until then its places are passed on all the same, from the second on: to refuse them is not a
  decoder's to judge;
- a frame in reach of neither is refused.

This is the definition, in scalars. `positions` does the same in columns while nothing is out of the ordinary.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from aerotrack.decode.modes import cpr
from aerotrack.decode.modes.cpr import Place

REFERENCE_S = 60.0
"""How long a place is a reference for single frames."""
SLACK_NM, NM_PER_S = 2.0, 1200 / 3600
"""What is in reach: generous, so that reach stays far below half a zone and nothing true is refused."""

_KNOWN_S = 590.0  # how long a place tells which of its meanings a pair has
_PAIR_S, _SURFACE_PAIR_S, _FAST_PAIR_S = 10.0, 50.0, 25.0
_PAIR_SLACK_NM, _FAST_NM_PER_S, _SLOW_NM_PER_S = 0.25, 900 / 3600, 60 / 3600
_SEVERAL = 4
_APART_S = 0.2  # frames heard closer than this are one, heard by two receivers


class Frame(NamedTuple):
    """A position frame: `kind` is 2 x surface + odd, `y` and `x` fractions of a zone, `fast` above 25 kt."""

    time: float
    kind: int
    y: float
    x: float
    fast: bool


class Home(NamedTuple):
    """Where the receiver stands, and how far it hears, NM."""

    place: Place
    range_nm: float


@dataclass(slots=True)
class Track:
    """What is remembered of an aircraft. `place` is the reference, heard at `time`, -inf if there is none."""

    place: Place
    time: float
    rival: Place | None = None
    rival_time: float = 0.0
    rivals: int = 0
    refused: int = 0
    _agreed: float = 0.0  # the time of the reference when rivals were counted last
    _last: list[Frame | None] = field(default_factory=lambda: [None] * 4)  # by kind

    def step(self, frame: Frame, home: Home | None) -> Place | None:
        """Return the place that `frame` means, None where that cannot be told; count what is refused."""
        since = abs(frame.time - self.time)
        if since <= REFERENCE_S and (place := _in_reach(frame, self.place, since)):
            self.place, self.time = place, frame.time
            return place
        if self.rival:
            since_rival = abs(frame.time - self.rival_time)
            if since_rival <= REFERENCE_S and (place := _in_reach(frame, self.rival, since_rival)):
                self._count(frame.time, place)
                return place
        place = self._paired(frame, home)
        if place and since > REFERENCE_S and self._could_be(place, since):
            self._follow(place, frame.time)
            return place
        if place:
            self.rival, self.rival_time, self.rivals, self._agreed = place, frame.time, 1, self.time
        if place or since <= REFERENCE_S:
            self.refused += 1
        return None

    def newest(self) -> float:
        """Return when a frame was heard that is still of use here."""
        return max(frame.time for frame in self._last if frame) if any(self._last) else self.rival_time

    def _could_be(self, place: Place, since: float) -> bool:
        return since > _KNOWN_S or cpr.apart(self.place, place) <= SLACK_NM + NM_PER_S * since

    def _count(self, time: float, place: Place) -> None:
        """Go on along the rival track, and believe it after a while."""
        if self._agreed != self.time:
            self._agreed, self.rivals = self.time, 0
        if self.rivals == 0 or abs(time - self.rival_time) > _APART_S:
            self.rivals += 1
        self.rival, self.rival_time = place, time
        if self.rivals >= _SEVERAL:
            self._follow(place, time)

    def _follow(self, place: Place, time: float) -> None:
        self.place, self.time = place, time
        self.rival, self._last = None, [None] * 4

    def _paired(self, frame: Frame, home: Home | None) -> Place | None:
        """Return the place of `frame` by the last one of the other parity, if both are of one place."""
        odd = frame.kind & 1
        other = self._last[frame.kind ^ 1]
        self._last[frame.kind] = frame
        if other is None:
            return None
        near = None
        fast = True
        longest = _PAIR_S
        if frame.kind > 1:
            near = self._surroundings(frame.time, home)
            if near is None:
                return None
            fast = frame.fast or other.fast
            longest = _FAST_PAIR_S if fast else _SURFACE_PAIR_S
        between = abs(frame.time - other.time)
        if between > longest:
            return None
        even = other if odd else frame
        later = frame if odd else other
        places = cpr.pair((even.y, even.x), (later.y, later.x), near)
        reach = _PAIR_SLACK_NM + between * (_FAST_NM_PER_S if fast else _SLOW_NM_PER_S)
        if places is None or cpr.apart(*places) > reach:
            return None
        if home and cpr.apart(home.place, places[odd]) > home.range_nm:
            self.refused += abs(frame.time - self.time) > REFERENCE_S  # with a reference, `step` counts it
            return None
        return places[odd]

    def _surroundings(self, time: float, home: Home | None) -> Place | None:
        """Return a place near which a pair from the ground must be."""
        if abs(time - self.time) <= _KNOWN_S:
            return self.place
        return home.place if home else None


def _in_reach(frame: Frame, place: Place, since: float) -> Place | None:
    """Return the place that `frame` means next to `place`, None if an aircraft cannot have come there."""
    meant = cpr.local(frame.kind, frame.y, frame.x, *place)
    if meant is None or cpr.apart(place, meant) > SLACK_NM + NM_PER_S * since:
        return None
    return meant
