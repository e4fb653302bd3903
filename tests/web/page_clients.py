"""Clients of the stream that know its two pages, stream.md and stream-binary.md, and none of our code.

They read frames as they are written to a socket, and refuse whatever the pages rule out.
"""

import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from math import asinh, cos, cosh, hypot, pi, radians, sin, tan
from typing import Any

MOST_BYTES = 256 * 1024
TEXT, BINARY = 1, 2
HEAD = struct.Struct("<BBHIIIIId")
FACTS = struct.Struct("<3sxihHII8s12s4s2s24s4s4sbhbbbbbxx")
MOTION = struct.Struct("<3sbii3s3shhhi")

TEXTS = ("callsign", "registration", "type_code", "category", "operator", "origin", "destination")
FLAGS = (False, True, None)
EMERGENCIES = (None, "general", "medical", "minimum_fuel", "no_radio", "unlawful", "downed")
PHASES = ("parked", "taxi", "takeoff", "climb", "cruise", "descent", "approach", "landed", None)
SOURCES = ("adsb", "adsr", "mlat", "tisb", "adsc", "mode_s", "flarm", "radar", "simulated", "other", None)
MOVES = ("lat", "lon", "altitude_ft", "geo_altitude_ft", "ground_speed_kt", "track_deg", "vertical_rate_fpm")
SCALES = (100_000, 100_000, 1, 1, 10, 10, 1)
MOVED = {"id", "phase", *MOVES, "time", "last_heard"}
WHOLE = {
    "icao24", "on_ground", "squawk", "emergency", "nic", "nac_p", "position_source", "feed", "coasting",
    "started_at", *TEXTS, *MOVED,
}  # fmt: skip

Flight = dict[str, Any]
Message = tuple[int, bytes]
"""An opcode and a payload."""


class FakeFrameSink:
    """Where a server writes what a client has not read yet."""

    def __init__(self) -> None:
        self.ready = True
        self.waiting = 0
        self._written = b""

    def push(self, pieces: Sequence[bytes]) -> None:
        assert self.ready
        self._written += b"".join(pieces)

    def taken(self, most: int | None = None) -> list[Message]:
        """Take what was written, up to so many messages; the rest is lost."""
        messages, self._written = [*messages_of(self._written)], b""
        return messages[:most]


def messages_of(frames: bytes) -> Iterator[Message]:
    """Take frames apart, each a message. RFC 6455, section 5.2."""
    at = 0
    while at < len(frames):
        first, size = frames[at], frames[at + 1]
        at += 2
        if size >= 126:
            width = 2 if size == 126 else 8
            size, at = int.from_bytes(frames[at : at + width], "big"), at + width
        assert first & 0xF0 == 0x80, "a message is one frame"
        yield first & 0x0F, frames[at : at + size]
        at += size


class PageClient:
    """What a client holds: `flights` by their ids, as of `tick`. `connect` it anew when it was cut off."""

    def __init__(self) -> None:
        self.flights: dict[str, Flight] = {}
        self.tick = 0
        self.time = 0.0
        self.view = ""
        self.told: list[tuple[int, int]] = []  # since and tick of each `changes`
        self.digests = 0
        self.events: list[str] = []
        self.connect()

    def connect(self) -> None:
        """Be on another connection."""
        self._more = False
        self._last: tuple[int, int] | None = None  # since and tick of the message before, on this connection
        self._updated: set[Any] = set()
        self._gone: set[Any] = set()

    def read(self, messages: Iterable[Message]) -> None:
        """Take in what the server says."""
        for opcode, payload in messages:
            assert len(payload) <= MOST_BYTES
            if opcode == BINARY:
                self._read_packed(payload)
                continue
            message = json.loads(payload)
            match message["type"]:
                case "changes":
                    self._read_written(message)
                case "digest":
                    self._check_digest(message)
                case "event":
                    self.events.append(message["id"])
                case other:
                    raise AssertionError(other)

    def hashes(self) -> list[int]:
        """Return the hash of each flight."""
        return [hash_of(*packed(flight)) for flight in self.flights.values()]

    def _begin(self, since: int, tick: int, view: str, *, more: bool) -> None:
        if self._more:
            assert (since, tick) == self._last, "another part of the same message"
        else:
            assert since in (0, self.tick), "a hole"
            assert self._last is None or tick > self._last[1]
            assert since == 0 or tick > since
            self._updated, self._gone = set(), set()
            self.told.append((since, tick))
            if since == 0:
                self._forget()
        self._more, self._last = more, (since, tick)
        self.view, self.tick = view, tick

    def _forget(self) -> None:
        self.flights = {}

    def _once(self, names: list[Any], gone: list[Any]) -> None:
        assert not self._updated & set(names), "no flight twice"
        assert len(names) == len(set(names))
        self._updated |= set(names)
        self._gone |= set(gone)
        assert not self._updated & self._gone, "not both updated and gone"

    def _read_written(self, message: dict[str, Any]) -> None:
        self._begin(message["since"], message["tick"], message["view"], more=message.get("more", False))
        self.time = datetime.fromisoformat(message["time"]).timestamp()
        assert self._more or "more" not in message
        self._once([flight["id"] for flight in message["updated"]], message["gone"])
        for flight in message["updated"]:
            assert flight.keys() == WHOLE or (flight["id"] in self.flights and flight.keys() == MOVED)
            self.flights.setdefault(flight["id"], {}).update(flight)
        for name in message["gone"]:
            self.flights.pop(name, None)

    def _read_packed(self, payload: bytes) -> None:
        raise AssertionError(f"{payload!r} is no text")

    def _check_digest(self, message: dict[str, Any]) -> None:
        assert not self._more
        assert message["tick"] == self.tick
        assert message["flights"] == len(self.flights)
        assert message["hash"] == f"{sum(self.hashes()) % (1 << 32):08x}"
        self.digests += 1


class PackedClient(PageClient):
    """The same on the binary stream. It holds flights by their handles."""

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[int, tuple[bytes, bytes]] = {}  # facts and motion by handle
        self._held: dict[int, Flight] = {}
        self._feeds: list[str] = []

    def connect(self) -> None:
        """Be on another connection, which tells the feeds anew."""
        super().connect()
        self._feeds = []

    def hashes(self) -> list[int]:
        """Return the hash of each flight, from its two records as they came."""
        return [hash_of(*records) for records in self.records.values()]

    def _forget(self) -> None:
        super()._forget()
        self.records, self._held = {}, {}

    def _read_written(self, message: dict[str, Any]) -> None:
        raise AssertionError(f"{message} is not packed")

    def _read_packed(self, payload: bytes) -> None:
        kind, flags, zero, since, tick, n_gone, n_facts, n_motion, time = HEAD.unpack_from(payload)
        assert (kind, flags & ~1, zero) == (1, 0, 0)
        facts_at = HEAD.size + 4 * n_gone
        motion_at = facts_at + FACTS.size * n_facts
        end = motion_at + MOTION.size * n_motion
        tail = json.loads(payload[end:])
        assert tail.keys() <= {"view", "feeds"}
        self._begin(since, tick, tail["view"], more=bool(flags & 1))
        self.time = time / 1000
        self._feeds = tail.get("feeds", self._feeds)
        gone = [handle for (handle,) in struct.iter_unpack("<I", payload[HEAD.size : facts_at])]
        leaving = [(handle, self._held[handle]["id"]) for handle in gone if handle in self._held]
        for handle in gone:
            self._held.pop(handle, None)
            self.records.pop(handle, None)
        milliseconds = round(time)
        self._take_facts(payload[facts_at:motion_at], milliseconds)
        motion = self._take_motion(payload[motion_at:end], milliseconds)
        self._once([(handle, self._held[handle]["id"]) for handle in motion], leaving)
        if not self._more:
            assert all(flight.keys() == WHOLE for flight in self._held.values())
            self.flights = {flight["id"]: flight for flight in self._held.values()}
            assert len(self.flights) == len(self._held), "one handle for each"

    def _take_facts(self, octets: bytes, now: int) -> None:
        for number, values in enumerate(FACTS.iter_unpack(octets)):
            name, heard, feed, _, address, start, *rest = values
            handle = int.from_bytes(name, "little")
            texts = [text.rstrip(b"\0").decode("ascii") or None for text in rest[:7]]
            on_ground, squawk, emergency, nic, nac_p, source, coasting = rest[7:]
            icao24 = f"{'~' if address >> 24 & 1 else ''}{address & 0xFFFFFF:06x}"
            facts = dict(zip(TEXTS, texts, strict=True)) | {
                "id": f"{icao24}-{start:08x}",
                "icao24": icao24,
                "started_at": f"{datetime.fromtimestamp(start, UTC):%Y-%m-%dT%H:%M:%SZ}",
                "last_heard": moment(nearest(heard, now)),
                "feed": None if feed < 0 else self._feeds[feed],
                "on_ground": FLAGS[on_ground],
                "squawk": None if squawk < 0 else f"{squawk:04d}",
                "emergency": EMERGENCIES[emergency],
                "nic": None if nic < 0 else nic,
                "nac_p": None if nac_p < 0 else nac_p,
                "position_source": SOURCES[source],
                "coasting": FLAGS[coasting],
            }
            if self._held.get(handle, facts)["id"] != facts["id"]:
                del self._held[handle]
            self._held.setdefault(handle, {}).update(facts)
            record = octets[number * FACTS.size : (number + 1) * FACTS.size]
            self.records[handle] = record, self.records.get(handle, (b"", b""))[1]

    def _take_motion(self, octets: bytes, now: int) -> list[int]:
        handles = []
        for number, values in enumerate(MOTION.iter_unpack(octets)):
            name, phase, lat, lon, altitude, geo, *rest = values
            handle = int.from_bytes(name, "little")
            flight = self._held[handle]
            flight["phase"] = PHASES[phase]
            high = [int.from_bytes(feet, "little", signed=True) for feet in (altitude, geo)]
            widths = (32, 32, 24, 24, 16, 16, 16)
            for name, value, scale, width in zip(
                MOVES, (lat, lon, *high, *rest[:3]), SCALES, widths, strict=True
            ):
                known = value != -(1 << width - 1)
                flight[name] = (value / scale if scale > 1 else value) if known else None
            flight["time"] = moment(nearest(rest[3], now))
            flight["last_heard"] = max(flight["last_heard"] or "", flight["time"] or "") or None
            record = octets[number * MOTION.size : (number + 1) * MOTION.size]
            self.records[handle] = self.records[handle][0], record
            handles.append(handle)
        return handles


def nearest(value: int, now: int) -> int | None:
    """Return the moment nearest to `now` that has these low 32 bits; None for the least."""
    if value == -(1 << 31):
        return None
    return now + (value - now + (1 << 31)) % (1 << 32) - (1 << 31)


def moment(milliseconds: int | None) -> str | None:
    """Write a time as JSON has it."""
    if milliseconds is None:
        return None
    second, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def packed(flight: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Pack the two records of a flight of JSON, under handle 0 and without what no digest covers."""

    def place(labels: tuple[Any, ...], name: str) -> int:
        return -1 if flight[name] is None else labels.index(flight[name])

    icao24, started = flight["icao24"], datetime.fromisoformat(flight["started_at"])
    facts = FACTS.pack(
        bytes(3), 0, 0, 0,
        int(icao24.removeprefix("~"), 16) | icao24.startswith("~") << 24,
        int(started.timestamp()),
        *((flight[name] or "").encode() for name in TEXTS),
        place(FLAGS, "on_ground"),
        -1 if flight["squawk"] is None else int(flight["squawk"]),
        EMERGENCIES.index(flight["emergency"]),
        -1 if flight["nic"] is None else flight["nic"],
        -1 if flight["nac_p"] is None else flight["nac_p"],
        place(SOURCES, "position_source"),
        place(FLAGS, "coasting"),
    )  # fmt: skip

    def whole(name: str, scale: int, width: int) -> int:
        return -(1 << width - 1) if flight[name] is None else round(flight[name] * scale)

    lat, lon, altitude, geo, speed, track, rate = map(whole, MOVES, SCALES, (32, 32, 24, 24, 16, 16, 16))
    time = -(1 << 31)
    if flight["time"] is not None:
        milliseconds = round(datetime.fromisoformat(flight["time"]).timestamp() * 1000)
        time = (milliseconds + (1 << 31)) % (1 << 32) - (1 << 31)
    high = (feet.to_bytes(3, "little", signed=True) for feet in (altitude, geo))
    return facts, MOTION.pack(bytes(3), place(PHASES, "phase"), lat, lon, *high, speed, track, rate, time)


def hash_of(facts: bytes, motion: bytes) -> int:
    """Hash a flight from its two records, word by word."""
    h = 0
    for (word,) in struct.iter_unpack("<I", facts[12:] + bytes(3) + motion[3:]):
        h ^= word
        h ^= h >> 16
        h = h * 0x85EBCA6B & 0xFFFFFFFF
        h ^= h >> 13
        h = h * 0xC2B2AE35 & 0xFFFFFFFF
        h ^= h >> 16
    return h


Place = tuple[float, float]
"""A place of the map, of which 1 by 1 is the world."""


def drawn(flight: Mapping[str, Any], time: float) -> tuple[Place | None, float | None, float | None]:
    """Return where a client draws a flight, and its altitudes, by what it was told last of the motion."""
    lat, lon, altitude, geo, speed, track, rate = (flight[name] for name in MOVES)
    after = 0.0
    if flight["time"] is not None:
        after = time - datetime.fromisoformat(flight["time"]).timestamp()
    climbed = 0.0 if rate is None else rate * after / 60
    high, geo_high = (None if feet is None else feet + climbed for feet in (altitude, geo))
    if lat is None or lon is None:
        return None, high, geo_high
    x, y = lon / 360 + 1 / 2, 1 / 2 - asinh(tan(radians(lat))) / (2 * pi)
    if speed is not None and track is not None and abs(lat) <= 85.0511287798066:
        way = worlds_per_metre(y) * speed * 0.514444 * after
        x, y = x + way * sin(radians(track)), y - way * cos(radians(track))
    return (x, y), high, geo_high


def apart_m(one: Place, other: Place) -> float:
    """Return the metres between near places, along the ground."""
    across = one[0] - other[0]
    return hypot(across - round(across), one[1] - other[1]) / worlds_per_metre(one[1])


def worlds_per_metre(y: float) -> float:
    return cosh(pi * (1 - 2 * y)) / 40_075_016.68557849
