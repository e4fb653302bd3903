"""Retention: how long, and how much, of the past is kept."""

import re
from dataclasses import dataclass
from typing import Self

from aerotrack.errors import SettingsError

OFF = "off"
_PART = re.compile(r"(\d+(?:\.\d+)?) *([a-z]+)", re.IGNORECASE)
_BYTES = {"mb": 10**6, "gb": 10**9, "tb": 10**12, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40}


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept: what was stored in the last `days`, and at most `max_bytes`. None is without a limit."""

    days: float | None = None
    max_bytes: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `30d`, `20GB`, both with a comma between them, or `off`.

        GB is 10^9 bytes, GiB 2^30. Raises SettingsError for anything else.
        """
        if text.strip().lower() == OFF:
            return cls()
        found: dict[str, float] = {}
        for part in text.split(","):
            match = _PART.fullmatch(part.strip())
            unit = match[2].lower() if match else ""
            kind = "days" if unit == "d" else "max_bytes" if unit in _BYTES else ""
            value = float(match[1]) * _BYTES.get(unit, 1) if match else 0.0
            if not kind or not value or kind in found:
                raise SettingsError(
                    f"a retention of {text!r} is not possible: give days such as 30d, a size such as 20GB, "
                    "both as 30d,20GB, or off to keep everything."
                )
            found[kind] = value
        size = found.get("max_bytes")
        return cls(found.get("days"), None if size is None else round(size))

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
