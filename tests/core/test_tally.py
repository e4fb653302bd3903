from math import nan

import pytest

from aerotrack.core.observations import Observations
from aerotrack.core.tally import Tally


def heard(tally: Tally, *, messages: int = 0, refused_by_table: dict[str, int] | None = None) -> None:
    seen = Observations.of([1, 2, 3], [5.0, 9.0, 7.0], lat=[1.0, 2.0, nan], lon=[1.0, 2.0, nan])
    batch = Observations(
        seen.address, seen.last_heard, seen.columns, refused={"malformed": 4}, messages=messages
    )
    tally.heard(batch, refused_by_table or {})


def test_a_feed_that_was_never_heard_has_nothing_to_report() -> None:
    report = Tally("roof", "beast://roof:30005").report(now=10.0)
    assert (report.name, report.url, report.connected) == ("roof", "beast://roof:30005", False)
    assert (report.messages, report.accepted, report.refused, report.rate_per_s) == (0, 0, {}, 0.0)
    assert report.lag_seconds is None
    assert report.last_message is None


def test_positions_are_accepted_unless_the_table_refuses_them() -> None:
    tally = Tally("roof", "")
    heard(tally, refused_by_table={"duplicate": 1})
    assert tally.report(10.0).accepted == 1
    assert tally.report(10.0).refused == {"malformed": 4, "duplicate": 1}


def test_the_lag_is_that_of_the_newest_row_and_never_negative() -> None:
    tally = Tally("roof", "")
    heard(tally)
    assert tally.report(10.25).lag_seconds == 1.25
    assert tally.report(8.0).lag_seconds == 0.0
    assert tally.report(8.0).last_message == 9.0


def test_a_batch_of_no_rows_counts_its_messages_only() -> None:
    tally = Tally("roof", "")
    tally.heard(Observations.none(messages=7), {})
    assert tally.report(0.0).messages == 7
    assert tally.report(0.0).last_message is None


def test_a_broken_feed_says_why_until_it_speaks_again() -> None:
    tally = Tally("roof", "")
    tally.failed("no route to roof")
    assert tally.report(0.0).error == "no route to roof"
    tally.connected()
    assert (tally.report(0.0).connected, tally.report(0.0).error) == (True, None)
    tally.ended()
    assert not tally.report(0.0).connected


def test_the_rate_follows_the_last_ticks() -> None:
    tally = Tally("roof", "")
    heard(tally, messages=100)
    tally.tick(seconds=2.0)
    assert tally.report(0.0).rate_per_s == 50.0
    tally.tick(seconds=1.0)
    assert tally.report(0.0).rate_per_s == pytest.approx(40.0)


def test_the_rate_is_the_same_however_short_the_ticks_are() -> None:
    tally = Tally("roof", "")
    for _ in range(1000):
        heard(tally, messages=1)
        tally.tick(seconds=0.01)
    heard(tally, messages=1)
    tally.tick(seconds=0.0)
    assert tally.report(0.0).rate_per_s == pytest.approx(100.0)


def test_a_tick_that_was_closed_early_weighs_little_in_the_rate() -> None:
    tally = Tally("roof", "")
    heard(tally, messages=100)
    tally.tick(seconds=1.0)
    heard(tally, messages=2)
    tally.tick(seconds=0.001)
    assert tally.report(0.0).rate_per_s == pytest.approx(100.4, abs=0.1)


def test_a_single_value_that_the_table_refused_is_no_position() -> None:
    tally = Tally("roof", "")
    heard(tally)
    accepted = tally.report(10.0).accepted
    heard(tally, refused_by_table={"altitude_jump": 1})
    assert tally.report(10.0).accepted == 2 * accepted
    assert tally.report(10.0).refused["altitude_jump"] == 1
