"""Which rows of a track are wrong, by a measure that looks both ways and knows nothing of the table's rules.

Of all rows the longest chain is sought in which each can be reached from the one before: as few as can be are
left out, wherever they come. How wrong a row is, is how far it lies off the way between its nearest links.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FARTHEST_S = 180.0  # between two links, to tell where an aircraft was
_ROWS_BACK = 400  # bounds the search


def filled(values: Floats, otherwise: float) -> Floats:
    """Return what was last known up to each row."""
    at = np.maximum.accumulate(np.where(np.isnan(values), 0, np.arange(len(values))))
    held = values[at]
    return np.where(np.isnan(held), otherwise, held)


def chain(time: Floats, places: Floats, room: float, per_s: Floats) -> NDArray[np.intp]:
    """Return the rows of the longest chain of `places` (N, D), in metres or feet, in the order of `time`.

    A step between two links is at most `room` and what the faster one of both makes good in the meantime.
    """
    length, before = np.ones(len(time), np.int64), np.full(len(time), -1)
    for i in range(1, len(time)):
        others = np.arange(max(0, i - _ROWS_BACK), i)
        way = np.linalg.norm(places[others] - places[i], axis=1)
        speed = np.maximum(per_s[others], per_s[i])
        others = others[way <= room + speed * (time[i] - time[others])]
        if len(others):
            best = others[len(others) - 1 - np.argmax(length[others][::-1])]
            length[i], before[i] = length[best] + 1, best
    links, at = [], int(np.argmax(length))
    while at >= 0:
        links.append(at)
        at = int(before[at])
    return np.array(links[::-1], np.intp)


def off(time: Floats, places: Floats, links: NDArray[np.intp]) -> Floats:
    """Return how far each row is off the way between the links around it; NaN if that cannot be told."""
    known = time[links]
    left = np.searchsorted(known, time, "left") - 1
    right = np.searchsorted(known, time, "right")
    one, other = links[np.maximum(left, 0)], links[np.minimum(right, len(links) - 1)]
    one, other = np.where(left < 0, other, one), np.where(right >= len(links), one, other)
    gap = time[other] - time[one]
    share = np.divide(time - time[one], gap, out=np.zeros(len(time)), where=gap > 0)[:, None]
    result = np.linalg.norm(places - places[one] - share * (places[other] - places[one]), axis=1)
    single = (one == other) & (np.abs(time - time[one]) > 5)
    return np.where(single | (gap > FARTHEST_S), np.nan, result)
