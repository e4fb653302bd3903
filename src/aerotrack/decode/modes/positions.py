"""Positions: the places of all aircraft's position frames, in columns.

Nearly every frame is in reach of the place before it. For these the reference may as well be the place that
the aircraft had when the batch began: of all places that a frame can mean, only one is in reach of its
predecessor. So all are read at once, and then each is compared with the one before it. From the first that is
out of reach on, the frames of that aircraft take the way of `tracks`, one by one. The results are the same,
however frames are cut into batches.
"""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.observations import Receiver
from aerotrack.decode.modes.cpr import STEPS, Floats, all_apart, locals_of
from aerotrack.decode.modes.slots import MOST, Indices, Slots
from aerotrack.decode.modes.tracks import NM_PER_S, REFERENCE_S, SLACK_NM, Frame, Home, Track

_POLE = 90.0
_MANY = 1 << 12


class Positions:
    """Where each aircraft was last, by slot, and what is unclear about it."""

    def __init__(self, slots: Slots, receiver: Receiver | None) -> None:
        self._lat, self._lon = slots.remember(0.0, "f8"), slots.remember(0.0, "f8")
        self._time = slots.remember(-np.inf, "f8")
        self._slots = slots
        self._home = Home((receiver.lat, receiver.lon), receiver.range_nm) if receiver else None
        self._unclear: dict[int, Track] = {}
        self._most_unclear = _MANY

    def locate(
        self,
        slot: Indices,
        time: Floats,
        kind: NDArray[np.intp],
        *,
        y: NDArray[np.int64],
        x: NDArray[np.int64],
        fast: NDArray[np.bool_],
    ) -> tuple[Floats, Floats, int]:
        """Return latitudes and longitudes (M,), NaN where they cannot be told, and how many are refused.

        The frames (M,) come in order of slot, those of an aircraft as they were heard. `kind` is 2 x surface
        + odd; `y` and `x` are the 17 bits of each; `fast` is faster than 25 kt.
        """
        north, east = y / STEPS, x / STEPS
        first = np.empty(len(slot), bool)
        first[:1] = True
        np.not_equal(slot[1:], slot[:-1], out=first[1:])
        from_lat, from_lon, from_time = (
            remembered.values.take(slot) for remembered in (self._lat, self._lon, self._time)
        )
        lat, lon = locals_of(kind, north, east, from_lat, from_lon)
        rest = (~first).nonzero()[0]
        from_lat[rest], from_lon[rest], from_time[rest] = lat[rest - 1], lon[rest - 1], time[rest - 1]
        since = np.abs(time - from_time)
        clear = all_apart(from_lat, from_lon, lat, lon) <= SLACK_NM + NM_PER_S * since
        clear &= since <= REFERENCE_S
        clear &= np.abs(lat) <= _POLE
        if np.count_nonzero(clear) == len(slot):
            self._lat.values[slot], self._lon.values[slot], self._time.values[slot] = lat, lon, time
            return lat, lon, 0
        clear = _so_far(clear, first)
        at = slot[clear]
        self._lat.values[at], self._lon.values[at], self._time.values[at] = (
            lat[clear],
            lon[clear],
            time[clear],
        )
        rows = (~clear).nonzero()[0]
        lat[rows] = lon[rows] = np.nan
        frames = map(Frame, *(values[rows].tolist() for values in (time, kind, north, east, fast)))
        refused = self._one_by_one(slot[rows], frames, rows, lat, lon)
        return lat, lon, refused

    def _one_by_one(
        self, slot: Indices, frames: Iterable[Frame], rows: Indices, lat: Floats, lon: Floats
    ) -> int:
        """Write the places of `frames` to their `rows` of `lat` and `lon`; return how many are refused."""
        refused = 0
        for at, own in groupby(zip(slot.tolist(), rows.tolist(), frames, strict=True), itemgetter(0)):
            track = self._track(at)
            before = track.refused
            for _, row, frame in own:
                place = track.step(frame, self._home)
                if place:
                    lat[row], lon[row] = place
            refused += track.refused - before
            (self._lat.values[at], self._lon.values[at]), self._time.values[at] = track.place, track.time
        return refused

    def _track(self, slot: int) -> Track:
        """Return what is remembered of the aircraft at `slot`."""
        key = self._slots.key(slot)
        track = self._unclear.get(key)
        place = float(self._lat.values[slot]), float(self._lon.values[slot])
        time = float(self._time.values[slot])
        if track is None:
            if len(self._unclear) >= self._most_unclear:
                self._forget_old()
            track = self._unclear[key] = Track(place, time)
        track.place, track.time = place, time
        return track

    def _forget_old(self) -> None:
        now = max(track.newest() for track in self._unclear.values())
        kept = {key: track for key, track in self._unclear.items() if track.newest() >= now - REFERENCE_S}
        self._unclear = kept if len(kept) < MOST else {}
        self._most_unclear = max(_MANY, 2 * len(self._unclear))


def _so_far(clear: NDArray[np.bool_], first: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say of each frame whether it and all before it of its aircraft are clear."""
    unclear = (~clear).cumsum()
    before: NDArray[np.intp] = (unclear - ~clear)[first]
    so_far: NDArray[np.bool_] = unclear == before[first.cumsum() - 1]
    return so_far
