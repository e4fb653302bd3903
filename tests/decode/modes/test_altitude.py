import numpy as np
import pytest

from aerotrack.decode.modes.altitude import AC12, AC13, airborne_altitude, replied_altitude
from aerotrack.decode.ranges import RANGES
from decode.modes.frame_rows import row


def code(*bits: str) -> int:
    order = ["C1", "A1", "C2", "A2", "C4", "A4", "M", "B1", "Q", "B2", "D2", "B4", "D4"]
    return sum(1 << (12 - order.index(bit)) for bit in bits)


def test_a_position_tells_its_altitude() -> None:
    assert airborne_altitude(row("8D40621D58C382D690C8AC2863A7")).tolist() == [38000.0]


def test_a_reply_tells_its_altitude() -> None:
    assert replied_altitude(row("A02014B400000000000000F9D514")).tolist() == [32300.0]


@pytest.mark.parametrize(
    ("bits", "feet"),
    [
        ((), None),
        (("M",), None),
        (("Q",), -1000),
        (("Q", "D4"), -975),
        (("C4",), -1200),
        (("C2", "C4"), -1100),
        (("C2",), -1000),
        (("C1", "C2"), -900),
        (("C1",), -800),
        (("C1", "B4"), -700),
        (("C4", "B4"), -300),
        (("D2", "C4"), 126_700),
        (("C1", "C4"), None),
        (("C1", "C2", "C4"), None),
    ],
)
def test_codes_of_both_kinds(bits: tuple[str, ...], feet: float | None) -> None:
    told = AC13[code(*bits)]
    assert (None if np.isnan(told) else told) == feet


def test_every_code_is_an_altitude_in_range_or_unknown() -> None:
    low, high = RANGES["altitude_ft"]
    told = AC13[~np.isnan(AC13)]
    assert len(AC13) == 8192
    assert ((told >= low) & (told <= high)).all()
    assert (told % 25 == 0).all()


def test_gillham_tells_every_hundred_feet_once() -> None:
    coarse = AC13[[i for i in range(8192) if not i & (code("Q") | code("M"))]]
    told = np.sort(coarse[~np.isnan(coarse)])
    assert told.tolist() == list(range(-1200, 126_701, 100))


def test_neighbours_in_gillham_differ_in_one_bit() -> None:
    codes = {AC13[i]: i for i in range(8192) if not i & (code("Q") | code("M")) and not np.isnan(AC13[i])}
    steps = [codes[feet] ^ codes[feet + 100] for feet in range(-1200, 126_700, 100)]
    assert all(step.bit_count() == 1 for step in steps)


def test_the_short_code_is_the_long_one_without_m() -> None:
    long = (np.arange(4096) >> 6 << 7) | (np.arange(4096) & 0x3F)
    assert np.array_equal(AC12, AC13[long], equal_nan=True)
