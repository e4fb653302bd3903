from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from aerotrack.core.observations import Receiver
from aerotrack.decode.beast import Beast
from decode.cutting import cut_anywhere, decoded, mutated, sensible, single_bytes
from decode.modes.transponder import airborne

REAL = (Path(__file__).parents[1] / "data/modes/traffic_sample_dump1090.bin").read_bytes()
NOON = 1795348800.0
IRISH = 0x4CA2D6


def beast(frame: bytes, ticks: int = 0) -> bytes:
    kind = b"3" if len(frame) == 14 else b"2"
    return b"\x1a" + kind + (ticks.to_bytes(6) + b"\xc0" + frame).replace(b"\x1a", b"\x1a\x1a")


def pair() -> bytes:
    """An even and an odd position half a second apart."""
    return beast(airborne(IRISH, 48.8, 2.4, 0), 1) + beast(airborne(IRISH, 48.8, 2.4, 1), 6_000_001)


def test_a_pair_of_frames_is_a_place() -> None:
    rows, counts = decoded(Beast(), [pair()], NOON)
    assert [row["last_heard"] for row in rows] == [NOON - 0.5, NOON]
    assert abs(rows[-1]["lat"] - 48.8) < 5e-5
    assert abs(rows[-1]["lon"] - 2.4) < 5e-5
    assert counts == {"messages": 2}


def test_the_times_of_a_recording_begin_when_it_is_said_to() -> None:
    rows, _ = decoded(Beast(start=NOON), [pair()])
    assert [row["last_heard"] for row in rows] == [NOON, NOON + 0.5]


def test_what_was_multilaterated_says_so() -> None:
    mark = 0xFF004D4C4154
    frames = beast(airborne(IRISH, 48.8, 2.4, 0), mark) + beast(airborne(IRISH, 48.8, 2.4, 1), mark)
    rows, _ = decoded(Beast(), [frames], NOON)
    assert {row["position_source"] for row in rows} == {2}


def test_frames_made_of_uat_are_left_out() -> None:
    assert decoded(Beast(), [beast(airborne(IRISH, 48.8, 2.4, 0), 0xFF004D4C4155)], NOON)[0] == []


def test_neither_heartbeats_nor_garbage_are_messages() -> None:
    heartbeat = b"\x1a1" + bytes(9)
    rows, counts = decoded(Beast(), [heartbeat * 3 + b"garbage"], NOON)
    assert (rows, counts) == ([], {"garbage": 1})


def test_what_is_cut_off_at_the_end_is_counted() -> None:
    assert decoded(Beast(), [pair()[:-1]], NOON)[1] == {"messages": 1, "truncated": 1}


def test_messages_are_counted_by_kind() -> None:
    reply = b"\x1a1" + bytes(7) + b"\x20\x00"
    seen = Beast(Receiver(48.8, 2.4)).feed(pair() + reply, NOON)
    assert seen.kinds == {"DF17": 2, "Mode A/C": 1}


def test_after_an_end_it_begins_anew_and_knows_the_aircraft_still() -> None:
    even, odd = (beast(airborne(IRISH, 48.8, 2.4, odd)) for odd in (0, 1))
    decoder = Beast()
    decoder.feed(even + odd[:-1], NOON)
    assert decoder.end(NOON).refused == {"truncated": 1}
    after = decoder.feed(odd, NOON + 1)
    assert abs(float(after.columns["lat"][0]) - 48.8) < 5e-5
    assert after.refused == {}


def test_real_bytes_are_read_the_same_byte_by_byte() -> None:
    whole = decoded(Beast(start=NOON), [REAL])
    assert len(whole[0]) > 150
    assert decoded(Beast(start=NOON), single_bytes(REAL)) == whole


@settings(max_examples=60, deadline=None)
@given(st.data(), mutated(REAL))
def test_nothing_that_comes_raises_or_makes_an_impossible_value(data: st.DataObject, stream: bytes) -> None:
    rows, _ = decoded(Beast(), data.draw(cut_anywhere(stream)), NOON)
    sensible(rows)
    assert np.isfinite([row["last_heard"] for row in rows]).all()
