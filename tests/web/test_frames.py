import json

import numpy as np

from aerotrack.web import frames
from aerotrack.web.published import Difference

NONE = np.empty(0, np.intp)


def difference(gone: tuple[str, ...] = ()) -> Difference:
    return Difference(since=3, tick=4, time=1.5, whole=NONE, gone=gone)


def test_nothing_changed_is_one_message_with_two_empty_lists() -> None:
    (part,) = frames.changes(difference(), [], "world")
    assert part == (
        '{"type":"changes","since":3,"tick":4,"time":"1970-01-01T00:00:01.500Z","view":"world",'
        '"updated":[],"gone":[]}'
    )


def test_a_big_message_comes_in_parts_of_at_most_256_kib_that_say_there_is_more() -> None:
    flights = [b'{"id":"%06x","pad":"%b"}' % (i, b"x" * 600) for i in range(1000)]
    gone = tuple(f"{i:06x}-6740a31c" for i in range(20_000))
    parts = frames.changes(difference(gone), flights, "world")
    messages = [json.loads(part) for part in parts]
    assert len(parts) == 4
    assert all(200_000 < len(part) <= 256 * 1024 for part in parts[:-1])
    assert [message.get("more") for message in messages] == [True] * 3 + [None]
    assert {(message["since"], message["tick"]) for message in messages} == {(3, 4)}
    assert [flight["id"] for message in messages for flight in message["updated"]] == [
        f"{i:06x}" for i in range(1000)
    ]
    assert tuple(name for message in messages for name in message["gone"]) == gone


def test_a_part_is_filled_to_the_last_byte() -> None:
    empty = len(frames.changes(difference(), [], "world")[0])
    room = frames.MOST_BYTES - empty - len(',"more":true')
    one_part = frames.changes(difference(), [b"1" * (room - 2), b"2"], "world")
    two_parts = frames.changes(difference(), [b"1" * (room - 1), b"2"], "world")
    assert (len(one_part), len(two_parts)) == (1, 2)


def test_the_speed_of_a_fast_recording_is_told() -> None:
    assert json.loads(frames.hello("9f3c21aa", 1, 0.0, 1.0, 2.5))["speed"] == 2.5


def test_an_error_carries_what_to_do() -> None:
    assert json.loads(frames.error("bad_request", "Send JSON.")) == {
        "type": "error",
        "code": "bad_request",
        "message": "Send JSON.",
    }
