"""A binary `changes` as AsyncAPI describes it: as a text, its records by their layouts. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from aerotrack.core.columns import BY_NAME
from aerotrack.core.wire import FACTS, MOTION
from aerotrack.web.layouts import layouts

_HEAD = (
    ("0", "u8", "", "1: this is a changes. Skip a message of another kind"),
    ("1", "u8", "", "bit 0: more follows for the same tick. Ignore other bits"),
    ("2", "u16", "", "0"),
    ("4", "u32", "since", ""),
    ("8", "u32", "tick", ""),
    ("12", "u32", "G", "the number of handles that are gone"),
    ("16", "u32", "F", "the number of records of facts"),
    ("20", "u32", "M", "the number of records of motion"),
    ("24", "f64", "time", "in milliseconds since 1970"),
    ("32", "u32[G]", "gone", "handles"),
    ("32 + 4 G", f"{FACTS.size} bytes each", "facts", ""),
    (f"… + {FACTS.size} F", f"{MOTION.size} bytes each", "motion", ""),
    (f"… + {MOTION.size} M", "to the end", "", "JSON: view, and feeds where these have changed"),
)
_IDENTITY = {
    "handle": "names the flight",
    "address": "icao24 is its low 24 bits, with ~ before them if bit 24 is set",
    "start": "started_at, in seconds since 1970",
}
_KINDS = {
    "text": "",
    "time": "milliseconds since 1970 modulo 2^32",
    "feed": "index into feeds; -1 not known",
    "squawk": "the four octal digits read as a decimal number; -1 not known",
    "integer": "-1 not known",
}


def binary_layout() -> str:
    """Describe a binary `changes`, in Markdown: its rules, its head, and its records."""
    rules = (
        "Numbers are little-endian; i is signed, u is not. In motion the least value means not known, but of "
        "phase -1 does. A time is the moment nearest to the message's. Texts are ASCII, filled up with zero "
        "bytes; an empty one is not known."
    )
    records = [
        _table(f"{name.title()}, {layout['size']} bytes", map(_field, layout["fields"]))
        for name, layout in layouts().items()
    ]
    return "\n\n".join((rules, _table("Changes", _HEAD), *records))


def _field(field: Mapping[str, Any]) -> tuple[str, ...]:
    """Say of a field of a record where it is, its type, its name, and what its values stand for."""
    name, kind = field["name"], field["type"]
    if "scale" in field:
        meaning = f"{BY_NAME[name].unit} times {field['scale']:,}"
    elif "labels" in field:
        labels = ({None: "none", False: "no", True: "yes"}.get(label, label) for label in field["labels"])
        meaning = ", ".join(f"{code} {label}" for code, label in enumerate(labels)) + "; -1 not known"
    else:
        meaning = _IDENTITY.get(name) or _KINDS[field["kind"]]
    return str(field["offset"]), f"text {field['width']}" if kind == "text" else kind, name, meaning


def _table(title: str, rows: Iterable[tuple[str, ...]]) -> str:
    lines = (f"| {' | '.join(row)} |" for row in (("byte", "type", "", ""), ("---",) * 4, *rows))
    return "\n".join((f"{title}:", "", *lines))
