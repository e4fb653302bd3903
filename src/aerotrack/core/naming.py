"""Naming: under which callsign each flight goes, and when another one makes it another flight.

A flight has the callsign that it was first heard with. Another one is a rival: heard again 30 s or more
later, with no other in between, it is confirmed. If the aircraft was on the ground all that time, or has not
used the flight's callsign since 10 minutes of silence, this is the next flight; otherwise the crew has
corrected the callsign, and the flight goes on under the new one. A callsign heard once, or a wrong one among
right ones, is noise.
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.observations import Observations
from aerotrack.core.rows import Rows

CONFIRMED_S = 30.0

_Mask = NDArray[np.bool_]


def confirmed(table: Rows, rows: NDArray[np.intp], seen: Observations) -> NDArray[np.intp]:
    """Note the callsigns of one round; return where in it (K,) flights turn out to be others.

    The columns: `named` is the flight's callsign, `rival` another one, heard since `rival_since`; `rivalled`
    says what of it there is: 0 nothing, or the sum of 1 for a rival, 2 for one that was on the ground all the
    time, 4 when the flight's callsign was not heard since it was silent for long.
    """
    none = np.empty(0, np.intp)
    said = seen.columns.get("callsign")
    if said is None:
        return none
    c = table.columns
    words, named = np.ascontiguousarray(said).view(np.int64), c["named"].view(np.int64)[rows]
    which = (((words != named) | (c["rivalled"][rows] != 0)) & (words != 0)).nonzero()[0]
    if not len(which):
        return none
    which = which[~(seen.last_heard[which] < c["last_heard"][rows[which]])]  # what is late, is no news
    at, words, named = rows[which], said[which], c["named"][rows[which]]
    usual = (words == named) | (named == b"")
    c["named"][at[usual]], c["rivalled"][at[usual]], c["rival"][at[usual]] = words[usual], 0, b""
    which, at, words = which[~usual], at[~usual], words[~usual]
    now, on_ground = seen.last_heard[which], _on_ground(table, at, which, seen)
    again = words == c["rival"][at]
    away = c["rivalled"][at] & 4
    grounded = on_ground & (~again | (c["rivalled"][at] & 2 > 0))
    c["rival_since"][at] = np.where(again, c["rival_since"][at], now)
    c["rival"][at], c["rivalled"][at] = words, 1 + 2 * grounded + away
    sure = now - c["rival_since"][at] >= CONFIRMED_S
    other = sure & (grounded | (away > 0))
    renamed = at[sure & ~other]
    c["named"][renamed], c["rivalled"][renamed], c["rival"][renamed] = words[sure & ~other], 0, b""
    split: NDArray[np.intp] = which[other]
    return split


def _on_ground(table: Rows, at: NDArray[np.intp], which: NDArray[np.intp], seen: Observations) -> _Mask:
    """Say which of K aircraft are on the ground: as they say, or else as they last said."""
    known = table.columns["on_ground"][at]
    said = seen.columns.get("on_ground")
    on_ground: _Mask = (known if said is None else np.where(said[which] >= 0, said[which], known)) == 1
    return on_ground
