"""Doubts: what replies say counts only if something else agrees with it.

The parity of a reply is overlaid with the address, so a damaged reply of one aircraft can pass for that of
another, and the registers of Comm-B do not say which they are. So:

- a squawk counts if the reply before said the same; one of the three that mean an emergency needs two before
  it, or an extended squitter that says the same (type code 28);
- an altitude counts if it is within reach of the last one in an extended squitter, or of the reply before;
- a callsign in BDS 2,0 counts if the one before was the same and no extended squitter told one for a minute.

Before: of the same aircraft, within two minutes (altitudes one), whether that counted or not.

Each function asks `Latest` and yields until it is answered; what it returns is which (M,) count.
"""

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from aerotrack.decode.modes.latest import Asked, Latest, Topic, Turns

Times = NDArray[np.float64]
Flags = NDArray[np.bool_]
Judgement = Generator[None, None, Flags]

_RECENT_S, _RECENT_ALTITUDE_S = 120.0, 60.0
_GRAVE = np.zeros(1 << 13, bool)
_GRAVE[[7500, 7600, 7700]] = True
_IDENTIFIED_S = 60.0
_REACH_FT, _FT_PER_S = 300.0, 100.0  # 6,000 ft/min


def squawks(latest: Latest, turn: Turns, time: Times, squawk: NDArray[np.int16]) -> Judgement:
    """Say which squawks (M,) of replies count."""
    latest.hear(Topic.REPLIED_SQUAWK, turn, squawk)
    asked = latest.ask(Topic.REPLIED_SQUAWK, turn)
    grave = _GRAVE.take(squawk).nonzero()[0]
    told = latest.ask(Topic.SQUAWK, turn[grave])
    yield
    recent = _recent(time, asked, _RECENT_S)
    counts: Flags = recent & (squawk == asked.said)
    if len(grave):
        turn, time, squawk = turn[grave], time[grave], squawk[grave]
        before = np.where(recent[grave], asked.said[grave], -1)
        latest.hear(Topic.REPLIED_BEFORE, turn, before)
        second = latest.ask(Topic.REPLIED_BEFORE, turn)
        latest.answer()
        counts[grave] &= (squawk == second.said) | ((squawk == told.said) & _recent(time, told, _RECENT_S))
    return counts


def altitudes(latest: Latest, turn: Turns, time: Times, altitude: NDArray[np.float32]) -> Judgement:
    """Say which altitudes (M,) of replies count."""
    latest.hear(Topic.REPLIED_ALTITUDE, turn, altitude)
    agreeing = latest.ask(Topic.ALTITUDE, turn), latest.ask(Topic.REPLIED_ALTITUDE, turn)
    yield
    counts = np.zeros(len(turn), bool)
    for asked in agreeing:
        passed = np.abs(time - asked.since)
        reached = np.abs(altitude - asked.said) <= _REACH_FT + _FT_PER_S * passed
        counts |= reached & (passed <= _RECENT_ALTITUDE_S)
    return counts


def callsigns(latest: Latest, turn: Turns, time: Times, callsign: NDArray[np.bytes_]) -> Judgement:
    """Say which callsigns (M,) S8 of BDS 2,0 count."""
    latest.hear(Topic.REPLIED_CALLSIGN, turn, callsign.view(np.float64))
    asked, told = latest.ask(Topic.REPLIED_CALLSIGN, turn), latest.ask(Topic.CALLSIGN, turn)
    yield
    same = callsign == asked.said.view(callsign.dtype)
    agreed: Flags = same & _recent(time, asked, _RECENT_S) & ~_recent(time, told, _IDENTIFIED_S)
    return agreed


def _recent(time: Times, asked: Asked, longest: float) -> Flags:
    recent: Flags = np.abs(time - asked.since) <= longest
    return recent
