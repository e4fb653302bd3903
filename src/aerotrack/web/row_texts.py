"""The JSON of rows, written when somebody first needs it and shared by all who do. Pure."""

import numpy as np

from aerotrack.core.columns import BY_NAME, Group
from aerotrack.core.wire import Records, unpack_motion
from aerotrack.web.flight_json import moved_flights, whole_flights
from aerotrack.web.latest import LatestRows, Rows

_FACTS = tuple(name for name, column in BY_NAME.items() if column.group is Group.FACTS)


class RowTexts:
    """`whole[row]` and `moved[row]`: a flight's JSON as bytes, None where it has to be written again.

    Numbers are those of the packed records, so JSON and binary clients hold the same.
    """

    def __init__(self, latest: LatestRows) -> None:
        self._latest = latest
        self.whole = self.moved = np.empty(0, object)

    def grow(self, capacity: int) -> None:
        """Make room for `capacity` rows."""
        blank = np.full(capacity - len(self.whole), None, object)
        self.whole, self.moved = np.concatenate([self.whole, blank]), np.concatenate([self.moved, blank])

    def forget(self, rows: Rows) -> None:
        """Have these rows written again."""
        self.whole[rows] = self.moved[rows] = None

    def write(self, motion: Records, whole: Rows, moved: Rows, at_most: int) -> bool:
        """Write up to `at_most` rows that lack their JSON; say whether none is left. `motion` has all."""
        for texts, rows, encode in (
            (self.whole, whole, whole_flights),
            (self.moved, moved, moved_flights),
        ):
            lacking = rows[texts[rows] == None]  # noqa: E711  by element
            part = lacking[:at_most]
            if len(part):
                columns = self._latest.columns
                held = {name: columns[name][part] for name in (*_FACTS, "last_heard", "start")}
                held |= unpack_motion(motion[part], self._latest.time)
                texts[part] = np.array(encode(held, self._latest.feeds, columns["id"][part].tolist()), object)
            if len(part) < len(lacking):
                return False
            at_most -= len(part)
        return True
