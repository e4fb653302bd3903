"""The pulse: how the ticks go. How many, how long each takes, which came late or early, what they told."""

from dataclasses import dataclass

from aerotrack.core.changes import Changes
from aerotrack.core.histogram import Histogram, HistogramReport

LATE = 0.1  # of a tick: one that begins later than this is late
_BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


@dataclass(frozen=True, slots=True)
class PulseReport:
    """How the ticks went since the start.

    `ticks` were closed, `early` of them before their time because much had come, `late` of them later than a
    tenth of a tick after it; `skipped` were not held at all, as the one before was still busy. They told of
    rows `updated`, flights `gone` and `ended`, and accepted `positions`. `seconds` is what each took: closing
    it, and handing it to every sink.
    """

    ticks: int
    early: int
    late: int
    skipped: int
    updated: int
    gone: int
    ended: int
    positions: int
    seconds: HistogramReport


class Pulse:
    """Counts, kept by the pipeline."""

    def __init__(self) -> None:
        self._ticks = self._early = self._late = self._skipped = 0
        self._updated = self._gone = self._ended = self._positions = 0
        self._seconds = Histogram(_BOUNDS_S)

    def beat(self, changes: Changes, seconds: float) -> None:
        """Count a tick that took so long."""
        self._ticks += 1
        self._updated += len(changes.updated["address"])
        self._gone += len(changes.gone["address"])
        self._ended += len(changes.ended["address"])
        self._positions += len(changes.positions["address"])
        self._seconds.add(seconds)

    def begins(self, after: float, *, tick_seconds: float) -> None:
        """Note that the ticker begins a tick so many seconds after it was due."""
        self._late += after > LATE * tick_seconds
        self._skipped += int(after / tick_seconds)

    def hastens(self) -> None:
        """Note that a tick is closed before its time."""
        self._early += 1

    def report(self) -> PulseReport:
        """Say how the ticks went."""
        return PulseReport(
            ticks=self._ticks,
            early=self._early,
            late=self._late,
            skipped=self._skipped,
            updated=self._updated,
            gone=self._gone,
            ended=self._ended,
            positions=self._positions,
            seconds=self._seconds.report(),
        )
