import json

import numpy as np

from aerotrack.core.changes import Changes
from aerotrack.core.digest import total
from aerotrack.core.events import EMERGENCY_ON, STARTED, Event
from aerotrack.core.tiles import WORLD, View
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.notices import MOST_EVENTS, Census, Digest, Notices
from fakes import START, changes_of, rows_of
from web.classes import DELTA, RYANAIR, classes_of

EUROPE = View.of(-10, 35, 30, 60)
BOTH = changes_of(1, rows_of([RYANAIR, DELTA], lat=[50, 40], lon=[8, -74]))
(EXACT, *_) = classes_of(BOTH)
RYANAIRS, DELTAS, NOBODYS = (address << 32 | START for address in (RYANAIR, DELTA, 7))


def event(flight: int, kind: str = STARTED) -> Event:
    return Event(flight, kind, START + 0.5, {"split_reason": "gap"})


def test_the_digest_of_a_view_is_that_of_its_rows() -> None:
    census = Census(EXACT)
    hashes = EXACT.hashes(np.arange(2)).tolist()
    europe, world = census.of_views([EUROPE, WORLD])
    assert europe == census.of_rows(np.array([0])) == Digest(1, hashes[0])
    assert world == Digest(2, sum(hashes) % 2**32)


def test_digests_add_up_modulo_2_to_the_32() -> None:
    one, other = Digest(1, 0xFFFFFFFF), Digest(2, 2)
    assert one + other == Digest(3, 1)
    assert one + other - other == one
    assert total(np.array([0xFFFFFFFF, 2], np.uint32)) == 1


def test_an_event_is_for_those_who_watch_the_flight() -> None:
    notices = Notices([event(RYANAIRS), event(DELTAS), event(NOBODYS)], EXACT)
    assert notices.of_views([EUROPE, WORLD], EXACT).tolist() == [[True, False, False], [True, True, True]]
    assert notices.of_rows(np.array([1])).tolist() == [False, True, False]
    assert notices.of_flights({NOBODYS}).tolist() == [False, False, True]


def test_legs_may_end_before_the_first_flight_is_heard() -> None:
    (empty, *_) = classes_of(changes_of(1))
    assert Notices([event(NOBODYS)], empty).of_views([EUROPE, WORLD], empty).tolist() == [[False], [True]]


def test_an_emergency_is_for_all() -> None:
    notices = Notices([event(DELTAS, EMERGENCY_ON)], EXACT)
    assert notices.of_views([EUROPE], EXACT).tolist() == [[True]]
    assert notices.of_rows(np.array([], np.intp)).tolist() == [True]


def test_an_event_is_written_once_as_the_page_says() -> None:
    notices = Notices([event(RYANAIRS)], EXACT)
    (frame,) = notices.frames(np.array([True]))
    assert json.loads(frame[frame.index(b"{") :]) == {
        "type": "event",
        "id": f"4ca2d6-6740a31c-flight_started-{START}500",
        "kind": "flight_started",
        "flight": "4ca2d6-6740a31c",
        "time": "2024-11-22T15:28:28.500Z",
        "split_reason": "gap",
    }
    assert notices.frames(np.array([False])) == []
    assert Notices([], EXACT).frames(np.array([], bool)) == []


def test_of_too_many_events_the_emergencies_are_kept() -> None:
    notices = Notices([event(RYANAIRS)] * MOST_EVENTS + [event(DELTAS, EMERGENCY_ON)], EXACT)
    assert len(notices) == MOST_EVENTS
    assert notices.of_flights({DELTAS}).any()


def test_events_that_nobody_is_told_of_are_counted() -> None:
    class Busy:
        def of(self, _: Changes) -> list[Event]:
            return [event(RYANAIRS)] * (MOST_EVENTS + 7)

    broadcaster = Broadcaster(events=Busy())
    for tick in (1, 2):
        broadcaster.take(changes_of(tick, rows_of([RYANAIR], lat=[50], lon=[8])))
    assert broadcaster.report()["events_left_out"] == 14
