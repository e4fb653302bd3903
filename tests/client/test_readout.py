import numpy as np

from aerotrack.client.readout import readout
from aerotrack.core.columns import PUBLIC_NAMES
from fakes import START, rows_of

TIME = 1_732_289_310.25


def test_a_flight_has_the_keys_and_values_of_json() -> None:
    rows = rows_of(
        0x4CA2D6, callsign=b"EIN1", lat=50.03, lon=8.57, altitude_ft=38_000, geo_altitude_ft=0,
        on_ground=0, ground_speed_kt=447.3, track_deg=91.2, vertical_rate_fpm=-64, squawk=20, emergency=1,
        phase=4, nic=8, position_source=0, feed=1, time=TIME, last_heard=TIME, coasting=1,
    )  # fmt: skip
    ((name, flight),) = readout(rows, ("roof", "garden")).items()
    assert name == "4ca2d6-6740a31c"
    assert tuple(flight) == PUBLIC_NAMES
    assert {key: value for key, value in flight.items() if value is not None} == {
        "id": "4ca2d6-6740a31c",
        "icao24": "4ca2d6",
        "callsign": "EIN1",
        "lat": 50.03,
        "lon": 8.57,
        "altitude_ft": 38_000,
        "geo_altitude_ft": 0,
        "on_ground": False,
        "ground_speed_kt": 447.3,
        "track_deg": 91.2,
        "vertical_rate_fpm": -64,
        "squawk": "0020",
        "emergency": "general",
        "phase": "cruise",
        "nic": 8,
        "position_source": "adsb",
        "feed": "garden",
        "time": "2024-11-22T15:28:30.250Z",
        "last_heard": "2024-11-22T15:28:30.250Z",
        "coasting": True,
        "started_at": "2024-11-22T15:28:28Z",
    }


def test_what_is_not_known_is_none_and_never_zero() -> None:
    (flight,) = readout(rows_of(0x14CA2D6), ()).values()
    identity = {"id": "~4ca2d6-6740a31c", "icao24": "~4ca2d6", "started_at": "2024-11-22T15:28:28Z"}
    assert flight == dict.fromkeys(PUBLIC_NAMES) | identity


def test_no_emergency_is_none_and_so_is_what_only_a_later_server_knows() -> None:
    rows = rows_of([1, 2], emergency=[0, 99], phase=[0, 99], feed=[0, 7])
    flights = readout(rows, ("roof",)).values()
    assert [flight["emergency"] for flight in flights] == [None, None]
    assert [flight["phase"] for flight in flights] == ["parked", None]
    assert [flight["feed"] for flight in flights] == ["roof", None]


def test_every_flight_has_its_own_values() -> None:
    flights = readout(rows_of([1, 2], [START, START + 1], lat=[np.nan, 50.0]), ())
    assert {name: flight["lat"] for name, flight in flights.items()} == {
        "000001-6740a31c": None,
        "000002-6740a31d": 50.0,
    }
