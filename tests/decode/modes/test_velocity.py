import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from aerotrack.decode.modes.velocity import velocity
from aerotrack.decode.ranges import RANGES
from decode.modes.frame_rows import any_rows, at, extended, row


def test_speed_over_ground_as_the_textbook_has_it() -> None:
    told = velocity(row("8D485020994409940838175B284F"))
    assert told.ground_speed_kt == pytest.approx([159.20], abs=0.01)
    assert told.track_deg == pytest.approx([182.88], abs=0.01)
    assert told.vertical_rate_fpm.tolist() == [-832]
    assert told.vertical_rate_geometric.tolist() == [True]
    assert told.height_difference_ft.tolist() == [550]
    assert told.nac_v.tolist() == [0]
    assert np.isnan([told.airspeed_kt, told.heading_deg]).all()


def test_airspeed_as_the_textbook_has_it() -> None:
    told = velocity(row("8DA05F219B06B6AF189400CBC33F"))
    assert told.airspeed_kt.tolist() == [375]
    assert told.airspeed_true.tolist() == [True]
    assert told.heading_deg == pytest.approx([243.98], abs=0.01)
    assert told.vertical_rate_fpm.tolist() == [-2304]
    assert np.isnan([told.ground_speed_kt, told.track_deg]).all()


def subtype(number: int) -> int:
    return at(5, 19) | at(8, number)


def test_supersonic_speeds_count_four_knots() -> None:
    told = velocity(extended(subtype(2) | at(24, 101) | at(35, 1), subtype(4) | at(35, 301)))
    assert told.ground_speed_kt[0] == 400
    assert told.track_deg[0] == 90
    assert told.airspeed_kt[1] == 1200


def test_zero_counts_are_unknown_and_one_is_nothing() -> None:
    told = velocity(extended(subtype(1), subtype(1) | at(24, 1) | at(35, 1) | at(46, 1) | at(56, 1)))
    assert told.ground_speed_kt[1] == told.vertical_rate_fpm[1] == told.height_difference_ft[1] == 0
    assert np.isnan([told.ground_speed_kt[0], told.vertical_rate_fpm[0], told.height_difference_ft[0]]).all()
    assert np.isnan(told.track_deg).all()


@pytest.mark.parametrize("number", [0, 5, 6, 7])
def test_the_other_subtypes_tell_nothing(number: int) -> None:
    told = velocity(extended(subtype(number) | (1 << 48) - 1))
    numbers = [told.ground_speed_kt, told.airspeed_kt, told.vertical_rate_fpm, told.height_difference_ft]
    assert np.isnan(numbers).all()


@given(any_rows)
def test_whatever_is_sent_is_in_range_or_unknown(data: NDArray[np.uint8]) -> None:
    told = velocity(data)
    for name, values in [
        ("ground_speed_kt", told.ground_speed_kt), ("ground_speed_kt", told.airspeed_kt),
        ("track_deg", told.track_deg), ("track_deg", told.heading_deg),
        ("vertical_rate_fpm", told.vertical_rate_fpm),
    ]:  # fmt: skip
        low, high = RANGES[name]
        heard = values[~np.isnan(values)]
        assert values.dtype == np.float32
        assert ((heard >= low) & (heard <= high)).all()
    assert ((told.nac_v >= -1) & (told.nac_v <= 4)).all()
