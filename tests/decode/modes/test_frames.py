import numpy as np

from aerotrack.decode.modes.frames import Frames


def test_frames_are_taken_with_their_times_and_marks() -> None:
    frames = Frames(
        np.arange(42, dtype=np.uint8).reshape(3, 14), np.array([1.0, 2.0, 3.0]), np.array([0, 1, 0], bool)
    )
    taken = frames.take(np.array([1]))
    assert (taken.data[0, 0], taken.time.tolist(), taken.mlat.tolist()) == (14, [2.0], [True])
    assert len(Frames.none()) == 0
