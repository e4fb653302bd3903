import json

import numpy as np

from aerotrack.core.columns import PUBLIC_NAMES
from fakes import changes_of, rows_of
from web.classes import classes_of, over, publish

NONE = np.array([], np.intp)


def test_rows_are_written_some_at_a_time_and_once() -> None:
    (exact, *_) = classes_of(changes_of(1, rows_of([1, 2, 3], lat=50.0, lon=8.0)))
    texts, rows = exact.texts, np.arange(3)
    assert [texts.write(exact.motion, rows, NONE, 2) for _ in range(2)] == [False, True]
    first = texts.whole[0]
    assert texts.write(exact.motion, rows, NONE, 0)
    assert texts.whole[0] is first
    assert tuple(json.loads(first)) == PUBLIC_NAMES


def test_what_is_written_is_what_a_packed_record_says() -> None:
    (exact, *_) = classes_of(over(1, 50.123456, -0.000001, ground_speed_kt=5000.0, callsign=b"RYR1"))
    assert exact.texts.write(exact.motion, NONE, np.array([0]), 1)
    flight = json.loads(exact.texts.moved[0])
    assert (flight["lat"], flight["lon"], flight["ground_speed_kt"]) == (50.12346, 0.0, 3276.7)
    assert "callsign" not in flight


def test_a_row_that_changed_is_written_again() -> None:
    classes = classes_of(over(1, 50.0, 8.0))
    exact = classes[0]
    exact.texts.write(exact.motion, np.array([0]), np.array([0]), 2)
    publish(classes, over(2, 50.5, 8.0))
    assert exact.texts.whole[0] is None
    assert exact.texts.write(exact.motion, np.array([0]), NONE, 1)
    assert json.loads(exact.texts.whole[0])["lat"] == 50.5
