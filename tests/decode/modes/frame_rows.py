"""Frames written in hex, as the rows that the functions of the fields take."""

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray


def row(*frames: str) -> NDArray[np.uint8]:
    return np.frombuffer(bytes.fromhex("".join(frame.ljust(28, "0") for frame in frames)), np.uint8).reshape(
        -1, 14
    )


def extended(*messages: int) -> NDArray[np.uint8]:
    return row(*(f"8d000000{message:014x}" for message in messages))


def at(last: int, value: int) -> int:
    """Return a message in which the number that ends with bit `last` is `value`."""
    return value << (56 - last)


any_rows = st.lists(st.binary(min_size=14, max_size=14), max_size=30).map(
    lambda frames: np.frombuffer(b"".join(frames), np.uint8).reshape(-1, 14)
)
