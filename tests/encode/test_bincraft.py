from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.columns import BY_NAME, POSITION_SOURCES
from aerotrack.decode.bincraft import BinCraft
from aerotrack.encode.bincraft import SIZE, answer, document, records
from encode.test_readsb import DUMB, NOW, SOME
from fakes import rows_of

UNITS = {"altitude_ft": 12.5, "geo_altitude_ft": 12.5, "ground_speed_kt": 0.051, "track_deg": 1 / 180}
BEHIND = 0.06  # ages are in tenths of a second


def test_the_header_is_that_of_readsb() -> None:
    # Recorded: 34 aircraft, the whole world, at 2026-11-22T10:37:14.001Z
    recorded = bytes.fromhex(
        "9107a402a2010000700000002200000000000000a6ff4cff5a00b4003087000022000000000000005ad73401b2020000"
    )
    ours = answer(rows_of(np.arange(34), lat=50.0), 1795340634.001, messages=34608)
    assert ours[:44] == recorded[:44]
    assert len(ours) == SIZE * 35


def test_a_record_is_that_of_readsb() -> None:
    sky = rows_of(
        0x44017B, callsign=b"EJU36LZ", lat=48.765797, lon=1.176694, altitude_ft=27525, geo_altitude_ft=27900,
        on_ground=0, ground_speed_kt=432.4, track_deg=237.08, vertical_rate_fpm=1152, squawk=7601,
        emergency=0, category=b"A5", nic=6, nac_p=10, position_source=0, time=NOW - 0.994, last_heard=NOW - 1,
    )  # fmt: skip
    # Recorded, without what AeroTrack does not know, such as the airspeed.
    recorded = bytearray(SIZE)
    recorded[0:24] = bytes.fromhex("7b014400 0a000000 76f41100 651be802 9000 0000 4d04 5c04")
    recorded[32:36] = bytes.fromhex("0176 e410")
    recorded[40:42] = (21337).to_bytes(2, "little")
    recorded[64:66] = bytes.fromhex("a506")
    recorded[68], recorded[71] = 2, 10
    recorded[73:78] = bytes([0xF8, 0x08, 0x21, 0x0C, 0x00])
    recorded[78:86] = b"EJU36LZ "
    recorded[108:112] = bytes.fromhex("0a000000")
    assert records(sky, NOW).tobytes() == bytes(recorded)


def test_an_empty_sky_is_its_header() -> None:
    nobody = rows_of(np.arange(0))
    assert len(answer(nobody, NOW, messages=0)) == SIZE
    read = BinCraft().document(document(nobody, NOW, messages=0), None)
    assert (len(read), read.refused) == (0, {})


def test_what_is_not_known_has_no_valid_bit() -> None:
    (record,) = records(rows_of(0x4CA2D6), NOW)
    assert record["valid"].tolist() == [0, 0, 0, 0, 0]
    assert (record["kind"] >> 4, record["airground"]) == (13, 0)


def test_zero_is_a_value() -> None:
    (record,) = records(rows_of(1, lat=0, lon=0, altitude_ft=0, track_deg=0, squawk=0, emergency=0), NOW)
    assert record["valid"].tolist() == [0b0101_0000, 0b1000, 0, 0b1100, 0]


def test_a_value_beyond_its_field_is_the_most_it_can_hold() -> None:
    (record,) = records(rows_of(1, vertical_rate_fpm=1e6, altitude_ft=-1e9, last_heard=NOW + 9), NOW)
    assert (record["baro_rate"], record["alt_baro"], record["seen"]) == (32767, -32768, 0)


@pytest.mark.parametrize(("on_ground", "said"), [(1, 1), (0, 2), (-1, 0)])
def test_on_the_ground_in_the_air_or_not_known(on_ground: int, said: int) -> None:
    assert records(rows_of(1, on_ground=on_ground), NOW)["airground"].tolist() == [said]


def test_a_file_has_the_place_of_the_receiver() -> None:
    made = document(rows_of([1]), NOW, messages=1, place=(48.8, -2.4))
    assert int.from_bytes(made[32:36], "little", signed=True) == 48_800_000
    assert int.from_bytes(made[36:40], "little", signed=True) == -2_400_000


def test_an_answer_has_its_box_and_how_many_there_are() -> None:
    made = answer(rows_of([1, 2]), NOW, messages=1, box=(48, 2, 50, 3))
    assert np.frombuffer(made, "<i2", 4, 20).tolist() == [48, 2, 50, 3]
    assert int.from_bytes(made[32:36], "little") == 2


@given(SOME, st.integers(0, 590), st.booleans())
def test_our_own_decoder_reads_the_same_flight(known: dict[str, Any], tenths: int, dumb: bool) -> None:  # noqa: FBT001  hypothesis
    time = NOW - tenths / 10
    address = 0x4CA2D6 | (DUMB if dumb else 0)
    sky = rows_of(address, time=time, last_heard=time, on_ground=0, **known)
    seen = BinCraft().document(document(sky, NOW, messages=1), None)
    assert seen.refused == {}
    assert seen.address.tolist() == [address]
    assert abs(seen.last_heard[0] - time) < BEHIND
    for name in (*known, "time"):
        column = BY_NAME[name]
        read = seen.columns.get(name, column.blank(1))
        if name == "nic":  # has no valid bit of its own: not known is 0
            assert read.tolist() == np.maximum(sky[name], 0).tolist()
        elif column.dtype.kind == "f":
            exact = {"lat": 1e-6, "lon": 1e-6, "time": BEHIND, "vertical_rate_fpm": 4}.get(name)
            np.testing.assert_allclose(read, sky[name], atol=exact or UNITS[name], rtol=0)
        else:
            assert read.tolist() == sky[name].tolist(), name


def test_every_position_source_comes_back_as_one_of_its_kind() -> None:
    sources = list(range(len(POSITION_SOURCES)))
    sky = rows_of(np.arange(1, len(sources) + 1), lat=50.0, lon=8.0, time=NOW, position_source=sources)
    seen = BinCraft().document(document(sky, NOW, messages=1), None)
    other = POSITION_SOURCES.index("other")
    assert seen.columns["position_source"].tolist() == [s if s < 6 else other for s in sources]
