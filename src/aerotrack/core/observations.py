"""Observations: what one source heard, as columns."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aerotrack.core.columns import BY_NAME, Columns

JUDGED_S = 1e9
"""The `time_error_s` of what was held against its flight's past already, and is not again."""
_PLACE_BITS = 32  # more than a batch has rows; an address takes another 25 of the 63


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where an antenna stands, degrees, and how far it can hear at most."""

    lat: float
    lon: float
    range_nm: float = 300.0


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """N rows that one source heard, one array per column; a column that is absent was not heard in any row.

    `address` (N,) uint32, `last_heard` (N,) float64 Unix seconds. `columns` holds any of the schema's heard
    columns, each (N,) of the schema's dtype with its "unknown" where a row did not hear it; `lat` and `lon`
    come together, and `time` is when the position was true (absent: `last_heard`).

    `refused` counts by reason what the decoder could not use, `messages` how much it read, both since the
    batch before. `interval` is the seconds between polls of a polled feed, 0 for a stream. `stamps` (N,)
    int64 grow with every row of a durable source, so that what is stored can be told from what is not.

    `kinds` counts the messages by kind, in the words of their format. `receiver` is where the antenna stands,
    if that is known. `priority` marks a feed that its owner believes before all others. `time_error_s` is how
    far off the times of the rows may be: 2 s where they are rounded or of arrival, which is usual. `waiting`
    says that nobody sends: the feed is open to whoever may come.
    """

    address: NDArray[np.uint32]
    last_heard: NDArray[np.float64]
    columns: Columns = field(default_factory=dict)
    feed: str = ""
    refused: Mapping[str, int] = field(default_factory=dict)
    messages: int = 0
    interval: float = 0.0
    stamps: NDArray[np.int64] | None = None
    kinds: Mapping[str, int] = field(default_factory=dict)
    receiver: Receiver | None = None
    priority: bool = False
    time_error_s: float = 2.0
    waiting: bool = False

    @classmethod
    def of(cls, address: ArrayLike, last_heard: ArrayLike, *, feed: str = "", **columns: ArrayLike) -> Self:
        """Make observations of anything array-like, cast to the schema's dtypes."""
        heard = {name: np.asarray(values, BY_NAME[name].dtype) for name, values in columns.items()}
        return cls(np.asarray(address, np.uint32), np.asarray(last_heard, np.float64), heard, feed)

    @classmethod
    def none(cls, *, refused: Mapping[str, int] | None = None, messages: int = 0) -> Self:
        """Make observations of no rows: a sign of life, or a count of what was refused."""
        return cls(np.empty(0, np.uint32), np.empty(0), refused=refused or {}, messages=messages)

    def __len__(self) -> int:
        return len(self.address)

    def take(self, rows: NDArray[Any] | slice, names: Container[str] = BY_NAME) -> Self:
        """Return the given rows (indices, a mask or a slice), and of these the columns `names`.

        Counts stay with the whole.
        """
        columns = {name: values[rows] for name, values in self.columns.items() if name in names}
        stamps = None if self.stamps is None else self.stamps[rows]
        return self._but(self.address[rows], self.last_heard[rows], columns, stamps)

    def telling(self, columns: Columns) -> Self:
        """Return the same rows with other columns."""
        return self._but(self.address, self.last_heard, columns, self.stamps)

    def _but(
        self,
        address: NDArray[np.uint32],
        last_heard: NDArray[np.float64],
        columns: Columns,
        stamps: NDArray[np.int64] | None,
    ) -> Self:
        # A third of what `dataclasses.replace` takes, which where few rows come at a time is a tenth of all.
        return type(self)(
            address, last_heard, columns, self.feed, self.refused, self.messages, self.interval, stamps,
            self.kinds, self.receiver, self.priority, self.time_error_s, self.waiting,
        )  # fmt: skip

    def rounds(self) -> Iterator[Self]:
        """Cut the rows, in order of time, into rounds in which no aircraft occurs twice.

        Applying the rounds one after the other is the same as applying the rows one by one, at the price of a
        few vector operations per round: a batch of the whole world is one or two rounds.
        """
        address = np.sort(self.address)
        if not np.count_nonzero(address[1:] == address[:-1]):
            yield self  # no aircraft twice: their order says nothing
            return
        place = np.arange(len(self))
        order = np.argsort(self.last_heard, kind="stable")
        # Sorting address and place in time as one number costs a fifth of a stable sort by address.
        key = np.sort((self.address[order].astype(np.int64) << _PLACE_BITS) | place)
        again = key[1:] >> _PLACE_BITS == key[:-1] >> _PLACE_BITS
        occurrence = place - np.maximum.accumulate(np.where(np.r_[False, again], 0, place))
        ordered = self.take(order[key & ((1 << _PLACE_BITS) - 1)][np.argsort(occurrence, kind="stable")])
        end = 0
        for count in np.bincount(occurrence).tolist():
            start, end = end, end + count
            yield ordered.take(slice(start, end))
