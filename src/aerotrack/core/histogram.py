"""A histogram: how often something took how long, counted in a few buckets, so that any time is covered."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class HistogramReport:
    """What was counted: `count` things took `sum` seconds. `buckets` are bounds, and how many took no more.

    The last bound is left out: it is infinite, and `count` took no more. `p50` and `p99` are estimates, as
    straight lines within a bucket give them, at most the last bound; None before anything was counted.
    """

    count: int
    sum: float
    p50: float | None
    p99: float | None
    buckets: tuple[tuple[float, int], ...]


class Histogram:
    """Counts of seconds in buckets, whose upper `bounds` rise. Counts may be fractions: see `spread`."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = tuple(bounds)
        self._edges = np.array(self._bounds)
        self._counts = np.zeros(len(self._bounds) + 1)
        self._sum = 0.0

    def add(self, seconds: float, count: float = 1) -> None:
        """Count something that took so long, or `count` of them."""
        self._counts[bisect_left(self._bounds, seconds)] += count
        self._sum += count * seconds

    def spread(self, rising: NDArray[np.float64], more: float, count: float) -> None:
        """Count things in equal parts at each of these seconds, and `more`; none where there are none."""
        if not len(rising):
            return
        upto = np.searchsorted(rising, self._edges - more, "right") / len(rising)
        self._counts += count * np.diff(upto, prepend=0.0, append=1.0)
        self._sum += count * (float(rising.mean()) + more)

    def report(self) -> HistogramReport:
        """Say what was counted."""
        upto = self._counts.cumsum().tolist()
        return HistogramReport(
            count=round(upto[-1]),
            sum=round(self._sum, 6),
            p50=self._quantile(0.5, upto),
            p99=self._quantile(0.99, upto),
            buckets=tuple((bound, round(count)) for bound, count in zip(self._bounds, upto, strict=False)),
        )

    def _quantile(self, share: float, upto: Sequence[float]) -> float | None:
        if not upto[-1]:
            return None
        wanted = share * upto[-1]
        bucket = bisect_left(upto, wanted)
        bounds = (0.0, *self._bounds, inf)
        low, high = bounds[bucket], bounds[bucket + 1]
        if high == inf:
            return low
        before = upto[bucket - 1] if bucket else 0.0
        return round(low + (high - low) * (wanted - before) / (upto[bucket] - before), 6)
