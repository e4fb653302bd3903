from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from aerotrack.decode.beast_framing import BeastFrames, BeastFraming
from decode.cutting import cut_anywhere, mutated, single_bytes

REAL = (Path(__file__).parents[1] / "data/modes/traffic_sample_dump1090.bin").read_bytes()
SHORT = bytes.fromhex("1a32 0000 15a8877e 0d 20000ca8f70a0e")
LONG = bytes.fromhex("1a33 010203040506 ff 8d4840d6202cc371c32ce0576098")
HEARTBEAT = bytes.fromhex("1a31 000000000000 00 0000")
MODE_AC = bytes.fromhex("1a31 000000000001 00 2000")


def read(*parts: bytes) -> tuple[list[BeastFrames], BeastFraming]:
    framing = BeastFraming()
    return [framing.feed(part) for part in parts], framing


def total(parts: list[BeastFrames]) -> tuple[list[bytes], int, int, int, int]:
    frames = [bytes(row) for part in parts for row in part.data]
    return (
        frames,
        sum(part.garbage for part in parts),
        sum(part.parsed for part in parts),
        sum(part.rejected for part in parts),
        sum(part.mode_ac for part in parts),
    )


def test_a_frame_has_its_counter_its_signal_and_its_bytes() -> None:
    (one,), _ = read(LONG)
    assert one.ticks.tolist() == [0x010203040506]
    assert one.signal.tolist() == [255]
    assert bytes(one.data[0]) == LONG[9:]


def test_long_and_short_frames_come_in_the_order_they_were_sent() -> None:
    (both,), _ = read(LONG + SHORT + LONG)
    assert [bytes(row) for row in both.data] == [LONG[9:], SHORT[9:] + bytes(7), LONG[9:]]


def test_a_doubled_1a_is_one_byte_of_the_frame() -> None:
    escaped = bytes.fromhex("1a32 1a1a 00000000 1a1a 1a1a 20000ca8f70a1a1a")
    (one,), _ = read(escaped + SHORT)
    assert one.ticks[0] == 0x1A00000000_1A
    assert one.signal[0] == 0x1A
    assert bytes(one.data[0][:7]) == bytes.fromhex("20000ca8f70a1a")


def test_a_frame_is_given_as_soon_as_it_is_whole() -> None:
    parts, framing = read(*single_bytes(SHORT))
    assert [len(part.data) for part in parts] == [0] * 15 + [1]
    assert framing.waiting == 0


def test_heartbeats_are_nothing_and_replies_of_mode_a_and_c_are_counted() -> None:
    (one,), _ = read(HEARTBEAT + MODE_AC + HEARTBEAT)
    assert (one.mode_ac, one.garbage, len(one.data), one.rejected) == (1, 0, 0, 0)


def test_the_extras_of_readsb_and_the_radarcape_are_passed_over() -> None:
    receiver = bytes.fromhex("1ae3 0102030405060708")
    status = bytes.fromhex("1a34") + bytes(21)
    (one,), _ = read(receiver + LONG + status + SHORT)
    assert (len(one.data), one.garbage, one.rejected) == (2, 0, 0)


def test_after_garbage_the_next_frame_is_found() -> None:
    (one,), _ = read(b"HTTP/1.1 400 Bad Request\r\n\r\n" + LONG + b"junk" + SHORT)
    assert (len(one.data), one.garbage, one.rejected) == (2, 2, 28 + 4)


def test_a_frame_that_is_cut_short_by_another_is_garbage() -> None:
    (one,), _ = read(LONG[:12] + SHORT)
    assert (len(one.data), one.garbage, one.rejected) == (1, 1, 12)


def test_a_stream_of_anything_else_is_one_stretch_of_garbage_and_is_not_kept() -> None:
    parts, framing = read(*[b"\x00" * 1000] * 20)
    assert total(parts) == ([], 1, 0, 20_000, 0)
    assert framing.waiting == 0


def test_an_extra_without_an_end_is_not_kept_for_ever() -> None:
    parts, framing = read(b"\x1a\xe4", *[b"\x00" * 50] * 20)
    assert framing.waiting == 0
    assert total(parts)[1] == 1


def test_what_is_unfinished_at_the_end_is_forgotten() -> None:
    _, framing = read(LONG[:10])
    assert framing.end() == 10
    assert framing.end() == 0


def test_real_bytes_give_the_same_frames_cut_at_every_byte() -> None:
    (whole,), _ = read(REAL)
    assert (len(whole.data), whole.garbage, whole.parsed) == (239, 0, len(REAL))
    for cut in range(0, len(REAL), 7):
        assert total(read(REAL[:cut], REAL[cut:])[0]) == total([whole])


def test_frames_full_of_1a_are_the_same_cut_at_every_byte() -> None:
    escaped = bytes.fromhex("1a32 1a1a 00000000 1a1a 1a1a 20000ca8f70a1a1a 1a33") + b"\x1a\x1a" * 21
    stream = (escaped + HEARTBEAT + MODE_AC) * 3 + b"\x1a\x1a" + LONG
    (whole,), _ = read(stream)
    assert (len(whole.data), whole.mode_ac) == (7, 3)
    for cut in range(len(stream)):
        assert total(read(stream[:cut], stream[cut:])[0]) == total([whole])


@settings(max_examples=100, deadline=None)
@given(st.data(), mutated(REAL[:700]))
def test_whatever_comes_is_counted_the_same_however_it_is_cut(data: st.DataObject, stream: bytes) -> None:
    (whole,), framing = read(stream)
    assert whole.parsed + whole.rejected + framing.waiting == len(stream)
    assert total(read(*data.draw(cut_anywhere(stream)))[0]) == total([whole])


@settings(max_examples=50, deadline=None)
@given(mutated(REAL[:120]))
def test_whatever_comes_is_counted_the_same_byte_by_byte(stream: bytes) -> None:
    (whole,), _ = read(stream)
    assert total(read(*single_bytes(stream))[0]) == total([whole])


@given(st.lists(st.binary(max_size=200), max_size=30))
def test_the_bytes_that_wait_are_bounded(parts: list[bytes]) -> None:
    framing = BeastFraming()
    for before, part in pairwise([b"", *parts]):
        del before
        framing.feed(part)
        assert framing.waiting <= 128
