"""What a replay says: how far it is, and at its end what came of it."""

from collections import Counter
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import IO, Protocol, Self

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

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
            told += f"; {values} single values were unreadable"
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
