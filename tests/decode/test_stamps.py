import math

import numpy as np
import pytest

from aerotrack.decode.stamps import in_step, moments, seconds


@pytest.mark.parametrize("stamp", [1700513836.875, 1700513836875, 1700513836875.0])
def test_seconds_and_milliseconds_are_told_apart(stamp: float) -> None:
    assert seconds(stamp) == 1700513836.875


@pytest.mark.parametrize("stamp", [None, "1700513836", True, [], -1, 0, 1e300, 10**400])
def test_what_is_no_time_is_unknown(stamp: object) -> None:
    assert math.isnan(seconds(stamp))


def test_a_recording_is_trusted() -> None:
    assert in_step(np.array([5.0]), None).tolist() == [5.0]


def test_a_live_stamp_more_than_a_minute_off_gives_way_to_the_arrival() -> None:
    assert in_step(np.array([940.0, 939.0, 1061.0, np.nan]), 1000.0).tolist() == [
        940.0,
        1000.0,
        1000.0,
        1000.0,
    ]


def test_many_are_read_as_one_is() -> None:
    stamps = [1700513836.875, 1700513836875, -1, 0, 1e300, np.nan, np.inf]
    assert np.array_equal(moments(np.array(stamps)), [seconds(s) for s in stamps], equal_nan=True)
