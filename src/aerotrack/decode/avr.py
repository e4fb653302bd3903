r"""AVR: Mode S frames in hex, one a line; port 30002 of readsb and dump1090.

    *8D39856F6047E41208ACFA6535FF;                      a frame: 4, 14 or 28 digits
    @02A3B4C5D6E78D39856F6047E41208ACFA6535FF;          12 digits of a 12 MHz counter before it
    <02A3B4C5D6E7C58D39856F6047E41208ACFA6535FF;        and 2 of the signal

`:` and `%` begin the same as `*` and `@`. Some programs put several on a line, with or without a line's end.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.observations import Observations, Receiver
from aerotrack.decode.modes.decoder import ModeS
from aerotrack.decode.modes.frames import LONG, SHORT, Frames
from aerotrack.decode.ticks import MLAT_TICKS, TickTimes

_NO_FORM = 127
_BEFORE = np.full(256, _NO_FORM, np.int8)
_BEFORE[list(b"*:@%<")] = 0, 0, 12, 12, 14
"""Digits before the frame, by the first character."""
_END = ord(";")
_SPACE = np.zeros(256, np.bool_)
_SPACE[list(b"; \t\r\n\v\f")] = True
_NO_DIGIT = 16
_DIGIT = np.full(256, _NO_DIGIT, np.uint8)
_DIGIT[list(b"0123456789abcdef")] = _DIGIT[list(b"0123456789ABCDEF")] = range(16)
_TICK = 16 ** np.arange(11, -1, -1, dtype=np.int64)
_MODE_AC, _SHORT, _LONG = 4, 2 * SHORT, 2 * LONG
_MOST_DIGITS = 14 + _LONG
_UNFINISHED = 1 + _MOST_DIGITS  # bytes that a frame without its end may have
_FRAME_DIGITS = np.arange(_LONG)


class Avr:
    """Decodes AVR text, which may be cut anywhere. Times are as in Beast; without ticks of arrival.

    Mode A/C of 0000 is a heartbeat: neither it nor garbage is a message.
    """

    def __init__(self, receiver: Receiver | None = None, *, start: float = 0.0) -> None:
        self._tail = b""
        self._in_garbage = False  # what comes next is more of what was counted
        self._times, self._modes = TickTimes(start), ModeS(receiver)

    def feed(self, data: bytes, now: float | None) -> Observations:
        """Read on; see Decoder. Refuses `garbage` (what is no frame) and what ModeS refuses."""
        data = self._tail + data
        end = max(data.rfind(b";") + 1, data.rfind(b"\n") + 1, len(data) - _UNFINISHED)
        self._tail = data[end:]
        return self._read(data[:end], now)

    def end(self, now: float | None) -> Observations:
        """Give up on an unfinished frame."""
        del now
        cut = int(bool(self._tail.strip()) and not self._in_garbage)
        self._tail, self._in_garbage = b"", False
        return Observations.none(refused={"truncated": cut} if cut else {}, messages=0)

    def _read(self, text: bytes, now: float | None) -> Observations:
        raw = np.frombuffer(text, np.uint8)
        begin, end = _frames_in(raw)
        before = _BEFORE[raw[begin]].astype(np.intp)
        size = end - begin - 1 - before
        at = begin[:, None] + 1 + np.arange(_MOST_DIGITS)
        digits: NDArray[np.uint8] = _DIGIT.take(raw.take(at, mode="clip"))
        digits[at >= end[:, None]] = 0
        good = (digits < _NO_DIGIT).all(axis=1)
        garbage = self._stretches(raw, begin[good], end[good])
        replies = good & (size == _MODE_AC)
        mode_ac = int(np.count_nonzero(digits[replies].any(axis=1)))
        good &= size > _MODE_AC
        digits, before = digits[good], before[good, None]
        ticks = np.where(before[:, 0] > 0, digits[:, : len(_TICK)].astype(np.int64) @ _TICK, 0)
        digits = np.take_along_axis(digits, before + _FRAME_DIGITS, axis=1)
        data = 16 * digits[:, ::2] + digits[:, 1::2]
        times = self._times.recorded(ticks) if now is None else self._times.live(ticks, now)
        decoded = self._modes.decode(Frames(data, times, ticks == MLAT_TICKS))
        return replace(
            decoded,
            refused=Counter(decoded.refused) + Counter(garbage=garbage),
            kinds=Counter(decoded.kinds) + Counter({"Mode A/C": mode_ac}),
            messages=decoded.messages + mode_ac,
        )

    def _stretches(self, raw: NDArray[np.uint8], begins: NDArray[np.intp], ends: NDArray[np.intp]) -> int:
        """Count what stands between the frames and is no space."""
        if not len(raw):
            return 0
        inside = np.zeros(len(raw) + 1, np.int8)
        inside[begins] = 1
        inside[ends] = -1
        litter = (inside[:-1].cumsum(dtype=np.int8) == 0) & ~_SPACE[raw]
        before, self._in_garbage = self._in_garbage, bool(litter[-1])
        return int(np.count_nonzero(litter[1:] & ~litter[:-1])) + int(litter[0] and not before)


def _frames_in(raw: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where frames begin and end (N,), as far as their lengths tell."""
    begins, ends = np.flatnonzero(_BEFORE[raw] != _NO_FORM), np.flatnonzero(raw == _END)
    nearest = begins.searchsorted(ends) - 1
    ends, nearest = ends[nearest >= 0], nearest[nearest >= 0]
    begins = begins[nearest]
    possible = np.isin(ends - begins - 1 - _BEFORE[raw[begins]], (_MODE_AC, _SHORT, _LONG))
    return begins[possible], ends[possible]
