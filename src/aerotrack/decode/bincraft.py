"""binCraft: readsb's `aircraft.json` in binary, little-endian, plain or compressed by Zstandard.

    document   header, padded to the size of an element, then elements to the end
    header     0 i64 now, ms | 8 u32 size of an element, 112 or more | …
    element    0 u32 address, bit 24 not ICAO's | 4 i32 seen, 0.1 s | 8 i32 lon, 12 i32 lat, 1e-6 degrees |
               16 i16 barometric, 18 i16 geometric rate, 8 ft/min | 20 i16 barometric, 22 i16 geometric
               altitude, 25 ft | 32 u16 squawk, a hexadecimal digit for each octal one | 34 i16 speed,
               0.1 kt | 40 i16 track, 1/90 degree | 64 u8 category, as hexadecimal digits | 65 u8 NIC |
               67 u8 emergency (low 4 bits), kind of address (high 4) | 68 u8 low 4: 1 ground, 2 air |
               71 u8 NACp (low 4) | 78 callsign[8] | 88 type[4] | 92 registration[12] | 108 i32 age of
               the position, 0.1 s | 73 to 77 which of these are valid:

    byte       bit 7     6         5          4         3         2       1          0
      73       speed     position  geo alt    baro alt  callsign
      74                                                track
      75                           NACp                                   geo rate   baro rate
      76                                                emergency squawk

A value without its bit is meaningless. Layout: read off documents beside the JSON of the same instant.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, POSITION_SOURCES
from aerotrack.core.identity import NOT_ICAO
from aerotrack.core.observations import Observations
from aerotrack.decode.cells import Cells
from aerotrack.decode.documents import LARGEST, OneDocument
from aerotrack.decode.places import Places

_SMALLEST_ELEMENT, _LARGEST_ELEMENT = 112, 1024
_HEADER = np.dtype({"names": ["now", "size"], "formats": ["<i8", "<u4"], "offsets": [0, 8], "itemsize": 12})
_EARLIEST_MS, _LATEST_MS = 10**12, 10**13  # 2001 to 2286: no other kind of file has this where the time is
_WIDEST_WINDOW = 64 << 20  # the most memory that unpacking takes beside what it makes
_ZSTD = b"\x28\xb5\x2f\xfd"

_NUMBERS: Mapping[str, tuple[str, float, int, int]] = {
    "geo_altitude_ft": ("geo_altitude", 25.0, 73, 5),
    "ground_speed_kt": ("speed", 0.1, 73, 7),
    "track_deg": ("track", 1 / 90, 74, 3),
    "nic": ("nic", 1.0, 73, 6),
}
"""Column: its member, the unit, and the byte and bit that say whether it is valid."""
_TEXTS: Mapping[str, str] = {"registration": "registration", "type_code": "type"}
_FIELDS: Mapping[str, tuple[str, int]] = {
    "address": ("<u4", 0), "seen": ("<i4", 4), "lon": ("<i4", 8), "lat": ("<i4", 12), "rate": ("<i2", 16),
    "geo_rate": ("<i2", 18), "altitude": ("<i2", 20), "geo_altitude": ("<i2", 22), "squawk": ("<u2", 32),
    "speed": ("<i2", 34), "track": ("<i2", 40), "category": ("u1", 64), "nic": ("u1", 65), "kind": ("u1", 67),
    "ground": ("u1", 68), "nac": ("u1", 71), "valid": ("(5,)u1", 73), "callsign": ("S8", 78),
    "type": ("S4", 88), "registration": ("S12", 92), "seen_pos": ("<i4", 108),
}  # fmt: skip
_KINDS = ("adsb", "adsb", "adsr", "tisb", "adsc", "mlat", "other", "mode_s", "adsb", "adsr", "tisb", "tisb")
_SOURCES = np.array([*map(POSITION_SOURCES.index, _KINDS), *[POSITION_SOURCES.index("other")] * 4], np.int8)
_LAST_EMERGENCY = 6
_PLACE = ("lat", "lon", "time", "position_source")
_NAME_BYTES = np.zeros(256, bool)
_NAME_BYTES[list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._+-\0")] = True
_BYTES = {"type_code": np.isin(np.arange(256), list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789\0"))}


def is_bincraft(head: bytes) -> bool:
    """Say whether a document begins so. What is compressed by Zstandard is: nothing else comes like that."""
    return head.startswith(_ZSTD) or _begins(head)


def _begins(head: bytes) -> bool:
    if len(head) < _HEADER.itemsize:
        return False
    header = np.frombuffer(head, _HEADER, 1)[0]
    return bool(
        _EARLIEST_MS <= header["now"] < _LATEST_MS and _SMALLEST_ELEMENT <= header["size"] <= _LARGEST_ELEMENT
    )


class BinCraft:
    """Decodes binCraft. One decoder per feed: it tells new positions from repeated ones.

    It is one document, so the rows of a recording come at its end. `newest` is the greatest time of a
    document so far, Unix seconds, 0 before the first.
    """

    def __init__(self) -> None:
        self._places = Places()
        self._text = OneDocument()
        self.newest = 0.0

    def feed(self, data: bytes, now: float | None) -> Observations:
        """Read on; see Decoder. Refuses `too_long`: a document of more than 64 MiB."""
        del now
        return self._text.feed(data)

    def end(self, now: float | None) -> Observations:
        """Read the document."""
        text = self._text.end()
        return self.document(text, now) if text else Observations.none()

    def document(self, text: bytes, now: float | None) -> Observations:
        """Read one document that is there as a whole.

        Refuses `bad_document` (one that does not begin like binCraft), `too_long`, `truncated` (the last
        element, cut off), `no_address` (an element without one), `repeated`, and `bad_field` for each single
        value that cannot be used. The stamps of a document count, also when it is live.
        """
        del now
        if text.startswith(_ZSTD):
            text = _unpacked(text, LARGEST + 1)
        if not _begins(text):
            return Observations.none(refused={"bad_document": 1}, messages=1)
        if len(text) > LARGEST:
            return Observations.none(refused={"too_long": 1}, messages=1)
        header = np.frombuffer(text, _HEADER, 1)[0]
        size, made = int(header["size"]), float(header["now"]) / 1000.0
        self.newest = max(self.newest, made)
        formats, offsets = zip(*_FIELDS.values(), strict=True)
        layout = np.dtype(
            {"names": [*_FIELDS], "formats": list(formats), "offsets": list(offsets), "itemsize": size}
        )
        count = max(len(text) - size, 0) // size
        elements = np.frombuffer(text, layout, count, size) if count else np.empty(0, layout)
        refused = Counter(truncated=int(len(text) % size > 0))
        messages = len(elements) + refused["truncated"]
        some = elements["address"] & (NOT_ICAO - 1) != 0
        refused["no_address"] += int(np.count_nonzero(~some))
        if not some.any():
            return Observations.none(refused=+refused, messages=messages)
        address = elements["address"][some] & (2 * NOT_ICAO - 1)
        last_heard, heard = _columns(elements[some], made, Cells(refused))
        repeated = self._places.repeated(address, heard)
        refused["repeated"] += len(repeated)
        for name in _PLACE:
            heard[name][repeated] = BY_NAME[name].unknown
        known = {name: values for name, values in heard.items() if BY_NAME[name].known(values).any()}
        return Observations(address, last_heard, known, refused=+refused, messages=messages)


def _unpacked(text: bytes, most: int) -> bytes:
    """Return up to `most` bytes of what is compressed, as far as it is whole."""
    import zstandard  # noqa: PLC0415  few documents are compressed so

    reader = zstandard.ZstdDecompressor(max_window_size=_WIDEST_WINDOW).stream_reader(text)
    parts: list[bytes] = []
    left = most
    try:
        while left and (part := reader.read(min(left, 1 << 20))):
            parts.append(part)
            left -= len(part)
    except zstandard.ZstdError:
        pass
    return b"".join(parts)


def _columns(
    e: NDArray[Any], made: float, cells: Cells
) -> tuple[NDArray[np.float64], dict[str, NDArray[Any]]]:
    """Return when each of N elements was last heard, and what was."""
    valid = e["valid"]

    def known(byte: int, bit: int) -> NDArray[np.bool_]:
        said: NDArray[np.bool_] = valid[:, byte - 73] & (1 << bit) != 0
        return said

    def number(name: str, values: NDArray[np.floating[Any]], heard: NDArray[np.bool_]) -> NDArray[Any]:
        return cells.column(name, np.where(heard, values, np.nan))

    columns = {
        name: number(name, e[member] * unit, known(byte, bit))
        for name, (member, unit, byte, bit) in _NUMBERS.items()
    }
    grounded, flying = e["ground"] & 15 == 1, e["ground"] & 15 == 2  # noqa: PLR2004  as drawn above
    columns["altitude_ft"] = number("altitude_ft", e["altitude"] * 25.0, known(73, 4) & ~grounded)
    airborne = flying | ~np.isnan(columns["altitude_ft"])
    columns["on_ground"] = np.where(grounded, 1, np.where(airborne, 0, -1)).astype(np.int8)
    rate = np.where(known(75, 0), e["rate"], e["geo_rate"]) * 8.0
    columns["vertical_rate_fpm"] = number("vertical_rate_fpm", rate, known(75, 0) | known(75, 1))
    columns["nac_p"] = number("nac_p", (e["nac"] & 15) * 1.0, known(75, 5))
    columns["squawk"] = _squawks(e["squawk"], known(76, 2), cells)
    emergency = np.where(known(76, 3), e["kind"] & 15, -1).astype(np.int8)
    columns["emergency"] = np.where(emergency > _LAST_EMERGENCY, np.int8(-1), emergency)
    columns["category"] = _categories(e["category"], cells)
    columns["callsign"] = _texts(np.where(known(73, 3), e["callsign"], b""), "callsign", cells)
    for name, member in _TEXTS.items():
        columns[name] = _texts(e[member], name, cells)
    placed = known(73, 6)
    columns["lat"] = np.where(placed, e["lat"] / 1e6, np.nan)
    columns["lon"] = np.where(placed, e["lon"] / 1e6, np.nan)
    columns["time"] = np.where(placed, made - np.maximum(e["seen_pos"], 0) / 10.0, np.nan)
    columns["position_source"] = np.where(placed, _SOURCES[e["kind"] >> 4], np.int8(-1))
    return made - np.maximum(e["seen"], 0) / 10.0, columns


def _squawks(codes: NDArray[np.uint16], heard: NDArray[np.bool_], cells: Cells) -> NDArray[np.int16]:
    """Read octal digits (N,) that stand in four bits each."""
    octal = codes & 0x8888 == 0
    cells.bad(int(np.count_nonzero(heard & ~octal)))
    digits = [(codes >> shift).astype(np.int16) & 7 for shift in (12, 8, 4, 0)]
    squawk = ((digits[0] * 10 + digits[1]) * 10 + digits[2]) * 10 + digits[3]
    return np.where(heard & octal, squawk, np.int16(-1)).astype(np.int16)


def _categories(codes: NDArray[np.uint8], cells: Cells) -> NDArray[np.bytes_]:
    """Read a letter and a digit (N,) that stand in four bits each; 0 is none."""
    letter, digit = codes >> 4, codes & 15
    possible = (letter >= 0xA) & (letter <= 0xD) & (digit <= 7)  # noqa: PLR2004  from A0 to D7
    cells.bad(int(np.count_nonzero(~possible & (codes != 0))))
    pairs = np.stack([letter + (ord("A") - 0xA), digit + ord("0")], axis=1).astype(np.uint8)
    return np.where(possible, np.ascontiguousarray(pairs).view("S2")[:, 0], b"").astype("S2")


def _texts(texts: NDArray[np.bytes_], name: str, cells: Cells) -> NDArray[np.bytes_]:
    """Read texts (N,), padded with blanks; those with other characters than names have are none."""
    bare = np.strings.strip(texts, b" ")
    over = _letters(texts) == 0  # nothing may follow the end of a text
    good = _BYTES.get(name, _NAME_BYTES)[_letters(bare)].all(axis=1)
    good &= ~(over[:, :-1] & ~over[:, 1:]).any(axis=1)
    cells.bad(int(np.count_nonzero(~good)))
    return np.where(good, bare, b"").astype(BY_NAME[name].dtype)


def _letters(texts: NDArray[np.bytes_]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(texts).view(np.uint8).reshape(len(texts), texts.dtype.itemsize)
