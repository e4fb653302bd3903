import math
import re
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.identity import NOT_ICAO
from aerotrack.decode.cells import Cells, array, squawk

NAN = math.nan


def test_addresses_are_told_from_what_is_none() -> None:
    cells = Cells(Counter())
    address, good = cells.addresses(["4CA2d6", "~000001", None, "12345", 7])
    assert address[good].tolist() == [0x4CA2D6, 1 | NOT_ICAO]
    assert good.tolist() == [True, True, False, False, False]
    assert cells.refused == {"no_address": 1, "bad_address": 2}


@pytest.mark.parametrize(
    ("values", "numbers", "bad"),
    [
        ([1, 2.5, None], [1.0, 2.5, NAN], 0),
        (["1", "", None, "-2.5"], [1.0, NAN, NAN, -2.5], 0),
        (["1", "x", None], [1.0, NAN, NAN], 1),
        (["1", 2, True, [3]], [1.0, 2.0, NAN, NAN], 2),
        ([10**400, -(10**400)], [math.inf, math.inf], 0),
        ([], [], 0),
    ],
)
def test_numbers_may_be_spelled(values: list[Any], numbers: list[float], bad: int) -> None:
    cells = Cells(Counter())
    np.testing.assert_equal(cells.spelled(values).tolist(), numbers)
    assert cells.refused["bad_field"] == bad


def test_where_numbers_are_due_a_text_is_none() -> None:
    cells = Cells(Counter())
    np.testing.assert_equal(cells.floats([1, "2", None, False]).tolist(), [1.0, NAN, NAN, NAN])
    assert cells.refused == {"bad_field": 2}


@pytest.mark.parametrize(
    ("lats", "lons", "places", "bad"),
    [
        ([1, None], [2, None], [(1.0, 2.0), (NAN, NAN)], 0),
        ([1, None], [None, 2], [(NAN, NAN), (NAN, NAN)], 2),
        (["1", "x", ""], ["2", "y", ""], [(1.0, 2.0), (NAN, NAN), (NAN, NAN)], 1),
        ([0], [0], [(0.0, 0.0)], 0),
        (["inf"], ["0"], [(NAN, NAN)], 1),
    ],
)
def test_a_place_is_two_numbers(lats: list[Any], lons: list[Any], places: list[Any], bad: int) -> None:
    cells = Cells(Counter())
    lat, lon = cells.place(lats, lons)
    np.testing.assert_equal(list(zip(lat.tolist(), lon.tolist(), strict=True)), places)
    assert cells.refused["bad_position"] == bad


def test_codes_are_what_texts_mean() -> None:
    cells = Cells(Counter())
    column = cells.codes("squawk", ["0014", None, "7777", "9", 7700], squawk)
    assert column is not None
    assert column.tolist() == [14, -1, 7777, -1, -1]
    assert cells.refused == {"bad_field": 2}
    assert cells.codes("squawk", [None, None], squawk) is None


def test_an_integer_beyond_any_float_is_infinite() -> None:
    assert array([10**400, 1]).tolist() == [math.inf, 1.0]


_VALUES = st.none() | st.integers() | st.floats(allow_nan=False) | st.booleans() | st.text(max_size=2)
_TABLE = st.lists(st.tuples(_VALUES, _VALUES, st.none() | st.integers(-9, 9) | st.just(10**400)), min_size=1)


@given(_TABLE)
def test_columns_of_numbers_are_cast_together_as_each_alone(rows: list[tuple[Any, ...]]) -> None:
    columns = dict(zip("abc", zip(*rows, strict=True), strict=True))
    together, alone = Cells(Counter()), Cells(Counter())
    numbers = together.numbers(columns)
    for name, values in columns.items():
        np.testing.assert_array_equal(numbers[name], alone.floats(values))
    assert together.refused == alone.refused


_SIX = st.from_regex(r"[0-9A-Fa-f]{6}", fullmatch=True)
_ODD = st.sampled_from(
    ["~00001f", "12345", "1234567", "12 34 56", "12 345", "1234 5", " 4CA2D6", "\uff11" * 6, None, 7]
)


@given(st.lists(_SIX) | st.lists(_SIX | _ODD))
def test_addresses_are_read_together_as_each_alone(texts: list[Any]) -> None:
    together, alone = Cells(Counter()), Cells(Counter())
    address, good = together.addresses(texts)
    fit = [isinstance(t, str) and re.fullmatch(r"~?[0-9A-Fa-f]{6}", t) is not None for t in texts]
    assert good.tolist() == fit
    assert address.dtype == np.uint32
    for text, ok, number in zip(texts, fit, address.tolist(), strict=True):
        _, usable = alone.addresses([text])
        assert usable.tolist() == [ok]
        assert not ok or number == int(text.strip("~"), 16) | (NOT_ICAO if "~" in text else 0)
    assert +together.refused == +alone.refused
