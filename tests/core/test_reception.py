from collections import Counter

import numpy as np

from aerotrack.core.observations import Observations
from aerotrack.core.reception import Reception
from aerotrack.core.rows import Rows

START = 1_732_289_344.0
A, B = 0x4CA2D6, 0x3C6444


def aircraft(*address: int) -> tuple[Rows, np.ndarray]:
    table = Rows(capacity=8)
    count = len(address)
    rows = table.seat(
        np.array(address, np.uint32), np.full(count, int(START)), np.zeros(count, np.int8), 60.0
    )
    return table, rows


def receive(table: Rows, rows: np.ndarray, seen: Observations, *, tick: int = 1, feed: int = 0) -> tuple:
    refused: Counter[str] = Counter()
    return Reception(table, rows, seen, tick).receive(feed, refused), refused


def test_an_unknown_value_overwrites_nothing_and_zero_does() -> None:
    table, rows = aircraft(A, B)
    receive(table, rows, Observations.of([A, B], [START] * 2, squawk=[1200, 1200]))
    receive(table, rows, Observations.of([A, B], [START + 1] * 2, squawk=[-1, 0]))
    assert table.columns["squawk"][rows].tolist() == [1200, 0]


def test_an_older_value_overwrites_no_newer_one_but_fills_what_was_not_heard() -> None:
    table, (row,) = aircraft(A)
    rows = np.array([row])
    receive(table, rows, Observations.of([A], [START + 9], squawk=[1200]))
    receive(table, rows, Observations.of([A], [START], squawk=[7000], callsign=[b"DLH1"]))
    assert table.columns["squawk"][row] == 1200
    assert table.columns["callsign"][row] == b"DLH1"
    assert table.columns["last_heard"][row] == START + 9


def test_facts_alone_make_no_position() -> None:
    table, rows = aircraft(A)
    positions, _ = receive(table, rows, Observations.of([A], [START], squawk=[1200]))
    assert positions is None


def test_a_position_without_a_time_of_its_own_was_true_when_it_was_heard() -> None:
    table, rows = aircraft(A, B)
    seen = Observations.of([A, B], [START] * 2, lat=[1, 2], lon=[3, 4], time=[np.nan, START - 5])
    positions, _ = receive(table, rows, seen)
    assert positions is not None
    assert positions["time"].tolist() == [START, START - 5]
    assert table.columns["time"][rows].tolist() == [START, START - 5]


def test_an_accepted_position_has_the_values_heard_within_a_minute_before() -> None:
    table, rows = aircraft(A)
    receive(table, rows, Observations.of([A], [START], altitude_ft=[30_000]))
    receive(table, rows, Observations.of([A], [START + 1], ground_speed_kt=[450]))
    positions, _ = receive(table, rows, Observations.of([A], [START + 61], lat=[1], lon=[2], squawk=[0]))
    assert positions is not None
    assert np.isnan(positions["altitude_ft"][0])
    assert positions["ground_speed_kt"][0] == 450
    assert positions["squawk"][0] == 0


def test_of_a_round_only_the_rows_with_a_place_give_positions() -> None:
    table, rows = aircraft(A, B)
    whole = Observations.of([A, B], [START] * 2, lat=[np.nan, 2], lon=[np.nan, 4], altitude_ft=[1, 2])
    stamped = Observations(whole.address, whole.last_heard, whole.columns, stamps=np.array([7, 8]))
    positions, _ = receive(table, rows, stamped)
    assert positions is not None
    assert positions["address"].tolist() == [B]
    assert positions["altitude_ft"].tolist() == [2.0]
    assert positions["stamp"].tolist() == [8]


def test_late_places_and_copies_are_refused_each_by_its_name() -> None:
    table, rows = aircraft(A, B)
    receive(table, rows, Observations.of([A, B], [START + 5] * 2, lat=[1, 2], lon=[3, 4]))
    seen = Observations.of([A, B], [START + 4, START + 7], lat=[9, 2], lon=[9, 4])
    positions, refused = receive(table, rows, seen)
    assert positions is None
    assert refused == {"out_of_order": 1, "duplicate": 1}
    _, refused = receive(table, rows[1:], Observations.of([B], [START + 7.25], lat=[2], lon=[4]))
    assert refused == {}


def test_what_did_not_change_is_not_marked() -> None:
    table, rows = aircraft(A)
    seen = {"altitude_ft": [100.0], "squawk": [1200]}
    receive(table, rows, Observations.of([A], [START], **seen), tick=1)
    receive(table, rows, Observations.of([A], [START + 1], **seen), tick=2)
    assert table.columns["stamp"][rows].tolist() == [1]
    receive(table, rows, Observations.of([A], [START + 2], altitude_ft=[200]), tick=3)
    assert table.columns["stamp"][rows].tolist() == [3]
    assert table.columns["facts_tick"][rows].tolist() == [1]


def test_the_feed_that_gave_the_last_place_has_won() -> None:
    table, rows = aircraft(A)
    receive(table, rows, Observations.of([A], [START], lat=[1], lon=[2]), feed=0)
    receive(table, rows, Observations.of([A], [START + 5], squawk=[1200]), feed=1)
    assert table.columns["feed"][rows].tolist() == [0]
    receive(table, rows, Observations.of([A], [START + 6], lat=[1], lon=[2.01]), feed=1)
    assert table.columns["feed"][rows].tolist() == [1]


def test_ground_time_counts_from_the_first_report_on_the_ground() -> None:
    table, rows = aircraft(A)
    for second, on_ground in ((0, 1), (5, 1), (6, -1)):
        receive(table, rows, Observations.of([A], [START + second], on_ground=[on_ground]))
    assert table.columns["ground_since"][rows].tolist() == [START]
    receive(table, rows, Observations.of([A], [START - 50], on_ground=[-1], squawk=[1]))
    assert table.columns["ground_since"][rows].tolist() == [START]
    receive(table, rows, Observations.of([A], [START + 7], on_ground=[0]))
    assert np.isnan(table.columns["ground_since"][rows]).all()


def test_a_polled_feed_keeps_a_flight_for_three_intervals() -> None:
    table, rows = aircraft(A)
    seen = Observations.of([A], [START])
    receive(table, rows, Observations(seen.address, seen.last_heard, interval=30.0))
    assert table.columns["lifetime"][rows].tolist() == [90.0]
    receive(table, rows, Observations(seen.address, seen.last_heard, interval=5.0))
    assert table.columns["lifetime"][rows].tolist() == [90.0]


def test_a_place_keeps_no_word_of_another_feed_on_how_it_was_obtained() -> None:
    table, rows = aircraft(A, B)
    places = {"lat": [50.0, 51.0], "lon": [8.0, 9.0]}
    receive(table, rows, Observations.of([A, B], [START] * 2, **places, position_source=[2, 2]))
    receive(table, rows, Observations.of([A, B], [START + 30] * 2, **places, position_source=[-1, 0]), feed=1)
    assert table.columns["position_source"][rows].tolist() == [-1, 0]
    receive(table, rows, Observations.of([A, B], [START + 60] * 2, **places), feed=2)
    assert table.columns["position_source"][rows].tolist() == [-1, -1]
    assert table.heard["position_source"][rows].tolist() == [-np.inf, -np.inf]


def test_a_place_of_the_same_feed_is_obtained_as_it_said_before() -> None:
    table, rows = aircraft(A)
    receive(table, rows, Observations.of([A], [START], lat=[50.0], lon=[8.0], position_source=[2]))
    receive(table, rows, Observations.of([A], [START + 1], lat=[50.001], lon=[8.0]))
    assert table.columns["position_source"][rows].tolist() == [2]
