import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.decode.modes.identification import identification
from aerotrack.decode.modes.squawks import ID13
from aerotrack.decode.modes.status import emergency
from aerotrack.decode.modes.surface import movement
from aerotrack.decode.modes.syndromes import syndromes
from aerotrack.decode.modes.velocity import velocity
from aerotrack.encode import squitters
from fakes import rows_of

A = 0x40621D


def framed(messages: np.ndarray, first: int = 0x8D, address: int = A) -> np.ndarray:
    count = len(messages)
    return squitters.frames(np.full(count, first, np.uint8), np.full(count, address, np.uint32), messages)


def hexed(messages: np.ndarray, address: int = A) -> str:
    return framed(messages, address=address).tobytes().hex().upper()


def test_a_position_is_the_frame_that_an_aircraft_sent() -> None:
    rows = rows_of(A, lat=52.2572021484375, lon=3.91937255859375, altitude_ft=38000, nic=8, on_ground=0)
    assert hexed(squitters.places(rows, odd=False)) == "8D40621D58C382D690C8AC2863A7"


def test_an_identification_is_the_frame_that_an_aircraft_sent() -> None:
    rows = rows_of(0x4840D6, callsign=b"KLM1023")
    assert hexed(squitters.identifications(rows), 0x4840D6) == "8D4840D6202CC371C32CE0576098"


@given(st.binary(min_size=7, max_size=7), st.integers(0, 255), st.integers(0, (1 << 24) - 1))
def test_the_parity_of_every_frame_is_right(message: bytes, first: int, address: int) -> None:
    frame = framed(np.array([int.from_bytes(message)], np.uint64), 0x80 | first & 15, address)
    assert syndromes(frame).tolist() == [0]


@pytest.mark.parametrize(
    ("address", "source", "on_ground", "first"),
    [
        (A, 0, 0, 17 << 3 | 5),
        (A, 0, 1, 17 << 3 | 4),
        (A, -1, -1, 17 << 3 | 6),
        (A | 1 << 24, 0, 0, 18 << 3 | 1),
        (A, 3, 0, 18 << 3 | 2),
        (A | 1 << 24, 3, 0, 18 << 3 | 5),
        (A, 1, 0, 18 << 3 | 6),
        (A | 1 << 24, 1, 0, 18 << 3 | 1),
    ],
)
def test_the_first_byte_says_who_speaks(address: int, source: int, on_ground: int, first: int) -> None:
    rows = rows_of(address, position_source=source, on_ground=on_ground)
    assert squitters.first_bytes(rows, tisb=3, adsr=1).tolist() == [first]


@given(st.floats(0, 1000), st.floats(0, 359.9), st.integers(-508, 508), st.integers(-3, 126))
def test_a_velocity_is_read_back(speed: float, track: float, rate: int, above: int) -> None:
    rows = rows_of(
        A, ground_speed_kt=speed, track_deg=track, vertical_rate_fpm=64 * rate, altitude_ft=1000,
        geo_altitude_ft=1000 + 25 * above,
    )  # fmt: skip
    read = velocity(framed(squitters.velocities(rows)))
    east, north = (speed * f(np.radians(track)) for f in (np.sin, np.cos))
    assert read.ground_speed_kt[0] == pytest.approx(speed, abs=0.75)
    if read.ground_speed_kt[0]:
        there = np.radians(read.track_deg[0])
        assert read.ground_speed_kt[0] * np.sin(there) == pytest.approx(east, abs=0.51)
        assert read.ground_speed_kt[0] * np.cos(there) == pytest.approx(north, abs=0.51)
    assert read.vertical_rate_fpm.tolist() == [64 * rate]
    assert read.height_difference_ft.tolist() == [25 * above]


def test_what_is_faster_than_sound_is_told_in_steps_of_4_knots() -> None:
    rows = rows_of(A, ground_speed_kt=1200, track_deg=90)
    read = velocity(framed(squitters.velocities(rows)))
    assert read.ground_speed_kt.tolist() == [1200]


def test_what_is_not_known_of_a_velocity_stays_unknown() -> None:
    read = velocity(framed(squitters.velocities(rows_of(A, vertical_rate_fpm=-64))))
    assert read.vertical_rate_fpm.tolist() == [-64]
    assert np.isnan([read.ground_speed_kt[0], read.track_deg[0], read.height_difference_ft[0]]).all()


@given(st.floats(0, 177), st.floats(0, 359.9))
def test_a_movement_on_the_ground_is_read_back(speed: float, track: float) -> None:
    rows = rows_of(A, lat=50, lon=8, on_ground=1, ground_speed_kt=speed, track_deg=track)
    read_speed, read_track = movement(framed(squitters.places(rows, odd=True)))
    assert read_speed[0] == pytest.approx(speed, abs=max(0.26, speed / 25))
    assert (read_track[0] - track + 180) % 360 - 180 == pytest.approx(0, abs=1.41)


def test_a_movement_that_is_not_known_stays_unknown() -> None:
    read = movement(framed(squitters.places(rows_of(A, lat=50, lon=8, on_ground=1), odd=True)))
    assert np.isnan(np.concatenate(read)).all()


@given(st.from_regex(r"[A-Z0-9]{1,8}", fullmatch=True), st.from_regex(r"[A-D][1-7]", fullmatch=True))
def test_a_callsign_and_a_category_are_read_back(callsign: str, category: str) -> None:
    rows = rows_of(A, callsign=callsign.encode(), category=category.encode())
    callsigns, categories = identification(framed(squitters.identifications(rows)))
    assert (callsigns.tolist(), categories.tolist()) == ([callsign.encode()], [category.encode()])


def test_callsigns_that_no_frame_can_spell_are_told_apart() -> None:
    texts = np.array([b"DLH1", b"N 12", b"dlh1", b"", b"A,B", b"\xff"], "S8")
    assert squitters.spelt(texts).tolist() == [True, True, True, False, False, False]


def test_every_squawk_but_0000_is_read_back_with_the_emergency() -> None:
    squawks = np.unique(ID13)[1:]  # all zero says nothing there
    rows = rows_of(np.full(4095, A), squawk=squawks, emergency=np.arange(4095) % 7)
    declared, squawk = emergency(framed(squitters.emergencies(rows)))
    assert squawk.tolist() == squawks.tolist()
    assert declared.tolist() == (np.arange(4095) % 7).tolist()
