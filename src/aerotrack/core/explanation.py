"""Explanation: who said each value of a flight, and who said otherwise and was not believed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from aerotrack.core.columns import HEARD
from aerotrack.core.ranks import NOBODY, told_by
from aerotrack.core.refusals import PLACE, Refusal
from aerotrack.core.rows import Rows

_OF_THE_PLACE = ("lat", "lon")


def explained(table: Rows, row: int, feeds: Sequence[str], now: float) -> Mapping[str, Mapping[str, Any]]:
    """Return of each known value of a row, by name, what JSON has of it.

    - `feed`, `source` (a position source, None where the feed does not tell) and `priority` (of the feed);
    - `age_seconds` at stream time `now`;
    - `refused`: the last one that was not believed, if any, with these and a `reason`.

    Where no feed said it (a database knows it, or the table found it) these are None and False. A replica
    knows neither who said what, nor when, except of the position.
    """
    refusals = table.refusals.of(row)
    told = {}
    for column in HEARD:
        if column.name == "time" or not column.known(table.columns[column.name][row : row + 1])[0]:
            continue
        of_place = column.name in _OF_THE_PLACE
        name = PLACE if of_place else column.name
        at = float(table.columns["time"][row] if of_place else table.heard[name][row])
        claim = int(table.claims[name][row]) if table.voices.several else table.voices.only
        refused = refusals.get(name)
        told[column.name] = {
            **_said(claim if np.isfinite(at) else NOBODY, at, feeds, now),
            "refused": [] if refused is None else [_refused(refused, feeds, now)],
        }
    return told


def _refused(refusal: Refusal, feeds: Sequence[str], now: float) -> Mapping[str, Any]:
    return {**_said(refusal.claim, refusal.at, feeds, now), "reason": refusal.reason}


def _said(claim: int, at: float, feeds: Sequence[str], now: float) -> Mapping[str, Any]:
    age = round(max(0.0, now - at), 3) if np.isfinite(at) else None
    if claim == NOBODY:
        return {"feed": None, "source": None, "priority": False, "age_seconds": age}
    feed, source, priority = told_by(claim)
    return {"feed": feeds[feed], "source": source, "priority": priority, "age_seconds": age}
