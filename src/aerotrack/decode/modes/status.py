"""Status: emergencies (type code 28), targets (29) and the sender's operational status (31).

    TC28   1 .. 5 | 6 . 8 | 9 .. 11   | 12 .... 24 | 25 ... 56        subtype 1; 2 is of collision avoidance
             28   |   1   | emergency | Mode A     | reserved

    TC29   1 . 5 | 6 7 |8 |9 | 10 . 20  | 21 . 29 |30| 31 . 39 | 40 . 43 |44| 45 46 |47| 48 .. 54 | 55 56
            29   |  1  |S |F | altitude | QNH     |H | heading |  NACp   |N |  SIL  |V | modes    | .  .

    TC31   1 . 5 | 6 . 8 | 9 ..... 24   | 25 . 40 | 41 . 43 |44| 45 . 48 | 49 50 | 51 52 |53|54|55|56
            31   | 0, 1  | capabilities | mode    | version |a | NACp    |  GVA  |  SIL  |N |R |S | .

    S   supplement of SIL              F      the flight management's altitude, not the panel's
    N   NIC of the barometer           H, V   heading, modes are valid
    R   headings are magnetic          a      supplement a of NIC; c is ME 20 of subtype 1
    modes are autopilot, VNAV, altitude hold, reserved, approach, TCAS, LNAV; mode holds SDA in ME 31 and 32

Targets count from 1: the altitude 32 ft, the QNH 0.8 hPa from 800; 0 is unknown. The heading counts 180/256
degrees. Subtype 0 of TC31 is sent in the air, 1 on the ground.
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.decode.modes.bits import Ints, Layout, bits, looked_up, message
from aerotrack.decode.modes.squawks import ID13, Squawks

Codes = NDArray[np.int8]
Floats = NDArray[np.float32]

_DECLARED, _TARGET_STATE = 1, 1
_IN_THE_AIR, _ON_THE_GROUND = 0, 1
_SECOND = 2  # the version that gave most fields their meaning
_EMERGENCY = np.array([0, 1, 2, 3, 4, 5, 6, -1], np.int16)
_TOLD_SQUAWK = np.where(np.arange(len(ID13)) == 0, np.int16(-1), ID13)
_EMERGENCIES = Layout((_EMERGENCY, 9, 11), (_TOLD_SQUAWK, 12, 24))
_NAC_P = np.array([*range(12), -1, -1, -1, -1], np.int8)
_NAC_V = np.array([0, 1, 2, 3, 4, -1, -1, -1], np.int8)
_PLAIN = np.arange(8, dtype=np.int8)
_STATUS = Layout((_PLAIN, 6, 8), (_PLAIN, 41, 43), (_PLAIN, 44, 44), (_PLAIN, 20, 20), (_NAC_P, 45, 48))
_HEADING = np.concatenate([np.full(512, np.nan), np.arange(512) * (180 / 256)]).astype(np.float32)


def _counted(size: int, start: float, step: float) -> Floats:
    table = (start + step * (np.arange(size) - 1)).astype(np.float32)
    table[0] = np.nan
    return table


_ALTITUDE = _counted(1 << 11, 0.0, 32.0)
_PRESSURE = _counted(1 << 9, 800.0, 0.8)


def emergency(data: NDArray[np.uint8]) -> tuple[Codes, Squawks]:
    """Return emergencies (M,) as codes of EMERGENCIES and squawks (M,) of type code 28 (M, 14); -1 unknown.

    A Mode A code of all zeros is one the sender does not tell.
    """
    messages = message(data)
    told = np.where(bits(messages, 6, 8) == _DECLARED, _EMERGENCIES.read(messages), np.int16(-1))
    return told[0].astype(np.int8), told[1]


class _Message:
    """M messages, each field (M,) read when it is first asked for; -1 and NaN are unknown."""

    def __init__(self, messages: Ints) -> None:
        self._messages = messages

    def _code(self, first: int, last: int, said: NDArray[np.bool_]) -> Codes:
        return np.where(said, bits(self._messages, first, last), -1).astype(np.int8)


class Target(_Message):
    """What the crew or its computer has set, type code 29; the first version's layout is not read."""

    @property
    def _said(self) -> NDArray[np.bool_]:
        said: NDArray[np.bool_] = bits(self._messages, 6, 7) == _TARGET_STATE
        return said

    def _number(self, table: Floats, first: int, last: int) -> Floats:
        return np.where(self._said, looked_up(table, self._messages, first, last), np.float32(np.nan))

    def _mode(self, place: int) -> Codes:
        return self._code(place, place, self._said & (bits(self._messages, 47, 47) == 1))

    @property
    def altitude_ft(self) -> Floats:
        """Selected altitude."""
        return self._number(_ALTITUDE, 10, 20)

    @property
    def altitude_managed(self) -> Codes:
        """Whether the flight management system selected it, not the panel."""
        return self._code(9, 9, self._said)

    @property
    def qnh_hpa(self) -> Floats:
        """Pressure the altimeter is set to."""
        return self._number(_PRESSURE, 21, 29)

    @property
    def heading_deg(self) -> Floats:
        """Selected heading."""
        return self._number(_HEADING, 30, 39)

    @property
    def nac_p(self) -> Codes:
        """Navigation accuracy category of the position."""
        return np.where(self._said, looked_up(_NAC_P, self._messages, 40, 43), np.int8(-1))

    @property
    def nic_baro(self) -> Codes:
        """Whether the barometric altitude has been cross-checked."""
        return self._code(44, 44, self._said)

    @property
    def sil(self) -> Codes:
        """Source integrity level."""
        return self._code(45, 46, self._said)

    @property
    def sil_supplement(self) -> Codes:
        """Whether SIL is per sample, not per hour."""
        return self._code(8, 8, self._said)

    @property
    def autopilot(self) -> Codes:
        """Whether the autopilot flies."""
        return self._mode(48)

    @property
    def vnav(self) -> Codes:
        """Whether vertical navigation is on."""
        return self._mode(49)

    @property
    def altitude_hold(self) -> Codes:
        """Whether the altitude is held."""
        return self._mode(50)

    @property
    def approach(self) -> Codes:
        """Whether the approach mode is on."""
        return self._mode(52)

    @property
    def tcas(self) -> Codes:
        """Whether collision avoidance works; said with or without valid modes."""
        return self._code(53, 53, self._said)

    @property
    def lnav(self) -> Codes:
        """Whether lateral navigation is on."""
        return self._mode(54)


class Operation(_Message):
    """What the sender can do and how well it knows its place, type code 31."""

    def __init__(self, messages: Ints) -> None:
        super().__init__(messages)
        self._subtype, version, self._nic_a, self._nic_c, self._nac_p = _STATUS.read(messages)
        self.version: Codes = np.where(self._subtype <= _ON_THE_GROUND, version, np.int8(-1))
        """Version of ADS-B, 0 to 7."""

    def _since(self, version: int, subtype: int | None = None) -> NDArray[np.bool_]:
        said: NDArray[np.bool_] = self.version >= version
        return said if subtype is None else said & (self._subtype == subtype)

    @property
    def nic_a(self) -> Codes:
        """Supplement a of NIC; the only one in version 1."""
        return np.where(self._since(1), self._nic_a, np.int8(-1))

    @property
    def nic_c(self) -> Codes:
        """Supplement c of NIC, sent on the ground since version 2."""
        return np.where(self._since(_SECOND, _ON_THE_GROUND), self._nic_c, np.int8(-1))

    @property
    def nac_p(self) -> Codes:
        """Navigation accuracy category of the position."""
        return np.where(self._since(1), self._nac_p, np.int8(-1))

    @property
    def nac_v(self) -> Codes:
        """Navigation accuracy category of the velocity, sent on the ground since version 2."""
        said = self._since(_SECOND, _ON_THE_GROUND)
        return np.where(said, looked_up(_NAC_V, self._messages, 17, 19), np.int8(-1))

    @property
    def gva(self) -> Codes:
        """Geometric vertical accuracy, sent in the air since version 2."""
        return self._code(49, 50, self._since(_SECOND, _IN_THE_AIR))

    @property
    def sil(self) -> Codes:
        """Source integrity level."""
        return self._code(51, 52, self._since(1))

    @property
    def sil_supplement(self) -> Codes:
        """Whether SIL is per sample, not per hour."""
        return self._code(55, 55, self._since(_SECOND))

    @property
    def sda(self) -> Codes:
        """System design assurance."""
        return self._code(31, 32, self._since(_SECOND))

    @property
    def nic_baro(self) -> Codes:
        """Whether the barometric altitude has been cross-checked, sent in the air."""
        return self._code(53, 53, self._since(1, _IN_THE_AIR))

    @property
    def magnetic(self) -> Codes:
        """Whether headings count from magnetic north, not true."""
        return self._code(54, 54, self._since(1))


def target(data: NDArray[np.uint8]) -> Target:
    """Return the targets in extended squitters (M, 14) of type code 29."""
    return Target(message(data))


def operation(data: NDArray[np.uint8]) -> Operation:
    """Return the operational status in extended squitters (M, 14) of type code 31."""
    return Operation(message(data))
