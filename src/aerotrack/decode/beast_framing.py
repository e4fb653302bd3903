"""Beast framing: where frames begin and end in the bytes of a Beast, a Radarcape, readsb or dump1090.

    1A type  time: 6 bytes  signal: 1 byte  payload

    type 31: Mode A/C, 2 bytes, or a heartbeat, all zero    32: short frame, 7 bytes    33: long, 14 bytes

Each 1A after the type is doubled, so a lone one always begins something. What else begins so (34 status, 35
position, E3 receiver id, E4 uuid, E8 time, P, W: extras of the Radarcape and of readsb) ends where the next
begins. Format: https://wiki.jetvision.de/wiki/Mode-S_Beast:Data_Output_Formats and readsb's README.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aerotrack.decode.modes.frames import LONG, SHORT

ESCAPE = 0x1A
_MODE_AC, _SHORT, _LONG = 0x31, 0x32, 0x33
_HEAD = 9  # 1A, type, time and signal
_NEED = np.zeros(256, np.intp)
_NEED[[_MODE_AC, _SHORT, _LONG]] = _HEAD + 2, _HEAD + SHORT, _HEAD + LONG
_OTHERS = np.zeros(256, bool)
_OTHERS[[0x34, 0x35, 0xE3, 0xE4, 0xE8, ord("P"), ord("W")]] = True
_LONGEST = 128  # bytes that an unfinished frame may have
_TICK = 256 ** np.arange(5, -1, -1, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class BeastFrames:
    """What a read held: N Mode S frames in order, and counts.

    `ticks` (N,) int64, `signal` (N,) uint8, `data` (N, 14) uint8. `mode_ac` counts Mode A/C replies without
    heartbeats, `garbage` stretches of bytes that are no frames. Of the bytes read, `parsed` were of frames
    and extras, `rejected` of garbage.
    """

    ticks: NDArray[np.int64]
    signal: NDArray[np.uint8]
    data: NDArray[np.uint8]
    mode_ac: int = 0
    garbage: int = 0
    parsed: int = 0
    rejected: int = 0


class BeastFraming:
    """Cuts a stream of Beast bytes into frames: each is given as soon as it is whole."""

    def __init__(self) -> None:
        self._tail = b""
        self._in_garbage = False  # what comes next without a beginning is more of what was counted

    @property
    def waiting(self) -> int:
        """How many bytes of an unfinished frame wait for the next read."""
        return len(self._tail)

    def feed(self, data: bytes) -> BeastFrames:
        """Return the frames that `data` completes."""
        buffer, self._tail = self._tail + data, b""
        raw = np.frombuffer(buffer, np.uint8)
        escapes = np.flatnonzero(raw == ESCAPE)
        # Of a run of 1A every second one is the half of a pair, and the last of an odd run begins a frame.
        run = np.flatnonzero(np.r_[True, np.diff(escapes) != 1][: len(escapes)])
        count = np.diff(np.r_[run, len(escapes)])
        end = len(raw)
        if len(run) and escapes[-1] == end - 1 and count[-1] & 1:
            end -= 1  # a beginning or half a pair: the next read tells
            escapes, count[-1] = escapes[:-1], count[-1] - 1
            run, count = run[count > 0], count[count > 0]
        starts = (escapes[run] + count - 1)[count & 1 == 1]
        place = escapes - np.repeat(escapes[run], count)
        keep = np.ones(end, bool)
        keep[escapes[place & 1 == 1]] = False
        return self._cut(buffer, raw[:end], np.flatnonzero(keep), starts)

    def end(self) -> int:
        """Forget what is unfinished; return how many bytes that was."""
        waited, self._tail, self._in_garbage = len(self._tail), b"", False
        return waited

    def _cut(
        self, buffer: bytes, raw: NDArray[np.uint8], kept: NDArray[np.intp], starts: NDArray[np.intp]
    ) -> BeastFrames:
        """Tell the frames of `raw` from the rest: bytes `kept` of it are no halves of pairs."""
        plain, begins, end = raw[kept], np.searchsorted(kept, starts), len(raw)
        length = np.diff(np.r_[begins, len(plain)])
        kind = np.where(length > 1, plain.take(begins + 1, mode="clip") if len(plain) else 0, 0)
        need, other = _NEED[kind], _OTHERS[kind]
        whole = (need > 0) & (length >= need)
        upto = np.r_[starts[1:], end][: len(starts)]
        last = len(starts) - 1
        waits = last >= 0 and not whole[last] and (need[last] > 0 or bool(other[last]) or length[last] == 1)
        if waits and len(buffer) - starts[last] <= _LONGEST:
            end = upto[last] = int(starts[last])
        self._tail = buffer[end:]
        before = int(starts[0]) if len(starts) else end
        # What is no frame begins behind a whole one, or behind the most that an extra may have, or at once.
        excess = whole & (length > need)
        behind = np.where(whole, upto, starts)
        behind[excess] = kept[(begins + need)[excess]]
        behind = np.where(other, np.minimum(starts + _LONGEST, upto), behind)
        litter = upto - behind
        garbage = int(before > 0 and not self._in_garbage) + int(np.count_nonzero(litter))
        rejected = before + int(litter.sum())
        if len(starts):
            self._in_garbage = bool(litter[-1])
        elif end:
            self._in_garbage = True
        return _told(plain, begins, kind, whole, (garbage, end - rejected, rejected))


def _told(
    plain: NDArray[np.uint8],
    begins: NDArray[np.intp],
    kind: NDArray[np.uint8],
    whole: NDArray[np.bool_],
    counts: tuple[int, int, int],
) -> BeastFrames:
    frames, replies = np.flatnonzero(whole & (kind != _MODE_AC)), np.flatnonzero(whole & (kind == _MODE_AC))
    body = _bytes(plain, begins[frames], _HEAD + LONG)
    data = body[:, 7:]
    data[kind[frames] == _SHORT, SHORT:] = 0
    told = _bytes(plain, begins[replies], _HEAD + 2)[:, 7:].any(axis=1)
    garbage, parsed, rejected = counts
    return BeastFrames(
        ticks=body[:, :6].astype(np.int64) @ _TICK,
        signal=body[:, 6],
        data=data,
        mode_ac=int(np.count_nonzero(told)),
        garbage=garbage,
        parsed=parsed,
        rejected=rejected,
    )


def _bytes(plain: NDArray[np.uint8], begins: NDArray[np.intp], end: int) -> NDArray[np.uint8]:
    """Return what stands behind the types of some frames (N, end - 2)."""
    if not len(begins):
        return np.empty((0, end - 2), np.uint8)
    return plain.take(begins[:, None] + np.arange(2, end), mode="clip")
