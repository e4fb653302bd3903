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
_TICKS = (1 << 48) - 1
_FRAME = np.dtype({
    "names": ["ticks", "signal", "data"],
    "formats": [">i8", "u1", ("u1", LONG)],
    "offsets": [0, _HEAD - 1, _HEAD],
})  # fmt: skip
"""A frame from its 1A on, without halves of pairs: the first two bytes are in front of the ticks."""
_BEYOND = np.zeros(_FRAME.itemsize, np.uint8)


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
        begins = np.ones(len(escapes), bool)
        begins[1:] = escapes[1:] - escapes[:-1] != 1
        run = begins.nonzero()[0]
        count = _ends(run, len(escapes)) - run
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
        plain, begins, end = raw[kept], kept.searchsorted(starts), len(raw)
        length = _ends(begins, len(plain)) - begins
        kind = np.where(length > 1, plain.take(begins + 1, mode="clip") if len(plain) else 0, 0)
        need, other = _NEED[kind], _OTHERS[kind]
        whole = (need > 0) & (length >= need)
        upto = _ends(starts, end)
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
    of_mode_ac = kind == _MODE_AC
    frames, replies = (whole & ~of_mode_ac).nonzero()[0], (whole & of_mode_ac).nonzero()[0]
    heard = _frames_at(plain, begins[frames])
    data = heard["data"].copy()
    data[kind[frames] == _SHORT, SHORT:] = 0
    told = _frames_at(plain, begins[replies])["data"][:, :2].any(axis=1) if len(replies) else replies
    garbage, parsed, rejected = counts
    return BeastFrames(
        ticks=heard["ticks"].astype(np.int64) & _TICKS,
        signal=heard["signal"],
        data=data,
        mode_ac=int(np.count_nonzero(told)),
        garbage=garbage,
        parsed=parsed,
        rejected=rejected,
    )


def _frames_at(plain: NDArray[np.uint8], begins: NDArray[np.intp]) -> NDArray[np.void]:
    """Return the frames that begin at some bytes, as _FRAME; what is behind the last byte is 0."""
    padded = np.concatenate((plain, _BEYOND))
    everywhere: NDArray[np.void] = np.ndarray(len(plain), _FRAME, padded, strides=(1,))
    return everywhere[begins]


def _ends(starts: NDArray[np.intp], end: int) -> NDArray[np.intp]:
    """Return where each of some stretches ends, that are one behind the other, the last up to `end`."""
    ends = np.empty_like(starts)
    ends[:-1], ends[-1:] = starts[1:], end
    return ends
