from dataclasses import replace
from math import nan

import numpy as np
import pytest

from aerotrack.core.changes import Changes
from aerotrack.core.columns import POSITION_SOURCES
from aerotrack.core.observations import Observations, Receiver
from aerotrack.core.reports import FeedReport
from aerotrack.core.tally import Tally, with_contributions


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


def test_messages_are_counted_by_kind() -> None:
    tally = Tally("roof", "")
    for _ in range(2):
        tally.heard(replace(Observations.none(messages=3), kinds={"DF17": 2, "DF11": 1}), {})
    assert tally.report(0.0).kinds == {"DF17": 4, "DF11": 2}


def test_a_feed_is_starting_connected_broken_or_ended() -> None:
    tally = Tally("roof", "")
    states = [tally.report(0.0).state]
    for turn in (tally.connected, lambda: tally.failed("gone"), tally.ended):
        turn()
        states.append(tally.report(0.0).state)
    assert states == ["starting", "connected", "broken", "ended"]


def test_a_feed_to_which_nobody_sends_is_starting_and_nothing_is_wrong_with_it() -> None:
    tally = Tally("roof", "")
    tally.failed("gone")
    tally.waits()
    report = tally.report(0.0)
    assert (report.state, report.connected, report.error) == ("starting", False, None)


def test_the_overlap_is_the_share_of_positions_that_others_had_told_before() -> None:
    tally = Tally("roof", "")
    assert tally.report(10.0).overlap is None
    heard(tally)
    assert tally.report(10.0, retold=6).overlap == 0.75


def test_contributions_are_shares_of_all_accepted_positions() -> None:
    reports = [FeedReport("roof", "", accepted=30), FeedReport("hill", "", accepted=10)]
    assert [report.contribution for report in with_contributions(reports)] == [0.75, 0.25]
    assert with_contributions([FeedReport("roof", "")])[0].contribution is None


def positions(feed: list[int], source: list[int], lat: list[float]) -> Changes:
    columns = {"feed": np.array(feed), "position_source": np.array(source), "lat": np.array(lat)}
    return Changes(0, 1, 10.0, positions=columns | {"lon": np.full(len(lat), 2.4)}, feeds=("hill", "roof"))


def test_the_outline_is_of_what_its_own_antenna_heard() -> None:
    tally = Tally("roof", "")
    tally.reached(positions([1], [0], [60.0]))
    assert tally.report(0.0).outline is None
    tally.heard(replace(Observations.none(), receiver=Receiver(48.8, 2.4)), {})
    mlat, unsaid = POSITION_SOURCES.index("mlat"), -1
    tally.reached(positions([1, 1, 1, 0], [0, unsaid, mlat, 0], [49.8, 47.8, 52.0, 53.0]))
    report = tally.report(0.0)
    assert report.receiver == Receiver(48.8, 2.4)
    assert report.max_range_nm == pytest.approx(60.0, abs=0.1)
    assert report.outline is not None
    assert [way is not None for way in report.outline] == [n in (0, 18) for n in range(36)]


def test_an_antenna_that_moved_has_a_new_outline() -> None:
    tally = Tally("roof", "")
    for lat in (48.8, 48.8, 50.0):
        tally.heard(replace(Observations.none(), receiver=Receiver(lat, 2.4)), {})
        if lat == 48.8:
            tally.reached(positions([1], [0], [49.8]))
    assert tally.report(0.0).max_range_nm is None


def test_a_feed_that_no_one_heard_of_yet_reaches_nowhere() -> None:
    tally = Tally("shed", "")
    tally.heard(replace(Observations.none(), receiver=Receiver(48.8, 2.4)), {})
    tally.reached(positions([1], [0], [49.8]))
    assert tally.report(0.0).max_range_nm is None
