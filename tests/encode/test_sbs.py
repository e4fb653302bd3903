import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.columns import BY_NAME
from aerotrack.core.observations import Observations
from aerotrack.decode.sbs import Sbs
from aerotrack.encode.sbs import sbs
from fakes import START, rows_of

NOW = START + 0.5
A = 0x4CA2D6
WHEN = "2024/11/22,15:28:28.500,2024/11/22,15:28:28.500"


def rows(address: object = A, **known: object) -> dict[str, np.ndarray]:
    return rows_of(address, **{"time": NOW, "last_heard": NOW} | known)


def told(columns: dict[str, np.ndarray], *, placed: bool = True, facts: bool = True) -> list[str]:
    count = len(columns["address"])
    text = sbs(columns, np.full(count, placed), np.full(count, facts)).decode()
    assert text.count("\n") == text.count("\r\n")
    return text.split("\r\n")[:-1]


def test_a_flight_is_told_in_four_lines() -> None:
    lines = told(rows(
        lat=-0.5, lon=8.123456, altitude_ft=35_000, on_ground=0, ground_speed_kt=449.6, track_deg=359.7,
        vertical_rate_fpm=-640, squawk=12, emergency=0, callsign=b"DLH123",
    ))  # fmt: skip
    assert lines == [
        f"MSG,1,1,1,4CA2D6,1,{WHEN},DLH123,,,,,,,,,,,",
        f"MSG,3,1,1,4CA2D6,1,{WHEN},,35000,,,-0.50000,8.12346,,,,,,0",
        f"MSG,4,1,1,4CA2D6,1,{WHEN},,,450,0,,,-640,,,,,",
        f"MSG,6,1,1,4CA2D6,1,{WHEN},,,,,,,,0012,,0,,",
    ]
    assert all(line.count(",") == 21 for line in lines)


def test_what_is_not_known_is_empty_and_zero_is_a_value() -> None:
    assert told(rows(lat=0, lon=0)) == [f"MSG,3,1,1,4CA2D6,1,{WHEN},,,,,0.00000,0.00000,,,,,,"]
    assert told(rows(track_deg=0, ground_speed_kt=0), placed=False) == [
        f"MSG,4,1,1,4CA2D6,1,{WHEN},,,0,0,,,,,,,,"
    ]


def test_a_flight_without_a_new_place_is_told_with_its_altitude() -> None:
    assert told(rows(altitude_ft=-25, on_ground=1), placed=False) == [
        f"MSG,5,1,1,4CA2D6,1,{WHEN},,-25,,,,,,,,,,-1"
    ]


def test_facts_are_told_when_they_are_due() -> None:
    assert told(rows(squawk=7700, callsign=b"X"), placed=False, facts=False) == []
    assert told(rows([])) == []


def test_an_address_that_is_not_icaos_is_marked() -> None:
    assert told(rows(A | 1 << 24, lat=1, lon=2))[0].startswith("MSG,3,1,1,~4CA2D6,")


@pytest.mark.parametrize("callsign", [b"A,B", b"A\r\nMSG", b"\xff", b""])
def test_a_callsign_that_would_break_a_line_is_not_told(callsign: bytes) -> None:
    assert told(rows(callsign=callsign), placed=False) == []


def test_a_time_is_that_of_the_position_and_may_be_of_yesterday() -> None:
    lines = told(rows(lat=1, lon=2, squawk=1200, time=START - 60_000.25))
    assert "2024/11/21,22:48:27.750" in lines[0]
    assert "2024/11/22,15:28:28.500" in lines[1]


def last(seen: Observations, name: str) -> object:
    values = seen.columns[name]
    return values[BY_NAME[name].known(values)][-1].item()


@given(
    st.integers(0, (1 << 25) - 1), st.floats(-90, 90), st.floats(-180, 180), st.integers(-1000, 100_000),
    st.floats(0, 2000, width=32), st.floats(0, 360, exclude_max=True, width=32), st.integers(-30_000, 30_000),
    st.integers(0, 1),
)  # fmt: skip
def test_every_flight_is_read_back(  # noqa: PLR0917  one argument a column
    address: int, lat: float, lon: float, feet: int, speed: float, track: float, rate: int, ground: int
) -> None:
    lines = sbs(
        rows(
            address, lat=lat, lon=lon, altitude_ft=feet, ground_speed_kt=speed, track_deg=track,
            vertical_rate_fpm=rate, on_ground=ground, squawk=7000, callsign=b"DLH123",
        ),
        np.ones(1, bool),
        np.ones(1, bool),
    )  # fmt: skip
    seen = Sbs().feed(lines, NOW)
    assert not seen.refused
    assert np.unique(seen.address).tolist() == [address]
    assert seen.last_heard == pytest.approx(NOW)
    assert last(seen, "lat") == pytest.approx(lat, abs=5.01e-6)
    assert last(seen, "lon") == pytest.approx(lon, abs=5.01e-6)
    assert last(seen, "ground_speed_kt") == pytest.approx(speed, abs=0.51)
    assert (last(seen, "track_deg") - track + 180) % 360 - 180 == pytest.approx(0, abs=0.51)
    for name, value in (
        ("altitude_ft", feet), ("vertical_rate_fpm", rate), ("on_ground", ground), ("squawk", 7000),
        ("callsign", b"DLH123"),
    ):  # fmt: skip
        assert last(seen, name) == value, name
