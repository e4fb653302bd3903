import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.decode import places
from aerotrack.decode.places import Places


def repeated(memory: Places, *rows: tuple[int, float, float, float]) -> list[int]:
    address, lat, lon, time = (np.array(column) for column in zip(*rows, strict=True))
    again: list[int] = memory.repeated(address, {"lat": lat, "lon": lon, "time": time}).tolist()
    return again


def test_the_same_place_at_the_same_time_is_no_news() -> None:
    memory = Places()
    assert repeated(memory, (1, 50.0, 8.5, 100.0), (2, 50.0, 8.5, 100.0)) == []
    assert repeated(memory, (1, 50.0, 8.5, 100.0), (2, 50.0, 8.5, 100.0)) == [0, 1]


@pytest.mark.parametrize("jitter", [-0.2, 0.2])
def test_times_may_be_rounded(jitter: float) -> None:
    assert repeated(Places(), (1, 50.0, 8.5, 100.0), (1, 50.0, 8.5, 100.0 + jitter)) == [1]


def test_rounding_does_not_add_up() -> None:
    rows = [(1, 50.0, 8.5, time) for time in (100.0, 100.15, 100.25, 100.35, 100.45)]
    assert repeated(Places(), *rows) == [1, 2, 4]


@pytest.mark.parametrize("row", [(1, 50.0, 8.5, 101.0), (1, 50.1, 8.5, 100.0), (2, 50.0, 8.5, 100.0)])
def test_another_time_place_or_aircraft_is_news(row: tuple[int, float, float, float]) -> None:
    assert repeated(Places(), (1, 50.0, 8.5, 100.0), row) == []


def test_a_row_without_a_position_is_neither() -> None:
    nan = float("nan")
    assert repeated(Places(), (1, nan, nan, nan), (1, nan, nan, nan)) == []


def test_memory_is_bounded() -> None:
    memory = Places()
    rows = [(address, 50.0, 8.5, 100.0) for address in range(places._AIRCRAFT + 1)]
    assert repeated(memory, *rows[:-1]) == []
    assert memory._address.nbytes + memory._last.nbytes <= 1_000_000
    assert repeated(memory, rows[-1]) == []
    assert len(memory._address) == memory._last.size == 0


_ROWS = st.tuples(
    st.integers(0, 4), st.sampled_from((50.0, 50.5)), st.just(8.5), st.sampled_from((100.0, 100.2, 100.4))
)


@given(st.lists(_ROWS, min_size=1), st.integers(1, 5))
def test_it_is_the_same_however_rows_are_cut(rows: list[tuple[int, float, float, float]], size: int) -> None:
    memory, parts = Places(), [rows[i : i + size] for i in range(0, len(rows), size)]
    cut = [i * size + row for i, part in enumerate(parts) for row in repeated(memory, *part)]
    last: dict[int, tuple[float, float, float]] = {}
    expected = []
    for i, (address, lat, lon, time) in enumerate(rows):
        before = last.get(address, (0.0, 0.0, 0.0))
        if (lat, lon) == before[:2] and abs(time - before[2]) < places.ROUNDING_S:
            expected.append(i)
        else:
            last[address] = (lat, lon, time)
    assert cut == expected == repeated(Places(), *rows)
