"""Texts that came by radio, from anyone, as they may stand in a file; and what a file calls a flight."""

from collections.abc import Mapping
from typing import Any

FACTS = (
    "id", "icao24", "callsign", "registration", "type_code", "category", "operator", "origin", "destination",
)  # fmt: skip
"""What a file says of a flight, in this order."""

_FORMULA = ("=", "+", "-", "@", "'")


def plain(text: str) -> str:
    """Drop what is no character of a text: controls, halves of characters, invisible marks."""
    return text if text.isprintable() else "".join(filter(str.isprintable, text))


def cell(text: str) -> str:
    """Make a text safe in a spreadsheet, which would run one that begins like a formula: put ' before it.

    Before an ' too, so that `uncell` gives back every plain text.
    """
    text = plain(text)
    return f"'{text}" if text.startswith(_FORMULA) else text


def uncell(text: str) -> str:
    """Read what `cell` writes."""
    return text.removeprefix("'")


def facts(flight: Mapping[str, Any]) -> dict[str, str]:
    """Return what is known of a flight, of FACTS, as plain texts."""
    texts = {name: plain(str(flight.get(name) or "")) for name in FACTS}
    return {name: text for name, text in texts.items() if text}


def title(flight: Mapping[str, Any]) -> str:
    """Name a flight as people do: by its callsign, its registration, or its aircraft."""
    known = facts(flight)
    return known.get("callsign") or known.get("registration") or known["icao24"]
