from numpy.typing import ArrayLike

from aerotrack.core.changes import Changes
from aerotrack.storage.roster import Roster
from fakes import START, rows_of


def changes(tick: int, part: str, **columns: ArrayLike) -> Changes:
    """A tick in which one flight changed (`updated`) or went (`gone`)."""
    return Changes(since=tick - 1, tick=tick, time=100.0 + tick, **{part: rows_of(**columns)})


def flight(
    tick: int,
    row: int = 0,
    address: int = 7,
    facts_tick: int | None = None,
    part: str = "updated",
    **known: ArrayLike,
) -> Changes:
    return changes(tick, part, address=address, row=[row], facts_tick=facts_tick or tick, **known)


def test_a_new_flight_is_handed_out_once() -> None:
    roster = Roster()
    roster.note(flight(1, callsign=b"KLM1", last_heard=101.0))
    assert roster.unwritten
    taken = roster.take_unwritten()
    assert (taken["address"].tolist(), taken["callsign"].tolist()) == ([7], [b"KLM1"])
    assert not roster.unwritten
    assert len(roster.take_unwritten()["address"]) == 0


def test_a_flight_that_only_moved_has_nothing_to_write() -> None:
    roster = Roster()
    roster.note(flight(1, callsign=b"KLM1"))
    roster.take_unwritten()
    roster.note(flight(2, facts_tick=1, callsign=b"KLM1", lat=52.0))
    assert not roster.unwritten


def test_facts_that_are_not_kept_with_a_flight_are_nothing_to_write() -> None:
    roster = Roster()
    roster.note(flight(1, callsign=b"KLM1", squawk=1000))
    roster.take_unwritten()
    roster.note(flight(2, callsign=b"KLM1", squawk=2000))
    assert not roster.unwritten


def test_the_latest_facts_win() -> None:
    roster = Roster()
    roster.note(flight(1, callsign=b"KLM1"))
    roster.note(flight(2, callsign=b"KLM2"))
    assert roster.take_unwritten()["callsign"].tolist() == [b"KLM2"]


def test_what_was_known_of_a_flight_holds_when_it_comes_back_to_its_row() -> None:
    roster = Roster()
    roster.note(flight(1, callsign=b"KLM1"))
    roster.note(flight(2, registration=b"PH-BXA"))
    taken = roster.take_unwritten()
    assert (taken["callsign"].tolist(), taken["registration"].tolist()) == ([b"KLM1"], [b"PH-BXA"])


def test_a_flight_whose_row_another_takes_is_still_written() -> None:
    roster = Roster()
    roster.note(flight(1, address=7, callsign=b"KLM1"))
    roster.note(flight(2, address=8, callsign=b"DLH2"))
    taken = roster.take_unwritten()
    assert dict(zip(taken["address"].tolist(), taken["callsign"].tolist(), strict=True)) == {
        7: b"KLM1",
        8: b"DLH2",
    }
    assert sorted(roster.take_unchecked()["address"].tolist()) == [7, 8]


def test_flights_heard_are_handed_out_for_a_refresh_once() -> None:
    roster = Roster()
    roster.note(flight(1, last_heard=101.0, lat=52.0))
    roster.note(flight(2, last_heard=102.0, lat=53.0, facts_tick=1))
    taken = roster.take_unchecked()
    assert (taken["last_heard"].tolist(), taken["lat"].tolist()) == ([102.0], [53.0])
    assert not roster.unchecked


def test_a_flight_that_went_in_the_tick_it_came_is_written_whole() -> None:
    roster = Roster()
    roster.note(flight(1, row=3, address=9, part="gone", callsign=b"KLM1", last_heard=101.0))
    taken = roster.take_unwritten()
    assert (taken["address"].tolist(), taken["start"].tolist(), taken["callsign"].tolist()) == (
        [9],
        [START],
        [b"KLM1"],
    )
    assert roster.take_unchecked()["last_heard"].tolist() == [101.0]


def test_a_flight_that_went_is_not_written_again() -> None:
    roster = Roster()
    roster.note(flight(1, row=3, address=9, callsign=b"KLM1"))
    roster.take_unwritten()
    roster.note(flight(2, row=3, address=9, facts_tick=1, part="gone", callsign=b"KLM1"))
    assert not roster.unwritten


def test_rows_far_out_find_room() -> None:
    roster = Roster()
    roster.note(flight(1, row=5000, callsign=b"KLM1"))
    roster.note(flight(2, row=50_000, address=8, callsign=b"DLH2"))
    assert roster.take_unwritten()["callsign"].tolist() == [b"KLM1", b"DLH2"]
