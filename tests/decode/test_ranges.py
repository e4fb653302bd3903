import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.columns import BY_NAME
from aerotrack.decode.ranges import RANGES, all_within, within


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


_NUMBERS = st.lists(
    st.sampled_from([0.0, 1.0, 8.5, 11.0, 12.0, 361.0, 1e6, -1.0, np.inf, np.nan]), min_size=1
)


@given(st.dictionaries(st.sampled_from(list(RANGES)), _NUMBERS))
def test_columns_together_are_cast_as_each_alone(columns: dict[str, list[float]]) -> None:
    rows = min(map(len, columns.values()), default=0)
    numbers = {name: np.array(values[:rows]) for name, values in columns.items()}
    together, outside = all_within(numbers)
    alone = {name: within(name, values) for name, values in numbers.items()}
    assert outside == sum(count for _, count in alone.values())
    known = {name: values for name, (values, _) in alone.items() if BY_NAME[name].known(values).any()}
    assert together.keys() == known.keys()
    for name, values in known.items():
        assert together[name].dtype == values.dtype
        np.testing.assert_array_equal(together[name], values)
