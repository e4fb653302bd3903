"""Two changes as one: whoever comes late is told the latest values, at once. Pure."""

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.changes import Changes
from aerotrack.core.columns import Columns
from aerotrack.core.identity import flight_ids


def merged(first: Changes, then: Changes) -> Changes:
    """Make one of the whole changes of a client and those that follow: replayed, it leads to the same."""
    new, gone = then.updated, then.gone
    stays = ~np.isin(first.updated["row"], np.concatenate([new["row"], gone["row"]]))
    if then.since == 0:  # a fresh picture has all that there is
        stays[:] = False
    came_again = np.isin(_ids(first.gone), _ids(new))
    left = ~came_again & ~np.isin(first.gone["row"], gone["row"])
    return Changes(
        first.since if then.since else 0,
        then.tick,
        then.time,
        updated={name: np.concatenate([first.updated[name][stays], new[name]]) for name in new},
        gone={name: np.concatenate([first.gone[name][left], gone[name]]) for name in gone},
        feeds=then.feeds,
    )


def _ids(columns: Columns) -> NDArray[np.int64]:
    return flight_ids(columns["address"], columns["start"])
