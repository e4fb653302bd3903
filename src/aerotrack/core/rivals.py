"""Rivals: where else an aircraft is said to be than where it can be, and when that is believed after all.

A flight's track is established by the positions that were accepted, each within reach of the one before. One
that is out of reach is refused (`jump`), and is kept as the rival: a place, a time, since when its positions
have followed on each other. The rival takes over when the established track has been silent, and the rival
there, for as long as the established one had lasted before, from 1 s to 30 s, and with a second position. So
a wrong start heals in a second or two, a wrong position in the middle moves nothing, and two aircraft that
share an address do not take turns: as long as the first is heard it stays. A rival of a higher rank needs no
more than the second position.

Some feeds repeat a place until they have another, with new times, up to 15 s long (OpenSky). So the way is
held against the time since the place was said first.

Where both go on, the flight's `conflicted_at` says since when: this is how the others learn of it.

Heights are judged in the same way, with no other in between, and however long the established one has lasted:
until the aircraft can have climbed from one to the other, one of both is wrong.
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.arbitration import stronger
from aerotrack.core.geo import distance_nm
from aerotrack.core.observations import Observations
from aerotrack.core.plausibility import Reach, climbs
from aerotrack.core.rows import Rows

NEW, HIGHER = 1, 2  # in the column `doubt`: the flight begins anew, another height waits for a second one
SOON_S, LATE_S = 1.0, 30.0  # a rival takes over, at the earliest, and at the latest
HELD_S = 15.0  # for so long a feed may repeat a place that is none any more
COPY_S = 2.0  # the same place again within this time confirms nothing
CONFLICT_S = 10.0  # both go on for longer than this
PEACE_S = 600.0  # without a rival, after which another conflict is another event
_NM_M = 1852.0
JUDGED = ("lat", "lon", "ground_speed_kt", "on_ground", "position_source")
"""The columns that count in whether a place is in reach."""
JUDGED_HEIGHT = ("altitude_ft", "vertical_rate_fpm", "position_source")
"""The columns that count in whether a height is."""

_Rows = NDArray[np.intp]
_Mask = NDArray[np.bool_]
_Times = NDArray[np.float64]


def refused(table: Rows, rows: _Rows, seen: Observations, time: _Times, tick: int) -> _Mask:
    """Say which of K positions, true at `time`, are out of reach of their flights in `rows`; note rivals."""
    c, reach = table.columns, Reach(table, rows, seen)
    lat, lon, last = seen.columns["lat"], seen.columns["lon"], c["time"][rows]
    new = (c["doubt"][rows] & NEW > 0) | np.isnan(c["lat"][rows])
    elapsed = np.fmin(time - c["moved_at"][rows], time - last + HELD_S)
    fits = reach.holds(_NM_M * distance_nm(c["lat"][rows], c["lon"][rows], lat, lon), elapsed)
    c["placed_since"][rows[new]] = time[new]
    c["doubt"][rows[new]] &= ~NEW
    c["other_time"][rows[new]] = np.nan
    out: _Mask = ~(new | fits)
    if out.any():
        seen, which = seen.take(out), np.flatnonzero(out)
        out[which] = ~_taken_over(table, rows[which], seen, time[which], tick)
    return out


def _taken_over(table: Rows, rows: _Rows, seen: Observations, time: _Times, tick: int) -> _Mask:
    """Note K positions that do not fit as rivals; say which of these take over."""
    c, reach = table.columns, Reach(table, rows, seen)
    lat, lon, last = seen.columns["lat"], seen.columns["lon"], c["time"][rows]
    there = c["other_lat"][rows], c["other_lon"][rows]
    elapsed = time - c["other_time"][rows]
    same = (lat == there[0]) & (lon == there[1])
    copy = (elapsed < 0) | (same & (elapsed <= COPY_S))
    follows = reach.holds(_NM_M * distance_nm(*there, lat, lon), elapsed) & (elapsed <= c["lifetime"][rows])
    since = np.where(follows | copy, c["other_since"][rows], time)
    lasted = np.minimum(last - c["placed_since"][rows], LATE_S)
    outlasts = (time - since >= lasted) & (time - last >= np.maximum(lasted, SOON_S))
    wins: _Mask = follows & ~copy & (outlasts | stronger(table, rows, seen))
    fresh = ~copy & ~(same & follows)
    for name, values in (("lat", lat), ("lon", lon), ("time", time), ("since", since)):
        c[f"other_{name}"][rows[fresh]] = values[fresh]
    c["placed_since"][rows[wins]], c["other_time"][rows[wins]] = since[wins], np.nan
    both = follows & ~wins & (time - since > CONFLICT_S) & (last > since) & (time - last <= CONFLICT_S)
    told = time - c["rival_seen"][rows] <= PEACE_S
    news = rows[both & ~told]
    c["conflicted_at"][news], c["stamp"][news] = time[both & ~told], tick
    c["rival_seen"][rows[both]] = time[both]
    return wins


def heights_refused(table: Rows, rows: _Rows, seen: Observations) -> _Mask:
    """Say which of K heights are out of reach of the last, and have not outlasted it; note them."""
    c, feet, heard_at = table.columns, seen.columns["altitude_ft"], table.heard["altitude_ft"][rows]
    now, before = seen.last_heard, c["altitude_ft"][rows]
    heard = ~np.isnan(feet) & (now >= heard_at)
    first = heard & np.isnan(before)
    c["height_since"][rows[first]] = now[first]
    known = heard & ~first
    fits = climbs(table, rows, seen, before, np.where(known, heard_at, now))
    doubt, since = c["doubt"][rows], c["other_ft_at"][rows]
    follows = (doubt & HIGHER > 0) & (now > since) & climbs(table, rows, seen, c["other_ft"][rows], since)
    lasted = heard_at - c["height_since"][rows]
    wins = known & ~fits & follows
    wins &= (now - since >= np.maximum(lasted, SOON_S)) | stronger(table, rows, seen, "altitude_ft")
    c["height_since"][rows[wins]] = since[wins]
    out: _Mask = known & ~fits & ~wins
    c["doubt"][rows] = np.where(out, doubt | HIGHER, np.where(known, doubt & ~HIGHER, doubt))
    fresh = out & ~follows
    which = rows[fresh]
    c["other_ft"][which], c["other_ft_at"][which] = feet[fresh], now[fresh]
    return out
