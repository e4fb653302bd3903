import numpy as np

from aerotrack.core.ranks import NOBODY
from aerotrack.core.refusals import PLACE
from aerotrack.core.rows import FREE, LIVE, Rows


def seat(rows: Rows, *address: int) -> list[int]:
    count = len(address)
    start, reason = np.full(count, 9, np.int64), np.zeros(count, np.int8)
    return rows.seat(np.array(address, np.uint32), start, reason, 60.0).tolist()


def test_row_0_is_nobodys() -> None:
    rows = Rows(capacity=0)
    assert seat(rows, 7) == [1]
    assert rows.columns["state"].tolist()[0] == FREE
    assert rows.index.find(np.array([8], np.uint32)).tolist() == [0]


def test_every_flight_gets_a_row_of_its_own_however_many_come() -> None:
    rows = Rows(capacity=4)
    seats = seat(rows, *range(10, 60))
    assert len({*seats}) == 50
    assert rows.columns["address"][seats].tolist() == [*range(10, 60)]
    assert (rows.columns["state"][seats] == LIVE).all()


def test_growing_keeps_what_there_is_and_adds_only_unknown_rows() -> None:
    rows = Rows(capacity=2)
    (row,) = seat(rows, 7)
    rows.columns["lat"][row], rows.heard["squawk"][row] = 50.0, 3.0
    rows.grow(100)
    assert rows.columns["lat"][row] == 50.0
    assert rows.heard["squawk"][row] == 3.0
    assert np.isnan(rows.columns["lat"][row + 1 :]).all()
    assert (rows.columns["state"][row + 1 :] == FREE).all()


def test_whoever_gets_a_seat_has_heard_nothing_of_anyone() -> None:
    rows = Rows(capacity=1)
    (row,) = seat(rows, 7)
    rows.heard["squawk"][row], rows.claims["squawk"][row], rows.claims[PLACE][row] = 3.0, 5, 6
    rows.vacate(np.array([row]))
    assert seat(rows, 8) == [row]
    assert rows.heard["squawk"][row] == -np.inf
    assert rows.claims["squawk"][row] == rows.claims[PLACE][row] == NOBODY


def test_growing_to_less_changes_nothing() -> None:
    rows = Rows(capacity=8)
    before = rows.columns["lat"]
    rows.grow(8)
    assert rows.columns["lat"] is before


def test_a_vacated_row_is_given_away_with_nothing_of_the_flight_before() -> None:
    rows = Rows(capacity=2)
    (row,) = seat(rows, 7)
    rows.columns["lat"][row], rows.columns["ground_since"][row], rows.heard["squawk"][row] = 50.0, 5.0, 3.0
    rows.vacate(np.array([row]))
    assert rows.index.find(np.array([7], np.uint32)).tolist() == [0]
    assert seat(rows, 8) == [row]
    assert np.isnan(rows.columns["lat"][row])
    assert np.isnan(rows.columns["ground_since"][row])
    assert rows.heard["squawk"][row] == -np.inf


def test_an_aircraft_that_has_taken_another_row_keeps_it_when_its_old_one_is_vacated() -> None:
    rows = Rows(capacity=4)
    (old,), (new,) = seat(rows, 7), seat(rows, 7)
    rows.vacate(np.array([old]))
    assert rows.index.find(np.array([7], np.uint32)).tolist() == [new]


def test_gathered_rows_are_copies_of_every_dtype() -> None:
    rows = Rows(capacity=4)
    seats = seat(rows, 7, 8, 9)
    rows.columns["callsign"][seats] = [b"A", b"B", b"C"]
    copies = rows.gather(("on_ground", "callsign", "address", "type_code"), np.array(seats[1:]))
    rows.columns["callsign"][seats] = b"X"
    assert copies["callsign"].tolist() == [b"B", b"C"]
    assert copies["address"].tolist() == [8, 9]
    assert {name: values.dtype.str for name, values in copies.items()} == {
        "on_ground": "|i1", "callsign": "|S8", "address": "<u4", "type_code": "|S4",
    }  # fmt: skip
