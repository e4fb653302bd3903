from typing import Any

import numpy as np

from aerotrack.core.columns import PUBLIC_NAMES
from aerotrack.core.tiles import View
from aerotrack.web.delta import Delta
from aerotrack.web.flight_filter import FlightFilter
from aerotrack.web.personal import FilteredPicture, beside_the_list, told_of_the_way
from aerotrack.web.published import PublishedRows
from aerotrack.web.told import Told, written
from aerotrack.web.watch import Watch
from fakes import START, changes_of, rows_of
from web.classes import DELTA, RYANAIR, classes_of, flights_in, over, publish

EUROPE = Watch(View.of(-10, 35, 30, 60))
AMERICA = Watch(View.of(-130, 20, -60, 60))
LISTING = Watch(EUROPE.view, frozenset([DELTA << 32 | START]))
RYANAIRS_FLIGHT, DELTAS_FLIGHT = RYANAIR << 32 | START, DELTA << 32 | START
BOTH = changes_of(1, rows_of([RYANAIR, DELTA], lat=[50, 40], lon=[8, -74]))


def way(classes: list[PublishedRows], since: int, before: Watch, now: Watch) -> Told:
    return told_of_the_way(classes, since, before, now, written)


def test_a_view_that_moves_brings_the_new_flights_whole_and_sends_the_others_away() -> None:
    told = way(classes_of(BOTH, changes_of(2)), 1, EUROPE, AMERICA)
    assert {name: set(flight) for name, flight in flights_in(told).items()} == {"a12345": set(PUBLIC_NAMES)}
    assert told.gone == {RYANAIRS_FLIGHT: 0}


def test_a_flight_that_moves_within_both_views_comes_without_its_facts() -> None:
    classes = classes_of(over(1, 50.0, 8.0, callsign=b"RYR1"), over(2, 50.01, 8.0, callsign=b"RYR1"))
    told = way(classes, 1, EUROPE, Watch())
    assert "callsign" not in flights_in(told)["4ca2d6"]


def test_a_flight_that_left_the_old_view_for_the_new_one_is_not_gone() -> None:
    classes = classes_of(over(1, 50.0, 8.0), over(2, 40.0, -74.0))
    told = way(classes, 1, EUROPE, AMERICA)
    assert (list(flights_in(told)), told.gone) == (["4ca2d6"], {})


def test_a_flight_that_left_the_picture_is_gone() -> None:
    classes = classes_of(over(1, 50.0, 8.0), changes_of(2, gone=rows_of(RYANAIR)))
    assert way(classes, 1, EUROPE, AMERICA).gone == {RYANAIRS_FLIGHT: 0}


def test_a_listed_flight_is_watched_wherever_it_is_and_gone_when_it_is_listed_no_more() -> None:
    classes = classes_of(BOTH, changes_of(2))
    told = way(classes, 1, EUROPE, LISTING)
    assert (list(flights_in(told)), told.gone) == (["a12345"], {})
    assert way(classes, 1, LISTING, EUROPE).gone == {DELTAS_FLIGHT: 1}


def test_a_listed_flight_that_left_the_picture_is_gone() -> None:
    classes = classes_of(BOTH, changes_of(2, gone=rows_of(DELTA, row=[1])))
    assert way(classes, 1, LISTING, LISTING).gone == {DELTAS_FLIGHT: 1}


def test_a_flight_listed_no_more_is_told_as_its_class_has_it() -> None:
    listed = Watch(EUROPE.view, frozenset([RYANAIRS_FLIGHT]), precision=3)
    classes = classes_of(
        over(1, 50.0, 8.0), over(2, 50.01, 8.0), changes_of(3)
    )  # 1.1 km: no news for class 3
    told = way(classes, 2, listed, Watch(EUROPE.view, precision=3))
    assert flights_in(told)["4ca2d6"]["lat"] == 50.0
    assert flights_in(way(classes, 2, Watch(EUROPE.view, precision=3), listed))["4ca2d6"]["lat"] == 50.01


def beside(classes: list[PublishedRows], since: int, watch: Watch) -> tuple[list[int], Any, Any, Any]:
    delta, exact = Delta(classes[watch.precision], since), Delta(classes[0], since)
    (cut,) = delta.cut([watch.view])
    rest, whole, moved = beside_the_list(delta, exact, cut, watch)
    rows = [row for begin, end in rest.moved for row in delta.moved.rows[begin:end].tolist()]
    return rows, whole.tolist(), moved.tolist(), rest.gone


def test_a_listed_flight_is_told_once_beside_its_view() -> None:
    listed = Watch(EUROPE.view, frozenset([RYANAIRS_FLIGHT]))
    classes = classes_of(
        changes_of(1, rows_of([RYANAIR, 7], lat=50.0, lon=8.0)),
        changes_of(2, rows_of([RYANAIR, 7], lat=50.001, lon=8.0)),
    )
    assert beside(classes, 0, listed) == ([1], [0], [], {})
    assert beside(classes, 1, listed) == ([1], [], [0], {})


def test_a_listed_flight_that_went_is_gone_and_one_that_only_left_the_view_is_not() -> None:
    classes = classes_of(BOTH, changes_of(2, gone=rows_of(DELTA, row=[1])))
    assert beside(classes, 1, LISTING)[3] == {DELTAS_FLIGHT: 1}
    classes = classes_of(over(1, 50.0, 8.0), over(2, 40.0, -74.0))
    assert beside(classes, 1, Watch(EUROPE.view, frozenset([RYANAIRS_FLIGHT])))[3] == {}


class Filtering:
    """A client that filters by callsign."""

    def __init__(self, *ticks: Any, watch: Watch = EUROPE, callsign: str = "RYR") -> None:
        self.classes = classes_of(*ticks)
        self.asked = FlightFilter(callsign=callsign)
        self.watch = Watch(watch.view, watch.flights, watch.precision, self.asked)
        self.picture = FilteredPicture()

    def told(self, since: int) -> Told:
        latest = self.classes[0].latest
        rows = np.arange(latest.capacity)
        passing = latest.columns["live"] & self.asked.passes(latest.columns, rows, latest.feeds)
        return self.picture.told(self.classes, since, self.watch, passing, written)


def test_a_filter_lets_pass_what_it_says_and_nothing_else() -> None:
    two = rows_of([RYANAIR, DELTA], lat=50.0, lon=8.0, callsign=[b"RYR1", b"DAL1"])
    assert list(flights_in(Filtering(changes_of(1, two)).told(0))) == ["4ca2d6"]


def test_a_flight_that_passes_no_more_is_gone_and_whole_when_it_does_again() -> None:
    client = Filtering(over(1, 50.0, 8.0, callsign=b"RYR1"))
    client.told(0)
    publish(client.classes, over(2, 50.0, 8.0, callsign=b"EIN1", facts_tick=2))
    assert client.told(1).gone == {RYANAIRS_FLIGHT: 0}
    publish(client.classes, over(3, 50.0, 8.0, callsign=b"RYR2", facts_tick=3))
    assert set(flights_in(client.told(2))["4ca2d6"]) == set(PUBLIC_NAMES)


def test_a_filtered_flight_that_only_moved_comes_without_its_facts() -> None:
    client = Filtering(over(1, 50.0, 8.0, callsign=b"RYR1"))
    client.told(0)
    publish(client.classes, over(2, 50.01, 8.0, callsign=b"RYR1"))
    assert "callsign" not in flights_in(client.told(1))["4ca2d6"]
    assert client.picture.viewed.tolist() == client.picture.rows.tolist() == [0]


def test_a_filtered_flight_whose_row_is_anothers_is_gone() -> None:
    client = Filtering(over(1, 50.0, 8.0, callsign=b"RYR1"))
    client.told(0)
    publish(client.classes, over(2, 50.0, 8.0, address=DELTA, callsign=b"DAL1"))
    told = client.told(1)
    assert (told.gone, flights_in(told)) == ({RYANAIRS_FLIGHT: 0}, {})


def test_a_listed_flight_comes_whatever_the_filter() -> None:
    two = rows_of([RYANAIR, DELTA], lat=[50, 40], lon=[8, -74], callsign=[b"RYR1", b"DAL1"])
    client = Filtering(changes_of(1, two), watch=LISTING)
    assert set(flights_in(client.told(0))) == {"4ca2d6", "a12345"}
    assert (client.picture.listed.tolist(), client.picture.viewed.tolist()) == ([1], [0])


def test_a_filtered_flight_that_went_and_came_back_otherwise_is_gone() -> None:
    client = Filtering(over(1, 50.0, 8.0, callsign=b"RYR1"))
    client.told(0)
    publish(client.classes, changes_of(2, gone=rows_of(RYANAIR)))
    publish(client.classes, over(3, 50.0, 8.0, callsign=b"EIN1"))
    told = client.told(1)
    assert (told.gone, flights_in(told)) == ({RYANAIRS_FLIGHT: 0}, {})


def test_a_filtered_flight_that_went_and_came_back_as_it_was_is_whole_and_not_gone() -> None:
    client = Filtering(over(1, 50.0, 8.0, callsign=b"RYR1"))
    client.told(0)
    publish(client.classes, changes_of(2, gone=rows_of(RYANAIR)))
    publish(client.classes, over(3, 50.0, 8.0, callsign=b"RYR1"))
    told = client.told(1)
    assert told.gone == {}
    assert set(flights_in(told)["4ca2d6"]) == set(PUBLIC_NAMES)


def test_a_filtered_flight_listed_no_more_is_told_as_its_class_has_it() -> None:
    listed = Watch(EUROPE.view, frozenset([RYANAIRS_FLIGHT]), precision=3)
    client = Filtering(over(1, 50.0, 8.0, callsign=b"RYR1"), watch=listed)
    client.told(0)
    publish(client.classes, over(2, 50.01, 8.0, callsign=b"RYR1"))  # 1.1 km: no news for class 3
    assert flights_in(client.told(1))["4ca2d6"]["lat"] == 50.01
    client.watch = Watch(EUROPE.view, precision=3, filter=client.asked)
    publish(client.classes, changes_of(3))
    assert flights_in(client.told(2))["4ca2d6"]["lat"] == 50.0
