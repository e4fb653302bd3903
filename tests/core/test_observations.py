import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.observations import Observations, Receiver


def rounds_of(address: list[int], at: list[float]) -> list[list[tuple[int, float]]]:
    seen = Observations.of(address, at)
    return [list(zip(r.address.tolist(), r.last_heard.tolist(), strict=True)) for r in seen.rounds()]


def test_columns_take_the_dtypes_of_the_schema() -> None:
    seen = Observations.of([1], [2.0], feed="roof", altitude_ft=[100], callsign=["DLH1"])
    assert seen.columns["altitude_ft"].dtype == np.float32
    assert seen.columns["callsign"].tolist() == [b"DLH1"]
    assert seen.feed == "roof"


def test_a_sign_of_life_has_no_rows() -> None:
    seen = Observations.none(refused={"malformed": 2}, messages=3)
    assert len(seen) == 0
    assert seen.refused == {"malformed": 2}
    assert seen.messages == 3


def test_a_part_keeps_its_rows_of_every_column_and_of_the_stamps() -> None:
    whole = Observations.of([1, 2, 3], [5.0, 6.0, 7.0], squawk=[1, 2, 3])
    stamped = Observations(whole.address, whole.last_heard, whole.columns, stamps=np.array([10, 11, 12]))
    part = stamped.take(np.array([True, False, True]))
    assert part.address.tolist() == [1, 3]
    assert part.last_heard.tolist() == [5.0, 7.0]
    assert part.columns["squawk"].tolist() == [1, 3]
    assert part.stamps is not None
    assert part.stamps.tolist() == [10, 12]


def test_a_part_may_keep_some_of_the_columns() -> None:
    whole = Observations.of([1, 2], [5.0, 6.0], squawk=[1, 2], nic=[7, 8])
    assert {
        name: values.tolist() for name, values in whole.take(slice(1, 2), ("nic", "lat")).columns.items()
    } == {"nic": [8]}


def test_a_part_and_what_tells_something_else_are_otherwise_as_the_whole() -> None:
    whole = Observations(
        np.array([1], np.uint32), np.array([5.0]), {}, "roof", {"malformed": 1}, 2, 3.0, np.array([4]),
        {"df17": 5}, Receiver(50.0, 8.0), priority=True, time_error_s=0.2, waiting=True,
    )  # fmt: skip
    other = whole.telling({"nic": np.array([8], np.int8)})
    assert other.columns["nic"].tolist() == [8]
    for part in (other, whole.take(slice(None))):
        for field in dataclasses.fields(whole):
            if field.name != "columns":
                assert getattr(part, field.name) == getattr(whole, field.name), field.name


def test_a_batch_with_no_aircraft_twice_is_one_round_as_it_is() -> None:
    seen = Observations.of([2, 1], [6.0, 5.0])
    assert list(seen.rounds()) == [seen]


def test_the_second_report_of_an_aircraft_comes_a_round_later() -> None:
    first, second = rounds_of([7, 7, 8], [2.0, 1.0, 3.0])
    assert sorted(first) == [(7, 1.0), (8, 3.0)]
    assert second == [(7, 2.0)]


def test_of_two_reports_at_the_same_time_the_first_stays_first() -> None:
    seen = Observations.of([7, 7], [1.0, 1.0], squawk=[1, 2])
    assert [r.columns["squawk"].tolist() for r in seen.rounds()] == [[1], [2]]


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from((0.0, 1.0, 2.0)))))
def test_rounds_hold_every_row_once_and_each_aircrafts_in_order_of_time(
    rows: list[tuple[int, float]],
) -> None:
    rounds = rounds_of([row[0] for row in rows], [row[1] for row in rows])
    assert sorted(row for r in rounds for row in r) == sorted(rows)
    for r in rounds:
        assert len({address for address, _ in r}) == len(r)
    for address in range(6):
        times = [at for r in rounds for who, at in r if who == address]
        assert times == sorted(times)
