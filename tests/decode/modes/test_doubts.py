from collections.abc import Callable

import numpy as np
import pytest

from aerotrack.decode.modes import doubts
from aerotrack.decode.modes.latest import SLOT_AT, Latest, Topic
from aerotrack.decode.modes.slots import Slots

OURS, OTHER = 1, 2


def turns(*slots: int) -> np.ndarray:
    return np.array([slot << SLOT_AT | place for place, slot in enumerate(slots)], np.int64)


def judged(
    judge: Callable[..., doubts.Judgement],
    latest: Latest,
    values: np.ndarray,
    time: np.ndarray,
    turn: np.ndarray | None = None,
) -> list[bool]:
    """Return which of some replies, all of a batch, count."""
    latest.begin(time)
    judging = judge(latest, turns(*[OURS] * len(values)) if turn is None else turn, time, values)
    next(judging)
    latest.answer()
    with pytest.raises(StopIteration) as ended:
        next(judging)
    counts: list[bool] = ended.value.value.tolist()
    return counts


def told(topic: Topic, value: float) -> Latest:
    """Return what is remembered after a squitter that told something at 0 s."""
    latest = Latest(Slots())
    latest.begin(np.zeros(1))
    latest.hear(topic, turns(OURS), np.array([value]))
    latest.answer()
    return latest


def squawks(latest: Latest, *values: int, since: float = 0.0, step: float = 5.0) -> list[bool]:
    time = since + step * np.arange(len(values))
    return judged(doubts.squawks, latest, np.array(values, np.int16), time)


def altitudes(latest: Latest, *values: float, since: float = 0.0) -> list[bool]:
    time = since + np.arange(len(values), dtype=float)
    return judged(doubts.altitudes, latest, np.array(values, np.float32), time)


def callsigns(latest: Latest, *values: bytes) -> list[bool]:
    return judged(doubts.callsigns, latest, np.array(values, "S8"), np.arange(len(values), dtype=float))


def test_a_squawk_counts_from_the_second_on() -> None:
    assert squawks(Latest(Slots()), 1000, 1000, 7000, 1000, 1000) == [False, True, False, False, True]


def test_squawks_of_two_aircraft_do_not_agree() -> None:
    codes = np.array([1000, 1000], np.int16)

    assert judged(doubts.squawks, Latest(Slots()), codes, np.zeros(2), turns(OURS, OTHER)) == [False, False]


def test_a_squawk_of_long_ago_agrees_with_nothing() -> None:
    assert squawks(Latest(Slots()), 1000, 1000, step=121.0) == [False, False]


@pytest.mark.parametrize("code", [7500, 7600, 7700])
def test_an_emergency_counts_from_the_third_on(code: int) -> None:
    latest = Latest(Slots())

    assert squawks(latest, code, code) == [False, False]
    assert squawks(latest, code, since=10.0) == [True]


def test_an_emergency_that_a_squitter_told_counts_from_the_second_on() -> None:
    latest = told(Topic.SQUAWK, 7700)

    assert squawks(latest, 7700, 7700) == [False, True]


def test_an_altitude_counts_if_it_is_near_the_reply_before() -> None:
    assert altitudes(Latest(Slots()), 5000, 5100, 9000, 5125, 5150) == [False, True, False, False, True]


def test_an_altitude_counts_if_it_is_near_what_a_squitter_told() -> None:
    latest = told(Topic.ALTITUDE, 5000)

    assert altitudes(latest, 5000, 9000, 5125) == [True, False, True]
    assert altitudes(latest, 5000, since=120.0) == [False]


def test_a_callsign_counts_if_it_comes_twice() -> None:
    assert callsigns(Latest(Slots()), b"AFR54PU", b"AFR54PU", b"EZY1") == [False, True, False]


def test_a_callsign_in_a_reply_does_not_count_beside_that_of_a_squitter() -> None:
    latest = told(Topic.CALLSIGN, 0)

    assert callsigns(latest, b"AFR54PU", b"AFR54PU") == [False, False]
