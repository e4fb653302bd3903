"""What a round promises beside what is told, which test_broadcaster.py holds against a model."""

import asyncio
import json

import pytest

from aerotrack.core.changes import Changes
from aerotrack.core.events import Event
from aerotrack.core.tiles import View
from aerotrack.web.flight_filter import FlightFilter
from aerotrack.web.round import AT_ONCE, MOST_WAITING, SILENCE_S, News, Round
from aerotrack.web.viewer import Viewer
from aerotrack.web.watch import Watch
from fakes import START, changes_of, rows_of
from web.classes import classes_of, over, publish
from web.page_clients import FakeFrameSink

SKY = changes_of(1, rows_of([1, 2], lat=50.0, lon=8.0))
FIRST, SECOND = 1 << 32 | START, 2 << 32 | START
LISTED = frozenset([FIRST])
EUROPE, AMERICA = View.of(-10, 35, 30, 60), View.of(-130, 20, -60, 60)


class Told:
    """A round over a small sky, with how often others had their turn."""

    def __init__(self, *ticks: Changes, go_on: bool = True, ring: int = 1000) -> None:
        self.classes = classes_of(*(ticks or [SKY]), ring=ring)
        self.pauses = self.messages = 0
        self.go_on = go_on
        self.round = self.round_of()

    def round_of(self, *, digest: bool = False, events: int = 0) -> Round:
        happened = [Event(flight, "squawk", START + 1.0) for flight in (FIRST, SECOND)[:events]]
        tick = self.classes[0].tick
        news = News(tick, 1.7e9, tick - 1, digest=digest, events=happened)
        return Round(self.classes, news, tick_seconds=1.0, count=self.count)

    async def later(self, changes: Changes, *viewers: Viewer, digest: bool = False, events: int = 0) -> None:
        """Let a tick come and tell of it."""
        publish(self.classes, changes)
        self.round = self.round_of(digest=digest, events=events)
        assert await self.tell(*viewers)

    def count(self, messages: int, _: int) -> None:
        self.messages += messages

    async def pause(self) -> bool:
        self.pauses += 1
        return self.go_on

    async def tell(self, *viewers: Viewer) -> bool:
        return await self.round.tell(viewers, 0, self.pause)


def viewer(watch: Watch, *, binary: bool = True) -> Viewer:
    made = Viewer(FakeFrameSink(), binary=binary)
    made.ask(watch, anew=True)
    return made


def holding(watch: Watch, tick: int) -> Viewer:
    """Make a viewer that was told of what it watches a moment ago, up to a tick."""
    made = viewer(watch, binary=False)
    made.note(tick, asyncio.get_running_loop().time(), 0)
    return made


def since(told: Viewer) -> int:
    """Return the tick from which the `changes` that came go on."""
    assert isinstance(told.sink, FakeFrameSink)
    return int(json.loads(told.sink.taken()[0][1])["since"])


def packed_tail(told: Viewer) -> dict[str, object]:
    """Return what is in JSON of the `changes` without flights that came."""
    assert isinstance(told.sink, FakeFrameSink)
    ((_, payload),) = told.sink.taken()
    tail: dict[str, object] = json.loads(payload[32:])
    return tail


def heard_by(told: Viewer) -> list[str]:
    """Return the types of the messages that came; of an event its flight."""
    assert isinstance(told.sink, FakeFrameSink)
    messages = (json.loads(payload) for _, payload in told.sink.taken())
    return [message.get("flight", message["type"]) for message in messages]


async def test_others_have_their_turn_after_some_viewers() -> None:
    told = Told()
    boxes = [Watch(View.of(lon, 10, lon + 1, 11)) for lon in range(-90, -90 + 2 * AT_ONCE)]
    assert await told.tell(*(viewer(box) for box in boxes))
    assert told.pauses >= 2
    assert told.messages == 2 * AT_ONCE


async def test_others_have_their_turn_after_each_viewer_that_shares_little() -> None:
    told = Told()
    lists = [viewer(Watch(flights=frozenset([1]))) for _ in range(3)]
    filters = [viewer(Watch(filter=FlightFilter(callsign=name))) for name in "ABC"]
    assert await told.tell(*lists, *filters)
    assert told.pauses >= 6


async def test_a_round_ends_where_there_is_a_newer_tick() -> None:
    told = Told(go_on=False)
    assert not await told.tell(viewer(Watch(filter=FlightFilter(callsign="A"))), viewer(Watch()))
    assert told.messages == 1


async def test_json_is_written_in_slices_which_a_newer_tick_cuts_short() -> None:
    told = Told(go_on=False)
    many = changes_of(1, rows_of(range(1, 3000), lat=50.0, lon=8.0))
    told.classes = classes_of(many)
    told.round = Round(told.classes, News(1, 1.7e9), tick_seconds=1.0, count=told.count)
    assert not await told.tell(viewer(Watch(), binary=False))
    assert (told.pauses, told.messages) == (1, 0)


async def test_a_client_that_takes_nothing_is_let_alone() -> None:
    told, slow = Told(), viewer(Watch())
    assert isinstance(slow.sink, FakeFrameSink)
    slow.sink.ready = False
    assert await told.tell(slow)
    assert (told.messages, slow.told, slow.anew) == (0, 0, True)


async def test_a_wish_that_changes_during_the_round_waits_for_the_next() -> None:
    told = Told()
    changing, other = (viewer(Watch(filter=FlightFilter(callsign=name))) for name in "AB")

    async def change() -> bool:
        changing.ask(Watch(), anew=True)
        return True

    assert await told.round.tell([other, changing], 0, change)
    assert (other.told, changing.told) == (1, 0)


async def test_fresh_pictures_for_one_client_each_wait_while_much_waits_for_others() -> None:
    told = Told()
    stuck, fresh = (viewer(Watch(filter=FlightFilter(callsign=name))) for name in "AB")
    assert isinstance(stuck.sink, FakeFrameSink)
    stuck.sink.ready, stuck.sink.waiting = False, MOST_WAITING
    assert await told.tell(stuck, fresh)
    assert (fresh.told, told.round.put_off) == (0, 1)
    stuck.sink.waiting = 0
    assert await told.tell(stuck, fresh)
    assert (fresh.told, told.round.put_off) == (1, 1)


async def test_who_asks_anew_during_the_round_is_told_anew_in_the_next() -> None:
    told = Told(SKY, changes_of(2))
    watch = Watch(flights=frozenset([FIRST]))
    first, second = holding(watch, 1), holding(watch, 1)

    async def ask() -> bool:
        second.ask(watch, anew=True)
        return True

    assert await told.round.tell([first, second], 0, ask)
    assert (first.holds, second.holds, second.anew) == (2, 1, True)
    assert await told.tell(second)
    assert heard_by(second) == ["changes"]


async def test_nothing_is_said_while_nothing_changes_but_now_and_then() -> None:
    told = Told(SKY, changes_of(2))
    watches = [Watch(), Watch(flights=frozenset([FIRST])), Watch(filter=FlightFilter(callsign="A"))]
    viewers = [holding(watch, 1) for watch in watches]
    assert await told.tell(*viewers)
    assert [(silent.holds, silent.told, heard_by(silent)) for silent in viewers] == [(2, 1, [])] * 3
    viewers = [holding(watch, 1) for watch in watches]
    for waiting in viewers:
        waiting.told_at -= SILENCE_S
    assert await told.tell(*viewers)
    assert [(waiting.told, heard_by(waiting)) for waiting in viewers] == [(2, ["changes"])] * 3


async def test_who_asks_is_answered_though_nothing_changed() -> None:
    told, asking = Told(SKY, changes_of(2)), holding(Watch(), 1)
    asking.ask(Watch(), anew=False)
    assert await told.tell(asking)
    assert heard_by(asking) == ["changes"]


THERE = rows_of([1, 2], lat=[50.0, 40.0], lon=[8.0, -74.0], callsign=[b"A", b"B"])
ONE, OTHER = "000001-6740a31c", "000002-6740a31c"


@pytest.mark.parametrize(
    ("watch", "heard"),
    [
        (Watch(), [ONE, OTHER]),
        (Watch(EUROPE), [ONE]),
        (Watch(EUROPE, frozenset([SECOND])), [ONE, OTHER]),
        (Watch(filter=FlightFilter(callsign="B")), [OTHER]),
    ],
)
async def test_events_are_told_to_those_who_watch_the_flight_and_are_not_behind(
    watch: Watch, heard: list[str]
) -> None:
    told = Told(changes_of(1, THERE))
    current, slow = viewer(watch, binary=False), viewer(watch, binary=False)
    assert await told.tell(current, slow)
    await told.later(changes_of(2), current)
    new = viewer(watch, binary=False)
    assert [heard_by(each) for each in (current, slow, new)] == [["changes"], ["changes"], []]
    await told.later(changes_of(3, THERE), current, slow, new, events=2)
    assert heard_by(current) == ["changes", *heard]
    assert [heard_by(each) for each in (slow, new)] == [["changes"], ["changes"]]


@pytest.mark.parametrize("watch", [Watch(), Watch(flights=LISTED), Watch(filter=FlightFilter(callsign="A"))])
async def test_who_is_new_in_the_first_tick_hears_of_nothing_that_happened_in_it(watch: Watch) -> None:
    told, new = Told(changes_of(1, THERE)), viewer(watch, binary=False)
    told.round = told.round_of(events=2)
    assert await told.tell(new)
    assert heard_by(new) == ["changes"]


async def test_who_has_just_moved_its_view_hears_of_what_is_in_it_now() -> None:
    told, moving = Told(changes_of(1, THERE)), viewer(Watch(EUROPE), binary=False)
    assert await told.tell(moving)
    moving.ask(Watch(AMERICA), anew=False)
    await told.later(changes_of(2), moving, events=2)
    assert heard_by(moving) == ["changes", "changes", OTHER]


async def test_who_lists_flights_goes_on_only_as_far_back_as_the_exact_class_remembers() -> None:
    """For class 3 the flight moves no tile, as 700 m are no news; in the exact class it takes the ring."""
    told = Told(*(over(tick, 50.0, 8.43 + tick % 2 / 100) for tick in (1, 2, 3, 4)), ring=2)
    listing, other = (holding(Watch(flights=flights, precision=3), 1) for flights in (LISTED, frozenset()))
    listing.asked = other.asked = True
    assert await told.tell(listing, other)
    assert [since(each) for each in (listing, other)] == [0, 1]


async def test_who_does_not_know_the_feeds_is_told_them_beside_others_who_do() -> None:
    told = Told(changes_of(1, feeds=("roof",)))
    knowing, new = viewer(Watch()), viewer(Watch())
    knowing.feeds_told = 1
    assert await told.tell(knowing, new)
    tails = [packed_tail(each) for each in (knowing, new)]
    assert tails == [{"view": "world"}, {"view": "world", "feeds": ["roof"]}]


async def test_each_turn_another_group_is_told_first() -> None:
    firsts: list[int] = []
    for turn in range(3):
        told = Told()
        groups = [viewer(Watch(precision=precision)) for precision in (0, 1, 3)]

        async def note(groups: list[Viewer] = groups) -> bool:
            firsts.extend(each.wants.precision for each in groups if each.wants and each.told)
            return False

        assert not await told.round.tell(groups, turn, note)
    assert firsts == [3, 1, 0]
