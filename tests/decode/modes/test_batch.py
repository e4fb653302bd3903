import numpy as np

from aerotrack.decode.modes.batch import Batch, picked, some
from aerotrack.decode.modes.kinds import Kind


def batch(*kinds: Kind) -> Batch:
    n = len(kinds)
    return Batch(np.zeros((n, 14), np.uint8), np.zeros(n), np.zeros(n, np.int64), np.array(kinds, np.uint8))


def test_the_rows_of_a_kind_are_a_slice() -> None:
    rows = batch(Kind.HEIGHT, Kind.AIRBORNE, Kind.AIRBORNE, Kind.SURFACE)

    assert rows.of(Kind.HEIGHT) == slice(0, 1)
    assert rows.of(Kind.AIRBORNE) == slice(1, 3)
    assert rows.of(Kind.AIRBORNE, Kind.SURFACE) == slice(1, 4)
    assert not some(rows.of(Kind.GEOMETRIC))


def test_a_column_is_unknown_where_nobody_told() -> None:
    rows = batch(Kind.IDENTITY, Kind.IDENTITY, Kind.IDENTITY)

    rows.tell("squawk", np.array([1]), np.array([7000], np.int16))
    rows.tell("squawk", slice(2, 3), np.array([1000], np.int16))

    assert rows.columns["squawk"].tolist() == [-1, 7000, 1000]


def test_one_batch_writes_nothing_into_the_next() -> None:
    batch(Kind.IDENTITY).tell("squawk", slice(0, 1), np.array([7000], np.int16))
    second = batch(Kind.IDENTITY)

    second.tell("squawk", slice(0, 0), np.empty(0, np.int16))

    assert second.columns["squawk"].tolist() == [-1]


def test_rows_are_picked_by_a_mask_of_their_slice() -> None:
    assert picked(slice(5, 8), np.array([True, False, True])).tolist() == [5, 7]
