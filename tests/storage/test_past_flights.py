from math import inf
from typing import Any

import numpy as np

from aerotrack.core.columns import PUBLIC_NAMES
from aerotrack.storage.past_flights import made_of, span
from fakes import START, rows_of

ROW: dict[str, Any] = {
    **dict.fromkeys(("registration", "type_code", "category", "operator", "origin", "destination")),
    "flight_id": 0x4CA2D6 << 32 | START,
    "id": "4ca2d6-6740a31c",
    "icao24": "4ca2d6",
    "callsign": "DLH1",
    "split_reason": "gap",
    "started": float(START),
    "ended": None,
    "heard": START + 60.25,
}


def test_the_positions_of_an_open_flight_have_no_end() -> None:
    assert span(ROW) == (START - 600, inf)
    assert span(ROW | {"ended": START + 5.0}) == (START - 600, START + 6)


def test_a_flight_is_made_of_its_row_and_its_last_position() -> None:
    other = ROW | {"flight_id": 1, "id": "000000-00000001", "ended": START + 5.0}
    places = rows_of([1], time=START + 4.5, lat=50.1, lon=8.0)
    places["feed"] = np.array(["roof"], object)
    first, second = made_of([ROW, other], [1], places)
    assert set(first) == {*PUBLIC_NAMES, "ended_at", "split_reason"}
    assert (first["lat"], first["time"], first["ended_at"]) == (None, None, None)
    assert (first["started_at"], first["last_heard"]) == ("2024-11-22T15:28:28Z", "2024-11-22T15:29:28.250Z")
    assert (second["lat"], second["feed"], second["time"]) == (50.1, "roof", "2024-11-22T15:28:32.500Z")
    assert second["ended_at"] == "2024-11-22T15:28:33.000Z"


def test_the_emergency_of_a_flight_is_what_its_last_squawk_says() -> None:
    flights = [ROW | {"flight_id": number} for number in (1, 2, 3, 4)]
    places = rows_of([1, 2, 3], time=START + 4.5, squawk=[7600, 1200, -1])
    places["feed"] = np.array(["roof"] * 3, object)
    made = made_of(flights, [1, 2, 3], places)
    assert [flight["emergency"] for flight in made] == ["no_radio", None, None, None]
