import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from aerotrack.core.columns import BY_NAME, POSITION_SOURCES
from aerotrack.decode.opensky import OpenSky
from aerotrack.encode.opensky import document, states
from encode.test_readsb import DUMB, NOW, SOME
from fakes import rows_of

EXACT = {
    "lat": 1e-6, "lon": 1e-6, "time": 1.001, "altitude_ft": 0.02, "geo_altitude_ft": 0.02,
    "ground_speed_kt": 0.02, "track_deg": 0.01, "vertical_rate_fpm": 1.1,
}  # fmt: skip


def written(address: int = 0x4CA2D6, *, extended: bool = False, **known: ArrayLike) -> list[Any]:
    (one,) = states(rows_of(address, **known), extended=extended)
    vector: list[Any] = json.loads(one)
    return vector


def test_a_flight_is_metric_and_in_the_order_of_opensky() -> None:
    assert written(
        callsign=b"RYR1", lat=50.1234567, lon=-8.5, altitude_ft=10_000, geo_altitude_ft=10_100, on_ground=0,
        ground_speed_kt=100, track_deg=90.5, vertical_rate_fpm=-600, squawk=17, position_source=2,
        time=NOW + 0.9, last_heard=NOW + 1.9,
    ) == [
        "4ca2d6", "RYR1    ", "", NOW, NOW + 1, -8.5, 50.123457, 3048.0, False, 51.44, 90.5, -3.05, None,
        3078.48, "0017", False, 2,
    ]  # fmt: skip


def test_what_is_not_known_is_null_or_what_there_may_be_no_null_for() -> None:
    nothing = [None] * 5
    assert written() == ["4ca2d6", None, "", *nothing, False, *nothing, None, False, 0]


def test_an_address_that_is_not_icaos_keeps_its_mark() -> None:
    assert written(DUMB | 0x4CA2D6)[0] == "~4ca2d6"


@pytest.mark.parametrize(("source", "code"), [("adsb", 0), ("radar", 1), ("mlat", 2), ("flarm", 3)])
def test_the_source_of_a_position_has_a_number(source: str, code: int) -> None:
    assert written(position_source=POSITION_SOURCES.index(source))[16] == code


@pytest.mark.parametrize(
    ("category", "code"),
    [
        (b"", 0),
        (b"A0", 1),
        (b"A1", 2),
        (b"A7", 8),
        (b"B1", 9),
        (b"B7", 15),
        (b"C1", 16),
        (b"C5", 20),
        (b"D1", 1),
    ],
)
def test_extended_has_the_category_as_a_number(category: bytes, code: int) -> None:
    assert written(category=category, extended=True)[17] == code
    assert len(written(category=category)) == 17


def test_a_document_has_its_time_in_whole_seconds() -> None:
    assert json.loads(document([b"[1]", b"[2]"], 1732290208.9)) == {"time": 1732290208, "states": [[1], [2]]}


@given(SOME, st.integers(0, 59))
def test_our_own_decoder_reads_the_same_flight(known: dict[str, Any], age: int) -> None:
    time = NOW - age
    not_told = ("emergency", "nic", "nac_p", "registration", "type_code", "position_source")
    sky = rows_of(0x4CA2D6, time=time, last_heard=time, on_ground=0, **known)
    seen = OpenSky().document(document(states(sky, extended=True), NOW), None)
    assert seen.refused == {}
    assert seen.address.tolist() == [0x4CA2D6]
    assert seen.last_heard.tolist() == [time]
    for name in (*known, "time"):
        if name in not_told:
            continue
        column = BY_NAME[name]
        read = seen.columns.get(name, column.blank(1))
        if column.dtype.kind == "f":
            np.testing.assert_allclose(read, sky[name], atol=EXACT[name], rtol=0)
        else:
            assert read.tolist() == sky[name].tolist(), name
