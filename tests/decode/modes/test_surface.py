import numpy as np
import pytest

from aerotrack.decode.modes.surface import movement
from decode.modes.frame_rows import at, extended, row


def test_movement_and_track_as_the_textbook_has_them() -> None:
    speed, track = movement(row("8C4841753A9A153237AEF0F275BE"))
    assert (speed.tolist(), track.tolist()) == ([17.0], [92.8125])


@pytest.mark.parametrize(
    ("code", "knots"),
    [
        (1, 0), (2, 0.125), (8, 0.875), (9, 1), (12, 1.75), (13, 2), (38, 14.5), (39, 15), (93, 69), (94, 70),
        (108, 98), (109, 100), (123, 170), (124, 175),
    ],
)  # fmt: skip
def test_the_steps_of_movement(code: int, knots: float) -> None:
    assert movement(extended(at(12, code)))[0].tolist() == [knots]


@pytest.mark.parametrize("code", [0, 125, 126, 127])
def test_movements_that_tell_no_speed(code: int) -> None:
    assert np.isnan(movement(extended(at(12, code)))[0]).all()


def test_speeds_rise_with_their_codes() -> None:
    speeds, _ = movement(extended(*(at(12, code) for code in range(1, 125))))
    assert (np.diff(speeds) > 0).all()


def test_a_track_counts_only_if_it_is_valid() -> None:
    _, tracks = movement(extended(*(at(20, code) for code in range(256))))
    assert np.isnan(tracks[:128]).all()
    assert tracks[128:].tolist() == [n * 2.8125 for n in range(128)]
