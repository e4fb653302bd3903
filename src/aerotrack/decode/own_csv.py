"""Our own exports as CSV: a header of the schema's names, then a position a line."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME
from aerotrack.core.observations import Observations
from aerotrack.decode.lines import LineByLine
from aerotrack.decode.own_rows import NEEDED, NUMBERS, TEXTS, OwnRows

_NAMES = frozenset(("id", "icao24", *BY_NAME, "started_at"))
_MOMENT = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z"
_MOMENTS = re.compile((rb"(?:(?>" + _MOMENT + rb"),)*+").decode(), re.ASCII)


def is_header(line: bytes) -> bool:
    """Say whether a line is the header of such a table. Columns may be missing, if they are not needed."""
    names = line.strip(b"\xef\xbb\xbf \r\n").decode("ascii", "replace").split(",")
    return set(names) >= NEEDED and set(names) <= _NAMES and len(set(names)) == len(names)


class OwnCsv(LineByLine):
    """Decodes a table of positions. The header may come again, where files were put together.

    Refuses `too_long`, `bad_line`, `bad_time`, and what OwnRows refuses.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows = OwnRows()
        self._names: list[str] = []

    def _read(self, lines: list[bytes], too_long: int, now: float | None) -> Observations:
        del now
        refused = Counter(too_long=too_long)
        rows: list[list[str]] = []
        begin = 0
        for i in [i for i, line in enumerate(lines) if b"icao24" in line and is_header(line)]:
            rows += self._cells(lines[begin:i], refused)
            names = lines[i].strip(b"\xef\xbb\xbf").decode().split(",")
            if names != self._names and rows:
                refused["bad_line"] += len(rows)  # two tables of different columns within one read
                rows = []
            self._names, begin = names, i + 1
        rows += self._cells(lines[begin:], refused)
        if not rows:
            return Observations.none(refused=+refused, messages=refused.total())
        columns = dict(zip(self._names, map(list, zip(*rows, strict=True)), strict=True))
        for name in TEXTS:
            if name in columns:
                columns[name] = [text.removeprefix("'") for text in columns[name]]
        unread = refused.total()
        numbers = {"time": _times(columns["time"], refused)}
        timed = ~np.isneginf(numbers["time"])
        numbers |= {name: _numbers(columns[name], "bad_position", refused) for name in ("lat", "lon")}
        numbers |= {
            name: _numbers(columns[name], "bad_field", refused) for name in NUMBERS if name in columns
        }
        if not timed.all():
            keep = np.flatnonzero(timed)
            unread += len(timed) - len(keep)
            numbers = {name: values[keep] for name, values in numbers.items()}
            columns = {name: [texts[i] for i in keep.tolist()] for name, texts in columns.items()}
        read = self._rows.read(columns, numbers, refused)
        return Observations(
            read.address,
            read.last_heard,
            read.columns,
            refused=read.refused,
            messages=read.messages + unread,
        )

    def _cells(self, lines: list[bytes], refused: Counter[str]) -> list[list[str]]:
        """Cut lines into as many cells as the header has; count those that have others."""
        rows = []
        texts = [line.decode("utf-8", "replace") for line in lines]
        try:
            rows = list(csv.reader(texts))
        except csv.Error:
            rows = []
        if len(rows) != len(lines):  # a quote that is not closed swallows the lines after it
            rows = [_row(text) for text in texts]
        whole = [row for row in rows if len(row) == len(self._names) > 0]
        refused["bad_line"] += len(rows) - len(whole)
        return whole


def _row(text: str) -> list[str]:
    if text.count('"') % 2:
        return []
    try:
        return next(csv.reader([text]), [])
    except csv.Error:  # a carriage return within a line
        return []


def _times(texts: Sequence[str], refused: Counter[str]) -> NDArray[np.float64]:
    """Read RFC 3339 as Unix seconds; NaN where empty, minus infinity where it is no time with a zone."""
    if _MOMENTS.fullmatch(",".join(texts) + ","):
        try:
            moments = np.array([text[:-1] for text in texts], "M8[us]")
        except ValueError:  # such as a thirteenth month
            pass
        else:
            return moments.astype(np.int64) / 1e6
    times = np.array([_time(text) for text in texts], np.float64)
    refused["bad_time"] += int(np.isneginf(times).sum())
    return times


def _time(text: str) -> float:
    if not text:
        return float("nan")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return float("-inf")
    return moment.timestamp() if moment.tzinfo else float("-inf")


def _numbers(texts: Sequence[str], reason: str, refused: Counter[str]) -> NDArray[np.float64]:
    """Read numbers; NaN where empty. What is none is NaN too, and counted under `reason`."""
    try:
        return np.array([text or "nan" for text in texts], np.float64)
    except ValueError:
        pass
    values = []
    for text in texts:
        try:
            values.append(float(text or "nan"))
        except ValueError:
            refused[reason] += 1
            values.append(float("nan"))
    return np.array(values, np.float64)
