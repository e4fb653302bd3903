"""Doubts: what replies say counts only if something else agrees with it.

The parity of a reply is overlaid with the address, so a damaged reply of one aircraft can pass for that of
another, and the registers of Comm-B do not say which they are. So:

- a squawk counts if the reply before said the same; one of the three that mean an emergency needs two before
  it, or an extended squitter that says the same (type code 28);
- an altitude counts if it is within reach of the last one in an extended squitter, or of the reply before;
- a callsign in BDS 2,0 counts if the one before was the same and no extended squitter told one for a minute.

Before: of the same aircraft, within two minutes (altitudes one), whether that counted or not.
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.decode.modes.latest import Latest, Turns
from aerotrack.decode.modes.slots import Slots

Times = NDArray[np.float64]
Flags = NDArray[np.bool_]

_RECENT_S, _RECENT_ALTITUDE_S = 120.0, 60.0
_GRAVE = np.zeros(1 << 13, bool)
_GRAVE[[7500, 7600, 7700]] = True
_IDENTIFIED_S = 60.0
_REACH_FT, _FT_PER_S = 300.0, 100.0  # 6,000 ft/min


class Doubts:
    """What each aircraft's replies said last, and what its extended squitters say of the same.

    Of `squawk_told`, `altitude_told` and `callsign_told` the decoder takes care: what a batch says in
    extended squitters is heard before the replies are judged.
    """

    def __init__(self, slots: Slots) -> None:
        self.squawk_told = Latest(slots, squawk=(-1, "i2"))
        self.altitude_told = Latest(slots, altitude=(np.nan, "f4"))
        self.callsign_told = Latest(slots)
        self._squawk = Latest(slots, squawk=(-1, "i2"))
        self._squawk_before = Latest(slots, squawk=(-1, "i2"))
        self._altitude = Latest(slots, altitude=(np.nan, "f4"))
        self._callsign = Latest(slots, callsign=(b"", "S8"))

    def squawks(self, turn: Turns, time: Times, squawk: NDArray[np.int16]) -> Flags:
        """Say which squawks (M,) of replies count."""
        self._squawk.hear(turn, time, squawk)
        since, before = self._squawk.before(turn)
        before[~_recent(time, since, _RECENT_S)] = -1
        self._squawk_before.hear(turn, time, before)
        counts: Flags = squawk == before
        grave = (counts & _GRAVE.take(squawk)).nonzero()[0]
        if len(grave):
            _, second = self._squawk_before.before(turn[grave])
            since, told = self.squawk_told.before(turn[grave])
            told[~_recent(time[grave], since, _RECENT_S)] = -1
            counts[grave] = (squawk[grave] == second) | (squawk[grave] == told)
        self._squawk.settle()
        self._squawk_before.settle()
        return counts

    def altitudes(self, turn: Turns, time: Times, altitude: NDArray[np.float32]) -> Flags:
        """Say which altitudes (M,) of replies count."""
        self._altitude.hear(turn, time, altitude)
        counts = np.zeros(len(turn), bool)
        for latest in (self.altitude_told, self._altitude):
            since, before = latest.before(turn)
            passed = np.abs(time - since)
            reached = np.abs(altitude - before) <= _REACH_FT + _FT_PER_S * passed
            counts |= reached & (passed <= _RECENT_ALTITUDE_S)
        self._altitude.settle()
        return counts

    def callsigns(self, turn: Turns, time: Times, callsign: NDArray[np.bytes_]) -> Flags:
        """Say which callsigns (M,) of BDS 2,0 count."""
        self._callsign.hear(turn, time, callsign)
        since, before = self._callsign.before(turn)
        counts = (callsign == before) & _recent(time, since, _RECENT_S)
        self._callsign.settle()
        agreed: Flags = counts & ~_recent(time, self.callsign_told.before(turn)[0], _IDENTIFIED_S)
        return agreed


def _recent(time: Times, since: Times, longest: float) -> Flags:
    recent: Flags = np.abs(time - since) <= longest
    return recent
