"""Flights of the past as JSON has them: made of their rows and of their last positions. Pure."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from aerotrack.core.belief import EMERGENCY_OF_SQUAWK
from aerotrack.core.columns import BY_NAME, PUBLIC_NAMES, STORED, Columns
from aerotrack.core.values import moment, values_of, whole_seconds

_OF_FLIGHT = (
    *(
        "id",
        "icao24",
        "callsign",
        "registration",
        "type_code",
        "category",
        "operator",
        "origin",
        "destination",
    ),
    "split_reason",
)
_OF_POSITION = ("time", "emergency", *(column.name for column in STORED))
_EARLIER_S = 600.0


def span(flight: Any) -> tuple[float, float]:
    """Return between which Unix times the positions of a flight (a row of SQL) lie.

    Some feeds tell when a position was true, which may be earlier than when it was heard.
    """
    return flight["started"] - _EARLIER_S, math.inf if flight["ended"] is None else flight["ended"] + 1.0


def made_of(flights: Sequence[Any], ids: Sequence[int], places: Columns) -> list[dict[str, Any]]:
    """Make flights of their rows; `places` are the last positions of those in `ids`."""
    places = {**places, "emergency": EMERGENCY_OF_SQUAWK[places["squawk"]]}
    columns = {name: values_of(BY_NAME[name], np.asarray(places[name])) for name in _OF_POSITION}
    row_of = {flight_id: row for row, flight_id in enumerate(ids)}
    started = whole_seconds(np.array([flight["started"] for flight in flights], np.int64))
    listed = []
    for flight, start in zip(flights, started, strict=True):
        made: dict[str, Any] = dict.fromkeys((*PUBLIC_NAMES, "ended_at", "split_reason"))
        made |= {name: flight[name] for name in _OF_FLIGHT}
        row = row_of.get(flight["flight_id"])
        if row is not None:
            made |= {name: columns[name][row] for name in _OF_POSITION}
        made["started_at"] = start
        made["ended_at"] = None if flight["ended"] is None else moment(flight["ended"])
        made["last_heard"] = moment(flight["heard"])
        listed.append(made)
    return listed
