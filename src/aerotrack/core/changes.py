"""Changes: what happened between tick k and now. Replaying all Changes rebuilds the table."""

from dataclasses import dataclass, field

import numpy as np

from aerotrack.core.columns import Columns


def _none() -> Columns:
    return {"address": np.empty(0, np.uint32), "start": np.empty(0, np.int64)}


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """What happened after tick `since` up to and with tick `tick`, true at stream time `time` (Unix seconds).

    All four parts are columns of equal length within themselves, and each names its flights by `address` and
    `start`:

    - `updated`: whole rows of flights that changed and live: every column of the schema, `row` (the flight's
      row, its own as long as it lives and 10 minutes beyond), `facts_tick` (when one of the facts changed
      last), `reason` (an index into SPLIT_REASONS), and of the airport it is at `airport` and `elevation_ft`;
    - `gone`: flights that left the live picture, as whole as in `updated`: one may have come in this tick;
    - `ended`: flights whose leg is over, with `ended_at`. A flight is gone, then perhaps live again, then
      ended;
    - `positions`: every accepted position, with the stored columns, `time` and `stamp`.

    `feeds` are the names behind the column `feed`. `stamp` is the greatest that was applied, accepted or not.
    """

    since: int
    tick: int
    time: float
    updated: Columns = field(default_factory=_none)
    gone: Columns = field(default_factory=_none)
    ended: Columns = field(default_factory=_none)
    positions: Columns = field(default_factory=_none)
    feeds: tuple[str, ...] = ()
    stamp: int = 0
