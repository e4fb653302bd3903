"""Retention: how long, and how much, of the past is kept."""

import re
from dataclasses import dataclass
from typing import Self

from aerotrack.errors import SettingsError

OFF = "off"
_DAYS = re.compile(r"(\d+(?:\.\d+)?)\s*d", re.IGNORECASE)
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]i?)?b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_UNITS |= {"ki": 1 << 10, "mi": 1 << 20, "gi": 1 << 30, "ti": 1 << 40}


def size_of(text: str) -> int | None:
    """Read a size, such as `500MB` or `2GiB`, as bytes: GB is 10^9, GiB 2^30. None is no size."""
    found = _SIZE.fullmatch(text.strip())
    return None if found is None else round(float(found[1]) * _UNITS[(found[2] or "").lower()])


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept: what was stored in the last `days`, and at most `max_bytes`. None is without a limit."""

    days: float | None = None
    max_bytes: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `30d`, `20GB`, both with a comma between them, or `off`.

        Raises SettingsError for anything else.
        """
        if text.strip().lower() == OFF:
            return cls()
        found: dict[str, float] = {}
        for part in text.split(","):
            days, size = _DAYS.fullmatch(part.strip()), size_of(part)
            kind, value = ("days", float(days[1])) if days else ("max_bytes", size)
            bare = part.strip()[-1:].isdigit()  # days or bytes? nobody can tell
            if not value or bare or kind in found:
                raise SettingsError(
                    f"a retention of {text!r} is not possible: give days such as 30d, a size such as 20GB, "
                    "both as 30d,20GB, or off to keep everything."
                )
            found[kind] = value
        most = found.get("max_bytes")
        return cls(found.get("days"), None if most is None else round(most))

    @property
    def keeps_all(self) -> bool:
        """Tell whether nothing is ever dropped."""
        return self.days is None and self.max_bytes is None

    def __str__(self) -> str:
        """Write it as `parse` reads it."""
        parts = []
        if self.days is not None:
            parts.append(f"{self.days:.15g}d")
        if self.max_bytes is not None:
            parts.append(f"{self.max_bytes / 1e6:.6f}".rstrip("0").rstrip(".") + "MB")
        return ",".join(parts) or OFF
