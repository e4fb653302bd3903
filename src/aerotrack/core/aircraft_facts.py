"""Aircraft facts: what a database knows of each aircraft, and how that comes into the table.

address[i], in order -> columns[name][i]        looked up with one binary search for all that ask
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, Columns
from aerotrack.core.rows import Rows

FACTS = ("registration", "type_code", "category", "operator")
"""The columns of the schema that a database may know."""


@dataclass(frozen=True, slots=True, eq=False)
class AircraftFacts:
    """A aircraft, each once: `address` (A,) uint32 in order, and each of FACTS (A,) in its dtype.

    What is not known is empty. An aircraft takes 46 bytes.
    """

    address: NDArray[np.uint32]
    columns: Columns

    @classmethod
    def of(cls, address: NDArray[np.uint32], columns: Mapping[str, NDArray[Any]]) -> Self:
        """Take in N rows of the schema's dtypes in any order; of several for one aircraft the last counts."""
        order = np.argsort(address, kind="stable")
        following = address[order][1:] != address[order][:-1]
        kept = order[np.append(following, True)] if len(order) else order
        return cls(address[kept], {name: columns[name][kept] for name in FACTS})

    def __len__(self) -> int:
        return len(self.address)

    def look_up(self, address: NDArray[np.uint32]) -> dict[str, NDArray[Any]]:
        """Return each of FACTS for N aircraft, unknown where they are not in the database."""
        found = np.minimum(np.searchsorted(self.address, address), max(len(self) - 1, 0))
        known = self.address[found] == address if len(self) else np.zeros(len(address), bool)
        told = {name: BY_NAME[name].blank(len(address)) for name in FACTS}
        for name, values in told.items():
            values[known] = self.columns[name][found[known]]
        return told


def enter(table: Rows, rows: NDArray[np.intp], facts: AircraftFacts) -> NDArray[np.intp]:
    """Write into rows what no feed has told of their aircraft; return those where something is new."""
    c = table.columns
    changed = np.zeros(len(rows), bool)
    for name, values in facts.look_up(c["address"][rows]).items():
        news = (table.heard[name][rows] == -np.inf) & (c[name][rows] != values)
        c[name][rows[news]] = values[news]
        changed |= news
    new: NDArray[np.intp] = rows[changed]
    return new
