"""The event log: what happened to flights, as JSON has it."""

from typing import Any

import orjson

from aerotrack.core.questions import EventsAsked
from aerotrack.core.values import moment
from aerotrack.storage.reading import Question


async def events(ask: Question, asked: EventsAsked) -> list[dict[str, Any]]:
    """List events, the newest first."""
    time_us, name = asked.after or (None, None)
    rows = await ask.rows(
        "events",
        asked.start,
        asked.end,
        list(asked.kinds) or None,
        asked.flight,
        time_us,
        name,
        asked.limit,
    )
    return [_event(row) for row in rows]


def _event(row: Any) -> dict[str, Any]:
    """Make an event of its row; its `details` say nothing that the row says itself."""
    known = {name: row[name] for name in ("id", "kind", "flight")}
    known["time"] = moment(row["time_us"] / 1e6)
    details = {name: said for name, said in orjson.loads(row["details"]).items() if name not in known}
    return {**known, **details, "time_us": row["time_us"]}
