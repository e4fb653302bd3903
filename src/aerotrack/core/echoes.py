"""Echoes: what one receiver tells of an aircraft after another one has told it.

Networks deliver what they hear up to 4 s late, and stamp it on arrival, or have clocks that are as wrong.
An aircraft would step back with each of their positions. So a flight's last places are remembered: the same
place from another feed is a copy, and one that lies behind the flight, against its own track, is late.
"""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import POSITION_SOURCES, Columns
from aerotrack.core.geo import DEGREE_M, KNOT_MS
from aerotrack.core.observations import Observations

LATE_S = 4.0
PLACES = 8  # at two a second
SAME_DEG = 2e-5  # formats round places to 1e-5
FORWARD_KT = 50.0  # who is slower may turn where it is, or fly backwards
BEHIND_M = 30.0  # places err
_FRESH_S = 5.0  # a track that is older may have turned
_MLAT = POSITION_SOURCES.index("mlat")

_Rows = NDArray[np.intp]
_Mask = NDArray[np.bool_]
_Numbers = NDArray[np.float64]


class Echoes:
    """The last places of every row, kept from when a second feed is heard: one has no echo."""

    def __init__(self) -> None:
        self.awake = False
        self.retold: Counter[int] = Counter()  # by feed: positions that another one had told before
        self._places = np.full((3, 1, PLACES), np.nan)  # lat, lon, time; row 0 is nobody's
        self._next = np.zeros(1, np.int8)

    def note(self, rows: _Rows, lat: _Numbers, lon: _Numbers, time: _Numbers) -> None:
        """Remember a place of each of K rows."""
        if (short := int(rows.max(initial=-1)) + 1 - len(self._next)) > 0:
            more = max(short, len(self._next))
            self._places = np.concatenate([self._places, np.full((3, more, PLACES), np.nan)], axis=1)
            self._next = np.concatenate([self._next, np.zeros(more, np.int8)])
        place = self._next[rows]
        at = rows * PLACES + place
        for places, values in zip(self._places.reshape(3, -1), (lat, lon, time), strict=True):
            places[at] = values
        self._next[rows] = (place + 1) % PLACES

    def copies(self, rows: _Rows, lat: _Numbers, lon: _Numbers, time: _Numbers) -> _Mask:
        """Say which of K places, true at `time`, their rows were at already within the last 4 s."""
        rows = np.where(rows < len(self._next), rows, 0)
        north, east, then = self._places
        near = np.abs(north.take(rows, axis=0) - lat[:, None]) <= SAME_DEG
        which, place = np.divmod(near.reshape(-1).nonzero()[0], PLACES)  # few are
        at = rows[which], place
        same = np.abs(east[at] - lon[which]) <= SAME_DEG
        same &= np.abs(then[at] - time[which]) <= LATE_S
        copies = np.zeros(len(rows), bool)
        copies[which[same]] = True
        return copies


def behind(c: Columns, heard_track: _Numbers, rows: _Rows, seen: Observations, time: _Numbers) -> _Mask:
    """Say which of K positions lie behind their flights in `rows`, by no more than 4 s of their flight.

    `heard_track` (K,) is when the track of each was heard.
    """
    speed, track = c["ground_speed_kt"][rows], np.radians(c["track_deg"][rows])
    elapsed = time - c["time"][rows]
    north = (seen.columns["lat"] - c["lat"][rows]) * DEGREE_M
    east = seen.columns["lon"] - c["lon"][rows]
    east = (east - 360.0 * np.rint(east / 360.0)) * DEGREE_M * np.cos(np.radians(c["lat"][rows]))
    back = -(north * np.cos(track) + east * np.sin(track))
    sources = seen.columns.get("position_source")
    exact = c["position_source"][rows] != _MLAT
    exact = exact if sources is None else exact & (sources != _MLAT)
    moving = exact & (speed >= FORWARD_KT) & (seen.last_heard - heard_track <= _FRESH_S)
    late: _Mask = (
        moving & (elapsed <= LATE_S) & (back > BEHIND_M) & (back <= LATE_S * speed * KNOT_MS + BEHIND_M)
    )
    return late
