"""Lines: cuts a stream of bytes at its newlines, however it arrives, within a bound."""

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


def last_line(read: Observations) -> Observations:
    """Return what was read of a line without a newline: if it cannot be used, it was cut off."""
    if len(read) == 0 and read.refused:
        return Observations.none(refused={"truncated": 1}, messages=read.messages)
    return read
