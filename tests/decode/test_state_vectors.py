from collections import Counter
from typing import Any

import numpy as np
import pytest

from aerotrack.core.columns import POSITION_SOURCES
from aerotrack.decode.cells import Cells
from aerotrack.decode.state_vectors import StateVectors
from decode.cutting import Row, rows_in

NOW = 1_700_000_000.0
PLACE = {"latitude": 50.0, "longitude": 8.5}


def read(*vectors: dict[str, Any], made: float = NOW) -> tuple[list[Row], Counter[str]]:
    names = {name for vector in vectors for name in vector} | {"icao24", "latitude", "longitude"}
    columns = {name: [vector.get(name) for vector in vectors] for name in names}
    cells = Cells(Counter())
    seen = StateVectors().read(columns, np.full(len(vectors), made), cells, messages=len(vectors))
    return rows_in(seen), Counter(seen.refused)


def only(**keys: Any) -> Row:
    rows, refused = read({"icao24": "4ca2d6", **keys})
    assert not refused
    return {name: value for name, value in rows[0].items() if name not in ("address", "last_heard")}


@pytest.mark.parametrize(
    ("key", "value", "name", "converted"),
    [
        ("baro_altitude", 3048, "altitude_ft", 10_000.0),
        ("geo_altitude", "-304.8", "geo_altitude_ft", -1000.0),
        ("velocity", 514.444444, "ground_speed_kt", 1000.0),
        ("vertical_rate", 5.08, "vertical_rate_fpm", 1000.0),
        ("true_track", "0", "track_deg", 0.0),
    ],
)
def test_metric_units_are_converted_once(key: str, value: Any, name: str, converted: float) -> None:
    assert only(**{key: value}) == {name: pytest.approx(converted, rel=1e-6)}


@pytest.mark.parametrize(("code", "source"), [(0, "adsb"), (1, "radar"), (2, "mlat"), ("3", "flarm")])
def test_the_source_is_that_of_the_position(code: Any, source: str) -> None:
    assert POSITION_SOURCES[only(**PLACE, position_source=code)["position_source"]] == source
    assert only(position_source=code) == {}


@pytest.mark.parametrize(
    ("code", "category"), [(2, b"A1"), (8, b"A7"), (9, b"B1"), (15, b"B7"), (16, b"C1"), (20, b"C5")]
)
def test_categories_have_icaos_names(code: int, category: bytes) -> None:
    assert only(category=code) == {"category": category}


@pytest.mark.parametrize("code", [0, 1, None])
def test_no_category_is_none(code: int | None) -> None:
    assert only(category=code) == {}


@pytest.mark.parametrize(("flag", "on_ground"), [(True, 1), (False, 0), ("True", 1), ("false", 0), ("1", 1)])
def test_on_the_ground_is_said_in_several_ways(flag: Any, on_ground: int) -> None:
    assert only(on_ground=flag) == {"on_ground": on_ground}


def test_the_position_has_a_time_of_its_own() -> None:
    rows, _ = read({"icao24": "4ca2d6", **PLACE, "time_position": NOW - 9, "last_contact": NOW - 1})
    assert (rows[0]["time"], rows[0]["last_heard"]) == (NOW - 9, NOW - 1)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"last_contact": NOW - 1}, (NOW - 1, NOW - 1)),
        ({"time_position": NOW - 9}, (NOW - 9, NOW - 9)),
        ({}, (NOW, NOW)),
        ({"last_contact": 1_699_999_990_000}, (NOW - 10, NOW - 10)),
    ],
)
def test_a_time_that_is_missing_is_the_next_best(
    times: dict[str, float], expected: tuple[float, float]
) -> None:
    rows, _ = read({"icao24": "4ca2d6", **PLACE, **times})
    assert (rows[0]["time"], rows[0]["last_heard"]) == expected


@pytest.mark.parametrize(
    "keys",
    [
        {"baro_altitude": 1e9}, {"velocity": -1}, {"true_track": 361}, {"vertical_rate": "fast"},
        {"squawk": "7800"}, {"squawk": 7700}, {"callsign": "TOOLONGCALL"}, {"on_ground": "maybe"},
        {"on_ground": 7},
        {"position_source": 4, **PLACE}, {"category": 21}, {"category": 1.5}, {"geo_altitude": []},
        {"velocity": "inf"}, {"velocity": 1e308}, {"geo_altitude": "-1e308"},
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_costs_no_other(keys: dict[str, Any]) -> None:
    rows, refused = read({"icao24": "4ca2d6", "vertical_rate": 0, "on_ground": True, **keys})
    assert len(rows) == 1
    assert refused == {"bad_field": 1}
    assert rows[0].get("vertical_rate_fpm", 0.0) == 0.0


@pytest.mark.parametrize(
    "place",
    [
        {"latitude": 1}, {"longitude": 2}, {"latitude": "N", "longitude": "2"},
        {"latitude": [], "longitude": 2},
    ],
)  # fmt: skip
def test_a_position_is_whole_or_none(place: dict[str, Any]) -> None:
    rows, refused = read({"icao24": "4ca2d6", **place})
    assert (rows, refused) == ([{"address": 0x4CA2D6, "last_heard": NOW}], {"bad_position": 1})


def test_what_has_no_address_or_no_time_is_refused_alone() -> None:
    vectors = [{"icao24": "00000g"}, {"icao24": "000001", "last_contact": NOW}, {}, {"icao24": "000002"}]
    rows, refused = read(*vectors, made=float("nan"))
    assert [row["address"] for row in rows] == [1]
    assert refused == {"bad_address": 1, "no_address": 1, "no_time": 1}
