"""Cells: the values of columns as JSON and tables carry them, read with the doubts they need.

A value of a wrong type, or that its column cannot have, is unknown and counted as `bad_field`.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME
from aerotrack.core.identity import NOT_ICAO
from aerotrack.decode.meanings import Meanings
from aerotrack.decode.ranges import within

Values = list[Any]
"""N values of one column, of any type; None where there is none."""

_ADDRESS = re.compile(r"~?[0-9A-Fa-f]{6}")
_SQUAWK = re.compile(r"[0-7]{4}")
_OCTETS = np.array([1 << 16, 1 << 8, 1], np.uint32)
_HUGE = 1 << 1000
_NUMERIC = {int, float, type(None)}
_TEXTUAL = {str, type(None)}


class Cells:
    """Reads columns of values; what cannot be read is counted in `refused`."""

    def __init__(self, refused: Counter[str]) -> None:
        self.refused = refused

    def bad(self, count: int) -> None:
        """Count values that cannot be used."""
        if count:
            self.refused["bad_field"] += count

    def addresses(self, texts: Sequence[Any]) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
        """Return the addresses (N,) and which of them are any; counts `no_address` and `bad_address`."""
        address = _digits(texts)
        if address is not None:
            return address, np.ones(len(texts), bool)
        fit = _ADDRESS.fullmatch
        good = [type(text) is str and fit(text) is not None for text in texts]
        if not all(good):
            missing = list(texts).count(None)
            self.refused["no_address"] += missing
            self.refused["bad_address"] += good.count(False) - missing
            texts = [text if ok else "0" for text, ok in zip(texts, good, strict=True)]
        numbers = [int(t, 16) if t[0] != "~" else int(t[1:], 16) | NOT_ICAO for t in texts]
        return np.array(numbers, np.uint32), np.array(good, bool)

    def numbers(self, columns: Mapping[str, Sequence[Any]]) -> dict[str, NDArray[np.float64]]:
        """Cast columns of numbers (N,) as `floats` does, all at once."""
        if set(map(type, chain.from_iterable(columns.values()))) <= _NUMERIC:
            with suppress(OverflowError):
                return dict(zip(columns, np.array(list(columns.values()), np.float64), strict=True))
        return {name: self.floats(values) for name, values in columns.items()}

    def floats(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Cast numbers (N,); what is none is NaN, and counted unless it is absent."""
        if not set(map(type, values)) <= _NUMERIC:
            numbers = [v if type(v) in _NUMERIC else None for v in values]
            self.bad(numbers.count(None) - values.count(None))
            values = numbers
        return array(values)

    def spelled(self, values: Values) -> NDArray[np.float64]:
        """Read numbers (N,) that may be written as texts; NaN where empty or absent, or none (counted)."""
        types = set(map(type, values))
        if types <= _NUMERIC:
            return array(values)
        if types <= _TEXTUAL:
            try:
                return np.array([v or "nan" for v in values], np.float64)
            except ValueError:
                pass
        numbers = [_number(v) for v in values]
        self.bad(numbers.count(None))
        return array(numbers)

    def place(self, lats: Values, lons: Values) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Read latitudes and longitudes (N,) as `spelled` does.

        What is not two numbers is NaN, and counted as `bad_position`.
        """
        aside = Cells(Counter())
        lat, lon = aside.spelled(lats), aside.spelled(lons)
        broken = ~(np.isfinite(lat) & np.isfinite(lon))
        if aside.refused or (broken & ~(np.isnan(lat) & np.isnan(lon))).any():
            told = [a not in (None, "") or o not in (None, "") for a, o in zip(lats, lons, strict=True)]
            self.refused["bad_position"] += int(np.count_nonzero(broken & np.array(told, bool)))
        return np.where(broken, np.nan, lat), np.where(broken, np.nan, lon)

    def column(self, name: str, values: NDArray[np.float64]) -> NDArray[Any]:
        """Cast numbers (N,) to a column; those out of its range are counted."""
        column, outside = within(name, values)
        self.bad(outside)
        return column

    def codes(
        self, name: str, values: Sequence[Any], meaning: Callable[[str], int | bytes | None]
    ) -> NDArray[Any] | None:
        """Read a column (N,) by what its texts mean; None from `meaning` is no meaning.

        Returns None if none means anything.
        """
        column, senseless = meanings(name, meaning).column(values)
        self.bad(senseless)
        return column


def meanings(name: str, meaning: Callable[[str], int | bytes | None]) -> Meanings:
    """Return the meanings that texts have in a column, with none yet."""
    return Meanings(BY_NAME[name].dtype, BY_NAME[name].unknown, meaning)


def array(values: Sequence[Any]) -> NDArray[np.float64]:
    """Cast numbers and None, which becomes NaN; integers beyond any float become infinite."""
    try:
        return np.array(values, np.float64)
    except OverflowError:
        return np.array([math.inf if type(v) is int and abs(v) > _HUGE else v for v in values], np.float64)


def plain(pattern: re.Pattern[str], text: str) -> bytes | None:
    """Return a text without the blanks and @ that pad it; None if it then is not as `pattern` says."""
    bare = text.strip(" @")
    return bare.encode() if pattern.fullmatch(bare) else None


def squawk(text: str) -> int | None:
    """Read four octal digits as the column has them."""
    return int(text) if _SQUAWK.fullmatch(text) else None


def _digits(texts: Sequence[Any]) -> NDArray[np.uint32] | None:
    """Read N texts of six hexadecimal digits at once; None if any is something else."""
    try:
        octets = bytes.fromhex("".join(texts))
    except (TypeError, ValueError):
        return None
    if len(octets) != 3 * len(texts) or set(map(len, texts)) != {6}:  # blanks among the digits give fewer
        return None
    return np.frombuffer(octets, np.uint8).reshape(-1, 3) @ _OCTETS


def _number(value: Any) -> float | None:
    """Read a number that is or is written as one; NaN where there is nothing."""
    if value is None or value == "":
        return math.nan
    if type(value) in _NUMERIC:
        return array([value]).item()
    try:
        return float(value) if type(value) is str else None
    except ValueError:
        return None
