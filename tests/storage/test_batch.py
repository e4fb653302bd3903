import numpy as np

from aerotrack.core.events import Event
from aerotrack.storage.backlog import Piece
from aerotrack.storage.batch import (
    Batch,
    ended_arguments,
    event_arguments,
    flight_arguments,
    heard_arguments,
    joined,
    rounds,
)
from fakes import START, rows_of

ID = (7 << 32) | START


def test_a_flights_arguments_are_its_id_its_facts_and_none_for_what_is_unknown() -> None:
    flights = rows_of(7, callsign=b"KLM1", origin=b"EHAM", last_heard=100.0) | {"reason": np.array([1])}
    assert flight_arguments(flights) == (
        [ID], ["gap"], [100.0], ["KLM1"], [None], [None], [None], [None], ["EHAM"], [None]
    )  # fmt: skip


def test_a_text_is_storable_whatever_came_by_radio() -> None:
    flights = rows_of([7, 8], callsign=[b"A\0B", b"\xff1"])
    assert flight_arguments(flights)[3] == ["AB", "\xff1"]


def test_where_a_flight_was_heard_has_none_for_what_is_unknown() -> None:
    heard = rows_of([7, 8], last_heard=[100.0, 101.0], lat=[0.0, np.nan], on_ground=[0, -1])
    ids, times, lat, lon, altitude, speed, on_ground = heard_arguments(heard)
    assert (ids, times) == ([ID, ID + (1 << 32)], [100.0, 101.0])
    assert (lat, lon, on_ground) == ([0.0, None], [None, None], [False, None])
    assert altitude == speed == [None, None]


def test_a_flights_end_is_its_id_and_a_time() -> None:
    ended = {"address": np.array([7]), "start": np.array([START]), "ended_at": np.array([9.5])}
    assert ended_arguments(ended) == ([ID], [9.5])


def test_an_events_arguments_are_its_id_flight_kind_time_and_json_without_nul() -> None:
    event = Event(ID, "flight_started", 100.5, {"callsign": "A\0B", "lat": None})
    name = f"000007-{START:08x}-flight_started-100500"
    details = '{"callsign":"AB","lat":null}'
    assert event_arguments([event]) == ([name], [ID], ["flight_started"], [100.5], [details])


def test_a_flight_occurs_once_in_a_round_and_its_newest_word_comes_last() -> None:
    flights = rows_of([7, 8, 7, 9], last_heard=[3.0, 1.0, 2.0, 1.0])
    parts = [
        list(zip(p["address"].tolist(), p["last_heard"].tolist(), strict=True)) for p in rounds(flights, 2)
    ]
    assert parts == [[(7, 2.0), (8, 1.0)], [(9, 1.0)], [(7, 3.0)]]
    assert list(rounds(rows_of([]), 2)) == []


def test_pieces_are_joined_whatever_is_empty() -> None:
    empty = {"address": np.empty(0, np.uint32), "start": np.empty(0, np.int64)}
    full = {"address": np.array([7]), "start": np.array([1]), "stamp": np.array([3])}
    positions, ended = joined(
        [Piece(empty, empty, 0, 0.0), Piece(full, empty, 3, 0.0), Piece(full, empty, 3, 0.0)]
    )
    assert positions["stamp"].tolist() == [3, 3]
    assert len(ended["address"]) == 0


def test_flights_and_positions_can_be_parted() -> None:
    batch = Batch(positions={"address": np.array([1, 2])}, flights=rows_of(7), ended=rows_of(8), mark=5)
    assert (len(batch), batch.flights_in_all) == (2, 2)
    assert (len(batch.flights_alone()), batch.flights_alone().flights_in_all, batch.flights_alone().mark) == (
        0,
        2,
        0,
    )
    assert (len(batch.positions_alone()), batch.positions_alone().flights_in_all) == (2, 0)
