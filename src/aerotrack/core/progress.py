"""Progress: what follows from the latest values of flights, found once for each tick, in rows with news."""

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.phases import HEARD, patience, seeming
from aerotrack.core.reception import FRESH_S
from aerotrack.core.rows import LIVE, Rows
from aerotrack.core.whereabouts import Whereabouts


def progress(table: Rows, tick: int, whereabouts: Whereabouts | None) -> NDArray[np.intp]:
    """Bring phases, origins and destinations up to date at tick `tick`; return the rows where one changed."""
    c = table.columns
    # A phase may follow on the one that was found in the tick before, so those rows are looked at once more.
    recent = (c["stamp"] >= tick - 1) | (c["phase_next"] != c["phase"])
    rows = np.flatnonzero(recent & (c["state"] == LIVE))
    if not len(rows):
        return rows
    c["flown"][rows[c["on_ground"][rows] == 0]] = 1
    changed = [_phases(table, rows)]
    if whereabouts is not None:
        changed.append(whereabouts.found(rows))
    return np.concatenate(changed)


def _phases(table: Rows, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    c = table.columns
    phase, altitude, heard = c["phase"][rows], c["altitude_ft"][rows], c["last_heard"][rows]
    said = {name: c[name][rows] for name in HEARD}
    said["vertical_rate_fpm"][heard - table.heard["vertical_rate_fpm"][rows] > FRESH_S] = np.nan
    seems = seeming(phase, said, c["elevation_ft"][rows])
    since = np.where(seems == c["phase_next"][rows], c["phase_since"][rows], heard)
    c["phase_next"][rows], c["phase_since"][rows] = seems, since
    turned = (seems != phase) & (heard - since >= patience(phase, seems, altitude))
    c["phase"][rows[turned]] = seems[turned]
    changed: NDArray[np.intp] = rows[turned]
    return changed
