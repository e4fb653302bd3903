"""Extended squitters, DF 17 and 18, as an aircraft would send them: a message of 56 bits in a frame of 112.

    1 .... 5 | 6 .. 8 | 9 .... 32 | 33 ........ 88 | 89 ... 112
    DF 17    |   CA   | address   | message, ME    | parity     CA  4 on the ground, 5 in the air, 6 either
    DF 18    |   CF   |           |                |            CF  1 not ICAO's, 2, 5 TIS-B, 6 ADS-R

    ME of    1 ... 5   6 ...
    identification 4..1   category 8, then 8 characters of 6 bits
    surface        5..8   movement 12, track valid 13, track 20, T 21, F 22, y 39, x 56
    airborne       9..18  (20..22: height above the ellipsoid) SS 7, 0, altitude 20, T 21, F 22, y 39, x 56
    altitude alone 0      0, altitude 20
    velocity       19     subtype 8, IC 9, IFR 10, NACv 13, W 14, east 24, S 25, north 35, barometric 36,
                          down 37, rate 46, 0, below 49, height difference 56
    emergency      28     subtype 8, emergency 11, identity 24

(The number after each is its last bit.) Layout: ICAO Doc 9871 and Annex 10, Volume IV.
"""

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import Columns
from aerotrack.core.identity import NOT_ICAO
from aerotrack.encode.altitudes import altitude_code
from aerotrack.encode.cpr import compact

Frames = NDArray[np.uint8]
Messages = NDArray[np.uint64]
_Numbers = NDArray[np.number]

_GENERATOR, _PARITY_BITS, _ALL = 0xFFF409, 24, 0xFFFFFF
_CHARACTERS = b" ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CODE_OF = np.full(256, 32, np.int64)  # a space, and what fills a short callsign
_CODE_OF[list(_CHARACTERS[1:])] = np.arange(1, 27)
_CODE_OF[[*b"0123456789"]] = np.arange(48, 58)
_CODE_OF[[*b"abcdefghijklmnopqrstuvwxyz"]] = np.arange(1, 27)
_SPELT = (_CODE_OF != 32) | np.isin(np.arange(256), (0, 32))  # noqa: PLR2004  what has a code
# By NIC, -1 first: the type code that tells it without supplements, or the next worse one.
_AIRBORNE = np.array([18, 18, 17, 16, 16, 15, 14, 13, 12, 11, 11, 10, 9])
_GEOMETRIC = np.array([22] * 11 + [21, 20])
_SURFACE = np.array([8] * 9 + [7, 7, 6, 5])
_MOVEMENTS = np.concatenate([  # kt, of the codes 1 to 124
    [0.0], 0.125 * np.arange(1, 8), 1 + 0.25 * np.arange(4), 2 + 0.5 * np.arange(26), np.arange(15.0, 70.0),
    np.arange(70.0, 100.0, 2), np.arange(100.0, 180.0, 5),
])  # fmt: skip
_BETWEEN = (_MOVEMENTS[1:] + _MOVEMENTS[:-1]) / 2
_WORTH = (  # of the bits of an identity, and their places
    (1000, 2), (2000, 4), (4000, 6), (100, 8), (200, 10), (400, 12), (10, 1), (20, 3), (40, 5), (1, 9),
    (2, 11), (4, 13),
)  # fmt: skip
_FAST = 1021.5  # kt, beyond which a speed is told in steps of 4


def _parity_table() -> NDArray[np.uint32]:
    """Return the remainder of each byte (256) at each of the 11 places before the parity."""
    one = np.arange(256, dtype=np.uint32) << 16
    for _ in range(8):
        one = np.where(one & 0x800000, (one << 1) ^ _GENERATOR, one << 1) & _ALL
    rests = [one.astype(np.uint32)]
    for _ in range(10):
        rest = rests[0]
        rests.insert(0, ((rest << 8) & _ALL) ^ one[rest >> 16])
    return np.stack(rests)


_PARITY = _parity_table()


def frames(first: NDArray[np.uint8], address: NDArray[np.uint32], messages: Messages) -> Frames:
    """Return whole frames (N, 14) of their first bytes, addresses and messages."""
    data = np.empty((len(first), 14), np.uint8)
    data[:, 0] = first
    data[:, 1:4] = address.astype(">u4").view(np.uint8).reshape(-1, 4)[:, 1:]
    data[:, 4:11] = messages.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 1:]
    parity = np.bitwise_xor.reduce(_PARITY[np.arange(11), data[:, :11]], axis=1)
    data[:, 11:] = parity.astype(">u4").view(np.uint8).reshape(-1, 4)[:, 1:]
    return data


def first_bytes(rows: Columns, *, tisb: int, adsr: int) -> NDArray[np.uint8]:
    """Return the first byte of the frames of N flights, given the codes of these two position sources."""
    other, source = rows["address"] >= NOT_ICAO, rows["position_source"]
    capability = np.array([5, 4, 6])[rows["on_ground"]]
    ground_station = np.where(source == tisb, np.where(other, 5, 2), np.where(other, 1, 6))
    rebroadcast = (source == tisb) | ((source == adsr) & ~other)
    low = np.where(rebroadcast, ground_station, np.where(other, 1, capability))
    return (np.where(rebroadcast | other, 18, 17) << 3 | low).astype(np.uint8)


def places(rows: Columns, *, odd: bool) -> Messages:
    """Return the positions of N flights, in the air or on the surface."""
    surface = rows["on_ground"] == 1
    y, x = compact(rows["lat"], rows["lon"], surface, odd=odd)
    nic = np.clip(rows["nic"], -1, 11) + 1
    geometric = np.isnan(rows["altitude_ft"]) & ~np.isnan(rows["geo_altitude_ft"])
    feet = np.where(geometric, rows["geo_altitude_ft"], rows["altitude_ft"])
    airborne = _put(np.where(geometric, _GEOMETRIC[nic], _AIRBORNE[nic]), 5) | _put(altitude_code(feet), 20)
    on_surface = _put(_SURFACE[nic], 5) | _put(_movement(rows["ground_speed_kt"]), 12)
    on_surface |= _put(_turned(rows["track_deg"]), 20)
    place = _put(y, 39) | _put(x, 56) | _put(np.full(len(y), int(odd)), 22)
    message: Messages = np.where(surface, on_surface, airborne) | place
    return message


def altitudes(rows: Columns) -> Messages:
    """Return the barometric altitudes of N flights, without a place."""
    return _put(altitude_code(rows["altitude_ft"]), 20)


def velocities(rows: Columns) -> Messages:
    """Return speeds over ground, vertical rates and height differences of N flights; 0 is unknown."""
    speed, track = rows["ground_speed_kt"].astype(np.float64), np.radians(rows["track_deg"])
    track = np.where(speed == 0, 0.0, track)
    east, north = speed * np.sin(track), speed * np.cos(track)
    fast = np.fmax(np.abs(east), np.abs(north)) > _FAST
    step = np.where(fast, 4.0, 1.0)
    rate = rows["vertical_rate_fpm"]
    above = rows["geo_altitude_ft"] - rows["altitude_ft"]
    message = _put(np.full(len(speed), 19), 5) | _put(1 + fast, 8) | _put(np.ones(len(speed), np.int64), 36)
    for value, unit, sign, last, most in (
        (east, step, 14, 24, 1023),
        (north, step, 25, 35, 1023),
        (rate, 64.0, 37, 46, 511),
        (above, 25.0, 49, 56, 127),
    ):
        message |= _put((value < 0) * 1, sign) | _put(_counted(value, unit, most), last)
    return message


def identifications(rows: Columns) -> Messages:
    """Return callsigns and categories of N flights."""
    letters = np.ascontiguousarray(rows["callsign"]).view(np.uint8).reshape(-1, 8)
    message = np.zeros(len(letters), np.uint64)
    for place, codes in enumerate(_CODE_OF[letters].T):
        message |= _put(codes, 14 + 6 * place)
    set_, number = np.ascontiguousarray(rows["category"]).view(np.uint8).reshape(-1, 2).astype(np.int64).T
    known = (set_ >= ord("A")) & (set_ <= ord("D")) & (number >= ord("0")) & (number <= ord("7"))
    typecode = np.where(known, ord("A") + 4 - set_, 4)
    return message | _put(typecode, 5) | _put(np.where(known, number - ord("0"), 0), 8)


def spelt(callsigns: NDArray[np.bytes_]) -> NDArray[np.bool_]:
    """Say which callsigns (N,) there are that can be sent: of letters, digits and spaces."""
    letters = np.ascontiguousarray(callsigns).view(np.uint8).reshape(-1, 8)
    there: NDArray[np.bool_] = (callsigns != b"") & _SPELT[letters].all(axis=1)
    return there


def emergencies(rows: Columns) -> Messages:
    """Return squawks, which must be known, and emergencies of N flights."""
    squawk, code = rows["squawk"].astype(np.int64), np.zeros(len(rows["squawk"]), np.int64)
    for worth, place in _WORTH:
        decade = 10 ** (len(str(worth)) - 1)
        code |= ((squawk // decade % 10) & (worth // decade) != 0).astype(np.int64) << (13 - place)
    declared = np.maximum(rows["emergency"], 0)
    return _put(np.full(len(code), 28 << 3 | 1), 8) | _put(declared, 11) | _put(code, 24)


def _put(values: _Numbers, last: int) -> Messages:
    """Place numbers so that their lowest bit is bit `last` of the message."""
    return np.asarray(values).astype(np.uint64) << np.uint64(56 - last)


def _counted(values: _Numbers, unit: _Numbers | float, most: int) -> NDArray[np.int64]:
    """Count units from 1; 0 where unknown, or more than there are numbers for."""
    count = np.round(np.abs(values) / unit) + 1
    return np.where(count <= most, count, 0).astype(np.int64)  # not of NaN either


def _movement(speed: _Numbers) -> NDArray[np.int64]:
    known = speed == speed  # noqa: PLR0124  NaN is not itself
    return np.where(known, 1 + np.searchsorted(_BETWEEN, speed), 0).astype(np.int64)


def _turned(track: _Numbers) -> NDArray[np.int64]:
    """Return a track in 128ths of a turn, with the bit before it that says that it is known."""
    known = track == track  # noqa: PLR0124  NaN is not itself
    return np.where(known, 128 | np.round(np.where(known, track, 0) / (360 / 128)).astype(np.int64) % 128, 0)
