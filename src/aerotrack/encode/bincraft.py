"""binCraft, the packed records of readsb, version 20240218: a header, then 112 bytes an aircraft. Pure.

    header  0 i64 now, ms   8 u32 size of a record   12 u32 aircraft with a place   16 u32 tile
            20 i16 south, west, north, east   28 u32 messages   32 i32 receiver's lat, lon 1e-6 in a file; the
            number of results, 0 in an answer   40 u32 version; zeros up to the size of a record
    record  0 u32 address (bit 24: no ICAO address)   4 i32 seen 0.1 s   8 i32 lon, lat 1e-6
            16 i16 baro_rate, geom_rate 8 ft/min   20 i16 alt_baro, alt_geom 25 ft   32 u16 squawk
            34 i16 gs 0.1 kt   40 i16 track 1/90   64 u8 category   65 u8 nic   67 u8 emergency, type << 4
            68 u8 1 on the ground, 2 in the air   71 u8 nac_p   73-77 valid bits   78 callsign[8]
            88 type[4]   92 registration[12]   105 u8 signal   108 i32 seen_pos 0.1 s

The layout is feeds' knowledge of the format, checked with recorded bytes and the JSON of the same instant.
Only what AeroTrack knows is written; a value without its valid bit is 0.
"""

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import POSITION_SOURCES, Columns
from aerotrack.core.identity import NOT_ICAO
from aerotrack.encode.readsb import TYPES

SIZE = 112
VERSION = 20240218
WORLD = (-90, -180, 90, 180)

_HEADER = struct.Struct("<qIII4hIiiI")
_RECORD = np.dtype(
    {
        "names": [
            *("address", "seen", "lon", "lat", "baro_rate", "alt_baro", "alt_geom", "squawk", "gs", "track"),
            *("category", "nic", "kind", "airground", "nac_p", "valid", "callsign", "type", "registration"),
            "seen_pos",
        ],
        "formats": [
            *("<u4", "<i4", "<i4", "<i4", "<i2", "<i2", "<i2", "<u2", "<i2", "<i2"),
            *("u1", "u1", "u1", "u1", "u1", ("u1", 5), "S8", "S4", "S12", "<i4"),
        ],
        "offsets": [0, 4, 8, 12, 16, 20, 22, 32, 34, 40, 64, 65, 67, 68, 71, 73, 78, 88, 92, 108],
        "itemsize": SIZE,
    }
)
_TYPE_ORDER = (
    *("adsb_icao", "adsb_icao_nt", "adsr_icao", "tisb_icao", "adsc", "mlat", "other", "mode_s", "adsb_other"),
    *("adsr_other", "tisb_trackfile", "tisb_other", "mode_ac", "unknown"),
)
_TYPE_CODES = np.array(
    [
        [*(_TYPE_ORDER.index(TYPES.get(s, ("other",) * 2)[other]) for s in POSITION_SOURCES), 13]
        for other in (0, 1)
    ],
    np.uint8,
)
# The valid bits: the byte, from 73 on, and the bit in it.
_VALID = {
    "callsign": (0, 3), "alt_baro": (0, 4), "alt_geom": (0, 5), "lat": (0, 6), "gs": (0, 7), "track": (1, 3),
    "baro_rate": (2, 0), "nac_p": (2, 5), "squawk": (3, 2), "emergency": (3, 3),
}  # fmt: skip
_NUMBERS = {
    "lat": ("lat", 1e6), "lon": ("lon", 1e6), "alt_baro": ("altitude_ft", 1 / 25),
    "alt_geom": ("geo_altitude_ft", 1 / 25), "gs": ("ground_speed_kt", 10.0), "track": ("track_deg", 90.0),
    "baro_rate": ("vertical_rate_fpm", 1 / 8),
}  # fmt: skip
_CATEGORIES = {f"{code:X}".encode(): code for code in range(0xA0, 0xD8) if code & 0xF < 8}  # noqa: PLR2004
_DIGITS = tuple(enumerate((1, 10, 100, 1000)))


def document(columns: Columns, now: float, *, messages: int, place: tuple[float, float] = (0, 0)) -> bytes:
    """Write N flights as the file aircraft.binCraft; `place` is the receiver's latitude and longitude."""
    lat, lon = (round(degrees * 1e6) for degrees in place)
    return _header(columns, now, messages, WORLD, (lat, lon)) + records(columns, now).tobytes()


def answer(columns: Columns, now: float, *, messages: int, box: tuple[int, int, int, int] = WORLD) -> bytes:
    """Write N flights as readsb's API answers; `box` is (south, west, north, east) in whole degrees."""
    count = len(columns["address"])
    return _header(columns, now, messages, box, (count, 0)) + records(columns, now).tobytes()


def records(columns: Columns, now: float) -> NDArray[Any]:
    """Pack N flights, as they are at `now`, Unix seconds. `columns` (N,) are the schema's and `address`."""
    address = columns["address"]
    packed = np.zeros(len(address), _RECORD)
    known: dict[str, NDArray[np.bool_]] = {}
    for field, (name, scale) in _NUMBERS.items():
        known[field] = np.isfinite(columns[name])
        packed[field] = _integers(columns[name] * scale, packed[field].dtype)
    packed["address"] = address
    packed["seen"] = _integers((now - columns["last_heard"]) * 10, packed["seen"].dtype, least=0)
    packed["seen_pos"] = _integers((now - columns["time"]) * 10, packed["seen_pos"].dtype, least=0)
    squawk = columns["squawk"].astype(np.int32)
    known["squawk"] = squawk >= 0
    packed["squawk"] = np.where(known["squawk"], sum((squawk // d % 10) * 16**i for i, d in _DIGITS), 0)
    packed["category"] = [_CATEGORIES.get(text, 0) for text in columns["category"].tolist()]
    for name in ("nic", "nac_p"):
        known[name] = columns[name] >= 0
        packed[name] = np.where(known[name], columns[name], 0)
    known["emergency"] = columns["emergency"] >= 0
    kind = _TYPE_CODES[(address & NOT_ICAO != 0).astype(np.intp), columns["position_source"]]
    packed["kind"] = np.where(known["emergency"], columns["emergency"], 0) | kind << 4
    packed["airground"] = np.array([2, 1, 0], np.uint8)[columns["on_ground"]]  # -1 is the last: not known
    known["callsign"] = columns["callsign"] != b""
    packed["callsign"] = np.where(known["callsign"], _padded(columns["callsign"]), b"")
    packed["type"], packed["registration"] = columns["type_code"], columns["registration"]
    for field, (byte, bit) in _VALID.items():
        packed["valid"][:, byte] |= known[field].astype(np.uint8) << bit
    return packed


def _padded(callsigns: NDArray[np.bytes_]) -> NDArray[np.bytes_]:
    """Fill callsigns (N,) up with blanks; NumPy cannot where there are none."""
    return np.strings.ljust(callsigns, 8) if len(callsigns) else callsigns


def _header(
    columns: Columns, now: float, messages: int, box: tuple[int, int, int, int], rest: tuple[int, int]
) -> bytes:
    placed = int(np.count_nonzero(np.isfinite(columns["lat"])))
    head = _HEADER.pack(round(now * 1000), SIZE, placed, 0, *box, messages & 0xFFFFFFFF, *rest, VERSION)
    return head.ljust(SIZE, b"\0")


def _integers(values: NDArray[Any], dtype: np.dtype[Any], least: int | None = None) -> NDArray[Any]:
    """Round (N,) to what a field can hold; NaN is 0."""
    limits = np.iinfo(dtype)
    lowest = limits.min if least is None else least
    whole: NDArray[Any] = np.rint(np.clip(np.nan_to_num(values, nan=0.0), lowest, limits.max)).astype(dtype)
    return whole
