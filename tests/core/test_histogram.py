import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.histogram import Histogram

SECONDS = st.floats(0, 20, allow_nan=False)


def test_what_takes_no_longer_than_a_bound_is_in_its_bucket() -> None:
    histogram = Histogram((0.1, 1.0))
    for seconds in (0.0, 0.1, 0.5, 7.0):
        histogram.add(seconds)
    report = histogram.report()
    assert report.buckets == ((0.1, 2), (1.0, 3))
    assert (report.count, report.sum) == (4, 7.6)


def test_several_that_took_alike_are_counted_at_once() -> None:
    histogram = Histogram((1.0,))
    histogram.add(0.5, 3)
    assert (histogram.report().count, histogram.report().sum) == (3, 1.5)


def test_quantiles_lie_on_straight_lines_within_a_bucket() -> None:
    histogram = Histogram((1.0, 2.0))
    histogram.add(0.5, 50)
    histogram.add(1.5, 50)
    assert histogram.report().p50 == 1.0
    assert histogram.report().p99 == 1.98


def test_a_quantile_beyond_the_last_bound_is_that_bound() -> None:
    histogram = Histogram((1.0, 2.0))
    histogram.add(100.0)
    assert (histogram.report().p50, histogram.report().p99) == (2.0, 2.0)


def test_of_nothing_there_are_no_quantiles() -> None:
    report = Histogram((1.0,)).report()
    assert (report.count, report.sum, report.p50, report.p99) == (0, 0, None, None)


def test_one_thing_is_spread_in_equal_parts() -> None:
    histogram = Histogram((1.0, 2.0))
    histogram.spread(np.array([0.0, 0.5, 1.0, 1.5]), 0.5, count=2)
    report = histogram.report()
    assert report.buckets == ((1.0, 1.0), (2.0, 2.0))
    assert (report.count, report.sum) == (2, 2.5)


def test_nothing_is_spread_over_nothing() -> None:
    histogram = Histogram((1.0,))
    histogram.spread(np.empty(0), 0.5, count=2)
    assert histogram.report().count == 0


@given(st.lists(SECONDS, min_size=1, max_size=20), SECONDS, st.integers(1, 9))
def test_spreading_as_many_as_there_are_is_adding_each(taken: list[float], more: float, times: int) -> None:
    bounds = (0.5, 1.0, 2.5, 10.0)
    edges_less = np.array(bounds) - more
    spread, added = Histogram(bounds), Histogram(bounds)
    rising = np.sort(np.array(taken))
    spread.spread(rising, more, count=len(taken) * times)
    for seconds in rising:
        # On which side of a bound a sum falls is the rounding's to say: the bound is what is compared.
        at = int(np.searchsorted(edges_less, seconds, "left"))
        added._counts[at] += times
        added._sum += times * (seconds + more)
    assert [count for _, count in spread.report().buckets] == pytest.approx(
        [count for _, count in added.report().buckets], abs=1
    )
    assert spread.report().count == len(taken) * times
    assert spread.report().sum == pytest.approx(added.report().sum, abs=0.01)
