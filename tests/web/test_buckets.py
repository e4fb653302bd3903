from hypothesis import given
from hypothesis import strategies as st

from aerotrack.web.buckets import Buckets


def test_a_full_bucket_gives_its_burst_and_then_says_how_long_to_wait() -> None:
    buckets = Buckets(2.0, 4.0)
    assert [buckets.take("a", 100.0) for _ in range(5)] == [0, 0, 0, 0, 0.5]


def test_who_waits_as_told_is_served() -> None:
    buckets = Buckets(2.0, 1.0)
    buckets.take("a", 0.0)
    wait = buckets.take("a", 0.1)
    assert buckets.take("a", 0.1 + wait / 2) > 0
    assert buckets.take("a", 0.1 + wait) == 0


def test_what_is_refused_costs_nothing() -> None:
    buckets = Buckets(1.0, 1.0)
    buckets.take("a", 0.0)
    assert [buckets.take("a", 0.5) for _ in range(100)] == [0.5] * 100
    assert buckets.take("a", 1.0) == 0


def test_nobody_waits_for_another() -> None:
    buckets = Buckets(1.0, 1.0)
    assert (buckets.take("a", 0.0), buckets.take("b", 0.0)) == (0, 0)


def test_a_flood_from_ever_new_addresses_is_not_kept() -> None:
    buckets = Buckets(1.0, 1.0, most=100)
    for number in range(10_000):
        buckets.take(str(number), 0.0)
    assert len(buckets) == 100
    assert buckets.take("9999", 0.0) > 0  # the last are those that are kept


def test_those_that_are_full_again_are_not_kept() -> None:
    buckets = Buckets(1.0, 1.0)
    for number in range(100):
        buckets.take(str(number), 0.0)
    buckets.take("new", 60.0)
    assert len(buckets) == 1


@given(st.lists(st.floats(0, 0.5), max_size=300), st.floats(0.5, 50), st.integers(1, 20))
def test_never_more_than_the_burst_and_what_flowed_in(gaps: list[float], rate: float, burst: int) -> None:
    buckets, now, served = Buckets(rate, burst), 1000.0, 0
    for gap in gaps:
        now += gap
        served += not buckets.take("a", now)
    assert served <= burst + (now - 1000.0) * rate + 1e-3
