"""Which observations to accept, as far as it can be told from the observation alone.

What needs the flight's past (out of order, a copy) is the table's to decide, as it applies them in order.
"""

from collections import Counter
from dataclasses import replace

import numpy as np

from aerotrack.core.columns import EMERGENCIES
from aerotrack.core.observations import Observations

FUTURE_S = 60.0
_CODES = np.arange(1 << 15)
_OCTAL = np.isin(_CODES, [int(f"{code:o}") for code in range(0o10000)])
_SQUAWK = np.where(_OCTAL, _CODES, -1).astype(np.int16)  # -1, the unknown, finds the last of these: unknown
_EMERGENCY_OF_SQUAWK = np.where(_OCTAL, 0, -1).astype(np.int8)
for _squawk, _name in ((7500, "unlawful"), (7600, "no_radio"), (7700, "general")):
    _EMERGENCY_OF_SQUAWK[_squawk] = EMERGENCIES.index(_name)


def believe(observations: Observations, now: float) -> Observations:
    """Return what can be believed of `observations` at stream time `now`, the rest counted in `refused`.

    - `future`: a row from more than 60 s ahead is left out, and so is one whose time cannot be told;
    - `out_of_range`: a position with |lat| > 90 or |lon| > 180, or only half of one, is taken out of its row;
    - `null_island`: so is one at exactly 0, 0, where broken transponders are.

    A squawk that is not four octal digits is unknown. One of 7500, 7600 or 7700 is an emergency, also when
    the feed does not say so.
    """
    refused: Counter[str] = Counter(observations.refused)
    ahead = ~(observations.last_heard <= now + FUTURE_S)  # NaN too
    if "time" in observations.columns:
        ahead |= observations.columns["time"] > now + FUTURE_S
    if ahead.any():
        refused["future"] += int(ahead.sum())
        observations = observations.take(~ahead)
    columns = dict(observations.columns)
    if "lat" in columns:
        lat, lon = columns["lat"], columns["lon"]
        heard = ~(np.isnan(lat) & np.isnan(lon))
        inside = (np.abs(lat) <= 90.0) & (np.abs(lon) <= 180.0)  # noqa: PLR2004  the globe
        nowhere = (lat == 0.0) & (lon == 0.0)
        bad = heard & (~inside | nowhere)
        if bad.any():
            refused["out_of_range"] += int((heard & ~inside).sum())
            refused["null_island"] += int(nowhere.sum())
            columns["lat"], columns["lon"] = np.where(bad, np.nan, lat), np.where(bad, np.nan, lon)
    if "squawk" in columns:
        said, told = columns.get("emergency", np.int8(-1)), _EMERGENCY_OF_SQUAWK[columns["squawk"]]
        columns["squawk"] = _SQUAWK[columns["squawk"]]
        columns["emergency"] = np.where(said > 0, said, np.maximum(said, told)).astype(np.int8)
    return replace(observations, columns=columns, refused=+refused)
