"""What the proofs of the decoder share: raw recordings of any form, and the rows that frames became."""

import gzip
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from aerotrack.core.observations import Observations
from aerotrack.decode.beast_framing import ESCAPE, BeastFraming
from aerotrack.decode.modes.frames import LONG, SHORT, Frames

TICKS_PER_S = 12e6
_HEX = re.compile(r"[0-9A-Fa-f]{14}(?:[0-9A-Fa-f]{14})?")
_AVR = re.compile(rb"[*@:%<](?:[0-9A-Fa-f]{12}|[0-9A-Fa-f]{14})??((?:[0-9A-Fa-f]{14}){1,2});")
_PACKED = b"\x1f\x8b"
_AFTER = ("hex", "lat", "lon", "receiver")


@dataclass(frozen=True, slots=True)
class Heard:
    """A frame of a recording: when, which receiver, and, where it was made for a test, of what kind."""

    time: float
    frame: bytes
    receiver: str = ""
    kind: str = ""
    place: tuple[float, float] | None = None

    @property
    def df(self) -> int:
        """The downlink format."""
        return min(self.frame[0] >> 3, 24)

    @property
    def typecode(self) -> int:
        """The type code of an extended squitter, -1 of others."""
        return self.frame[4] >> 3 if self.df in (17, 18) else -1


def unpacked(path: Path) -> bytes:
    """Read a file, packed with gzip or not."""
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == _PACKED else data


def recording(path: Path) -> list[Heard]:
    """Read raw frames: CSV with a time and a frame among its columns, Beast bytes, or AVR text.

    Beast has the ticks of its counter; AVR, and a Beast of several counters, a hundredth of a second a frame.
    """
    data = unpacked(path)
    if data[:1] == bytes([ESCAPE]):
        heard = BeastFraming().feed(data)
        ticks = (heard.ticks - heard.ticks.min(initial=1 << 48)) / TICKS_PER_S
        if (np.diff(ticks) < -1.0).any():  # the counters of several receivers
            ticks = np.arange(len(ticks)) / 100
        return [
            Heard(time, whole(row.tobytes())) for time, row in zip(ticks.tolist(), heard.data, strict=True)
        ]
    if data[:1] in b"*@:%<":
        found = (bytes.fromhex(match[1].decode()) for match in _AVR.finditer(data))
        return [Heard(i / 100, whole(frame)) for i, frame in enumerate(found)]
    return list(_lines(data.decode().splitlines()))


def whole(frame: bytes) -> bytes:
    """Return as many bytes as the format of the frame has, short ones cut, if it has that many."""
    return frame[: LONG if frame[0] >= 0x80 else SHORT]


def _lines(lines: list[str]) -> Iterator[Heard]:
    """Read `time,[kind,...]frame[,lat,lon[,receiver]]`; names in a first line say what is what."""
    names = lines[0].split(",") if lines and not lines[0][:1].isdigit() else None
    for line in lines[1 if names else 0 :]:
        values = line.split(",")
        at = next((i for i, value in enumerate(values) if i and _HEX.fullmatch(value)), None)
        if at is None:
            continue
        said = dict(zip(names or ("time", *("kind",) * (at - 1), *_AFTER), values, strict=False))
        kind = "flipped" if said.get("bit_errors", "0") != "0" else said.get("kind", "")
        place = (float(said["lat"]), float(said["lon"])) if said.get("lat") and said.get("lon") else None
        yield Heard(float(values[0]), bytes.fromhex(values[at]), said.get("receiver", ""), kind, place)


def frames(heard: Iterable[Heard]) -> Frames:
    """Return frames as the decoder takes them."""
    heard = list(heard)
    data = b"".join(one.frame.ljust(LONG, b"\0")[:LONG] for one in heard)
    time = np.array([one.time for one in heard], np.float64)
    return Frames(np.frombuffer(data, np.uint8).reshape(-1, LONG), time, np.zeros(len(time), bool))


def rest(frame: bytes) -> int:
    """Return the remainder of a frame by its parity, bit by bit: 0 for a whole squitter, else the address."""
    number = int.from_bytes(frame, "big")
    for bit in range(8 * len(frame) - 1, 23, -1):
        if number >> bit & 1:
            number ^= 0x1FFF409 << (bit - 24)
    return number


def rows_of(heard: list[Heard], seen: Observations) -> list[int]:
    """Return for each frame which row of `seen` it became, -1 for none: rows come in the order of frames."""
    keys = list(zip(seen.last_heard.tolist(), (seen.address & 0xFFFFFF).tolist(), strict=True))
    found, at = [], 0
    for one in heard:
        here = at < len(keys) and keys[at][0] == one.time and keys[at][1] == _address(one)
        found.append(at if here else -1)
        at += here
    if at != len(keys):
        raise ValueError(f"{len(keys) - at} rows of {len(keys)} belong to no frame")
    return found


def _address(one: Heard) -> int:
    return int.from_bytes(one.frame[1:4], "big") if one.df in (11, 17, 18) else rest(one.frame)


@dataclass(slots=True)
class Compared:
    """How often one field was equal, and the first rows in which it was not, by what explains it."""

    equal: int = 0
    different: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def differs(self, why: str, row: str) -> None:
        """Count a difference; only the first rows of an explanation are kept."""
        self.counts[why] = self.counts.get(why, 0) + 1
        if len(kept := self.different.setdefault(why, [])) < 3:
            kept.append(row)


def printed(compared: Mapping[str, Compared]) -> None:
    """Print a line for each field, and below it the differences."""
    for name, one in compared.items():
        print(f"  {name:22} equal {one.equal:9,}   different {sum(one.counts.values()):7,}")
        for why, rows in one.different.items():
            print(f"    {one.counts[why]:,}: {why or 'NOT EXPLAINED'}")
            for row in rows:
                print(f"      {row}")


def known(value: Any) -> bool:
    """Say whether a column's value is one that was heard."""
    return not (value in (-1, b"") or (isinstance(value, float) and math.isnan(value)))


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return how far apart two places near each other are."""
    east = (other[1] - one[1] + 180) % 360 - 180
    return 1852 * 60 * math.hypot(other[0] - one[0], east * math.cos(math.radians(one[0])))
