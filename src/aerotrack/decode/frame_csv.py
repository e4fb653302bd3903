"""Frames as CSV: `unix time,hex`, one a line, as rs1090, jet1090's tools and researchers keep them.

    1633608001.028,8d39a4159914918770a48c29b35f

A first line with names is passed over.
"""

import re
from collections import Counter
from dataclasses import replace

import numpy as np

from aerotrack.core.observations import Observations, Receiver
from aerotrack.decode.lines import LineByLine
from aerotrack.decode.modes.decoder import ModeS
from aerotrack.decode.modes.frames import LONG, Frames
from aerotrack.decode.stamps import in_step

LINE = re.compile(rb"(\d{1,11}(?:\.\d{1,9})?),(?=(?:..)*$)((?:[0-9A-Fa-f]{14}){1,2})")
_HEADER = re.compile(rb"[a-z_]+,[a-z_]+", re.IGNORECASE)
_LATEST = 4_102_444_800.0  # the year 2100


class FrameCsv(LineByLine):
    """Decodes lines of a time and a frame. Live, a time more than a minute off gives way to arrival.

    Refuses `too_long`, `bad_line` and what ModeS refuses.
    """

    def __init__(self, receiver: Receiver | None = None) -> None:
        super().__init__()
        self._modes = ModeS(receiver)
        self._first = True

    def _read(self, lines: list[bytes], too_long: int, now: float | None) -> Observations:
        if lines and self._first:
            self._first = False
            lines = lines[1:] if _HEADER.fullmatch(lines[0]) else lines
        matches = [match for match in map(LINE.fullmatch, lines) if match]
        packed = b"".join([match[2].ljust(2 * LONG, b"0") for match in matches])
        data = np.frombuffer(bytes.fromhex(packed.decode()), np.uint8).reshape(-1, LONG)
        times = np.array([float(match[1]) for match in matches], np.float64)
        sane = times < _LATEST
        frames = Frames(data, in_step(times, now), np.zeros(len(times), bool))
        bad = len(lines) - int(np.count_nonzero(sane))
        decoded = self._modes.decode(frames if sane.all() else frames.take(sane))
        return replace(
            decoded,
            refused=Counter(decoded.refused) + Counter(bad_line=bad, too_long=too_long),
            messages=decoded.messages + bad + too_long,
        )
