import json

import numpy as np

from aerotrack.core.columns import BY_NAME, PUBLIC_NAMES, STORED
from aerotrack.web.flight_json import (
    MOTION_NAMES,
    POSITION_NAMES,
    moved_flights,
    positions,
    whole_flights,
)
from fakes import START, rows_of


def test_a_flight_of_which_nothing_is_known_has_every_key_and_null() -> None:
    (written,) = whole_flights(rows_of(0x4CA2D6), (), ["4ca2d6-6740a31c"])
    flight = json.loads(written)
    assert tuple(flight) == PUBLIC_NAMES
    assert (flight["id"], flight["icao24"]) == ("4ca2d6-6740a31c", "4ca2d6")
    assert flight["started_at"] == "2024-11-22T15:28:28Z"
    assert {flight[name] for name in BY_NAME} == {None}


def test_a_flight_is_written_with_the_units_and_digits_of_the_schema() -> None:
    rows = rows_of(
        0x14CA2D6, callsign=b"RYR1", lat=50.123456, lon=-0.000001, altitude_ft=35000.4, on_ground=0,
        ground_speed_kt=451.26, track_deg=359.96, vertical_rate_fpm=-64, squawk=17, emergency=5, phase=4,
        nic=8, position_source=0, feed=1, time=START + 0.0005, last_heard=START + 0.9996, coasting=1,
    )  # fmt: skip
    (written,) = whole_flights(rows, ("roof", "hill"), ["~4ca2d6-6740a31c"])
    known = {name: value for name, value in json.loads(written).items() if value is not None}
    assert known == {
        "id": "~4ca2d6-6740a31c",
        "icao24": "~4ca2d6",
        "callsign": "RYR1",
        "lat": 50.12346,
        "lon": 0.0,
        "altitude_ft": 35000,
        "on_ground": False,
        "ground_speed_kt": 451.3,
        "track_deg": 0.0,
        "vertical_rate_fpm": -64,
        "squawk": "0017",
        "emergency": "unlawful",
        "phase": "cruise",
        "nic": 8,
        "position_source": "adsb",
        "feed": "hill",
        "time": "2024-11-22T15:28:28.000Z",
        "last_heard": "2024-11-22T15:28:29.000Z",
        "coasting": True,
        "started_at": "2024-11-22T15:28:28Z",
    }
    assert b'"lon":0.0' in written  # and not -0.0
    assert b'"altitude_ft":35000,' in written


def test_a_flight_that_moved_has_its_id_and_what_changes_with_nearly_every_report() -> None:
    (written,) = moved_flights(rows_of(1, lat=50.0, lon=8.0), (), ["000001-6740a31c"])
    flight = json.loads(written)
    assert tuple(flight) == MOTION_NAMES
    assert {"lat", "lon", "altitude_ft", "track_deg", "time", "last_heard"} < set(flight)
    assert "callsign" not in flight


def test_the_infinite_is_not_known() -> None:
    (written,) = whole_flights(
        rows_of(1, altitude_ft=np.inf, track_deg=-np.inf, time=np.inf), (), ["000001-0"]
    )
    flight = json.loads(written)
    assert (flight["altitude_ft"], flight["track_deg"], flight["time"]) == (None, None, None)


def test_a_text_from_the_radio_is_escaped_whatever_it_is() -> None:
    (written,) = whole_flights(rows_of(1, callsign=b'"\x1b\xff\\'), (), ["000001-0"])
    assert json.loads(written)["callsign"] == '"\x1b\xff\\'


def test_a_stored_position_names_its_feed_itself() -> None:
    columns = rows_of(1, time=START, lat=50.0, lon=8.0)
    columns["feed"] = np.array(["roof"], object)
    (written,) = positions(columns)
    position = json.loads(written)
    assert tuple(position) == POSITION_NAMES == ("time", *(column.name for column in STORED))
    assert position["feed"] == "roof"


def test_no_flights_are_no_fragments() -> None:
    assert whole_flights(rows_of([]), (), []) == []
