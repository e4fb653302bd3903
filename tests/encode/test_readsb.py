import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from aerotrack.core.columns import BY_NAME, EMERGENCIES, POSITION_SOURCES
from aerotrack.decode.aircraft_json import AircraftJson
from aerotrack.encode.readsb import aircraft, aircraft_json, counts, now_of, results, v2
from fakes import START, rows_of

NOW = START + 60.0
ALWAYS = {"hex": "4ca2d6", "type": "unknown", "mlat": [], "tisb": [], "messages": 0, "rssi": -49.5}
DUMB = 0x1000000  # an address that is not ICAO's


def written(address: int = 0x4CA2D6, **known: ArrayLike) -> Mapping[str, Any]:
    (one,) = aircraft(rows_of(address, **known), NOW)
    flight: Mapping[str, Any] = json.loads(one)
    return flight


def test_what_is_not_known_has_no_key() -> None:
    assert written() == ALWAYS


def test_a_flight_is_written_with_the_keys_and_units_of_readsb() -> None:
    flight = written(
        callsign=b"RYR1", registration=b"EI-DCL", type_code=b"B738", category=b"A3", operator=b"Ryanair",
        lat=50.1234567, lon=-0.0000001, altitude_ft=35000.4, geo_altitude_ft=35200, on_ground=0,
        ground_speed_kt=451.26, track_deg=359.996, vertical_rate_fpm=-64, squawk=17, emergency=0, nic=8,
        nac_p=10, position_source=0, feed=0, time=NOW - 1.5, last_heard=NOW - 0.25,
    )  # fmt: skip
    assert flight == ALWAYS | {
        "type": "adsb_icao", "flight": "RYR1    ", "r": "EI-DCL", "t": "B738", "category": "A3",
        "ownOp": "Ryanair", "lat": 50.123457, "lon": 0.0, "alt_baro": 35000, "alt_geom": 35200, "gs": 451.3,
        "track": 0.0, "baro_rate": -64, "squawk": "0017", "emergency": "none", "nic": 8, "nac_p": 10,
        "seen_pos": 1.5, "seen": 0.25,
    }  # fmt: skip


def test_zero_is_a_value() -> None:
    flight = written(lat=0, lon=0, altitude_ft=0, ground_speed_kt=0, track_deg=0, squawk=0, nic=0)
    zeros = [flight[key] for key in ("lat", "lon", "alt_baro", "gs", "track", "nic")]
    assert zeros == [0] * 6
    assert flight["squawk"] == "0000"


def test_on_the_ground_is_said_in_place_of_the_altitude() -> None:
    assert written(on_ground=1, altitude_ft=350)["alt_baro"] == "ground"
    assert written(on_ground=1)["alt_baro"] == "ground"
    assert "alt_baro" not in written(on_ground=0)


@pytest.mark.parametrize(
    ("source", "of_icao", "of_another"),
    [
        ("adsb", "adsb_icao", "adsb_other"),
        ("adsr", "adsr_icao", "adsr_other"),
        ("tisb", "tisb_icao", "tisb_other"),
        ("mlat", "mlat", "mlat"),
        ("adsc", "adsc", "adsc"),
        ("mode_s", "mode_s", "mode_s"),
        ("flarm", "other", "other"),
        ("simulated", "other", "other"),
    ],
)
def test_the_type_is_how_the_position_was_obtained(source: str, of_icao: str, of_another: str) -> None:
    code = POSITION_SOURCES.index(source)
    assert written(position_source=code)["type"] == of_icao
    other = written(DUMB | 0x4CA2D6, position_source=code)
    assert (other["hex"], other["type"]) == ("~4ca2d6", of_another)


def test_places_by_multilateration_and_tisb_are_listed() -> None:
    assert written(position_source=POSITION_SOURCES.index("mlat"))["mlat"] == ["lat", "lon"]
    assert written(position_source=POSITION_SOURCES.index("tisb"))["tisb"] == ["lat", "lon"]


@pytest.mark.parametrize(
    ("code", "word"),
    list(enumerate(["none", "general", "lifeguard", "minfuel", "nordo", "unlawful", "downed"])),
)
def test_emergencies_have_the_words_of_readsb(code: int, word: str) -> None:
    assert len(EMERGENCIES) == 7
    assert written(emergency=code)["emergency"] == word


def test_a_circle_gives_distance_and_direction() -> None:
    columns = rows_of([1, 2]) | {
        "distance_nm": np.array([0.0, 12.34567]), "direction_deg": np.array([0.0, 271.46])
    }  # fmt: skip
    flights = [json.loads(one) for one in aircraft(columns, NOW)]
    assert [(f["dst"], f["dir"]) for f in flights] == [(0.0, 0.0), (12.346, 271.5)]


def test_a_document_is_as_new_as_what_was_heard_last() -> None:
    columns = rows_of([1, 2], time=[NOW - 5, np.nan], last_heard=[NOW - 4, NOW + 0.5])
    assert now_of(columns, NOW) == NOW + 0.5
    assert now_of(columns, NOW + 1) == NOW + 1
    assert now_of(rows_of([]), NOW) == NOW


def test_aircraft_json_has_its_time_in_seconds() -> None:
    assert json.loads(aircraft_json([b'{"hex":"1"}', b'{"hex":"2"}'], 1732290208.25, 7)) == {
        "now": 1732290208.25, "messages": 7, "aircraft": [{"hex": "1"}, {"hex": "2"}],
    }  # fmt: skip


def test_version_2_has_its_times_in_milliseconds() -> None:
    assert json.loads(v2([b'{"hex":"1"}'], 1732290208.25, 1)) == {
        "ac": [{"hex": "1"}], "msg": "No error", "now": 1732290208250, "total": 1, "ctime": 1732290208250,
        "ptime": 0,
    }  # fmt: skip
    assert json.loads(v2([], 1.0, 0, 'a "word"')) | {"now": 0, "ctime": 0} == {
        "ac": [], "msg": 'a "word"', "now": 0, "total": 0, "ctime": 0, "ptime": 0,
    }  # fmt: skip


def test_results_are_counted() -> None:
    assert json.loads(results([b'{"hex":"1"}'], 2.5, 1)) == {
        "now": 2.5, "aircraft": [{"hex": "1"}], "resultCount": 1, "ptime": 0,
    }  # fmt: skip


def test_aircraft_are_counted_by_place_and_type() -> None:
    counted = counts(rows_of([1, 2, DUMB | 3], lat=[50, np.nan, 50], position_source=[0, -1, 0]))
    assert (counted["aircraft_with_pos"], counted["aircraft_without_pos"]) == (2, 1)
    by_type = counted["aircraft_count_by_type"]
    assert {name: n for name, n in by_type.items() if n} == {"adsb_icao": 1, "adsb_other": 1, "unknown": 1}


SOME = st.fixed_dictionaries(
    {
        "lat": st.floats(-90, 90),
        "lon": st.floats(-180, 180),
        "altitude_ft": st.one_of(st.just(np.nan), st.integers(-1000, 50_000)),
        "geo_altitude_ft": st.one_of(st.just(np.nan), st.integers(-1000, 50_000)),
        "ground_speed_kt": st.one_of(st.just(np.nan), st.integers(0, 9000).map(lambda n: n / 10)),
        "track_deg": st.one_of(st.just(np.nan), st.integers(0, 3599).map(lambda n: n / 10)),
        "vertical_rate_fpm": st.one_of(st.just(np.nan), st.integers(-300, 300).map(lambda n: n * 64)),
        "squawk": st.one_of(st.just(-1), st.from_regex("[0-7]{4}", fullmatch=True).map(int)),
        "emergency": st.integers(-1, 6),
        "nic": st.integers(-1, 11),
        "nac_p": st.integers(-1, 11),
        "callsign": st.sampled_from([b"", b"RYR1", b"DLH9LF", b"N12345AB"]),
        "registration": st.sampled_from([b"", b"D-AIBL"]),
        "type_code": st.sampled_from([b"", b"A320"]),
        "category": st.sampled_from([b"", b"A3", b"C2"]),
        "position_source": st.integers(0, 5),
    }
)


@given(SOME, st.integers(0, 59_000), st.booleans())
def test_our_own_decoder_reads_the_same_flight(known: dict[str, Any], age_ms: int, dumb: bool) -> None:  # noqa: FBT001  hypothesis
    time = NOW - age_ms / 1000
    sky = rows_of(0x4CA2D6 | (DUMB if dumb else 0), time=time, last_heard=time, **known)
    document = aircraft_json(aircraft(sky, NOW), NOW, 1)
    seen = AircraftJson().document(document, None)
    assert seen.refused == {}
    assert seen.address.tolist() == sky["address"].tolist()
    assert abs(seen.last_heard[0] - time) < 0.002
    for name in (*known, "time"):
        column = BY_NAME[name]
        read = seen.columns.get(name, column.blank(1))
        if column.dtype.kind == "f":
            exact = {"lat": 1e-6, "lon": 1e-6, "time": 0.002}.get(name, 0.01)
            np.testing.assert_allclose(read, sky[name], atol=exact, rtol=0)
        else:
            assert read.tolist() == sky[name].tolist(), name
