import numpy as np
import pytest

from aerotrack.decode.modes.doubts import Doubts
from aerotrack.decode.modes.latest import PLACE_BITS
from aerotrack.decode.modes.slots import Slots

OURS, OTHER = 1, 2


def turns(*slots: int) -> np.ndarray:
    return np.array([slot << PLACE_BITS | place for place, slot in enumerate(slots)], np.int64)


def squawks(doubts: Doubts, *values: int, since: float = 0.0, step: float = 5.0) -> list[bool]:
    time = since + step * np.arange(len(values))
    return doubts.squawks(turns(*[OURS] * len(values)), time, np.array(values, np.int16)).tolist()


def altitudes(doubts: Doubts, *values: float, since: float = 0.0) -> list[bool]:
    time = since + np.arange(len(values), dtype=float)
    return doubts.altitudes(turns(*[OURS] * len(values)), time, np.array(values, np.float32)).tolist()


def callsigns(doubts: Doubts, *values: bytes) -> list[bool]:
    time = np.arange(len(values), dtype=float)
    return doubts.callsigns(turns(*[OURS] * len(values)), time, np.array(values, "S8")).tolist()


def test_a_squawk_counts_from_the_second_on() -> None:
    assert squawks(Doubts(Slots()), 1000, 1000, 7000, 1000, 1000) == [False, True, False, False, True]


def test_squawks_of_two_aircraft_do_not_agree() -> None:
    codes = np.array([1000, 1000], np.int16)

    assert not Doubts(Slots()).squawks(turns(OURS, OTHER), np.zeros(2), codes).any()


def test_a_squawk_of_long_ago_agrees_with_nothing() -> None:
    assert squawks(Doubts(Slots()), 1000, 1000, step=121.0) == [False, False]


@pytest.mark.parametrize("code", [7500, 7600, 7700])
def test_an_emergency_counts_from_the_third_on(code: int) -> None:
    doubts = Doubts(Slots())

    assert squawks(doubts, code, code) == [False, False]
    assert squawks(doubts, code, since=10.0) == [True]


def test_an_emergency_that_a_squitter_told_counts_from_the_second_on() -> None:
    doubts = Doubts(Slots())
    doubts.squawk_told.hear(turns(OURS), np.zeros(1), np.array([7700], np.int16))
    doubts.squawk_told.settle()

    assert squawks(doubts, 7700, 7700) == [False, True]


def test_an_altitude_counts_if_it_is_near_the_reply_before() -> None:
    assert altitudes(Doubts(Slots()), 5000, 5100, 9000, 5125, 5150) == [False, True, False, False, True]


def test_an_altitude_counts_if_it_is_near_what_a_squitter_told() -> None:
    doubts = Doubts(Slots())
    doubts.altitude_told.hear(turns(OURS), np.zeros(1), np.array([5000], np.float32))
    doubts.altitude_told.settle()

    assert altitudes(doubts, 5000, 9000, 5125) == [True, False, True]
    assert altitudes(doubts, 5000, since=120.0) == [False]


def test_a_callsign_counts_if_it_comes_twice() -> None:
    assert callsigns(Doubts(Slots()), b"AFR54PU", b"AFR54PU", b"EZY1") == [False, True, False]


def test_a_callsign_in_a_reply_does_not_count_beside_that_of_a_squitter() -> None:
    doubts = Doubts(Slots())
    doubts.callsign_told.hear(turns(OURS), np.zeros(1))
    doubts.callsign_told.settle()

    assert callsigns(doubts, b"AFR54PU", b"AFR54PU") == [False, False]
