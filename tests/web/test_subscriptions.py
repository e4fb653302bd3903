import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.tiles import WORLD, View
from aerotrack.web.flight_filter import FlightFilter
from aerotrack.web.subscriptions import BadRequest, Ping, Resume, Subscribe, read, read_query, wish
from aerotrack.web.watch import Watch
from fakes import START

ALPS = View.of(5, 45, 16, 48)


def asked(text: str) -> Subscribe:
    message = read(text)
    assert isinstance(message, Subscribe)
    return message


def test_the_first_subscription_without_members_is_the_world() -> None:
    first = wish(None, asked('{"type":"subscribe"}'))
    assert (first.watch, first.anew) == (Watch(WORLD), True)


def test_an_absent_member_stays_and_null_puts_it_back() -> None:
    before = Watch(ALPS, frozenset([1 << 32 | START]))
    assert wish(before, asked('{"type":"subscribe"}')).watch == before
    assert wish(before, asked('{"type":"subscribe","bbox":null}')).watch == Watch(WORLD, before.flights)
    assert wish(before, asked('{"type":"subscribe","flights":null}')).watch == Watch(ALPS)


def test_moving_the_view_goes_on_and_a_resume_starts_anew() -> None:
    assert not wish(Watch(), asked('{"type":"subscribe","bbox":[5,45,16,48]}')).anew
    assert wish(Watch(), asked('{"type":"subscribe","resume":{"epoch":"9f3c21aa","tick":0}}')).anew


def test_a_first_subscription_may_go_on_where_an_earlier_connection_left_off() -> None:
    resume = '"resume":{"epoch":"9f3c21aa","tick":7,"view":"world"}'
    assert wish(None, asked('{"type":"subscribe",' + resume + "}")).resume == Resume("9f3c21aa", 7, "world")
    assert wish(None, asked('{"type":"subscribe","bbox":[5,45,16,48],' + resume + "}")).resume is None
    assert wish(Watch(), asked('{"type":"subscribe",' + resume + "}")).resume is None


@pytest.mark.parametrize(
    ("metres", "precision"), [(0, 0), (75.9, 0), (76, 1), (1000, 2), (4892, 3), (1e9, 3), ("null", 0)]
)
def test_a_precision_is_rounded_down_to_a_class(metres: object, precision: int) -> None:
    wanted = wish(Watch(), asked(f'{{"type":"subscribe","precision_m":{metres}}}'))
    assert wanted.watch == Watch(precision=precision)
    assert wanted.anew == (precision > 0)


def test_a_precision_below_zero_is_refused() -> None:
    with pytest.raises(BadRequest, match=r"-1\.0 is no precision_m"):
        wish(Watch(), asked('{"type":"subscribe","precision_m":-1}'))


def test_null_is_understood_where_nothing_is_offered_yet() -> None:
    message = asked('{"type":"subscribe","filter":null,"at":null,"speed":null,"resume":null}')
    assert wish(Watch(), message).watch == Watch()


def test_another_filter_starts_anew_and_the_same_goes_on() -> None:
    lufthansa = wish(Watch(), asked('{"type":"subscribe","filter":{"callsign":"DLH"}}'))
    assert lufthansa.anew
    assert lufthansa.watch.filter == FlightFilter(callsign="DLH")
    again = wish(
        lufthansa.watch, asked('{"type":"subscribe","bbox":[5,45,16,48],"filter":{"callsign":"DLH"}}')
    )
    assert not again.anew
    assert wish(lufthansa.watch, asked('{"type":"subscribe","filter":null}')).anew


def test_a_filter_of_nothing_is_none() -> None:
    assert wish(Watch(), asked('{"type":"subscribe","filter":{}}')).watch == Watch()


def test_a_filtered_connection_does_not_resume() -> None:
    watch = Watch(filter=FlightFilter(callsign="DLH"))
    resume = f'"resume":{{"epoch":"9f3c21aa","tick":7,"view":"{watch.name}"}}'
    message = asked('{"type":"subscribe","filter":{"callsign":"DLH"},' + resume + "}")
    assert wish(None, message).resume is None


@pytest.mark.parametrize("filter_", ['{"squawk":"9999"}', '{"emergency":"hunger"}', '{"icao24":"xyz"}'])
def test_a_filter_that_no_flight_can_pass_is_refused(filter_: str) -> None:
    with pytest.raises(BadRequest, match="is no"):
        wish(None, asked(f'{{"type":"subscribe","filter":{filter_}}}'))


@pytest.mark.parametrize(
    "at", ["2026-11-22T09:00:00Z", "2026-11-22T10:00:00.000+01:00", "2026-11-22T09:00:00+00:00"]
)
def test_a_moment_is_read_in_any_time_zone(at: str) -> None:
    assert wish(Watch(), Subscribe(at=at)).at == 1_795_338_000.0


@pytest.mark.parametrize(
    "at", ["2026-11-22T09:00:00", "noon", "", "0001-01-01T00:00:00+23:59", "\0", "9" * 5000]
)
def test_what_is_no_moment_is_refused(at: str) -> None:
    with pytest.raises(BadRequest, match="is no moment: give one with its time zone"):
        wish(Watch(), Subscribe(at=at))


def test_null_is_the_present_at_its_own_pace() -> None:
    wanted = wish(Watch(), Subscribe(at=None, speed=None))
    assert (wanted.live, wanted.at, wanted.speed) == (True, None, 1.0)
    wanted = wish(Watch(), Subscribe())
    assert (wanted.live, wanted.at, wanted.speed) == (False, None, None)


@given(speed=st.floats())
def test_a_speed_pauses_or_is_from_a_tenth_to_five_hundred(speed: float) -> None:
    if speed == 0 or 0.1 <= speed <= 500:
        assert wish(Watch(), Subscribe(speed=speed)).speed == speed
    else:
        with pytest.raises(BadRequest, match="is no speed"):
            wish(Watch(), Subscribe(speed=speed))


def test_at_most_a_hundred_flights_are_listed() -> None:
    names = [f"{i:06x}-6740a31c" for i in range(101)]
    assert len(wish(Watch(), Subscribe(flights=names[:100])).watch.flights) == 100
    with pytest.raises(BadRequest, match="at most 100"):
        wish(Watch(), Subscribe(flights=names))


@pytest.mark.parametrize("box", [(0, 10, 1, 5), (0, -91, 1, 5), (0, 0, 361, 1), (0, 0, 1, 91)])
def test_a_box_that_is_none_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(BadRequest, match="is no box"):
        wish(Watch(), Subscribe(bbox=box))


@pytest.mark.parametrize("box", ["1,2,3", "1,2,3,x", "nan,0,1,1", "0,nan,1,1", "0,0,inf,1"])
def test_a_box_in_the_address_that_is_none_is_refused(box: str) -> None:
    with pytest.raises(BadRequest, match="is no"):
        read_query({"bbox": box})


def test_an_address_says_the_same_as_a_message() -> None:
    assert read_query({"bbox": "5,45,16,48", "flights": "000001-6740a31c", "precision_m": "0"}) == Subscribe(
        bbox=(5, 45, 16, 48), flights=["000001-6740a31c"], precision_m=0
    )
    assert read_query({"bbox": ""}) == Subscribe(bbox=None)


def test_a_ping_is_a_ping() -> None:
    assert isinstance(read('{"type":"ping"}'), Ping)


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"type":1}', "[" * 5000, '{"type":"ping","n":1}'])
def test_what_is_no_message_is_a_bad_request(text: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read(text)
    assert refused.value.code == "bad_request"


def test_a_message_may_have_16_kib_and_no_more() -> None:
    read('{"type":"ping"' + " " * (16 * 1024 - 15) + "}")
    with pytest.raises(BadRequest) as refused:
        read('{"type":"ping"' + " " * (16 * 1024 - 14) + "}")
    assert refused.value.code == "too_large"
