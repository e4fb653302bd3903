"""Lines: cuts a stream of bytes at its newlines, however it arrives, within a bound."""

from abc import ABC, abstractmethod

from aerotrack.core.observations import Observations

LONGEST = 1 << 16


class Lines:
    """The lines of a stream. Bytes after the last newline wait for the next call.

    A line longer than 64 KiB is dropped as it arrives; blank lines are no lines.
    """

    def __init__(self) -> None:
        self._tail = b""
        self._dropping = False  # inside a line that is already known to be too long

    def feed(self, data: bytes) -> tuple[list[bytes], int]:
        """Return the lines that `data` completes, without their ends, and how many others were too long."""
        first, last = data.find(b"\n"), data.rfind(b"\n")
        if last < 0:
            return [], self._wait(self._tail + data)
        whole = data[first + 1 : last] if self._dropping else self._tail + data[:last]
        self._tail, self._dropping = b"", False
        too_long = self._wait(data[last + 1 :])
        lines = whole.split(b"\n")
        if max(map(len, lines)) > LONGEST:
            fit = [line for line in lines if len(line) <= LONGEST]
            lines, too_long = fit, too_long + len(lines) - len(fit)
        return list(filter(None, map(bytes.strip, lines))), too_long

    def end(self) -> bytes:
        """Return the last line, which has no newline; empty if there is none."""
        last, self._tail, self._dropping = self._tail.strip(), b"", False
        return last

    def _wait(self, tail: bytes) -> int:
        if self._dropping:
            return 0
        self._dropping = len(tail) > LONGEST
        self._tail = b"" if self._dropping else tail
        return int(self._dropping)


class LineByLine(ABC):
    """A decoder of a format of lines. What each format has to say is how whole lines are read.

    Of all of them a line may be `too_long`, and the last one, without a newline, `truncated`.
    """

    def __init__(self) -> None:
        self._lines = Lines()

    def feed(self, data: bytes, now: float | None) -> Observations:
        """Read on; see Decoder."""
        lines, too_long = self._lines.feed(data)
        return self._read(lines, too_long, now)

    def end(self, now: float | None) -> Observations:
        """Read the last line, which may have no newline: if it cannot be used, it was cut off."""
        last = self._lines.end()
        if not last:
            return Observations.none()
        read = self._read([last], 0, now)
        cut_off = len(read) == 0 and read.refused
        return Observations.none(refused={"truncated": 1}, messages=read.messages) if cut_off else read

    @abstractmethod
    def _read(self, lines: list[bytes], too_long: int, now: float | None) -> Observations:
        """Read whole lines, and count those that were too long to be among them."""
