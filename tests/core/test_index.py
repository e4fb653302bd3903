import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.identity import ADDRESSES
from aerotrack.core.index import RowIndex


def addresses(*values: int) -> np.ndarray:
    return np.array(values, np.uint32)


def test_an_aircraft_that_was_never_put_has_row_0() -> None:
    assert RowIndex().find(addresses(0, 0x4CA2D6, ADDRESSES - 1)).tolist() == [0, 0, 0]


def test_neighbours_in_a_block_keep_rows_of_their_own() -> None:
    index = RowIndex()
    index.put(addresses(0x4CA2D6, 0x4CA2D7), np.array([3, 7]))
    assert index.find(addresses(0x4CA2D7, 0x4CA2D6, 0x4CA2D8)).tolist() == [7, 3, 0]


@given(st.lists(st.tuples(st.integers(0, ADDRESSES - 1), st.integers(0, 99)), max_size=40))
def test_it_finds_what_a_dict_finds(pairs: list[tuple[int, int]]) -> None:
    index, rows = RowIndex(), {}
    for address, row in pairs:
        index.put(addresses(address), row)
        rows[address] = row
    assert index.find(addresses(*rows)).tolist() == [*rows.values()]
