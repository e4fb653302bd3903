import numpy as np
import pytest

from aerotrack.core.columns import BY_NAME
from aerotrack.core.values import milliseconds, moment, unix_seconds, values_of, whole_seconds


def test_known_and_unknown_values_stand_side_by_side() -> None:
    assert values_of(BY_NAME["altitude_ft"], np.array([100, np.nan], "f4")) == [100, None]
    assert values_of(BY_NAME["squawk"], np.array([7700, -1], "i2")) == ["7700", None]
    assert values_of(BY_NAME["emergency"], np.array([0, 1, -1], "i1")) == [None, "general", None]
    assert values_of(BY_NAME["feed"], np.array([0, -1], "i2"), ("roof",)) == ["roof", None]


def test_times_are_rounded_to_the_millisecond_across_seconds() -> None:
    assert milliseconds(np.array([0.9996, -0.0004, np.nan])) == [
        "1970-01-01T00:00:01.000Z",
        "1970-01-01T00:00:00.000Z",
        None,
    ]
    assert moment(0.1239) == "1970-01-01T00:00:00.124Z"
    assert whole_seconds(np.array([61, 61])) == ["1970-01-01T00:01:01Z"] * 2


@pytest.mark.parametrize(
    ("name", "values", "written"),
    [
        ("lat", [50.123456, -0.000001, np.nan], [50.12346, 0.0, None]),
        ("track_deg", [359.96, 12.34], [0.0, 12.3]),
        ("nic", [8, -1], [8, None]),
        ("on_ground", [1, 0, -1], [True, False, None]),
        ("time", [0.5, np.nan], ["1970-01-01T00:00:00.500Z", None]),
        ("callsign", [b"RYR1", b""], ["RYR1", None]),
    ],
)
def test_values_are_written_as_their_column_says(
    name: str, values: list[object], written: list[object]
) -> None:
    assert values_of(BY_NAME[name], np.array(values, BY_NAME[name].dtype)) == written


def test_what_is_text_already_is_passed_on() -> None:
    assert values_of(BY_NAME["feed"], np.array(["roof"], object)) == ["roof"]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("1795348800.5", 1795348800.5),
        ("2026-11-22T12:00:00Z", 1795348800.0),
        ("2026-11-22T13:00:00+01:00", 1795348800.0),
        ("2026-11-22T12:00:00", 1795348800.0),
    ],
)
def test_a_time_is_read_in_utc_unless_it_says_otherwise(text: str, time: float) -> None:
    assert unix_seconds(text) == time


@pytest.mark.parametrize("text", ["noon", "", "-1", "1e12", "nan"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert np.isnan(unix_seconds(text))
