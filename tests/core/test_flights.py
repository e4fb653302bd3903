import dataclasses
import gc
import tracemalloc
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from aerotrack.core.changes import Changes
from aerotrack.core.columns import SPLIT_REASONS
from aerotrack.core.flights import FlightTable
from aerotrack.core.legs import Leg
from aerotrack.core.observations import Observations
from sky_model import STEPS, Row, SkyModel, observations, rows_before, told_by

HOUR = 3600.0
START = 1_732_289_344.0
A, B = 0x4CA2D6, 0x3C6444


def heard(at: float, address: int = A, *, feed: str = "roof", **known: object) -> Observations:
    return Observations.of([address], [at], feed=feed, **{name: [value] for name, value in known.items()})


def placed(at: float, address: int = A, **known: object) -> Observations:
    long, slowly = divmod(at - START, 700)  # 10 kt, and far away after a silence
    return heard(at, address, **{"lat": 40 + 0.5 * long + slowly / 20_000, "lon": 8.0} | known)


def tick(table: FlightTable, now: float) -> Changes:
    table.expire(now)
    return table.take(now)


def value(table: FlightTable, name: str, address: int = A) -> object:
    row = table.row_of(address)
    assert row is not None
    return table.columns[name][row].item()


def ids(part: object) -> list[tuple[int, int]]:
    return list(zip(part["address"].tolist(), part["start"].tolist(), strict=True))


def without_last_heard(told: dict[str, Any]) -> dict[tuple[int, int], dict[str, Any]]:
    """Leave out what is told with other changes, but is none by itself."""
    return {i: {n: v for n, v in known.items() if n != "last_heard"} for i, known in told["updated"].items()}


# Against the model.

SECONDS = st.sampled_from(STEPS)


@settings(max_examples=40)
@given(st.data())
def test_the_table_agrees_with_a_model_that_takes_one_row_at_a_time(data: st.DataObject) -> None:
    table, model, replica, late_replica = FlightTable(capacity=1), SkyModel(), FlightTable(), None
    live, ever, ended, feeds, now = set(), {}, set(), {}, START
    for _ in range(data.draw(st.integers(1, 12))):
        for _ in range(data.draw(st.integers(0, 3))):
            rows = data.draw(st.lists(rows_before(now), min_size=1, max_size=6))
            feed, interval = data.draw(st.sampled_from((("roof", 0.0), ("roof", 0.0), ("poll", 30.0))))
            number = feeds.setdefault(feed, len(feeds))
            assert table.apply(observations(rows, feed, interval)) == +model.apply(rows, number, interval)
        now += data.draw(SECONDS)
        changes = tick(table, now)
        model.expire(now)
        told = told_by(changes)
        assert told == model.take(now)

        assert not told["updated"].keys() & told["gone"]
        assert not told["updated"].keys() & ended, "a leg that has ended was revived"
        just_ended = [(address, start) for address, start, _ in told["ended"]]
        assert len({*just_ended}) == len(just_ended)
        assert not ended & {*just_ended}, "a leg ended twice"
        ended |= {*just_ended}
        live = (live | told["updated"].keys()) - told["gone"]
        ever |= dict.fromkeys(told["updated"], changes.tick) | dict.fromkeys(told["gone"], changes.tick)

        replica.replay(changes)
        replicas = [(replica, 0)]
        if late_replica is None and data.draw(st.booleans()):
            late_replica = FlightTable()
            late_replica.replay(table.since(0))
            born = table.tick
        elif late_replica is not None:
            late_replica.replay(changes)
        if late_replica is not None:
            replicas.append((late_replica, born))
        assert set(told_by(table.since(0))["updated"]) == live
        for since in {0, table.tick, data.draw(st.integers(0, table.tick))}:
            expected = told_by(table.since(since))
            assert {name: expected[name] for name in ("updated", "gone")} == model.since(since)
            for copy, oldest in replicas:
                found = told_by(copy.since(since))
                if since == 0 or since >= oldest:
                    assert without_last_heard(found) == without_last_heard(expected)
                if since >= oldest:
                    assert found["gone"] == expected["gone"]
                assert (copy.tick, copy.time, copy.feeds) == (table.tick, table.time, table.feeds)
                assert {*copy.live.tolist()} == {*table.live.tolist()}


def at_distinct_times(rows: Sequence[Row]) -> list[Row]:
    return [dataclasses.replace(row, at=row.at + i / 64) for i, row in enumerate(rows)]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(SECONDS, rows_before(0.0, lags=(0.0,))), max_size=20),
    st.lists(st.integers(0, 20), max_size=6),
    st.randoms(),
)
def test_how_rows_in_order_of_time_are_cut_and_shuffled_within_a_batch_makes_no_difference(
    steps: list[tuple[float, Row]], cuts: list[int], random: object
) -> None:
    now, rows = START, []
    for step, row in steps:
        now += step + 1 / 64
        known = row.known | ({"time": now + row.known["time"] - row.at} if "time" in row.known else {})
        rows.append(Row(row.address, now, known))
    whole, cut = FlightTable(), FlightTable()
    refused = whole.apply(observations(rows)) if rows else {}
    parts = np.split(np.arange(len(rows)), sorted(min(i, len(rows)) for i in cuts))
    refused_of_parts: dict[str, int] = {}
    for part in parts:
        batch = [rows[i] for i in part]
        random.shuffle(batch)
        if batch:
            for reason, count in cut.apply(observations(batch)).items():
                refused_of_parts[reason] = refused_of_parts.get(reason, 0) + count
    assert refused_of_parts == refused
    assert told_by(cut.take(now)) == told_by(whole.take(now))


@settings(max_examples=60)
@given(st.lists(rows_before(START), max_size=12), st.randoms())
def test_the_order_of_rows_in_a_batch_makes_no_difference(rows: list[Row], random: object) -> None:
    rows = at_distinct_times(rows)
    shuffled = random.sample(rows, len(rows))
    one, other = FlightTable(), FlightTable()
    assert one.apply(observations(rows)) == other.apply(observations(shuffled))
    assert told_by(one.take(START)) == told_by(other.take(START))


# One rule at a time.


def test_a_flight_begins_with_its_first_report_and_has_its_id_from_it() -> None:
    table = FlightTable()
    table.apply(placed(START + 0.75))
    changes = tick(table, START + 1)
    assert ids(changes.updated) == [(A, int(START))]
    assert SPLIT_REASONS[changes.updated["reason"][0]] == "first_seen"
    assert (changes.since, changes.tick, changes.time) == (0, 1, START + 1)
    assert table.row_of(A) == changes.updated["row"][0]
    assert table.row_of(B) is None


def test_a_tick_tells_only_what_changed_in_it() -> None:
    table = FlightTable()
    table.apply(placed(START, A))
    tick(table, START)
    table.apply(placed(START + 1, B))
    assert ids(tick(table, START + 1).updated) == [(B, int(START + 1))]
    assert ids(table.since(0).updated) == [(A, int(START)), (B, int(START + 1))]


def test_hearing_the_same_again_is_no_change() -> None:
    table = FlightTable()
    table.apply(heard(START, squawk=1200))
    tick(table, START)
    table.apply(heard(START + 1, squawk=1200))
    assert ids(tick(table, START + 1).updated) == []
    assert value(table, "last_heard") == START + 1


def test_a_flight_not_heard_for_more_than_a_minute_is_gone_but_not_ended() -> None:
    table = FlightTable()
    table.apply(placed(START))
    tick(table, START)
    assert ids(tick(table, START + 60).gone) == []
    changes = tick(table, START + 60.25)
    assert ids(changes.gone) == [(A, int(START))]
    assert ids(changes.ended) == []
    assert table.live.tolist() == []


def test_a_flight_that_comes_back_is_the_same_in_the_same_row() -> None:
    table = FlightTable()
    table.apply(placed(START, squawk=1200))
    row = table.row_of(A)
    tick(table, START + 61)
    table.apply(placed(START + 62))
    changes = tick(table, START + 62)
    assert ids(changes.updated) == [(A, int(START))]
    assert changes.updated["row"].tolist() == [row]
    assert value(table, "squawk") == 1200


def test_a_flight_that_goes_and_comes_back_within_a_tick_is_updated_only() -> None:
    table = FlightTable()
    table.apply(placed(START))
    tick(table, START)
    table.expire(START + 61)
    table.apply(placed(START + 62))
    changes = table.take(START + 62)
    assert ids(changes.updated) == [(A, int(START))]
    assert ids(changes.gone) == []


def test_an_old_report_repeated_does_not_bring_a_gone_flight_back() -> None:
    table = FlightTable()
    table.apply(placed(START))
    tick(table, START + 61)
    assert table.apply(placed(START)) == {"out_of_order": 1}
    assert table.apply(heard(START, squawk=1200)) == {}
    assert table.live.tolist() == []


def test_a_gone_flight_is_forgotten_after_the_window_and_its_row_given_away() -> None:
    table = FlightTable(capacity=2)
    table.apply(placed(START))
    row = table.row_of(A)
    gone_in = tick(table, START + 61).tick
    tick(table, START + 661)
    assert ids(table.since(gone_in - 1).gone) == [(A, int(START))]
    tick(table, START + 661.25)
    assert ids(table.since(gone_in - 1).gone) == []
    table.apply(placed(START + 662, B))
    assert table.row_of(B) == row


def test_what_the_checks_remember_does_not_grow_with_who_comes_and_goes() -> None:
    table, now = FlightTable(), 1000.0
    random = np.random.default_rng(1)

    def memory_after(days: range) -> int:
        nonlocal now
        for day in days:
            address = np.arange(200) + 200 * day
            for feed, source in (("roof", 0), ("net", 2), ("barn", 0)):
                now += 1
                lat = np.where(random.random(200) < 0.2, 70.0, 50.0)  # some out of reach
                seen = Observations.of(
                    address, np.full(200, now), feed=feed, lat=lat, lon=np.full(200, 8.0),
                    altitude_ft=random.choice((1000, 30_000), 200), position_source=np.full(200, source),
                )  # fmt: skip
                refused.update(table.apply(seen))
            for later in (70, 800, 86_400):  # gone, forgotten, ended
                table.expire(now + later)
                table.take(now + later)
            now += 86_400
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    refused: Counter[str] = Counter()
    tracemalloc.start()
    try:
        first = memory_after(range(10))
        assert memory_after(range(10, 40)) - first < 50_000
    finally:
        tracemalloc.stop()
    assert {*refused} >= {"duplicate", "outranked", "outranked_value", "jump", "altitude_jump"}
    assert not len(table.live)


def test_the_window_begins_with_the_tick_that_told_of_it_however_late_the_report() -> None:
    table = FlightTable()
    table.take(START)
    table.apply(placed(START, on_ground=1))
    table.apply(placed(START + 60, on_ground=0, ground_speed_kt=60))
    tick(table, START + 1000)
    tick(table, START + 1600)
    assert ids(table.since(1).gone) == [(A, int(START)), (A, int(START) + 60)]


def test_an_aircraft_airborne_after_a_minute_on_the_ground_begins_a_new_flight() -> None:
    table = FlightTable()
    table.apply(placed(START, on_ground=1))
    table.apply(placed(START + 30, on_ground=1))
    tick(table, START + 30)
    table.apply(placed(START + 60, on_ground=0, ground_speed_kt=30))
    changes = tick(table, START + 60)
    assert ids(changes.gone) == ids(changes.ended) == [(A, int(START))]
    assert changes.ended["ended_at"].tolist() == [START + 30]
    assert ids(changes.updated) == [(A, int(START) + 60)]
    assert SPLIT_REASONS[changes.updated["reason"][0]] == "landed"
    assert set(changes.updated["row"].tolist()).isdisjoint(changes.gone["row"].tolist())


def test_a_touch_and_go_is_one_flight() -> None:
    table = FlightTable()
    table.apply(placed(START, on_ground=0))
    table.apply(placed(START + 10, on_ground=1))
    table.apply(placed(START + 69, on_ground=0))
    assert ids(tick(table, START + 69).updated) == [(A, int(START))]


def departures(*reports: tuple[float, int, float]) -> list[tuple[float, object, object]]:
    """When the flight of each report (seconds, on_ground, speed) began, and whether it is on the ground."""
    table, told = FlightTable(), []
    for seconds, on_ground, speed in ((0.0, 1, 0.0), *reports):
        table.apply(placed(START + seconds, on_ground=on_ground, ground_speed_kt=speed))
        tick(table, START + seconds)
        told.append((seconds, value(table, "start"), value(table, "on_ground")))
    return [(seconds, int(start - START), on_ground) for seconds, start, on_ground in told[1:]]


def test_one_report_from_the_air_of_an_aircraft_that_stands_is_not_believed() -> None:
    reports = [(float(s), int(s not in {100, 104, 200}), 0.0) for s in range(50, 300)]
    assert {(start, on_ground) for _, start, on_ground in departures(*reports)} == {(0.0, 1)}


def test_two_reports_from_the_air_five_seconds_apart_are_and_the_flight_begins_with_the_second() -> None:
    lifted = (70.0, 0, 20.0), (74.75, 0, 20.0), (75.0, 0, 20.0)
    assert departures(*lifted) == [(70.0, 0.0, 1), (74.75, 0.0, 1), (75.0, 75.0, 0)]


def test_the_ground_time_ends_with_the_first_report_from_the_air() -> None:
    assert departures((59.0, 0, 20.0), (61.0, 0, 40.0)) == [(59.0, 0.0, 1), (61.0, 0.0, 0)]


def test_a_speed_heard_just_before_counts_but_not_an_older_one() -> None:
    for age, start in ((5.0, 65.0), (5.25, 0.0)):
        table = FlightTable()
        table.apply(placed(START, on_ground=1))
        table.apply(heard(START + 65 - age, on_ground=1, ground_speed_kt=30))
        table.apply(heard(START + 65, on_ground=0))
        assert value(table, "start") == START + start


def test_a_report_from_the_air_is_confirmed_after_a_silence_however_long_the_row_is_forgotten() -> None:
    table = FlightTable()
    for seconds, on_ground in ((0, 1), (61, 0), (800, 0)):
        tick(table, START + seconds)
        table.apply(placed(START + seconds, on_ground=on_ground))
    assert value(table, "start") == START + 800
    table = FlightTable()
    for seconds, on_ground in ((0, 1), (61, 1), (800, 0), (804, 0), (805, 0)):
        tick(table, START + seconds)
        table.apply(placed(START + seconds, on_ground=on_ground))
    assert value(table, "start") == START + 805


def test_a_late_report_from_the_air_does_not_split_a_flight() -> None:
    table = FlightTable()
    table.apply(placed(START, on_ground=1))
    table.apply(placed(START + 100, on_ground=1))
    table.apply(heard(START + 70, on_ground=0))
    assert ids(tick(table, START + 100).updated) == [(A, int(START))]


def test_an_aircraft_that_says_nothing_of_the_ground_is_not_split() -> None:
    table = FlightTable()
    table.apply(placed(START, on_ground=1))
    table.apply(placed(START + 55, altitude_ft=900))
    table.apply(placed(START + 100, altitude_ft=3000))
    assert ids(tick(table, START + 100).updated) == [(A, int(START))]


def test_a_low_flight_ends_after_half_an_hour_and_the_next_is_another() -> None:
    table = FlightTable()
    table.apply(placed(START, altitude_ft=2000))
    tick(table, START + 61)
    changes = tick(table, START + 1800)
    assert ids(changes.ended) == [(A, int(START))]
    assert ids(changes.gone) == []
    table.apply(placed(START + 1900))
    changes = tick(table, START + 1900)
    assert ids(changes.updated) == [(A, int(START) + 1900)]
    assert SPLIT_REASONS[changes.updated["reason"][0]] == "gap"


def test_an_ocean_crossing_keeps_its_id() -> None:
    table = FlightTable()
    table.apply(placed(START, altitude_ft=35_000))
    tick(table, START + 61)
    tick(table, START + 5 * HOUR)
    table.apply(placed(START + 5 * HOUR))
    assert ids(tick(table, START + 5 * HOUR).updated) == [(A, int(START))]


def test_a_leg_open_before_a_restart_goes_on_in_a_row_that_knows_nothing_yet() -> None:
    table = FlightTable([Leg(A, int(START), 1, START + 50, 50.0, 8.0, 35_000.0, 0)])
    table.apply(heard(START + 100, squawk=1200))
    changes = tick(table, START + 100)
    assert ids(changes.updated) == [(A, int(START))]
    assert changes.updated["reason"].tolist() == [1]
    assert np.isnan(changes.updated["lat"]).all()


def test_a_leg_open_before_a_restart_ends_if_nothing_is_heard_of_it() -> None:
    table = FlightTable([Leg(A, int(START), 1, START, altitude_ft=35_000.0)])
    assert ids(tick(table, START + 6 * HOUR).ended) == [(A, int(START))]


def test_a_flight_coasts_after_15_seconds_without_a_position_until_the_next() -> None:
    table = FlightTable()
    table.apply(placed(START))
    tick(table, START + 15)
    assert value(table, "coasting") == 0
    assert tick(table, START + 15.25).updated["coasting"].tolist() == [1]
    table.apply(placed(START + 16))
    changes = tick(table, START + 16)
    assert changes.updated["coasting"].tolist() == [0]
    assert changes.updated["facts_tick"].tolist() == [changes.tick]


def test_a_tick_without_positions_has_every_column_of_one() -> None:
    table = FlightTable()
    empty = tick(table, START).positions
    table.apply(placed(START))
    full = tick(table, START).positions
    assert {name: v.dtype for name, v in empty.items()} == {name: v.dtype for name, v in full.items()}


def test_stamps_go_with_their_positions_and_the_greatest_with_the_tick() -> None:
    table = FlightTable()
    seen = Observations.of([A, A], [START, START + 9], lat=[1, 1.01], lon=[3, 3])
    table.apply(dataclasses.replace(seen, stamps=np.array([41, 42])))
    changes = tick(table, START + 9)
    assert sorted(changes.positions["stamp"].tolist()) == [41, 42]
    assert changes.stamp == 42


def test_a_batch_without_rows_changes_nothing() -> None:
    table = FlightTable()
    assert table.apply(Observations.none(messages=3)) == {}
    assert table.feeds == ()


def test_a_replica_forgets_what_it_was_when_it_gets_a_snapshot() -> None:
    replica, table = FlightTable(), FlightTable()
    replica.apply(placed(START, B))
    tick(replica, START)
    table.apply(placed(START, A))
    tick(table, START)
    replica.replay(table.since(0))
    assert ids(replica.since(0).updated) == [(A, int(START))]
    assert replica.row_of(B) is None


def test_changes_of_nothing_can_be_replayed() -> None:
    replica = FlightTable()
    replica.replay(Changes(since=0, tick=5, time=START))
    assert (replica.tick, replica.time) == (5, START)


def test_a_full_table_lets_nobody_new_in_and_keeps_those_it_has() -> None:
    table = FlightTable(most=2)
    refused = table.apply(
        Observations.of([1, 2, 3, 4], [100.0] * 4, lat=[1, 2, 3, np.nan], lon=[1, 2, 3, np.nan])
    )
    assert refused == {"no_room": 1}
    assert table.apply(Observations.of([2, 4], [105.0] * 2, squawk=[1, 1])) == {}
    assert sorted(table.columns["address"][table.live].tolist()) == [1, 2]
    assert value(table, "squawk", 2) == 1


def test_rows_that_are_forgotten_make_room() -> None:
    table = FlightTable(most=1)
    table.apply(Observations.of([1], [100.0]))
    table.expire(200.0)
    table.take(200.0)
    table.expire(801.0)
    table.apply(Observations.of([2], [802.0]))
    assert table.row_of(2) is not None


LEG = Leg(A, 50, 0, 100.0)


def test_a_position_that_was_taken_in_before_a_restart_is_not_taken_in_again() -> None:
    table = FlightTable([LEG], past=True)
    seen = Observations.of(
        [A, B], [101.0, 101.0], lat=[1, 2], lon=[1, 2], time=[100.25, 100.25], squawk=[7, 7]
    )
    assert table.apply(seen) == {"duplicate": 1}
    assert value(table, "squawk") == 7
    assert np.isnan(value(table, "lat"))
    assert table.apply(Observations.of([A], [102.0], lat=[1], lon=[1])) == {}
    changes = table.take(102.0)
    assert list(zip(*(changes.positions[name].tolist() for name in ("address", "time")), strict=True)) == [
        (B, 100.25), (A, 102.0),
    ]  # fmt: skip
    assert ids(changes.updated) == [(A, 50), (B, 101)]


def test_the_first_word_after_a_restart_may_be_a_new_position_or_none() -> None:
    table = FlightTable([LEG, Leg(B, 50, 0, 100.0)], past=True)
    assert table.apply(Observations.of([A], [101.0], squawk=[7])) == {}
    assert table.apply(Observations.of([B], [101.0], lat=[1], lon=[1])) == {}


def test_a_recording_that_is_read_again_meets_legs_of_its_own_future() -> None:
    table = FlightTable([LEG])
    assert table.apply(Observations.of([A], [60.0], lat=[1], lon=[1])) == {}


def test_a_position_that_another_feed_had_told_before_counts_for_the_feed_that_tells_it_again() -> None:
    table = FlightTable()
    table.apply(heard(START, A, feed="hill", squawk=7000))
    assert table.retold("roof") == table.retold("hill") == 0
    for second in range(3):
        table.apply(placed(START + second))
        table.apply(placed(START + second))  # its own copies are none of another feed
    table.apply(placed(START + 2, feed="hill"))  # a copy
    table.apply(placed(START, feed="hill"))  # older than what is known
    copy = placed(START + 2.5, feed="hill", lat=placed(START + 1).columns["lat"][0])  # a copy that comes late
    assert table.apply(copy) == {"duplicate": 1}
    assert (table.retold("roof"), table.retold("hill")) == (0, 3)
