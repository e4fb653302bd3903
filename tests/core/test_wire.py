"""The packed records: against messages packed by hand, and there and back again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from struct import Struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core import wire
from aerotrack.core.columns import BY_NAME, COLUMNS, Group, Kind
from aerotrack.core.digest import facts_hash, flight_hash, total
from aerotrack.core.identity import flight_text
from aerotrack.web.flight_json import values_of, whole_seconds
from fakes import rows_of
from golden.kept import check_kept

# The layouts of docs/reference/stream-binary.md in the words of struct.
HEAD = Struct("<BBHIIIIId")
FACTS = Struct("<3sxihHII8s12s4s2s24s4s4sbhbbbbbxx")
MOTION = Struct("<3sbii3s3shhhi")

NINE = 1_795_338_000_000  # 2026-11-22T09:00:00Z
NO_FACTS = (b"", b"", b"", b"", b"", b"", b"", -1, -1, 0, -1, -1, -1, -1)
NO_MOTION = (-(1 << 31), -(1 << 31), -(1 << 23), -(1 << 23), -(1 << 15), -(1 << 15), -(1 << 15), -(1 << 31))

Case = tuple[bytes, dict[str, Any]]
"""A part of a `changes`, and the JSON that says the same."""


def part(
    since: int,
    tick: int,
    time: int,
    *,
    gone: tuple[int, ...] = (),
    facts: tuple[bytes, ...] = (),
    motion: tuple[bytes, ...] = (),
    more: bool = False,
    **tail: Any,
) -> bytes:
    head = HEAD.pack(1, more, 0, since, tick, len(gone), len(facts), len(motion), time)
    handles = b"".join(handle.to_bytes(4, "little") for handle in gone)
    end = json.dumps({"view": "v", **tail}, ensure_ascii=False).encode()
    return b"".join((head, handles, *facts, *motion, end))


def pack_facts(handle: int, heard: int, feed: int, address: int, start: int, *values: Any) -> bytes:
    return FACTS.pack(handle.to_bytes(3, "little"), heard, feed, 0, address, start, *values)


def pack_motion(
    handle: int, lat: int, lon: int, altitude: int, geo: int, *values: int, phase: int = -1
) -> bytes:
    high = (feet.to_bytes(3, "little", signed=True) for feet in (altitude, geo))
    return MOTION.pack(handle.to_bytes(3, "little"), phase, lat, lon, *high, *values)


def low(milliseconds: int) -> int:
    """Return the low 32 bits of a time, as a signed number."""
    return (milliseconds + (1 << 31)) % (1 << 32) - (1 << 31)


def moment(milliseconds: int) -> str:
    second, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def says(since: int, tick: int, time: int, **members: Any) -> dict[str, Any]:
    head = {"type": "changes", "since": since, "tick": tick, "time": moment(time), "view": "v"}
    return {**head, "updated": [], "gone": [], **members}


def unknown(flight: str, icao24: str, started_at: str) -> dict[str, Any]:
    return {"id": flight, **dict.fromkeys(BY_NAME), "icao24": icao24, "started_at": started_at}


def moved(flight: str, **values: Any) -> dict[str, Any]:
    names = (column.name for column in COLUMNS if column.group is Group.MOTION)
    return {"id": flight, **dict.fromkeys(names), **values}


FULL: dict[str, Any] = {
    "id": "4ca2d6-6b0299fd", "icao24": "4ca2d6", "callsign": "RYR123AB", "registration": "EI-DWABCDEFG",
    "type_code": "B738", "category": "A3", "operator": "Ryanair Designated Activ", "origin": "EIDW",
    "destination": "LEPA", "lat": 50.03333, "lon": 8.57056, "altitude_ft": 36000, "geo_altitude_ft": 36625,
    "on_ground": False, "ground_speed_kt": 451.5, "track_deg": 271.4, "vertical_rate_fpm": 64,
    "squawk": "0021", "emergency": None, "phase": "cruise", "nic": 8, "nac_p": 0, "position_source": "adsb",
    "feed": "roof", "time": "2026-11-22T08:59:59.250Z", "last_heard": "2026-11-22T08:59:59.900Z",
    "coasting": False, "started_at": "2026-11-22T07:30:05Z",
}  # fmt: skip
TEXTS = (b"RYR123AB", b"EI-DWABCDEFG", b"B738", b"A3", b"Ryanair Designated Activ", b"EIDW", b"LEPA")


def a_picture_and_what_changes() -> Iterator[Case]:
    identity = (0x4CA2D6, 0x6B0299FD)
    yield (  # one of whom all is known, at full width, and one with nothing but a non-ICAO address
        part(
            0, 5, NINE,
            facts=(
                pack_facts(1, low(NINE - 100), 1, *identity, *TEXTS, 0, 21, 0, 8, 0, 0, 0),
                pack_facts(2, -(1 << 31), -1, 1 << 24 | 10, 0, *NO_FACTS),
            ),
            motion=(
                pack_motion(1, 5003333, 857056, 36000, 36625, 4515, 2714, 64, low(NINE - 750), phase=4),
                pack_motion(2, *NO_MOTION),
            ),
            feeds=["sim", "roof"],
        ),
        says(0, 5, NINE, updated=[FULL, unknown("~00000a-00000000", "~00000a", "1970-01-01T00:00:00Z")]),
    )  # fmt: skip
    yield (  # below zero, and zero
        part(
            5, 6, NINE + 1000,
            motion=(
                pack_motion(1, -3394617, -15117722, -75, -8388607, 0, 0, -1664, low(NINE + 500), phase=0),
            ),
        ),
        says(5, 6, NINE + 1000, updated=[moved(
            FULL["id"], lat=-33.94617, lon=-151.17722, altitude_ft=-75, geo_altitude_ft=-8388607,
            ground_speed_kt=0, track_deg=0, vertical_rate_fpm=-1664, phase="parked",
            time="2026-11-22T09:00:00.500Z", last_heard="2026-11-22T09:00:00.500Z",
        )]),
    )  # fmt: skip
    yield (  # the greatest, and a position that is older than what was heard
        part(
            6, 7, NINE + 2000,
            motion=(pack_motion(1, 1, -1, 8388607, 0, 32767, 3599, 32767, low(NINE)),),
        ),
        says(6, 7, NINE + 2000, updated=[moved(
            FULL["id"], lat=0.00001, lon=-0.00001, altitude_ft=8388607, geo_altitude_ft=0,
            ground_speed_kt=3276.7, track_deg=359.9, vertical_rate_fpm=32767,
            time="2026-11-22T09:00:00.000Z", last_heard="2026-11-22T09:00:00.500Z",
        )]),
    )  # fmt: skip
    yield part(7, 12, NINE + 7000), says(7, 12, NINE + 7000)
    yield (  # one is gone, one was never held, and there is a new feed
        part(
            12, 13, NINE + 8000,
            gone=(2, 77),
            facts=(
                pack_facts(1, low(NINE + 7900), 2, *identity, b"", *TEXTS[1:], 1, 7700, 1, 0, 11, 9, 1),
            ),
            motion=(pack_motion(1, 9000000, 18000000, *NO_MOTION[2:], phase=7),),
            feeds=["sim", "roof", "küche"],
        ),
        says(12, 13, NINE + 8000, gone=["~00000a-00000000"], updated=[FULL | {
            "callsign": None, "lat": 90, "lon": 180, "altitude_ft": None, "geo_altitude_ft": None,
            "on_ground": True, "ground_speed_kt": None, "track_deg": None, "vertical_rate_fpm": None,
            "squawk": "7700", "emergency": "general", "phase": "landed", "nic": 0, "nac_p": 11,
            "position_source": "other", "feed": "küche", "time": None,
            "last_heard": "2026-11-22T09:00:07.900Z", "coasting": True,
        }]),
    )  # fmt: skip
    yield (  # the handle names another flight from now on
        part(
            13, 14, NINE + 9000,
            facts=(pack_facts(1, -(1 << 31), -1, 0xFFFFFF, 0xFFFFFFFF, *NO_FACTS),),
            motion=(pack_motion(1, *NO_MOTION),),
        ),
        says(
            13, 14, NINE + 9000,
            gone=[FULL["id"]], updated=[unknown("ffffff-ffffffff", "ffffff", "2106-02-07T06:28:15Z")],
        ),
    )  # fmt: skip


def ticks_in_parts() -> Iterator[Case]:
    one, two, last = (
        pack_facts(handle, -(1 << 31), -1, address, start, *NO_FACTS)
        for handle, address, start in ((1, 1, 1), (2, 2, 2), (1 << 20, 0xFFFFFF, (1 << 31) - 1))
    )
    first = unknown("000001-00000001", "000001", "1970-01-01T00:00:01Z")
    second = unknown("000002-00000002", "000002", "1970-01-01T00:00:02Z")
    third = unknown("ffffff-7fffffff", "ffffff", "2038-01-19T03:14:07Z")
    motion = moved("").keys() - {"id", "last_heard"}
    yield (
        part(0, 8, NINE, facts=(one, two), motion=(pack_motion(1, *NO_MOTION),), more=True, feeds=[]),
        says(
            0, 8, NINE,
            updated=[first, {name: second[name] for name in second if name not in motion}], more=True,
        ),
    )  # fmt: skip
    yield (  # motion for facts of the part before, which is not forgotten
        part(
            0, 8, NINE,
            facts=(last,), motion=(pack_motion(1 << 20, *NO_MOTION), pack_motion(2, *NO_MOTION)),
        ),
        says(0, 8, NINE, updated=[third, moved(second["id"])]),
    )  # fmt: skip
    yield part(8, 9, NINE, gone=(1,), more=True), says(8, 9, NINE, gone=[first["id"]], more=True)
    yield (
        part(8, 9, NINE, motion=(pack_motion(2, 0, 0, *NO_MOTION[2:]),)),
        says(8, 9, NINE, updated=[moved(second["id"], lat=0, lon=0)]),
    )
    yield (  # a fresh picture: whoever is not in it is forgotten, and cannot be gone
        part(0, 10, NINE, gone=(2,), facts=(one,), motion=(pack_motion(1, *NO_MOTION),)),
        says(0, 10, NINE, updated=[first]),
    )


def times_around_a_wrap() -> Iterator[Case]:
    full = 418 << 32  # 2026-11-21T21:25:29.728Z: the low 32 bits are zero
    half = full + (1 << 31)  # 2026-12-16T17:56:53.376Z: they become negative
    flight = "000003-00000003"
    yield (
        part(
            0, 1, full + 2,
            facts=(pack_facts(3, -3, -1, 3, 3, *NO_FACTS),), motion=(pack_motion(3, *NO_MOTION[:-1], -2),),
        ),
        says(0, 1, full + 2, updated=[
            unknown(flight, "000003", "1970-01-01T00:00:03Z")
            | {"time": "2026-11-21T21:25:29.726Z", "last_heard": "2026-11-21T21:25:29.726Z"}
        ]),
    )  # fmt: skip
    for tick, (time, packed, then, heard) in enumerate((
        (half - 2, (1 << 31) - 5, half - 5, half - 5),
        (half + 3, (1 << 31) - 1, half - 1, half - 1),
        (half + 3, -(1 << 31) + 1, half + 1, half + 1),
        (half - 1, -(1 << 31) + 7, half + 7, half + 7),  # ahead of the message
        (half, 0, full, half + 7),  # as far back as a time can be
    ), 2):  # fmt: skip
        yield (
            part(tick - 1, tick, time, motion=(pack_motion(3, *NO_MOTION[:-1], packed),)),
            says(tick - 1, tick, time, updated=[moved(flight, time=moment(then), last_heard=moment(heard))]),
        )  # fmt: skip


@dataclass
class Client:
    """A client as the reference describes one, which reads records with `core.wire`."""

    feeds: list[str] = field(default_factory=list)
    flights: dict[int, str] = field(default_factory=dict)
    heard: dict[int, float] = field(default_factory=dict)
    records: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)
    more: bool = False

    def read(self, message: bytes) -> dict[str, Any]:
        """Return the JSON that says the same."""
        kind, flags, _, since, tick, n_gone, n_facts, n_motion, time = HEAD.unpack_from(message)
        assert kind == 1
        if since == 0 and not self.more:
            self.flights, self.heard, self.records = {}, {}, {}
        self.more = bool(flags & 1)
        at_facts = HEAD.size + 4 * n_gone
        at_motion = at_facts + wire.FACTS.size * n_facts
        end = at_motion + wire.MOTION.size * n_motion
        tail = json.loads(message[end:])
        self.feeds = tail.get("feeds", self.feeds)
        left = [self.forget(int(h)) for h in np.frombuffer(message[HEAD.size : at_facts], "<u4")]
        updated: dict[str, dict[str, Any]] = {}
        facts = np.frombuffer(message[at_facts:at_motion], np.uint8).reshape(-1, wire.FACTS.size)
        left += self.take_facts(facts, time / 1000, updated)
        motion = np.frombuffer(message[at_motion:end], np.uint8).reshape(-1, wire.MOTION.size)
        self.take_motion(motion, time / 1000, updated)
        gone = [flight for flight in left if flight]
        more = {"more": True} if self.more else {}
        return says(since, tick, int(time), updated=[*updated.values()], gone=gone, **more)

    def forget(self, handle: int) -> str | None:
        self.records.pop(handle, None)
        return self.flights.pop(handle, None)

    def take_facts(
        self, records: wire.Records, time: float, updated: dict[str, dict[str, Any]]
    ) -> list[str | None]:
        columns = wire.unpack_facts(records, time)
        values = {
            name: values_of(BY_NAME[name], columns[name], self.feeds) for name in columns.keys() & BY_NAME
        }
        started = whole_seconds(columns["start"])
        replaced = []
        for i, handle in enumerate(wire.handles_of(records).tolist()):
            flight = flight_text(int(columns["address"][i]), int(columns["start"][i]))
            if self.flights.get(handle) not in (None, flight):
                replaced.append(self.forget(handle))
            self.flights[handle], self.heard[handle] = flight, columns["last_heard"][i]
            self.records[handle] = (records[i].tobytes(), self.records.get(handle, (b"", b""))[1])
            updated[flight] = {"id": flight, "icao24": flight.partition("-")[0], "started_at": started[i]}
            updated[flight] |= {name: values[name][i] for name in values}
        return replaced

    def take_motion(self, records: wire.Records, time: float, updated: dict[str, dict[str, Any]]) -> None:
        columns = wire.unpack_motion(records, time)
        handles = wire.handles_of(records).tolist()
        for i, handle in enumerate(handles):
            self.heard[handle] = np.fmax(self.heard[handle], columns["time"][i])
            self.records[handle] = (self.records[handle][0], records[i].tobytes())
        columns["last_heard"] = np.array([self.heard[handle] for handle in handles])
        values = {name: values_of(BY_NAME[name], columns[name]) for name in columns}
        for i, handle in enumerate(handles):
            flight = self.flights[handle]
            updated.setdefault(flight, {"id": flight}).update({name: values[name][i] for name in values})

    def digest(self) -> dict[str, Any]:
        facts, motion = (
            np.frombuffer(b"".join(records[kind] for records in self.records.values()), np.uint8)
            for kind in (0, 1)
        )
        hashed = facts_hash(facts.reshape(-1, wire.FACTS.size))
        hashes = flight_hash(hashed, motion.reshape(-1, wire.MOTION.size))
        return {"flights": len(self.records), "hash": f"{total(hashes):08x}"}


STORIES = {
    story.__name__: [*story()] for story in (a_picture_and_what_changes, ticks_in_parts, times_around_a_wrap)
}


def golden() -> dict[str, Any]:
    stories: dict[str, Any] = {}
    for name, cases in STORIES.items():
        client = Client()
        stories[name] = []
        for message, meaning in cases:
            client.read(message)
            digest = {} if "more" in meaning else {"digest": client.digest()}
            stories[name].append({"packed": message.hex(), "json": meaning, **digest})
    return stories


def test_the_kept_messages_are_those_packed_by_hand() -> None:
    check_kept("changes.json", golden())


@pytest.mark.parametrize("story", STORIES)
def test_a_message_packed_by_hand_is_understood(story: str) -> None:
    client = Client()
    for message, meaning in STORIES[story]:
        assert client.read(message) == meaning


@pytest.mark.parametrize("story", STORIES)
def test_records_packed_by_hand_are_those_packed_from_what_they_mean(story: str) -> None:
    for message, _ in STORIES[story]:
        *_, n_gone, n_facts, n_motion, time = HEAD.unpack_from(message)
        octets = np.frombuffer(message, np.uint8)[HEAD.size + 4 * n_gone :]
        facts = octets[: wire.FACTS.size * n_facts].reshape(-1, wire.FACTS.size)
        motion = octets[facts.size :][: wire.MOTION.size * n_motion].reshape(-1, wire.MOTION.size)
        read_facts, read_motion = (
            wire.unpack_facts(facts, time / 1000),
            wire.unpack_motion(motion, time / 1000),
        )
        assert (wire.pack_facts(read_facts, wire.handles_of(facts)) == facts).all()
        assert (wire.pack_motion(read_motion, wire.handles_of(motion)) == motion).all()


MOTION_COLUMNS = [c for c in COLUMNS if c.group is Group.MOTION and c.name != "last_heard"]
MESSAGE_S = NINE / 1000


def numbers(name: str) -> st.SearchStrategy[float]:
    """Return what a column of motion can hold, to the last digit of the wire; NaN where it is not known."""
    column = BY_NAME[name]
    if column.kind is Kind.CODE:
        return st.integers(-1, 127)
    most = 3599 if name == "track_deg" else (1 << 8 * column.width - 1) - 1
    least = 0 if name == "track_deg" else -most
    if column.kind is Kind.TIME:
        least, most = NINE - most, NINE + most
    return st.just(float("nan")) | st.integers(least, most).map(lambda whole: whole / 10**column.digits)


def motion_of(**values: float) -> dict[str, np.ndarray[Any, Any]]:
    """Return the columns of one flight of which only `values` are known."""
    return {c.name: np.array([values.get(c.name, c.unknown)], c.dtype) for c in MOTION_COLUMNS}


def through_the_wire(name: str, value: float) -> float:
    records = wire.pack_motion(motion_of(**{name: value}), np.array([1]))
    return float(wire.unpack_motion(records, MESSAGE_S)[name][0])


@given(st.lists(st.fixed_dictionaries({c.name: numbers(c.name) for c in MOTION_COLUMNS}), max_size=4))
def test_motion_comes_back_as_it_went(rows: list[dict[str, float]]) -> None:
    columns = {c.name: np.array([row[c.name] for row in rows], c.dtype) for c in MOTION_COLUMNS}
    handles = np.arange(len(rows)) + (1 << 24) - 4
    records = wire.pack_motion(columns, handles)
    assert records.shape == (len(rows), 28)
    assert wire.handles_of(records).tolist() == handles.tolist()
    back = wire.unpack_motion(records, MESSAGE_S)
    assert back.keys() == columns.keys()
    for c in MOTION_COLUMNS:
        assert back[c.name].dtype == c.dtype
        np.testing.assert_array_equal(back[c.name], columns[c.name], c.name)


FACT_COLUMNS = [c for c in COLUMNS if c.group is Group.FACTS]
PRINTABLE = st.characters(min_codepoint=0x20, max_codepoint=0x7E)


def facts_values(name: str) -> st.SearchStrategy[Any]:
    column = BY_NAME[name]
    if column.kind is Kind.TEXT:
        return st.text(PRINTABLE, max_size=column.width).map(str.encode)
    return st.integers(0 if None in column.labels else -1, (1 << 8 * column.width - 1) - 1)


def test_an_emergency_that_is_not_known_is_packed_as_none() -> None:
    records = wire.pack_facts(rows_of([1, 2], emergency=[-1, 0]), np.array([0, 0]))
    assert wire.FACTS.get(records, "emergency").tolist() == [0, 0]


@given(
    st.lists(st.fixed_dictionaries({c.name: facts_values(c.name) for c in FACT_COLUMNS}), max_size=4),
    numbers("last_heard"),
    st.integers(0, (1 << 25) - 1),
    st.integers(0, (1 << 32) - 1),
)
def test_facts_come_back_as_they_went(
    rows: list[dict[str, Any]], heard: float, address: int, start: int
) -> None:
    columns = {c.name: np.array([row[c.name] for row in rows], c.dtype) for c in FACT_COLUMNS}
    columns["last_heard"] = np.full(len(rows), heard)
    columns["address"] = np.full(len(rows), address, np.uint32)
    columns["start"] = np.full(len(rows), start, np.int64)
    records = wire.pack_facts(columns, np.arange(len(rows)))
    assert records.shape == (len(rows), 88)
    back = wire.unpack_facts(records, MESSAGE_S)
    assert back.keys() == columns.keys()
    for name, values in columns.items():
        assert back[name].dtype == values.dtype
        np.testing.assert_array_equal(back[name], values, name)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_place_is_right_to_half_the_last_digit(lat: float, lon: float) -> None:
    assert through_the_wire("lat", lat) == pytest.approx(lat, abs=0.5000001e-5)
    assert through_the_wire("lon", lon) == pytest.approx(lon, abs=0.5000001e-5)


def test_no_record_is_no_flight() -> None:
    assert wire.unpack_motion(wire.MOTION.blank(0), MESSAGE_S)["lat"].tolist() == []
    assert wire.unpack_facts(wire.FACTS.blank(0), MESSAGE_S)["callsign"].tolist() == []


@pytest.mark.parametrize(
    ("name", "value", "comes_back"),
    [
        ("ground_speed_kt", 4000.0, 3276.7),
        ("vertical_rate_fpm", -99_999.0, -32_767.0),
        ("altitude_ft", 1e9, 8_388_607.0),
        ("altitude_ft", -1e9, -8_388_607.0),
    ],
)
def test_what_no_field_holds_becomes_the_nearest_it_does(name: str, value: float, comes_back: float) -> None:
    assert through_the_wire(name, value) == np.float32(comes_back)


@pytest.mark.parametrize(("track", "comes_back"), [(359.94, 359.9), (359.96, 0.0), (360.0, 0.0)])
def test_a_track_is_less_than_a_full_turn(track: float, comes_back: float) -> None:
    assert through_the_wire("track_deg", track) == np.float32(comes_back)


def test_the_moment_whose_bits_would_say_not_known_is_told_a_millisecond_late() -> None:
    moment_s = ((418 << 32) + (1 << 31)) / 1000
    records = wire.pack_motion(motion_of(time=moment_s), np.array([1]))
    assert wire.unpack_motion(records, moment_s)["time"].tolist() == [
        pytest.approx(moment_s + 0.001, abs=1e-6)
    ]


def test_records_are_whole_words_long_and_what_is_digested_comes_last() -> None:
    assert (wire.MOTION.size, wire.FACTS.size) == (28, 88)
    assert (wire.MOTION.fields["phase"].offset, wire.FACTS.fields["address"].offset) == (3, 12)
