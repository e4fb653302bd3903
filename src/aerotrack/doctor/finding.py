"""A finding: one line of what `aerotrack doctor` says."""

from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.text import Text

from aerotrack.errors import AeroTrackError

Mark = Literal["ok", "warn", "fail"]
STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and what to do about it: a command where one mends it, empty where all is well."""

    mark: Mark
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        """Write the line: `warn  1,024 files may be open - ulimit -n 4096`."""
        line = f"{self.mark:4}  {self.what}" + (f" - {self.remedy}" if self.remedy else "")
        return " ".join(line.splitlines())

    def show(self, console: Console) -> None:
        """Print the line, in colours where they are seen."""
        line = Text(str(self))
        line.stylize(STYLES[self.mark], 0, 4)
        console.print(line, soft_wrap=True)


def ok(what: str) -> Finding:
    """Find all well."""
    return Finding("ok", what)


def warn(what: str, remedy: str) -> Finding:
    """Find what works, but not for long or not for all."""
    return Finding("warn", what, remedy)


def fail(what: str, remedy: str) -> Finding:
    """Find what keeps AeroTrack from working."""
    return Finding("fail", what, remedy)


def refused(error: AeroTrackError) -> Finding:
    """Find what our own parts refuse: their errors say what is wrong, then what to do."""
    what, colon, remedy = str(error).rstrip(".").rpartition(": ")
    return fail(what, remedy) if colon else fail(remedy, "aerotrack serve --help")
