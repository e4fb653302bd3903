import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from aerotrack.core.columns import STORED, Columns
from aerotrack.storage.stored import BUCKET_US, buckets, quantise, runs, storable
from steps import rows_of, step, stored_of

FEEDS = np.array([11, 12], np.int16)


def positions(**columns: ArrayLike) -> Columns:
    """One position a value: unknown but for its time, its place and what is given."""
    count = max(len(np.atleast_1d(values)) for values in columns.values()) if columns else 1
    made = {column.name: column.blank(count) for column in STORED}
    made |= {
        "address": np.full(count, 0x4CA2D6, np.uint32),
        "start": np.full(count, 0x6740A31C, np.int64),
        "time": np.full(count, 1_732_289_400.0),
        "lat": np.full(count, 52.0),
        "lon": np.full(count, 5.0),
        "stamp": np.zeros(count, np.int64),
    }
    for name, values in columns.items():
        made[name] = np.atleast_1d(np.asarray(values, made[name].dtype))
    return made


def quantised(name: str, **columns: ArrayLike) -> list[int | None]:
    """The values of one stored column, None where it is null."""
    stored = quantise(positions(**columns), FEEDS)
    nulls = stored.nulls.get(name, np.zeros(len(stored), bool))
    return [
        None if null else value
        for value, null in zip(stored.values[name].tolist(), nulls.tolist(), strict=True)
    ]


@pytest.mark.parametrize(
    ("name", "heard_as", "values", "stored"),
    [
        ("altitude", "altitude_ft", [0, 12, 13, -1000, 35_000], [0, 0, 1, -40, 1400]),
        ("geo_altitude", "geo_altitude_ft", [-13, 26], [-1, 1]),
        ("ground_speed", "ground_speed_kt", [0, 451.4, 451.6], [0, 451, 452]),
        ("track", "track_deg", [0, 0.04, 359.94, 359.96, 360.0], [0, 0, 3599, 0, 0]),
        ("vertical_rate", "vertical_rate_fpm", [0, 31, 33, -64, -2240], [0, 0, 1, -1, -35]),
        ("squawk", "squawk", [0, 7777, -1], [0, 7777, None]),
        ("position_source", "position_source", [0, 9, -1], [0, 9, None]),
        ("on_ground", "on_ground", [0, 1, -1], [0, 1, None]),
        ("feed_id", "feed", [0, 1, -1], [11, 12, None]),
        ("lat", "lat", [-90, 52.308612, 52.308616], [-9_000_000, 5_230_861, 5_230_862]),
        ("lon", "lon", [-180, 180, -0.000004], [-18_000_000, 18_000_000, 0]),
    ],
)
def test_a_value_is_stored_in_the_nearest_step(
    name: str, heard_as: str, values: list[float], stored: list[int | None]
) -> None:
    assert quantised(name, **{heard_as: values}) == stored


@pytest.mark.parametrize(
    "name", ["altitude_ft", "geo_altitude_ft", "ground_speed_kt", "track_deg", "vertical_rate_fpm"]
)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30, -1e30])
def test_what_is_unknown_or_does_not_fit_is_null(name: str, value: float) -> None:
    column = name.removesuffix("_ft").removesuffix("_kt").removesuffix("_deg").removesuffix("_fpm")
    assert quantised(column, **{name: value}) == [None]


@given(
    time=st.floats(0, 4e9),
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    altitude=st.floats(-2000, 130_000, width=32),
)
def test_nothing_is_off_by_more_than_half_a_step(
    time: float, lat: float, lon: float, altitude: float
) -> None:
    stored = quantise(positions(time=time, lat=lat, lon=lon, altitude_ft=altitude), FEEDS).values
    assert abs(stored["time"][0] / 1e6 - time) <= 0.010001
    assert stored["time"][0] % 20_000 == 0
    assert abs(stored["lat"][0] / 1e5 - lat) <= 0.50001e-5
    assert abs(stored["lon"][0] / 1e5 - lon) <= 0.50001e-5
    assert abs(int(stored["altitude"][0]) * 25 - altitude) <= 12.51


def test_the_flight_is_named_by_its_aircraft_and_its_start() -> None:
    assert quantised("flight_id") == [0x4CA2D6_6740A31C]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("time", np.nan),
        ("time", np.inf),
        ("time", -1.0),
        ("time", 1e12),
        ("lat", np.nan),
        ("lat", 90.1),
        ("lon", np.inf),
    ],
)
def test_a_position_without_a_usable_time_or_place_is_not_storable(column: str, value: float) -> None:
    assert storable(positions(**{column: [value, 1.0]})).tolist() == [False, True]


def test_no_warning_comes_of_odd_values() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        quantise(positions(track_deg=[np.inf, np.nan], altitude_ft=[np.nan, 1e30]), FEEDS)


def test_pieces_hold_every_row_in_order() -> None:
    stored = quantise(positions(altitude_ft=[0, 25, 50, np.nan, 100]), FEEDS)
    pieces = list(stored.pieces(2))
    assert [len(piece) for piece in pieces] == [2, 2, 1]
    assert np.concatenate([piece.values["altitude"] for piece in pieces]).tolist() == [0, 1, 2, 0, 4]
    assert np.concatenate([piece.nulls["altitude"] for piece in pieces]).tolist() == [0, 0, 0, 1, 0]


@pytest.mark.parametrize(("rows", "lengths"), [(1, [2, 1, 3]), (2, [2, 4]), (6, [6]), (9, [6])])
def test_whole_flights_are_not_cut(rows: int, lengths: list[int]) -> None:
    stored = stored_of(step(k, flight_id=flight) for k, flight in enumerate([1, 1, 2, 3, 3, 3]))
    assert [len(part) for part in stored.whole_flights(rows)] == lengths
    assert [row for part in stored.whole_flights(rows) for row in rows_of(part)] == rows_of(stored)


def test_the_bucket_is_that_of_the_rounded_time() -> None:
    start = 600.0 * 2_887_149
    rounded_up = positions(time=[start - 0.005, start - 0.02])
    assert buckets(quantise(rounded_up, FEEDS)).tolist() == [2_887_148, 2_887_149]
    assert buckets(quantise(positions(time=[start, start + 599.98]), FEEDS)).tolist() == [2_887_149]
    assert BUCKET_US == 600 * 10**6


def test_runs_have_no_gaps_and_are_not_too_long() -> None:
    assert runs([1, 2, 3, 7, 8, 20], 144) == [(1, 3), (7, 8), (20, 20)]
    assert runs([1, 2, 3, 4, 5], 2) == [(1, 2), (3, 4), (5, 5)]
    assert runs([], 2) == []
