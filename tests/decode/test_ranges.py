import numpy as np
import pytest

from aerotrack.core.columns import BY_NAME
from aerotrack.decode.ranges import RANGES, within


def test_what_is_out_of_range_becomes_unknown_and_is_counted() -> None:
    values, outside = within("track_deg", np.array([0.0, 360.0, 360.1, -1.0, np.nan]))
    assert values.dtype == np.float32
    assert outside == 2
    assert np.isnan(values).tolist() == [False, False, True, True, True]


def test_a_fraction_of_an_integer_is_none() -> None:
    values, outside = within("nic", np.array([8.0, 8.5, np.nan]))
    assert values.tolist() == [8, -1, -1]
    assert outside == 1


def test_infinity_is_out_of_range() -> None:
    assert within("altitude_ft", np.array([np.inf]))[1] == 1


@pytest.mark.parametrize("name", RANGES)
def test_every_range_fits_its_column(name: str) -> None:
    low, high = RANGES[name]
    values, outside = within(name, np.array([low, high]))
    assert values.dtype == BY_NAME[name].dtype
    assert (values.tolist(), outside) == ([low, high], 0)
