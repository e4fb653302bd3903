"""A transponder: makes the frames that tests decode, by the layouts and with arithmetic of its own."""

import gzip
import math
from pathlib import Path

import numpy as np

from aerotrack.core.columns import BY_NAME
from aerotrack.core.observations import Observations
from aerotrack.decode.modes.frames import Frames

MINUTE = Path(__file__).parents[2] / "data/modes/minute.csv.gz"


def parity(data: bytes) -> int:
    rest = int.from_bytes(data, "big") << 24
    for bit in range(8 * len(data) + 23, 23, -1):
        if rest >> bit & 1:
            rest ^= 0x1FFF409 << (bit - 24)
    return rest


def squitter(address: int, me: int, first: int = 0x8D) -> bytes:
    data = bytes([first]) + address.to_bytes(3, "big") + me.to_bytes(7, "big")
    return data + parity(data).to_bytes(3, "big")


def all_call(address: int, interrogator: int = 0, *, first: int = 0x5D) -> bytes:
    data = bytes([first]) + address.to_bytes(3, "big")
    return data + (parity(data) ^ interrogator).to_bytes(3, "big")


def reply(df: int, address: int, code: int, register: int | None = None, status: int = 0) -> bytes:
    data = (df << 27 | status << 24 | code).to_bytes(4, "big")
    if register is not None:
        data += register.to_bytes(7, "big")
    return data + (parity(data) ^ address).to_bytes(3, "big")


def zones(lat: float) -> int:
    if abs(lat) >= 87:
        return 1 if abs(lat) > 87 else 2
    turn = 1 - (1 - math.cos(math.pi / 30)) / math.cos(math.radians(lat)) ** 2
    return math.floor(2 * math.pi / math.acos(turn))


def compact(lat: float, lon: float, odd: int, *, surface: bool = False) -> tuple[int, int]:
    """Return the 17 bits each of a place."""
    span = 90.0 if surface else 360.0
    height = span / (60 - odd)
    y = math.floor(131072 * (lat % height) / height + 0.5)
    width = span / max(zones(height * (y / 131072 + math.floor(lat / height))) - odd, 1)
    x = math.floor(131072 * (lon % width) / width + 0.5)
    return y & 0x1FFFF, x & 0x1FFFF


def airborne(
    address: int,
    lat: float,
    lon: float,
    odd: int,
    *,
    code: int = 0xC38,
    typecode: int = 11,
    first: int = 0x8D,
) -> bytes:
    """0xC38 is 38,000 ft."""
    y, x = compact(lat, lon, odd)
    return squitter(address, typecode << 51 | code << 36 | odd << 34 | y << 17 | x, first)


def taxiing(address: int, lat: float, lon: float, odd: int, *, movement: int = 1) -> bytes:
    y, x = compact(lat, lon, odd, surface=True)
    return squitter(address, 7 << 51 | movement << 44 | odd << 34 | y << 17 | x, 0x8C)


def frames(heard: list[tuple[float, bytes]], *, mlat: bool = False) -> Frames:
    data = b"".join(frame.ljust(14, b"\0") for _, frame in heard)
    time = np.array([time for time, _ in heard])
    return Frames(np.frombuffer(data, np.uint8).reshape(-1, 14), time, np.full(len(heard), mlat))


def minute() -> tuple[Frames, list[str], list[tuple[float, float] | None]]:
    """Return the recording, the kind of each frame and where its aircraft was."""
    rows = [line.split(",") for line in gzip.decompress(MINUTE.read_bytes()).decode().splitlines()]
    heard = [(float(time), bytes.fromhex(text)) for time, _, text, *_ in rows]
    places = [(float(lat), float(lon)) if lat else None for *_, lat, lon, _ in rows]
    return frames(heard), [kind for _, kind, *_ in rows], places


def column(seen: Observations, name: str) -> list[object]:
    values: list[object] = seen.columns.get(name, BY_NAME[name].blank(len(seen))).tolist()
    return values
