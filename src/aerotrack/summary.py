"""What a replay and an export say: how far they are, and at the end what came of them."""

from collections import Counter
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import IO, Protocol, Self

import numpy as np
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from aerotrack.core.changes import Changes
from aerotrack.core.identity import flight_ids
from aerotrack.core.ports import EVERYTHING
from aerotrack.core.reports import OF_A_VALUE, FeedReport


class Played(Protocol):
    """How much of a recording has been read, in bytes of the file."""

    @property
    def total_bytes(self) -> int:
        """How much there is."""
        ...

    @property
    def read_bytes(self) -> int:
        """How much is behind us."""
        ...


class Exported(Protocol):
    """How much of an export is done, 0 to 1, and how many positions of how many flights that were."""

    done: float
    positions: int
    flights: int


class Summary:
    """A sink that counts the flights and aircraft that had positions."""

    def __init__(self) -> None:
        self._flights: set[int] = set()
        self._aircraft: set[int] = set()

    def take(self, changes: Changes) -> None:
        """Count the flights of a tick's positions."""
        address = changes.positions["address"]
        self._flights.update(np.unique(flight_ids(address, changes.positions["start"])).tolist())
        self._aircraft.update(np.unique(address).tolist())

    async def run(self, kept: Callable[[int], None]) -> None:
        """Keep nothing."""
        kept(EVERYTHING)

    async def close(self) -> None:
        """Nothing is left to finish."""

    def sentence(self, feeds: Iterable[FeedReport], *, stored: int, already_stored: int) -> str:
        """Say what was stored and what was refused, and why."""
        refused: Counter[str] = Counter()
        for feed in feeds:
            refused.update(feed.refused)
        values = sum(refused.pop(reason, 0) for reason in OF_A_VALUE)
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(refused.items()))
        told = f"Stored {stored} positions of {len(self._flights)} flights ({len(self._aircraft)} aircraft)"
        told += f"; refused {refused.total()}" + (f": {reasons}" if reasons else "")
        if values:
            told += f"; {values} single values were left out"
        if already_stored:
            told += f"; {already_stored} were already stored: this recording has been played before"
        return told + "."


class ReplayBar:
    """A progress bar on standard error, while it is used as a context and a terminal is there to see it."""

    def __init__(self, played: Played, *, file: IO[str] | None = None) -> None:
        self._played = played
        console = Console(stderr=True, file=file)
        self._bar = Progress(
            TextColumn("replaying"), BarColumn(), DownloadColumn(), TimeRemainingColumn(),
            console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=played.total_bytes)

    def show(self) -> None:
        """Bring the bar up to date."""
        self._bar.update(self._task, completed=self._played.read_bytes)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()


class ExportBar:
    """A progress bar of an export, on standard error, like that of a replay."""

    def __init__(self, exported: Exported, *, file: IO[str] | None = None) -> None:
        self._exported = exported
        console = Console(stderr=True, file=file)
        self._bar = Progress(
            TextColumn("exporting"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[told]}"),
            TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=1.0, told="")

    def show(self) -> None:
        """Bring the bar up to date."""
        told = f"{self._exported.positions:,} positions"
        self._bar.update(self._task, completed=self._exported.done, told=told)

    def sentence(self, place: str) -> str:
        """Say what was exported, and where to."""
        exported = self._exported
        return f"Exported {exported.positions} positions of {exported.flights} flights to {place}."

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
