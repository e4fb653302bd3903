from dataclasses import replace

import pytest

from aerotrack.core.observations import Observations
from aerotrack.decode.lines import LONGEST, LineByLine, Lines


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


class Numbers(LineByLine):
    """A format: each line is an address."""

    def _read(self, lines: list[bytes], too_long: int, now: float | None) -> Observations:
        numbers = [int(line) for line in lines if line.isdigit()]
        bad = len(lines) - len(numbers)
        heard = Observations.of(numbers, [now or 0.0] * len(numbers))
        return replace(heard, refused={"bad_line": bad} if bad else {}, messages=len(lines) + too_long)


def test_a_format_reads_the_lines_that_are_whole() -> None:
    decoder = Numbers()
    assert decoder.feed(b"1\n2\n3", 5.0).address.tolist() == [1, 2]
    assert decoder.end(6.0).last_heard.tolist() == [6.0]
    assert decoder.end(7.0).messages == 0


def test_a_last_line_that_cannot_be_used_was_cut_off() -> None:
    decoder = Numbers()
    decoder.feed(b"1\n2x", None)
    last = decoder.end(None)
    assert (last.refused, last.messages) == ({"truncated": 1}, 1)
