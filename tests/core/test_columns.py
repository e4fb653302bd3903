import numpy as np
import pytest

from aerotrack.core.columns import BY_NAME, COLUMNS, HEARD, PUBLIC_NAMES, Column, Group, Kind


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_a_blank_column_knows_nothing(column: Column) -> None:
    blank = column.blank(2)
    assert blank.dtype == column.dtype
    assert column.known(blank).tolist() == [False, False]


@pytest.mark.parametrize(
    "column", [c for c in COLUMNS if c.kind is not Kind.TEXT], ids=lambda column: column.name
)
def test_zero_is_a_value(column: Column) -> None:
    assert column.known(np.zeros(1, column.dtype)).tolist() == [True]


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("callsign", b"DLH1", b"DLH2"),
        ("registration", b"D-AIMA", b"D-AIMB"),
        ("type_code", b"A388", b"A38"),
        ("category", b"A5", b"A3"),
        ("operator", b"Deutsche Lufthansa", b"Deutsche Lufthansa A"),
        ("squawk", 0, -1),
    ],
)
def test_two_values_differ_where_they_are_not_the_same(name: str, before: object, after: object) -> None:
    column = BY_NAME[name]
    one, other = np.array([before, before], column.dtype), np.array([before, after], column.dtype)
    assert column.differ(one, other).tolist() == [False, True]


def test_texts_differ_also_in_views_with_gaps() -> None:
    column = BY_NAME["callsign"]
    every_other = np.array([b"DLH1", b"x", b"DLH2", b"x"], column.dtype)[::2]
    assert column.differ(every_other, np.array([b"DLH1", b"DLH1"], column.dtype)).tolist() == [False, True]


def test_known_is_asked_of_arrays_of_any_shape() -> None:
    assert BY_NAME["lat"].known(np.array([[1.0, np.nan]])).tolist() == [[True, False]]


def test_the_names_of_a_flight_are_those_of_the_public_interface() -> None:
    assert PUBLIC_NAMES == (
        "id", "icao24", "callsign", "registration", "type_code", "category", "operator", "origin",
        "destination", "lat", "lon", "altitude_ft", "geo_altitude_ft", "on_ground", "ground_speed_kt",
        "track_deg", "vertical_rate_fpm", "squawk", "emergency", "phase", "nic", "nac_p", "position_source",
        "feed", "time", "last_heard", "coasting", "started_at",
    )  # fmt: skip


def test_what_aerotrack_makes_itself_is_not_heard() -> None:
    heard = {column.name for column in HEARD}
    assert {column.name for column in COLUMNS} - heard == {"phase", "feed", "last_heard", "coasting"}


def test_motion_is_what_changes_often() -> None:
    assert [column.name for column in COLUMNS if column.group is Group.MOTION] == [
        "lat", "lon", "altitude_ft", "geo_altitude_ft", "ground_speed_kt", "track_deg", "vertical_rate_fpm",
        "phase", "time", "last_heard",
    ]  # fmt: skip
