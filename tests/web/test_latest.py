import numpy as np

from aerotrack.core.wire import FACTS, unpack_facts
from aerotrack.web.latest import LatestRows
from fakes import START, changes_of, rows_of
from web.classes import DELTA, RYANAIR, over

FLIGHT = RYANAIR << 32 | START


def test_a_flight_sits_in_its_row() -> None:
    latest = LatestRows()
    turn = latest.apply(over(1, 50.0, 8.0, row=5, callsign=b"RYR1"))
    assert (turn.rows.tolist(), turn.left.tolist()) == ([5], [])
    assert (latest.row_of, len(latest)) == ({FLIGHT: 5}, 1)
    assert unpack_facts(latest.facts_of(np.array([5])), 0.0)["callsign"].tolist() == [b"RYR1"]


def test_a_flight_that_goes_leaves_its_row() -> None:
    latest = LatestRows()
    latest.apply(over(1, 50.0, 8.0))
    turn = latest.apply(changes_of(2, gone=rows_of(RYANAIR)))
    assert (turn.left.tolist(), turn.left_flights.tolist()) == ([0], [FLIGHT])
    assert len(latest) == 0


def test_a_gone_flight_that_sits_there_no_more_takes_nobody_away() -> None:
    latest = LatestRows()
    latest.apply(over(1, 50.0, 8.0, address=DELTA))
    assert not len(latest.apply(changes_of(2, gone=rows_of(RYANAIR))).left)
    assert len(latest) == 1


def test_a_row_given_to_another_flight_without_a_word_takes_the_old_one_away() -> None:
    latest = LatestRows()
    latest.apply(over(1, 50.0, 8.0))
    turn = latest.apply(over(2, 50.0, 8.0, address=DELTA))
    assert (turn.left.tolist(), turn.left_flights.tolist()) == ([0], [FLIGHT])
    assert latest.columns["begun"][0] == 2


def test_a_flight_that_sits_in_another_row_without_a_word_is_there_once() -> None:
    latest = LatestRows()
    latest.apply(over(1, 50.0, 8.0))
    assert latest.apply(over(2, 50.0, 8.0, row=1)).left.tolist() == [0]
    assert latest.row_of == {FLIGHT: 1}


def test_a_snapshot_takes_away_whatever_it_does_not_name() -> None:
    latest = LatestRows()
    latest.apply(changes_of(1, rows_of([RYANAIR, DELTA], lat=50.0, lon=8.0)))
    turn = latest.apply(changes_of(2, rows_of(RYANAIR, lat=50.0, lon=8.0), since=0))
    assert turn.left.tolist() == [1]


def test_facts_are_packed_when_one_of_them_changes_and_say_when_the_flight_was_heard_last() -> None:
    latest = LatestRows()
    latest.apply(over(1, 50.0, 8.0, squawk=1000, last_heard=START))
    before = latest.columns["facts_hash"][0]
    latest.apply(over(2, 50.0, 8.0, squawk=1000, last_heard=START + 1))
    assert latest.columns["facts_hash"][0] == before
    assert FACTS.get(latest.facts_of(np.array([0])), "last_heard")[0] == (START + 1) * 1000 % 2**32
    latest.apply(over(3, 50.0, 8.0, squawk=7700, facts_tick=3))
    assert latest.columns["facts_hash"][0] != before
    assert latest.columns["facts_tick"][0] == 3
