import math

import pytest

from aerotrack.errors import FeedError
from aerotrack.sources.courtesy import Courtesy
from sources.feeders import NOON
from sources.test_turns import Wall


def courtesy() -> Courtesy:
    """One without jitter."""
    return Courtesy("api.example.org", clock=lambda: NOON, spread=lambda low, _high: low)


def pause_of(error: FeedError) -> float:
    assert error.pause is not None
    return error.pause


def test_a_server_that_fails_is_left_alone_twice_as_long_each_time_and_no_longer() -> None:
    shy = courtesy()
    pauses = [pause_of(shy.failed("it is down")) for _ in range(9)]
    assert pauses == [10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 600.0, 600.0, 600.0]


def test_the_pauses_are_spread_from_ten_seconds_to_a_quarter_of_an_hour() -> None:
    shy = Courtesy("it", clock=lambda: NOON)
    pauses = [pause_of(shy.failed("it is down")) for _ in range(50)]
    assert 10.0 <= pauses[0] <= 15.0
    assert all(600.0 <= pause <= 900.0 for pause in pauses[6:])
    assert len(set(pauses)) == 50


def test_an_answer_makes_up_for_all_failures() -> None:
    shy = courtesy()
    for _ in range(5):
        shy.failed("it is down")
    shy.answered({})
    assert shy.failed("it is down").pause == 10.0


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "90"}, 90.0), ({"Retry-After": "0"}, 1.0),
        ({"Retry-After": "Sun, 22 Nov 2026 12:02:00 GMT"}, 120.0),
        ({"Retry-After": "Sun, 22 Nov 2026 12:02:00"}, 120.0),
        ({"Retry-After": "Sun, 22 Nov 2026 11:00:00 GMT"}, 1.0),
        ({"X-Rate-Limit-Retry-After-Seconds": "3600", "Retry-After": "1"}, 3600.0),
        ({"Retry-After": "soon"}, 10.0), ({"Retry-After": "-5"}, 10.0), ({"Retry-After": "nan"}, 10.0),
        ({"Retry-After": "1e9"}, 10.0), ({}, 10.0),
    ],
)  # fmt: skip
def test_a_server_that_says_when_to_come_back_is_believed(headers: dict[str, str], pause: float) -> None:
    assert courtesy().refused(429, headers).pause == pause


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_refuses_us_is_not_asked_again(status: int) -> None:
    error = courtesy().refused(status, {"Retry-After": "1"})
    assert error.pause == math.inf
    assert str(error).startswith(f"api.example.org refuses us ({status}): check")


def test_a_secret_is_known_to_be_one() -> None:
    assert not courtesy().secret
    assert Courtesy("it", clock=lambda: NOON, header={"api-auth": "hush"}).secret


async def test_what_one_source_was_told_goes_for_all_that_ask_the_same_service() -> None:
    wall = Wall()
    turns = wall.turns()
    here, there = (Courtesy("it", clock=lambda: NOON, turns=turns, apart=5.0) for _ in "ab")
    await here.turn()
    told = pause_of(here.refused(429, {"Retry-After": "90"}))
    await there.turn()
    there.refused(401, {})  # that is of its own key
    await here.turn()
    assert wall.slept == [pytest.approx(told), pytest.approx(told + 5.0)]
