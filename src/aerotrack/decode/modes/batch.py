"""A batch: the believed frames of one call in order of their kind, and the columns that are made of them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import HEARD
from aerotrack.decode.modes.kinds import Kind
from aerotrack.decode.modes.latest import Turns

Rows = slice | NDArray[np.intp]

AT_ONCE = 1 << 16
"""How many frames a batch has at most."""
_BLANK = {column.name: column.blank(AT_ONCE) for column in HEARD}
"""Unknown values: to copy them takes a tenth of the time of writing them out."""


@dataclass(slots=True)
class Batch:
    """M frames in order of `kind`: `data` (M, 14), the others (M,)."""

    data: NDArray[np.uint8]
    time: NDArray[np.float64]
    turn: Turns
    kind: NDArray[np.uint8]
    columns: dict[str, NDArray[Any]] = field(default_factory=dict)
    """What is heard so far."""
    _ends: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Find where each kind ends."""
        self._ends = np.bincount(self.kind, minlength=len(Kind)).cumsum().tolist()

    def of(self, first: Kind, last: Kind | None = None) -> slice:
        """Return the rows of a kind, or of all from `first` to `last`."""
        start = self._ends[first - 1] if first else 0
        return slice(start, self._ends[first if last is None else last])

    def tell(self, name: str, rows: Rows, values: NDArray[Any]) -> None:
        """Write down what `rows` say of the column `name`."""
        column = self.columns.get(name)
        if column is None:
            column = self.columns[name] = _BLANK[name][: len(self.time)].copy()
        column[rows] = values


def some(rows: slice) -> bool:
    """Say whether there are any rows."""
    return bool(rows.start < rows.stop)


def picked(rows: slice, which: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return those of `rows` that `which` chooses."""
    rows_at: NDArray[np.intp] = which.nonzero()[0] + rows.start
    return rows_at
