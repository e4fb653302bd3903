import numpy as np

from aerotrack.core.changes import Changes
from aerotrack.core.events import Event
from aerotrack.storage.backlog import Backlog, Piece


def tick(*stamps: int, ended: int = 0, stamp: int | None = None) -> Changes:
    """A tick with a position for each stamp."""
    count = len(stamps)
    positions = {
        "address": np.arange(count, dtype=np.uint32),
        "start": np.zeros(count, np.int64),
        "stamp": np.array(stamps, np.int64),
    }
    over = {
        "address": np.zeros(ended, np.uint32),
        "start": np.zeros(ended, np.int64),
        "ended_at": np.zeros(ended),
    }
    reached = max(stamps, default=0) if stamp is None else stamp
    return Changes(since=0, tick=1, time=0.0, positions=positions, ended=over, stamp=reached)


def stamps(pieces: list[Piece]) -> list[list[int]]:
    return [piece.positions["stamp"].tolist() for piece in pieces]


def test_ticks_come_out_in_order_as_many_as_fit_a_batch() -> None:
    backlog = Backlog(limit=100, batch=3, ordered=False)
    for changes in (tick(1), tick(2, 3), tick(4)):
        assert backlog.add(changes, 0.0) == 0
    assert backlog.positions == 4
    assert stamps(backlog.next()) == [[1], [2, 3]]
    assert stamps(backlog.next()) == [[4]]
    assert backlog.next() == []
    assert (backlog.positions, bool(backlog)) == (0, False)


def test_a_tick_of_more_than_a_batch_is_cut_and_its_flights_end_with_the_last_part() -> None:
    backlog = Backlog(limit=100, batch=2, ordered=False)
    backlog.add(tick(1, 2, 3, 4, 5, ended=1), 0.0)
    pieces = [piece for _ in range(3) for piece in backlog.next()]
    assert stamps(pieces) == [[1, 2], [3, 4], [5]]
    assert [len(piece.ended["address"]) for piece in pieces] == [0, 0, 1]


def test_the_parts_of_a_recordings_tick_are_in_order_of_their_stamps() -> None:
    backlog = Backlog(limit=100, batch=2, ordered=True)
    backlog.add(tick(5, 1, 4, 2, 3, stamp=9), 0.0)
    pieces = [piece for _ in range(3) for piece in backlog.next()]
    assert stamps(pieces) == [[1, 2], [3, 4], [5]]
    assert [piece.mark for piece in pieces] == [2, 4, 9]


def test_a_tick_that_does_not_fit_is_dropped_whole_but_for_what_ended() -> None:
    backlog = Backlog(limit=2, batch=10, ordered=False)
    assert backlog.add(tick(1, 2), 0.0) == 0
    assert backlog.add(tick(3, ended=1), 0.0) == 1
    pieces = backlog.next()
    assert [len(piece) for piece in pieces] == [2, 0]
    assert len(pieces[1].ended["address"]) == 1
    assert backlog.dropped == 1


def test_events_go_with_the_last_part_of_their_tick_and_are_dropped_with_its_positions() -> None:
    backlog, event = Backlog(limit=3, batch=2, ordered=False), Event(1, "squawk", 5.0)
    backlog.add(tick(1, 2, 3), 0.0, [event])
    backlog.add(tick(4), 0.0, [event])
    backlog.add(tick(), 0.0, [event])
    assert [len(piece.events) for _ in range(2) for piece in backlog.next()] == [0, 1, 0, 1]


def test_there_is_room_again_after_a_drop() -> None:
    backlog = Backlog(limit=1, batch=10, ordered=False)
    backlog.add(tick(1), 0.0)
    backlog.add(tick(2), 0.0)
    backlog.next()
    assert backlog.add(tick(3), 0.0) == 0


def test_after_a_drop_a_recording_gets_no_further() -> None:
    backlog = Backlog(limit=1, batch=10, ordered=True)
    backlog.add(tick(1), 0.0)
    backlog.add(tick(2), 0.0)
    backlog.next()
    assert backlog.add(tick(3), 0.0) == 1
    assert (backlog.mark, backlog.dropped) == (1, 2)


def test_a_recordings_mark_moves_without_positions() -> None:
    backlog = Backlog(limit=1, batch=10, ordered=True)
    backlog.add(tick(stamp=8), 0.0)
    assert [piece.mark for piece in backlog.next()] == [8]


def test_ticks_in_which_nothing_happened_take_no_place() -> None:
    backlog = Backlog(limit=1, batch=10, ordered=False)
    backlog.add(tick(), 0.0)
    assert not backlog


def test_the_oldest_tells_when_it_was_taken() -> None:
    backlog = Backlog(limit=9, batch=1, ordered=False)
    assert backlog.oldest is None
    backlog.add(tick(1), 10.0)
    backlog.add(tick(2), 11.0)
    backlog.next()
    assert backlog.oldest == 11.0
