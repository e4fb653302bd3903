"""The packed records as a table the dashboard reads, so that what packs and what unpacks cannot part. Pure.

`dashboard/src/stream/layout.json` is `written()`, checked in. To write it again after a column has changed:

    python -m aerotrack.web.layouts > dashboard/src/stream/layout.json
"""

import json
import sys
from typing import Any

from aerotrack.core.columns import BY_NAME, Column, Kind
from aerotrack.core.wire import FACTS, MOTION, Field, Layout

_IDENTITY = ("handle", "address", "start")
_UNUSED = ("zero", "spare")


def layouts() -> dict[str, Any]:
    """Describe the records of motion and facts: their sizes, and of each field where and what it is.

    Every field has `name`, `type`, `offset` and `width`, the last two in bytes. One that holds a column has
    its `kind`, and unless it is a text `unknown`, the number that stands for "not known"; a number its
    `scale`, by which the value was multiplied; a flag or a code its `labels`, what 0, 1, 2 ... stand for.
    """
    return {"motion": _layout(MOTION), "facts": _layout(FACTS)}


def written() -> str:
    """Return the text of `layout.json`: a line for each field."""
    records = (
        f' "{name}": {{\n  "size": {record["size"]},\n  "fields": [\n'
        + ",\n".join(f"   {json.dumps(field)}" for field in record["fields"])
        + "\n  ]\n }"
        for name, record in layouts().items()
    )
    return "{\n" + ",\n".join(records) + "\n}\n"


def _layout(layout: Layout) -> dict[str, Any]:
    fields = [_field(field) for field in layout.fields.values() if field.name not in _UNUSED]
    return {"size": layout.size, "fields": fields}


def _field(field: Field) -> dict[str, Any]:
    place = {"offset": field.offset, "width": field.width}
    if field.name in _IDENTITY:
        return {"name": field.name, "type": f"u{8 * field.width}", **place}
    column = BY_NAME[field.name]
    kind = {"kind": column.kind.name.lower()}
    if column.kind is Kind.TEXT:
        return {"name": field.name, "type": "text", **place, **kind}
    return {"name": field.name, "type": f"i{8 * field.width}", **place, **kind, **_meaning(column)}


def _meaning(column: Column) -> dict[str, Any]:
    """Say what the whole numbers of a column stand for."""
    least = -(1 << 8 * column.width - 1)
    match column.kind:
        case Kind.NUMBER:
            return {"unknown": least, "scale": 10**column.digits}
        case Kind.TIME:
            return {"unknown": least}
        case Kind.FLAG:
            return {"unknown": column.unknown, "labels": [False, True]}
        case Kind.CODE:
            return {"unknown": column.unknown, "labels": list(column.labels)}
        case _:
            return {"unknown": column.unknown}


if __name__ == "__main__":
    sys.stdout.write(written())
