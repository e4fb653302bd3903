import json
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from aerotrack.core.columns import BY_NAME, PUBLIC_NAMES, Group
from aerotrack.core.flights import FlightTable
from aerotrack.core.identity import flight_text, flight_texts
from aerotrack.core.observations import Observations
from aerotrack.core.tiles import WORLD, View, tiles_of
from aerotrack.web.flight_json import whole_flights
from aerotrack.web.frames import changes as lay_out
from aerotrack.web.published import Difference, PublishedRows, Watch
from fakes import START, changes_of, rows_of

EUROPE = Watch(View.of(-10, 35, 30, 60))
AMERICA = Watch(View.of(-130, 20, -60, 60))
NOTHING_HELD = Watch()
RYANAIR, DELTA = 0x4CA2D6, 0xA12345
FIRST_START = "-6740a31c"


def told(published: PublishedRows, difference: Difference, watch: Watch) -> list[dict[str, Any]]:
    assert published.write(difference, 1 << 20)
    return [json.loads(part) for part in lay_out(difference, published.fragments(difference), watch.name)]


def merged(held: Mapping[str, Any], messages: list[dict[str, Any]]) -> dict[str, Any]:
    """What a client holds after a `changes`, by the points 2 to 4 of the interface."""
    picture = {} if messages[0]["since"] == 0 else {name: dict(flight) for name, flight in held.items()}
    updated = [flight for message in messages for flight in message["updated"]]
    gone = [name for message in messages for name in message["gone"]]
    assert not {flight["id"] for flight in updated} & set(gone)
    assert len(updated) == len({flight["id"] for flight in updated})
    for flight in updated:
        assert flight["id"] in picture or set(flight) == set(PUBLIC_NAMES), "new to the client, so whole"
        picture.setdefault(flight["id"], {}).update(flight)
    for name in gone:
        picture.pop(name, None)
    return picture


def over(tick: int, lat: float, lon: float, address: int = RYANAIR, **known: Any) -> Any:
    return changes_of(tick, rows_of(address, lat=lat, lon=lon, **known))


def test_a_client_that_knows_nothing_is_told_everything_in_its_view() -> None:
    published = PublishedRows()
    published.apply(changes_of(1, rows_of([RYANAIR, DELTA], lat=[50, 40], lon=[8, -74])))
    (message,) = told(published, published.since(0, NOTHING_HELD, EUROPE), EUROPE)
    assert [flight["id"] for flight in message["updated"]] == ["4ca2d6" + FIRST_START]
    assert (message["since"], message["tick"], message["gone"]) == (0, 1, [])


def test_a_flight_that_only_moved_comes_without_its_facts() -> None:
    published = PublishedRows()
    published.apply(over(1, 50.0, 8.0, callsign="RYR1"))
    published.apply(over(2, 50.01, 8.0, callsign="RYR1"))
    (message,) = told(published, published.since(1, EUROPE, EUROPE), EUROPE)
    (flight,) = message["updated"]
    assert flight["lat"] == 50.01
    assert "callsign" not in flight
    assert set(flight) == {"id"} | {name for name, c in BY_NAME.items() if c.group is Group.MOTION}


def test_a_flight_whose_facts_changed_comes_whole() -> None:
    published = PublishedRows()
    published.apply(over(1, 50.0, 8.0))
    published.apply(over(2, 50.0, 8.0, callsign="RYR1", facts_tick=2))
    (message,) = told(published, published.since(1, EUROPE, EUROPE), EUROPE)
    assert message["updated"][0]["callsign"] == "RYR1"


def test_nothing_is_told_when_nothing_changed() -> None:
    published = PublishedRows()
    published.apply(over(1, 50.0, 8.0))
    published.apply(changes_of(2))
    assert published.since(1, EUROPE, EUROPE).empty


def test_a_flight_that_leaves_the_view_is_gone() -> None:
    published = PublishedRows()
    published.apply(over(1, 50.0, 8.0))
    published.apply(over(2, 50.0, 80.0))
    assert published.since(1, EUROPE, EUROPE).gone == ("4ca2d6" + FIRST_START,)


def test_a_flight_that_leaves_the_picture_is_gone() -> None:
    published = PublishedRows()
    published.apply(over(1, 50.0, 8.0))
    published.apply(changes_of(2, gone=rows_of(RYANAIR)))
    assert published.since(1, EUROPE, EUROPE).gone == ("4ca2d6" + FIRST_START,)
    assert len(published) == 0


def test_a_flight_that_went_and_came_back_between_two_looks_is_whole_and_not_gone() -> None:
    published = PublishedRows()
    published.apply(over(1, 50.0, 8.0))
    published.apply(changes_of(2, gone=rows_of(RYANAIR)))
    published.apply(over(3, 50.0, 8.0))
    difference = published.since(1, EUROPE, EUROPE)
    assert difference.whole.tolist() == [0]
    assert difference.gone == ()


def test_a_row_given_to_another_flight_without_a_word_takes_the_old_flight_away() -> None:
    published = PublishedRows()
    published.apply(over(1, 50.0, 8.0))
    published.apply(over(2, 50.0, 8.0, address=DELTA))
    (message,) = told(published, published.since(1, EUROPE, EUROPE), EUROPE)
    assert [flight["id"] for flight in message["updated"]] == ["a12345" + FIRST_START]
    assert message["gone"] == ["4ca2d6" + FIRST_START]


def test_a_new_leg_takes_the_old_one_away() -> None:
    published = PublishedRows()
    published.apply(over(1, 50.0, 8.0))
    new_leg = rows_of(RYANAIR, START + 5000, lat=50.0, lon=8.0, row=1)
    published.apply(changes_of(2, new_leg, rows_of(RYANAIR)))
    (message,) = told(published, published.since(1, EUROPE, EUROPE), EUROPE)
    assert message["updated"][0]["id"] == "4ca2d6-6740b6a4"
    assert message["gone"] == ["4ca2d6" + FIRST_START]


def test_a_view_that_moves_brings_the_new_flights_whole_and_sends_the_others_away() -> None:
    published = PublishedRows()
    published.apply(changes_of(1, rows_of([RYANAIR, DELTA], lat=[50, 40], lon=[8, -74])))
    published.apply(changes_of(2))
    (message,) = told(published, published.since(1, EUROPE, AMERICA), AMERICA)
    assert [flight["id"] for flight in message["updated"]] == ["a12345" + FIRST_START]
    assert set(message["updated"][0]) == set(PUBLIC_NAMES)
    assert message["gone"] == ["4ca2d6" + FIRST_START]


def test_a_listed_flight_is_watched_wherever_it_is() -> None:
    published = PublishedRows()
    listing = Watch(EUROPE.view, frozenset([DELTA << 32 | START]))
    published.apply(changes_of(1, rows_of([RYANAIR, DELTA], lat=[50, 40], lon=[8, -74])))
    assert published.since(0, NOTHING_HELD, listing).whole.tolist() == [0, 1]
    published.apply(changes_of(2))
    assert published.since(1, listing, EUROPE).gone == ("a12345" + FIRST_START,)


def test_who_knows_less_than_the_ring_remembers_starts_anew() -> None:
    published = PublishedRows(ring=2)
    published.apply(changes_of(1, rows_of([1, 2, 3], lat=50.0, lon=8.0)))
    published.apply(changes_of(2, gone=rows_of([1, 2])))
    assert published.since(1, EUROPE, EUROPE).since == 1
    published.apply(changes_of(3, gone={**rows_of(3), "row": np.array([2])}))
    published.apply(changes_of(4))
    assert published.floor == 2
    assert published.since(1, EUROPE, EUROPE).since == 0
    assert published.since(2, EUROPE, EUROPE).since == 2


def test_more_departures_in_a_tick_than_the_ring_holds_make_everyone_start_anew() -> None:
    published = PublishedRows(ring=2)
    published.apply(changes_of(1, rows_of([1, 2, 3], lat=50.0, lon=8.0)))
    published.apply(changes_of(2, gone=rows_of([1, 2, 3])))
    assert published.since(1, EUROPE, EUROPE).since == 0


def test_a_snapshot_takes_away_whatever_it_does_not_name() -> None:
    published = PublishedRows()
    published.apply(changes_of(1, rows_of([RYANAIR, DELTA], lat=50.0, lon=8.0)))
    published.apply(changes_of(2, rows_of(RYANAIR, lat=50.0, lon=8.0), since=0))
    assert published.since(1, EUROPE, EUROPE).gone == ("a12345" + FIRST_START,)


def test_rows_are_written_a_slice_at_a_time_and_once_for_all() -> None:
    published = PublishedRows()
    published.apply(changes_of(1, rows_of([1, 2, 3], lat=50.0, lon=8.0)))
    difference = published.since(0, NOTHING_HELD, EUROPE)
    assert [published.write(difference, 2) for _ in range(2)] == [False, True]
    assert published.fragments(difference)[0] is published.fragments(difference)[0]


def test_the_ring_may_be_asked_about_more_flights_than_the_first_rows_had_room_for() -> None:
    published = PublishedRows(capacity=2)
    published.apply(changes_of(1, rows_of(np.arange(1, 6000), lat=50.0, lon=8.0)))
    assert len(published.since(0, NOTHING_HELD, EUROPE).whole) == 5999


def test_the_published_rows_hold_what_the_table_holds() -> None:
    table, published, random = FlightTable(), PublishedRows(), np.random.default_rng(1)
    for tick in range(1, 120):
        now = START + 7.0 * tick
        heard = random.integers(1, 12, 4)
        lat, lon = random.uniform(-80, 80, 4), random.uniform(-180, 180, 4)
        callsign = random.choice([b"", b"A", b"B"], 4)
        table.apply(Observations.of(heard, np.full(4, now), feed="roof", lat=lat, lon=lon, callsign=callsign))
        table.expire(now)
        published.apply(table.take(now))
        columns = {name: values[table.live] for name, values in table.columns.items()}
        names = flight_texts(columns["address"], columns["start"])
        truth = [json.loads(flight) for flight in whole_flights(columns, table.feeds, names)]
        (message,) = told(published, published.since(0, NOTHING_HELD, NOTHING_HELD), NOTHING_HELD)
        assert_same(message["updated"], truth)


def assert_same(published: list[dict[str, Any]], truth: list[dict[str, Any]]) -> None:
    """Compare all but `last_heard`, which is sent with other changes and is none by itself."""
    for flights in (published, truth):
        for flight in flights:
            del flight["last_heard"]
    assert sorted(published, key=itemgetter("id")) == sorted(truth, key=itemgetter("id"))


PLACES = st.sampled_from(
    [(50.0, 8.0), (50.0, 8.2), (51.0, 12.0), (40.0, -74.0), (np.nan, np.nan), (0.0, 179.9)]
)
VIEWS = st.sampled_from(
    [
        WORLD,
        EUROPE.view,
        AMERICA.view,
        View.of(7, 49, 9, 51),
        View.of(10, 50, 13, 52),
        View.of(170, -5, -170, 5),
    ]
)
AIRCRAFT = st.integers(1, 3)


class ClientsKeepUp(RuleBasedStateMachine):
    """Flights begin, move, change, go, come back and swap rows; clients pause, pan and list as they like."""

    clients = Bundle("clients")

    def __init__(self) -> None:
        super().__init__()
        self.published = PublishedRows(capacity=1)
        self.tick = 0
        self.sky: dict[tuple[int, int], dict[str, Any]] = {}  # (address, start) -> its row, facts and place
        self.starts = dict.fromkeys(range(1, 4), START)
        self.changed: set[tuple[int, int]] = set()
        self.went: list[tuple[int, int, int]] = []
        self.watchers: list[Client] = []

    @initialize(ring=st.integers(1, 4))
    def remembers_little(self, ring: int) -> None:
        self.published = PublishedRows(capacity=1, ring=ring)

    def row(self, address: int, start: int) -> dict[str, Any]:
        if (address, start) not in self.sky:
            taken = {flight["row"] for flight in self.sky.values()} | {row for row, _, _ in self.went}
            free = next(row for row in range(20) if row not in taken)
            self.sky[address, start] = {"row": free, "callsign": "", "facts_tick": self.tick + 1}
        self.changed.add((address, start))
        return self.sky[address, start]

    @rule(address=AIRCRAFT, place=PLACES, altitude=st.integers(0, 3))
    def moves(self, address: int, place: tuple[float, float], altitude: int) -> None:
        flight = self.row(address, self.starts[address])
        flight.update(lat=place[0], lon=place[1], altitude_ft=altitude)

    @rule(address=AIRCRAFT, place=PLACES, callsign=st.sampled_from("ABC"))
    def changes_a_fact(self, address: int, place: tuple[float, float], callsign: str) -> None:
        flight = self.row(address, self.starts[address])
        flight.update(callsign=callsign, facts_tick=self.tick + 1)
        flight.setdefault("lat", place[0])
        flight.setdefault("lon", place[1])

    @rule(address=AIRCRAFT, silently=st.booleans(), new_leg=st.booleans())
    def goes(self, address: int, *, silently: bool, new_leg: bool) -> None:
        name = (address, self.starts[address])
        flight = self.sky.pop(name, None)
        self.changed.discard(name)
        if flight is not None:
            self.went.append((flight["row"], *name))
            if silently:  # its row may go to another flight within the tick
                self.pass_time()
        if new_leg:
            self.starts[address] += 1

    @rule()
    def pass_time(self) -> None:
        self.tick += 1
        names = sorted(self.changed & set(self.sky))
        flights = [self.sky[name] for name in names]
        updated = rows_of(
            [address for address, _ in names],
            [start for _, start in names],
            **{
                key: [flight.get(key, np.nan) for flight in flights]
                for key in ("row", "lat", "lon", "altitude_ft", "callsign", "facts_tick")
            },
        )
        gone = rows_of(
            [a for _, a, _ in self.went], [s for _, _, s in self.went], row=[r for r, _, _ in self.went]
        )
        self.published.apply(changes_of(self.tick, updated, gone))
        self.changed, self.went = set(), []

    @rule(target=clients, view=VIEWS)
    def connects(self, view: View) -> "Client":
        client = Client(Watch(view))
        self.watchers.append(client)
        return client

    @rule(client=clients, view=VIEWS, listed=st.sets(AIRCRAFT, max_size=2))
    def watches_something_else(self, client: "Client", view: View, listed: set[int]) -> None:
        client.wants = Watch(view, frozenset(a << 32 | self.starts[a] for a in listed))

    @rule(client=clients)
    def looks(self, client: "Client") -> None:
        self.pass_time()
        difference = self.published.since(client.tick, client.watch, client.wants)
        client.picture = merged(client.picture, told(self.published, difference, client.wants))
        client.tick, client.watch = self.tick, client.wants
        assert client.picture == self.truth(client.watch)

    def truth(self, watch: Watch) -> dict[str, Any]:
        """Everything a client of `watch` ought to hold, told to one who knows nothing."""
        expected = {}
        everything = told(self.published, self.published.since(0, Watch(), Watch()), Watch())
        for flight in (flight for message in everything for flight in message["updated"]):
            place = rows_of(
                1, lat=[np.nan if flight["lat"] is None else flight["lat"]], lon=[flight["lon"] or 0.0]
            )
            address, start = (int(part, 16) for part in flight["id"].split("-"))
            if watch.view.is_world or _inside(watch.view, place) or address << 32 | start in watch.flights:
                expected[flight["id"]] = flight
        return expected

    @invariant()
    def the_server_holds_the_sky(self) -> None:
        if self.changed or self.went:
            return
        names = {flight_text(*name) for name in self.sky}
        assert set(self.truth(Watch())) == names


def test_a_flight_that_sits_in_another_row_without_a_word_is_there_once() -> None:
    published = PublishedRows()
    published.apply(over(1, 50.0, 8.0))
    published.apply(over(2, 50.0, 80.0, row=1))
    assert published.since(1, EUROPE, EUROPE).gone == ("4ca2d6" + FIRST_START,)
    assert published.since(0, NOTHING_HELD, NOTHING_HELD).whole.tolist() == [1]


class Client:
    def __init__(self, wants: Watch) -> None:
        self.wants = self.watch = wants
        self.tick = 0
        self.picture: dict[str, Any] = {}


def _inside(view: View, place: Mapping[str, Any]) -> bool:
    return bool(view.covers(*tiles_of(place["lat"], place["lon"]))[0])


TestClientsKeepUp = ClientsKeepUp.TestCase
TestClientsKeepUp.settings = settings(max_examples=80, stateful_step_count=50)
