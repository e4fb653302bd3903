import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from aerotrack.decode.modes.syndromes import syndromes
from decode.modes.transponder import parity


def rows(*frames: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(frame.ljust(14, b"\0") for frame in frames), np.uint8).reshape(-1, 14)


def test_an_intact_squitter_leaves_nothing() -> None:
    assert syndromes(rows(bytes.fromhex("8D4840D6202CC371C32CE0576098"))).tolist() == [0]


def test_a_reply_leaves_the_address_of_its_aircraft() -> None:
    assert syndromes(rows(bytes.fromhex("2A00516D492B80"))).tolist() == [0x510AF9]


def test_no_frames_leave_no_syndromes() -> None:
    assert syndromes(np.empty((0, 14), np.uint8)).shape == (0,)


@given(st.lists(st.binary(min_size=14, max_size=14), min_size=1, max_size=20))
def test_long_and_short_frames_mix_and_leave_what_long_division_leaves(frames: list[bytes]) -> None:
    frames = [frame if frame[0] >= 128 else frame[:7] for frame in frames]
    expected = [parity(frame[:-3]) ^ int.from_bytes(frame[-3:], "big") for frame in frames]
    assert syndromes(rows(*frames)).tolist() == expected


@given(st.binary(min_size=7, max_size=7), st.binary(min_size=7, max_size=7))
def test_what_follows_a_short_frame_does_not_matter(frame: bytes, junk: bytes) -> None:
    frame = bytes([frame[0] & 0x7F]) + frame[1:]
    assert syndromes(rows(frame + junk)).tolist() == syndromes(rows(frame)).tolist()
