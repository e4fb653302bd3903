import json
from operator import itemgetter
from typing import Any

import numpy as np
import pytest

from aerotrack.core.columns import BY_NAME
from aerotrack.core.flights import FlightTable
from aerotrack.core.identity import flight_texts
from aerotrack.core.observations import Observations
from aerotrack.core.wire import FACTS, unpack_facts
from aerotrack.web.flight_json import whole_flights
from aerotrack.web.latest import MOST_LEFT, LatestRows
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


def test_two_flights_swap_rows() -> None:
    latest = LatestRows()
    latest.apply(changes_of(1, rows_of([RYANAIR, DELTA])))
    turn = latest.apply(changes_of(2, rows_of([RYANAIR, DELTA], row=[1, 0])))
    assert (turn.left.tolist(), turn.left_flights.tolist()) == ([0, 1], [FLIGHT, DELTA << 32 | START])
    assert latest.row_of == {FLIGHT: 1, DELTA << 32 | START: 0}
    assert turn.reseated == 2


@pytest.mark.parametrize(("row", "reseated"), [(0, 0), (1, 2)])
def test_who_comes_back_in_another_row_makes_those_begin_anew_who_know_the_old_one(
    row: int, reseated: int
) -> None:
    latest = LatestRows()
    for changes in (over(1, 50.0, 8.0), changes_of(2, gone=rows_of(RYANAIR)), changes_of(3)):
        latest.apply(changes)
    assert latest.apply(over(4, 50.0, 8.0, row=row)).reseated == reseated
    assert latest.columns["begun"][row] == 4


def test_the_rows_of_flights_that_left_long_ago_are_forgotten() -> None:
    crowd, latest = rows_of(np.arange(1, MOST_LEFT + 2)), LatestRows()
    latest.apply(changes_of(1, crowd))
    latest.apply(changes_of(2, gone=crowd))
    assert latest.apply(changes_of(3, rows_of(1, row=9))).reseated == 0
    assert latest.apply(changes_of(4, rows_of(2, row=8))).reseated == 2


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


def test_the_latest_rows_hold_what_the_table_holds() -> None:
    table, latest, random = FlightTable(capacity=1), LatestRows(), np.random.default_rng(1)
    for tick in range(1, 120):
        now = START + 7.0 * tick
        heard = random.integers(1, 12, 4)
        lat, lon = random.uniform(-80, 80, 4), random.uniform(-180, 180, 4)
        callsign = random.choice([b"", b"A", b"B"], 4)
        table.apply(Observations.of(heard, np.full(4, now), feed="roof", lat=lat, lon=lon, callsign=callsign))
        table.expire(now)
        latest.apply(table.take(now))
        live = np.flatnonzero(latest.columns["live"])
        assert written(latest.columns, live) == written(table.columns, table.live)
        assert latest.columns["id"][live].tolist() == ids(latest.columns, live)


def ids(columns: Any, live: Any) -> list[str]:
    return flight_texts(columns["address"][live], columns["start"][live])


def written(columns: Any, live: Any) -> list[dict[str, Any]]:
    """Write flights, sorted, but not when they were heard last: that alone is no change."""
    parts = {name: columns[name][live] for name in (*BY_NAME, "start")}
    parts["last_heard"] = np.full(len(live), np.nan)
    flights = (json.loads(text) for text in whole_flights(parts, ("roof",), ids(columns, live)))
    return sorted(flights, key=itemgetter("id"))
