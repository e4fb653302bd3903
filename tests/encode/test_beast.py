from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.columns import BY_NAME, POSITION_SOURCES
from aerotrack.core.observations import Observations, Receiver
from aerotrack.decode.beast import Beast
from aerotrack.encode.beast import MLAT_TICKS, beast, framed
from fakes import START, rows_of

NOW = START + 0.5
A, B = 0x4CA2D6, 0x1A1A1A


def rows(address: object, **known: object) -> dict[str, np.ndarray]:
    return rows_of(address, **{"time": NOW, "last_heard": NOW, "on_ground": 0, "position_source": 0} | known)


def told(
    columns: dict[str, np.ndarray],
    *,
    placed: bool = True,
    facts: bool = True,
    antennas: Sequence[Receiver] = (),
) -> bytes:
    count = len(columns["address"])
    return beast(columns, np.full(count, placed), np.full(count, facts), antennas=antennas)


def read(data: bytes, receiver: Receiver | None = None) -> Observations:
    seen = Beast(receiver).feed(data, NOW)
    assert not seen.refused
    return seen


def last(seen: Observations, name: str) -> object:
    """Return what was heard last of a column."""
    values = seen.columns[name]
    return values[BY_NAME[name].known(values)][-1].item()


def test_a_flight_is_read_back() -> None:
    seen = read(told(rows(
        A, lat=50.1, lon=8.6, altitude_ft=35_000, geo_altitude_ft=35_500, ground_speed_kt=450, track_deg=90,
        vertical_rate_fpm=-640, squawk=7700, emergency=1, callsign=b"DLH123", category=b"A3", nic=8,
    )))  # fmt: skip
    assert np.unique(seen.address).tolist() == [A]
    assert last(seen, "lat") == pytest.approx(50.1, abs=5e-5)
    assert last(seen, "lon") == pytest.approx(8.6, abs=5e-5)
    for name, value in (
        ("altitude_ft", 35_000), ("geo_altitude_ft", 35_500), ("ground_speed_kt", 450), ("track_deg", 90),
        ("vertical_rate_fpm", -640), ("squawk", 7700), ("emergency", 1), ("callsign", b"DLH123"),
        ("category", b"A3"), ("nic", 8), ("on_ground", 0), ("position_source", 0),
    ):  # fmt: skip
        assert last(seen, name) == value, name


@pytest.mark.parametrize(
    ("address", "source"),
    [(A, "mlat"), (A, "tisb"), (A | 1 << 24, "tisb"), (A, "adsr"), (A | 1 << 24, "adsb")],
)
def test_who_placed_a_flight_and_whether_its_address_is_icaos_is_read_back(address: int, source: str) -> None:
    code = POSITION_SOURCES.index(source)
    seen = read(told(rows(address, lat=50, lon=8, altitude_ft=100, position_source=code, callsign=b"X1")))
    assert np.unique(seen.address).tolist() == [address]
    assert np.unique(seen.columns["position_source"]).tolist() == [code]


def test_a_flight_on_the_ground_is_read_back_where_the_reader_knows_its_place() -> None:
    flight = rows(A, lat=50.03, lon=8.57, on_ground=1, ground_speed_kt=12, track_deg=180)
    here = Receiver(50.0, 8.5)
    seen = read(told(flight, antennas=[Receiver(0.0, 0.0), here]), here)
    assert last(seen, "on_ground") == 1
    assert last(seen, "lat") == pytest.approx(50.03, abs=2e-5)
    assert (last(seen, "ground_speed_kt"), last(seen, "track_deg")) == (12, 180)


def test_a_flight_on_the_ground_far_from_every_antenna_has_no_place_that_could_be_mistaken() -> None:
    far = rows(A, lat=40.66, lon=-73.77, on_ground=1, callsign=b"DLH1")
    for antennas in ([], [Receiver(50.0, 8.5)]):
        seen = read(told(far, antennas=antennas), Receiver(50.0, 8.5))
        assert (last(seen, "callsign"), len(seen)) == (b"DLH1", 1)
        assert "lat" not in seen.columns or np.isnan(seen.columns["lat"]).all()


def test_a_flight_without_a_barometer_is_told_at_its_height_above_the_ellipsoid() -> None:
    seen = read(told(rows(A, lat=50, lon=8, geo_altitude_ft=3000)))
    assert last(seen, "geo_altitude_ft") == 3000
    assert "altitude_ft" not in seen.columns or np.isnan(seen.columns["altitude_ft"]).all()


def test_a_flight_without_a_place_is_told_with_its_altitude() -> None:
    seen = read(told(rows(A, altitude_ft=3000, time=np.nan), placed=False))
    assert last(seen, "altitude_ft") == 3000
    assert len(seen) == 1


def test_nothing_is_told_of_what_is_not_known() -> None:
    assert told(rows(A), placed=False) == b""
    assert told(rows([])) == b""


def test_facts_are_told_when_they_are_due() -> None:
    flight = rows(A, squawk=1200, callsign=b"DLH1")
    assert told(flight, placed=False, facts=False) == b""
    assert len(read(told(flight, placed=False))) == 2


def test_what_looks_like_a_beginning_is_doubled() -> None:
    data = np.full((2, 14), 0x1A, np.uint8)
    one = b"\x1a\x33" + b"\x1a\x1a" * 6 + b"\0" + b"\x1a\x1a" * 14
    assert framed(np.array([0x1A1A1A1A1A1A] * 2), data) == one + one


def test_a_position_by_mlat_has_the_mark_in_place_of_its_time() -> None:
    code = POSITION_SOURCES.index("mlat")
    assert told(rows(A, lat=50, lon=8, position_source=code))[2:8] == MLAT_TICKS.to_bytes(6)


@given(
    st.lists(st.tuples(st.integers(1, (1 << 25) - 1), st.floats(-85, 85), st.floats(-180, 180)), max_size=9)
)
def test_whoever_flies_wherever_is_read_back(flights: list[tuple[int, float, float]]) -> None:
    flights = list({address: (address, lat, lon) for address, lat, lon in flights}.values())
    address, lat, lon = (
        (np.array(values) for values in zip(*flights, strict=True)) if flights else ([], [], [])
    )
    seen = Beast().feed(told(rows(address, lat=lat, lon=lon, altitude_ft=B % 40_000)), NOW)
    assert set(seen.refused) <= {"bad_position"}  # frames of two zones of longitude are no pair
    assert sorted(np.unique(seen.address).tolist()) == sorted(a for a, _, _ in flights)
    assert seen.messages == 2 * len(flights)
    for one, north in zip(address, lat, strict=True):
        found = seen.columns["lat"][seen.address == one]
        assert found[~np.isnan(found)] == pytest.approx(north, abs=5e-5)
