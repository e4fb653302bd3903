r"""AVR: Mode S frames in hex, one a line; port 30002 of readsb and dump1090.

    *8D39856F6047E41208ACFA6535FF;                      a frame: 4, 14 or 28 digits
    @02A3B4C5D6E78D39856F6047E41208ACFA6535FF;          12 digits of a 12 MHz counter before it
    <02A3B4C5D6E7C58D39856F6047E41208ACFA6535FF;        and 2 of the signal

`:` and `%` begin the same as `*` and `@`. Some programs put several on a line, with or without a line's end.
"""

import re
from collections import Counter
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.observations import Observations, Receiver
from aerotrack.decode.modes.decoder import ModeS
from aerotrack.decode.modes.frames import LONG, SHORT, Frames
from aerotrack.decode.ticks import MLAT_TICKS, TickTimes

_MOST_WAITING = 256  # bytes that an unfinished frame may have
_FRAME = re.compile(rb"([*:]|[@%](?=.{12})|<(?=.{14}))((?:[0-9A-Fa-f]{2}){2,21});")
_BEFORE = {b"*": 0, b":": 0, b"@": 12, b"%": 12, b"<": 14}
"""Digits before the frame, by the first character."""
_TICK_DIGITS = 12
_SHORT, _LONG, _MODE_AC = 2 * SHORT, 2 * LONG, 4
_IDLE = b"0000"


class Avr:
    """Decodes AVR text, which may be cut anywhere. Times are as in Beast; without ticks of arrival.

    Mode A/C of 0000 is a heartbeat: neither it nor garbage is a message.
    """

    def __init__(self, receiver: Receiver | None = None, *, start: float = 0.0) -> None:
        self._tail = b""
        self._times, self._modes = TickTimes(start), ModeS(receiver)

    def feed(self, data: bytes, now: float | None) -> Observations:
        """Read on; see Decoder. Refuses `garbage` (what is no frame) and what ModeS refuses."""
        data = self._tail + data
        end = 1 + max(data.rfind(b";"), data.rfind(b"\n"))
        self._tail = data[end:]
        dropped = int(len(self._tail) > _MOST_WAITING)
        if dropped:
            self._tail = b""
        return self._read(data[:end], dropped, now)

    def end(self, now: float | None) -> Observations:
        """Give up on an unfinished frame."""
        del now
        cut, self._tail = int(bool(self._tail.strip())), b""
        return Observations.none(refused={"truncated": cut} if cut else {}, messages=0)

    def _read(self, text: bytes, garbage: int, now: float | None) -> Observations:
        garbage += len(_FRAME.sub(b" ", text).replace(b";", b" ").split())
        packed, ticks = [], []
        mode_ac = 0
        for form, digits in _FRAME.findall(text):
            before = _BEFORE[form]
            frame = digits[before:]
            if len(frame) in (_SHORT, _LONG):
                packed.append(frame.ljust(_LONG, b"0"))
                ticks.append(int(digits[:_TICK_DIGITS], 16) if before else 0)
            elif len(frame) == _MODE_AC:
                mode_ac += frame != _IDLE
            else:
                garbage += 1
        decoded = self._modes.decode(self._frames(packed, np.array(ticks, np.int64), now))
        return replace(
            decoded,
            refused=Counter(decoded.refused) + Counter(garbage=garbage),
            kinds=Counter(decoded.kinds) + Counter({"Mode A/C": mode_ac}),
            messages=decoded.messages + mode_ac,
        )

    def _frames(self, packed: list[bytes], ticks: NDArray[np.int64], now: float | None) -> Frames:
        data = np.frombuffer(bytes.fromhex(b"".join(packed).decode()), np.uint8).reshape(-1, LONG)
        times = self._times.recorded(ticks) if now is None else self._times.live(ticks, now)
        return Frames(data, times, ticks == MLAT_TICKS)
