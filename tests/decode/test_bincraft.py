import json
import struct
import tracemalloc

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.columns import EMERGENCIES, POSITION_SOURCES
from aerotrack.core.identity import NOT_ICAO
from aerotrack.decode import bincraft
from aerotrack.decode.aircraft_json import AircraftJson
from aerotrack.decode.bincraft import BinCraft, is_bincraft
from decode.cutting import FEEDS, Row, cut_anywhere, decoded, mutated, rows_in, sensible, single_bytes

NOW_MS = 1_700_000_000_500
MOMENT = (FEEDS / "moment.binCraft").read_bytes()


def element(size: int = 112, **members: bytes) -> bytes:
    """An element that is all zero but for `members`: `at_16` is what begins at byte 16."""
    wrong = bytearray(size)
    for name, content in members.items():
        at = int(name.removeprefix("at_"))
        wrong[at : at + len(content)] = content
    return bytes(wrong)


def document(*elements: bytes, size: int = 112, now: int = NOW_MS) -> bytes:
    return struct.pack("<qI", now, size).ljust(size, b"\0") + b"".join(elements)


def address(icao24: int = 0x4CA2D6) -> bytes:
    return struct.pack("<I", icao24)


def only(**members: bytes) -> Row:
    """The row of one aircraft, without its address and time."""
    rows, counts = decoded(BinCraft(), [document(element(at_0=address(), **members))])
    assert counts == {"messages": 1}
    return {name: value for name, value in rows[0].items() if name not in ("address", "last_heard")}


def test_every_field_is_what_the_json_of_the_same_instant_says() -> None:
    binary, counts = decoded(BinCraft(), [MOMENT])
    text, _ = decoded(AircraftJson(), [(FEEDS / "moment.json").read_bytes()])
    assert counts == {"messages": 34}
    assert len(binary) == len(text) == 34
    rounding = {"time": 0.051, "last_heard": 0.051, "track_deg": 0.01, "ground_speed_kt": 1e-3}
    for row, truth in zip(binary, text, strict=True):
        assert row.keys() == truth.keys()
        for name, value in truth.items():
            if isinstance(value, bytes):
                assert row[name] == value
            else:
                assert row[name] == pytest.approx(value, abs=rounding.get(name, 1e-9), rel=0), name


def test_the_sample_holds_what_it_is_to_prove() -> None:
    aircraft = json.loads((FEEDS / "moment.json").read_bytes())["aircraft"]
    assert {a["type"] for a in aircraft} > {"adsb_icao", "adsb_other", "adsr_icao", "tisb_icao", "tisb_other"}
    assert {a.get("emergency") for a in aircraft} == {None, "none", "general", "nordo"}
    assert any(a["alt_baro"] == "ground" for a in aircraft)
    assert any("gs" not in a for a in aircraft)
    assert any("geom_rate" in a for a in aircraft)


def test_compressed_it_is_the_same() -> None:
    assert decoded(BinCraft(), [(FEEDS / "moment.binCraft.zst").read_bytes()]) == decoded(
        BinCraft(), [MOMENT]
    )


def test_a_value_without_its_bit_is_not_heard() -> None:
    everything = element(at_0=b"\xd6\xa2\x4c\0" + b"\x01" * 60, at_65=b"\x01\x01\x00\x00", at_71=b"\x01")
    rows, _ = decoded(BinCraft(), [document(everything)])
    assert rows[0].keys() == {"address", "last_heard"}


@pytest.mark.parametrize(
    ("members", "row"),
    [
        ({"at_73": b"\x10", "at_20": struct.pack("<h", -1)}, {"altitude_ft": -25.0, "on_ground": 0}),
        ({"at_73": b"\x10", "at_20": struct.pack("<h", 40), "at_68": b"\x01"}, {"on_ground": 1}),
        ({"at_68": b"\x02"}, {"on_ground": 0}),
        ({"at_73": b"\x20", "at_22": struct.pack("<h", 4)}, {"geo_altitude_ft": 100.0}),
        ({"at_73": b"\x80"}, {"ground_speed_kt": 0.0}),
        ({"at_74": b"\x08"}, {"track_deg": 0.0}),
        ({"at_75": b"\x01", "at_16": struct.pack("<hh", 8, 9)}, {"vertical_rate_fpm": 64.0}),
        ({"at_75": b"\x02", "at_16": struct.pack("<hh", 8, 9)}, {"vertical_rate_fpm": 72.0}),
        ({"at_75": b"\x20", "at_71": b"\xf9"}, {"nac_p": 9}),
        ({"at_76": b"\x04", "at_32": struct.pack("<H", 0x0014)}, {"squawk": 14}),
        ({"at_76": b"\x08", "at_67": b"\x00"}, {"emergency": 0}),
        ({"at_76": b"\x08", "at_67": b"\x02"}, {"emergency": EMERGENCIES.index("medical")}),
        ({"at_76": b"\x08", "at_67": b"\x07"}, {}),
        ({"at_64": b"\xb1"}, {"category": b"B1"}),
        ({"at_73": b"\x08", "at_78": b"EIN52V  "}, {"callsign": b"EIN52V"}),
        ({"at_88": b"A320EI-DVM\0\0"}, {"type_code": b"A320", "registration": b"EI-DVM"}),
    ],
)
def test_a_member_is_read_in_its_unit(members: dict[str, bytes], row: Row) -> None:
    assert only(**members) == row


@pytest.mark.parametrize(
    ("kind", "source"), [(0, "adsb"), (2, "adsr"), (3, "tisb"), (4, "adsc"), (5, "mlat"), (7, "mode_s"),
     (15, "other")]
)  # fmt: skip
def test_the_kind_of_address_says_where_the_position_is_from(kind: int, source: str) -> None:
    row = only(at_73=b"\x40", at_8=struct.pack("<ii", 8_500_000, -50_000_000), at_67=bytes([kind << 4]))
    assert (row["lat"], row["lon"]) == (-50.0, 8.5)
    assert POSITION_SOURCES[row["position_source"]] == source


def test_times_are_ages() -> None:
    aged = element(at_0=address(), at_4=struct.pack("<i", 5), at_73=b"\x40", at_108=struct.pack("<i", 25))
    rows, _ = decoded(BinCraft(), [document(aged)])
    assert (rows[0]["last_heard"], rows[0]["time"]) == (1_700_000_000.0, 1_699_999_998.0)


def test_an_address_that_is_not_icaos_is_marked_and_none_is_refused() -> None:
    unknown = document(element(at_0=address(0xFE123456 | NOT_ICAO)), element(at_0=address(NOT_ICAO)))
    rows, counts = decoded(BinCraft(), [unknown])
    assert [row["address"] for row in rows] == [0x123456 | NOT_ICAO]
    assert counts == {"messages": 2, "no_address": 1}


def test_elements_of_a_later_version_may_be_longer() -> None:
    longer = document(element(136, at_0=address(1)), element(136, at_0=address(2)), size=136)
    assert [row["address"] for row in decoded(BinCraft(), [longer])[0]] == [1, 2]


@pytest.mark.parametrize(
    "members",
    [
        {"at_76": b"\x04", "at_32": struct.pack("<H", 0x7800)}, {"at_64": b"\x17"}, {"at_64": b"\xa8"},
        {"at_73": b"\x08", "at_78": b"A\r\nB"}, {"at_74": b"\x08", "at_40": struct.pack("<h", -1)},
        {"at_73": b"\x80", "at_34": struct.pack("<h", -1)}, {"at_73": b"\x40", "at_65": b"\x0c"},
        {"at_75": b"\x20", "at_71": b"\x0c"}, {"at_88": b"\xff"}, {"at_88": b"A\0B"},
        {"at_88": b"a320"}, {"at_88": b"EST-"}, {"at_88": b"Q4 J"}, {"at_92": b"ST05  \0\0  \0\0"},
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_alone(members: dict[str, bytes]) -> None:
    _, counts = decoded(BinCraft(), [document(element(at_0=address(), **members))])
    assert counts == {"messages": 1, "bad_field": 1}


def test_a_position_repeated_by_the_next_document_is_no_update() -> None:
    decoder = BinCraft()
    placed = {"at_0": address(), "at_73": b"\x40"}
    decoder.document(document(element(**placed)), None)
    aged = element(**placed, at_108=struct.pack("<i", 10))
    again = decoder.document(document(aged, now=NOW_MS + 1000), None)
    assert again.refused == {"repeated": 1}
    assert rows_in(again) == [{"address": 0x4CA2D6, "last_heard": 1_700_000_001.5, "nic": 0}]
    assert decoder.newest == 1_700_000_001.5


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"{}", "bad_document"), (b"<html>", "bad_document"), (document(size=111), "bad_document"),
        (document(size=2000), "bad_document"), (document(now=0), "bad_document"),
        (MOMENT[:11], "bad_document"),
        (b"\x28\xb5\x2f\xfd" + b"x" * 50, "bad_document"), (document()[:100], "truncated"),
        (zstandard.compress(zstandard.compress(MOMENT)), "bad_document"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused(text: bytes, reason: str) -> None:
    assert decoded(BinCraft(), [text]) == ([], {"messages": 1, reason: 1})


def test_an_element_that_is_cut_off_is_refused_alone() -> None:
    rows, counts = decoded(BinCraft(), [MOMENT[:-1]])
    assert (len(rows), counts) == (33, {"messages": 34, "truncated": 1})


def test_it_is_unpacked_no_further_than_a_document_may_be_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bincraft, "LARGEST", 1 << 20)
    bomb = zstandard.compress(document() + bytes(1 << 24))
    assert len(bomb) < 10_000
    tracemalloc.start()
    assert decoded(BinCraft(), [bomb]) == ([], {"messages": 1, "too_long": 1})
    assert tracemalloc.get_traced_memory()[1] < 1 << 22
    tracemalloc.stop()
    plain = document() + bytes(1 << 20)
    assert decoded(BinCraft(), [plain, b"more"]) == ([], {"messages": 1, "too_long": 1})


@pytest.mark.parametrize(("window", "rows"), [(26, 34), (27, 0)])
def test_what_would_take_more_memory_to_unpack_is_refused(window: int, rows: int) -> None:
    frame = b"\x28\xb5\x2f\xfd\0" + bytes([(window - 10) << 3])
    block = (len(MOMENT) << 3 | 1).to_bytes(3, "little")  # the last one, as it is
    assert len(decoded(BinCraft(), [frame + block + MOMENT])[0]) == rows


def test_an_empty_sky_is_no_mistake() -> None:
    assert decoded(BinCraft(), [document()]) == ([], {})
    assert decoded(BinCraft(), []) == ([], {})


@pytest.mark.parametrize(
    ("head", "known"),
    [(MOMENT[:12], True), (b"\x28\xb5\x2f\xfd", True), (MOMENT[:11], False), (b'{"now":1}   ', False),
     (b"", False)],
)  # fmt: skip
def test_it_is_recognised_by_its_beginning(head: bytes, known: bool) -> None:  # noqa: FBT001  literal
    assert is_bincraft(head) is known


def test_a_document_cut_at_every_byte_gives_the_same() -> None:
    assert decoded(BinCraft(), single_bytes(MOMENT)) == decoded(BinCraft(), [MOMENT])


@given(cut_anywhere(MOMENT))
def test_a_document_cut_anywhere_gives_the_same(parts: list[bytes]) -> None:
    assert decoded(BinCraft(), parts) == decoded(BinCraft(), [MOMENT])


@given(mutated(MOMENT) | mutated((FEEDS / "moment.binCraft.zst").read_bytes()))
def test_a_damaged_document_raises_nothing_and_lets_nothing_impossible_through(data: bytes) -> None:
    sensible(decoded(BinCraft(), [data])[0])


@given(st.lists(st.binary(min_size=112, max_size=112), max_size=4))
def test_no_element_is_too_strange(elements: list[bytes]) -> None:
    rows, counts = decoded(BinCraft(), [document(*elements)])
    sensible(rows)
    assert len(rows) + counts["no_address"] == len(elements)


def test_a_whole_world_is_read_at_once() -> None:
    one = np.frombuffer(MOMENT[112:], "V112")
    world = np.tile(one, 300).copy()
    assert len(BinCraft().document(MOMENT[:112] + world.tobytes(), None)) == 10_200
