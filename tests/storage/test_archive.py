from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given

from aerotrack.storage.archive import ArchiveRows, along, archived
from steps import BEGIN_US, FLIGHT, Steps, skies, step, stored_of


def counts(*rows: Steps) -> list[int]:
    """How many positions each archive row has."""
    return archived(stored_of(rows)).counts.tolist()


def scalar(rows: ArchiveRows, name: str) -> list[int | None]:
    null = rows.scalar_nulls.get(name, np.zeros(len(rows), bool)).tolist()
    values = rows.scalars[name].tolist()
    return [None if absent else value for value, absent in zip(values, null, strict=True)]


def test_a_flight_of_ten_minutes_is_one_row() -> None:
    assert counts(step(0), step(5), step(599.98)) == [3]


def test_the_next_ten_minutes_and_another_flight_have_rows_of_their_own() -> None:
    assert counts(step(599.98), step(600), step(600, flight_id=FLIGHT + 1)) == [1, 1, 1]


def test_a_time_is_rounded_before_its_bucket_is_found() -> None:
    rows = archived(stored_of([step(599.991), step(599.99), step(599.989)]))
    assert rows.scalars["bucket"].tolist() == [BEGIN_US, BEGIN_US + 600_000_000]
    assert rows.arrays["t"].tolist() == [29_999, 0, 0]


def test_two_positions_in_one_tick_both_survive() -> None:
    assert archived(stored_of([step(1), step(1, lat=5_200_007)])).arrays["t"].tolist() == [50, 50]


@pytest.mark.parametrize(
    ("move", "rows"),
    [
        ({"lat": 5_200_000 + 32_767}, [2]),
        ({"lat": 5_200_000 + 32_768}, [1, 1]),
        ({"lon": 500_000 - 32_767}, [2]),
        ({"lon": 500_000 - 32_768}, [1, 1]),
    ],
)
def test_a_row_ends_where_the_next_position_is_too_far(move: Steps, rows: list[int]) -> None:
    assert counts(step(0), step(5, **move)) == rows


def test_a_row_does_not_cross_the_antimeridian() -> None:
    rows = archived(stored_of([step(0, lon=17_999_990), step(5, lon=-17_999_990)]))
    assert list(zip(rows.scalars["lon_min"].tolist(), rows.scalars["lon_max"].tolist(), strict=True)) == [
        (17_999_990, 17_999_990),
        (-17_999_990, -17_999_990),
    ]


@pytest.mark.parametrize("name", ["squawk", "on_ground"])
def test_a_row_ends_where_what_it_shares_changes(name: str) -> None:
    assert counts(step(0), step(1, **{name: 0}), step(2, **{name: 0}), step(3, **{name: 1})) == [1, 2, 1]


def test_what_all_positions_have_is_said_once() -> None:
    rows = archived(stored_of([step(0, position_source=2, feed_id=1), step(1, position_source=2, feed_id=1)]))
    assert (scalar(rows, "position_source"), scalar(rows, "feed_id")) == ([2], [1])
    assert rows.absent["sources"].tolist() == rows.absent["feeds"].tolist() == [True]


def test_what_differs_along_a_row_is_said_for_each() -> None:
    rows = archived(stored_of([step(0, feed_id=1), step(1, feed_id=2), step(2)]))
    assert scalar(rows, "feed_id") == [None]
    assert rows.absent["feeds"].tolist() == [False]
    assert rows.arrays["feeds"].tolist()[:2] == [1, 2]
    assert rows.nulls["feeds"].tolist() == [False, False, True]


def test_feeds_that_differ_from_row_to_row_are_scalars() -> None:
    rows = archived(stored_of([step(0, feed_id=1), step(600, feed_id=2)]))
    assert scalar(rows, "feed_id") == [1, 2]


def test_a_column_that_is_never_known_is_absent() -> None:
    rows = archived(stored_of([step(0), step(1, altitude=0)]))
    assert rows.absent["altitude"].tolist() == [False]
    assert rows.absent["track"].tolist() == [True]


def test_places_are_what_is_left_beside_the_chord_divided_towards_zero() -> None:
    rows = archived(stored_of([step(0, lat=0), step(0.02, lat=0), step(0.06, lat=-10)]))
    assert rows.arrays["lat"].tolist() == [0, 3, 0]  # -10 * 1 / 3 is -3, as SQL has it


def test_a_row_that_flies_too_far_off_its_chord_is_halved() -> None:
    there = [step(10 * k, lon=20_000 * k) for k in range(10)]
    back = [step(100 + 10 * k, lon=20_000 * (9 - k)) for k in range(10)]
    rows = archived(stored_of(there + back))
    assert rows.counts.tolist() == [10, 10]
    assert max(abs(rows.arrays["lon"].astype(int))) <= 32_767


def test_the_box_of_a_row_holds_every_position() -> None:
    rows = archived(stored_of([step(0), step(1, lat=5_199_000, lon=501_000), step(2, lat=5_200_500)]))
    box = [rows.scalars[name].tolist() for name in ("lat_min", "lat_max", "lon_min", "lon_max")]
    assert box == [[5_199_000], [5_200_500], [500_000], [501_000]]


def test_a_chord_of_no_duration_stays_where_it_is() -> None:
    one = np.array([5])
    assert along(one, one + 9, one * 0, one * 0).tolist() == [5]


@given(skies())
def test_rows_keep_the_order_and_the_rules(sky: list[Steps]) -> None:
    stored = stored_of(sky)
    rows = archived(stored)
    ends = [*rows.first.tolist(), len(stored)]
    assert all(begin < end for begin, end in pairwise(ends))
    assert rows.arrays["t"].min() >= 0
    assert rows.arrays["t"].max() <= 29_999
    for begin, end in pairwise(ends):
        assert np.abs(np.diff(stored.values["lon"][begin:end])).max(initial=0) <= 32_767
        assert np.all(np.diff(rows.arrays["t"][begin:end]) >= 0)
