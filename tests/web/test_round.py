"""What a round promises beside what is told, which test_broadcaster.py holds against a model."""

from aerotrack.core.tiles import View
from aerotrack.web.flight_filter import FlightFilter
from aerotrack.web.round import AT_ONCE, MOST_WAITING, News, Round
from aerotrack.web.viewer import Viewer
from aerotrack.web.watch import Watch
from fakes import changes_of, rows_of
from web.classes import classes_of
from web.page_clients import FakeFrameSink

SKY = changes_of(1, rows_of([1, 2], lat=50.0, lon=8.0))


class Told:
    """A round over a small sky, with how often others had their turn."""

    def __init__(self, *, go_on: bool = True) -> None:
        self.classes = classes_of(SKY)
        self.pauses = self.messages = 0
        self.go_on = go_on
        news = News(1, 1.7e9)
        self.round = Round(self.classes, news, tick_seconds=1.0, count=self.count)

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
    assert fresh.told == 0
    stuck.sink.waiting = 0
    assert await told.tell(stuck, fresh)
    assert fresh.told == 1
