import pytest

from aerotrack.core.observations import Observations
from aerotrack.decode.lines import LONGEST, Lines, last_line


def test_a_line_waits_for_its_end() -> None:
    lines = Lines()
    assert lines.feed(b"one\r\ntw") == ([b"one"], 0)
    assert lines.feed(b"o\n") == ([b"two"], 0)


def test_blank_lines_are_no_lines() -> None:
    assert Lines().feed(b"\n\r\n  \na\n") == ([b"a"], 0)


def test_a_last_line_without_an_end_is_found_at_the_end() -> None:
    lines = Lines()
    lines.feed(b"one\ntwo")
    assert lines.end() == b"two"
    assert lines.end() == b""


@pytest.mark.parametrize("size", [1, 1000, LONGEST, 10 * LONGEST])
def test_a_line_that_is_too_long_is_counted_once_and_the_next_is_read(size: int) -> None:
    stream = b"a\n" + b"x" * (LONGEST + 1) + b"\n" + b"y" * LONGEST + b"\n"
    lines, read, too_long = Lines(), [], 0
    for start in range(0, len(stream), size):
        found, more = lines.feed(stream[start : start + size])
        read += found
        too_long += more
    assert (read, too_long) == ([b"a", b"y" * LONGEST], 1)


def test_an_endless_line_takes_no_more_memory_than_the_longest() -> None:
    lines = Lines()
    too_long = sum(lines.feed(b"x" * 5000)[1] for _ in range(100))
    assert too_long == 1
    assert len(lines._tail) == 0


def test_a_last_line_that_cannot_be_used_was_cut_off() -> None:
    refused = last_line(Observations.none(refused={"bad_line": 1}, messages=1))
    assert refused.refused == {"truncated": 1}
    assert refused.messages == 1


def test_a_last_line_that_can_be_used_is_used() -> None:
    read = Observations.of([1], [2.0])
    assert last_line(read) is read
