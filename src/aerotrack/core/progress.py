"""Progress: what follows from the latest values of flights, found once for each tick, in rows with news."""

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.phases import HEARD, patience, seeming
from aerotrack.core.reception import FRESH_S
from aerotrack.core.rows import LIVE, Rows
from aerotrack.core.whereabouts import Whereabouts

_Indices = NDArray[np.intp]


def progress(table: Rows, tick: int, whereabouts: Whereabouts | None) -> tuple[_Indices, _Indices]:
    """Bring phases, origins and destinations up to date at tick `tick`.

    Returns the rows of another phase, and those of another origin or destination.
    """
    c = table.columns
    # A phase may follow on the one that was found in the tick before, so those rows are looked at once more.
    recent = (c["stamp"] >= tick - 1) | (c["phase_next"] != c["phase"])
    rows = np.flatnonzero(recent & (c["state"] == LIVE))
    if not len(rows):
        return rows, rows
    c["flown"][rows[c["on_ground"][rows] == 0]] = 1
    turned = _turned(table, rows)
    return turned, rows[:0] if whereabouts is None else whereabouts.found(rows)


def _turned(table: Rows, rows: _Indices) -> _Indices:
    """Find the phases of these rows; return those of another than before."""
    c = table.columns
    phase, altitude, heard = c["phase"][rows], c["altitude_ft"][rows], c["last_heard"][rows]
    said = {name: c[name][rows] for name in HEARD}
    said["vertical_rate_fpm"][heard - table.heard["vertical_rate_fpm"][rows] > FRESH_S] = np.nan
    seems = seeming(phase, said, c["elevation_ft"][rows])
    since = np.where(seems == c["phase_next"][rows], c["phase_since"][rows], heard)
    c["phase_next"][rows], c["phase_since"][rows] = seems, since
    turned = (seems != phase) & (heard - since >= patience(phase, seems, altitude))
    c["phase"][rows[turned]] = seems[turned]
    changed: _Indices = rows[turned]
    return changed
