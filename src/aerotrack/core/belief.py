"""Which observations to accept, as far as it can be told from the observation alone.

What needs the flight's past (out of order, a copy) is the table's to decide, as it applies them in order.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import EMERGENCIES, Columns
from aerotrack.core.geo import distance_nm
from aerotrack.core.observations import Observations, Receiver
from aerotrack.core.plausibility import FASTEST_ON_GROUND_KT

FUTURE_S = 60.0
STALE_S = 3600.0  # no receiver lists an aircraft for so long, and each older hour would cost six partitions
HIGHEST_GROUND_FT = 15_000.0  # the highest airport, Daocheng Yading, is at 14,472 ft
_EARLIEST_S, _LATEST_S = 0.0, 4_102_444_800.0  # 1970 and 2100: a flight's id has 32 bits for its second
_CODES = np.arange(1 << 15)
_OCTAL = np.isin(_CODES, [int(f"{code:o}") for code in range(0o10000)])
_SQUAWK = np.where(_OCTAL, _CODES, -1).astype(np.int16)  # -1, the unknown, finds the last of these: unknown
EMERGENCY_OF_SQUAWK = np.where(_OCTAL, 0, -1).astype(np.int8)
"""What a squawk says of an emergency, by the squawk; the last is that of -1, unknown."""
for _squawk, _name in ((7500, "unlawful"), (7600, "no_radio"), (7700, "general")):
    EMERGENCY_OF_SQUAWK[_squawk] = EMERGENCIES.index(_name)


def believe(observations: Observations, now: float) -> Observations:
    """Return what can be believed of `observations` at stream time `now`, the rest counted in `refused`.

    - `future`: a row from more than 60 s ahead is left out, and so is one whose time cannot be told;
    - `bad_time`: so is one from before 1970 or after 2099, in which no flight can be named;
    - `stale`: so is one of a live source, which has no stamps, that is more than an hour old, and a position
      that old is taken out of its row;
    - `out_of_range`: a position with |lat| > 90 or |lon| > 180, or only half of one, is taken out of its row;
      so is a height above 15,000 ft of who is on the ground, unless it is too fast for that: then the word of
      the ground is the wrong one;
    - `null_island`: so is a position at exactly 0, 0, where broken transponders are;
    - `out_of_reach`: so is one that is farther away than the receiver can hear, where it is known.

    A live source's times that are ahead by less than that are `now`: its clock is fast.

    A squawk that is not four octal digits is unknown. One of 7500, 7600 or 7700 is an emergency, also when
    the feed does not say so.
    """
    refused: Counter[str] = Counter(observations.refused)
    heard_at = observations.last_heard
    time = observations.columns.get("time", heard_at)
    first, last = np.fmin(heard_at, time), np.fmax(heard_at, time)
    ahead = np.isnan(heard_at) | (last > now + FUTURE_S)
    bad = (first < _EARLIEST_S) | (last >= _LATEST_S)
    oldest = now - STALE_S if observations.stamps is None else -np.inf
    stale = heard_at < oldest
    if (ahead | bad | stale).any():
        for reason, which in (
            ("future", ahead),
            ("bad_time", bad & ~ahead),
            ("stale", stale & ~ahead & ~bad),
        ):
            refused[reason] += int(which.sum())
        observations = observations.take(~(ahead | bad | stale))
    columns = dict(observations.columns)
    if observations.stamps is None and (last > now).any():
        observations = replace(observations, last_heard=np.minimum(observations.last_heard, now))
        if "time" in columns:
            columns["time"] = np.minimum(columns["time"], now)
    if "lat" in columns:
        lat, lon = columns["lat"], columns["lon"]
        heard = ~(np.isnan(lat) & np.isnan(lon))
        inside = (np.abs(lat) <= 90.0) & (np.abs(lon) <= 180.0)  # noqa: PLR2004  the globe
        nowhere = (lat == 0.0) & (lon == 0.0)
        old = heard & inside & ~nowhere & (columns.get("time", observations.last_heard) < oldest)
        far = heard & inside & ~nowhere & ~old & _out_of_reach(lat, lon, observations.receiver)
        bad = heard & (~inside | nowhere | old | far)
        if bad.any():
            refused["out_of_range"] += int((heard & ~inside).sum())
            refused["null_island"] += int(nowhere.sum())
            refused["stale"] += int(old.sum())
            refused["out_of_reach"] += int(far.sum())
            columns["lat"], columns["lon"] = np.where(bad, np.nan, lat), np.where(bad, np.nan, lon)
    if "on_ground" in columns and "altitude_ft" in columns:
        high = _above_any_airport(columns)
        if np.count_nonzero(high):
            refused["out_of_range"] += int(np.count_nonzero(high))
            columns["altitude_ft"] = np.where(high, np.float32(np.nan), columns["altitude_ft"])
    if "squawk" in columns:
        said, told = columns.get("emergency", np.int8(-1)), EMERGENCY_OF_SQUAWK[columns["squawk"]]
        columns["squawk"] = _SQUAWK[columns["squawk"]]
        columns["emergency"] = np.where(said > 0, said, np.maximum(said, told)).astype(np.int8)
    return replace(observations, columns=columns, refused=+refused)


def _above_any_airport(columns: Columns) -> NDArray[np.bool_]:
    """Say which rows tell of a height on the ground that no ground has, unless they are too fast for it."""
    high: NDArray[np.bool_] = (columns["altitude_ft"] > HIGHEST_GROUND_FT) & (columns["on_ground"] == 1)
    if (speed := columns.get("ground_speed_kt")) is not None and np.count_nonzero(high):
        high &= ~(speed > FASTEST_ON_GROUND_KT)
    return high


def _out_of_reach(
    lat: NDArray[np.float64], lon: NDArray[np.float64], receiver: Receiver | None
) -> NDArray[np.bool_]:
    """Say which places are farther away than an antenna hears."""
    far = np.zeros(len(lat), bool)
    if receiver is not None:  # the sum is no less than the way, and costs little
        which = np.flatnonzero(
            60.1 * (np.abs(lat - receiver.lat) + np.abs(lon - receiver.lon)) > receiver.range_nm
        )
        way = distance_nm(receiver.lat, receiver.lon, lat[which], lon[which])
        far[which] = way > receiver.range_nm
    return far
