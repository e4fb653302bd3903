from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aerotrack.core.airports import Airports
from aerotrack.core.changes import Changes
from aerotrack.core.columns import EMERGENCIES, PHASES, SPLIT_REASONS, Columns
from aerotrack.core.events import KINDS, Event, Events
from aerotrack.core.flights import FlightTable
from aerotrack.core.identity import flight_ids, flight_text
from aerotrack.core.observations import Observations
from fakes import START, changes_of, rows_of
from sky_model import STEPS, observations, rows_before

RYANAIR, DELTA = 0x4CA2D6, 0xA12345
GENERAL, MEDICAL = EMERGENCIES.index("general"), EMERGENCIES.index("medical")
FIRST_SEEN, LANDED = SPLIT_REASONS.index("first_seen"), SPLIT_REASONS.index("landed")
SOON = START + 1100
"""A second after the snapshots of these tests."""


def flight(address: int = RYANAIR, **known: Any) -> dict[str, NDArray[Any]]:
    return rows_of(address, **{"start": SOON, "last_heard": SOON + 10.5} | known)


def heard(tick: int, **known: Any) -> Changes:
    return changes_of(tick, flight(**known))


def gone(tick: int, **known: Any) -> Changes:
    return changes_of(tick, gone=flight(**known))


def ended(changes: Changes, at: float, *, address: int = RYANAIR, start: int = SOON) -> Changes:
    over: Columns = {"address": np.array([address], np.uint32), "start": np.array([start], np.int64)}
    return replace(changes, ended={**over, "ended_at": np.array([at])})


def told(*ticks: Changes) -> list[list[Event]]:
    """What a watcher tells of each tick after a snapshot of nobody."""
    events = Events()
    assert events.of(changes_of(1)) == []
    return [events.of(changes) for changes in ticks]


def last(*ticks: Changes) -> list[tuple[str, float, dict[str, object]]]:
    return [(event.kind, event.time, dict(event.details)) for event in told(*ticks)[-1]]


def kinds(*ticks: Changes) -> list[list[str]]:
    return [[event.kind for event in events] for events in told(*ticks)]


# Names.


def test_an_event_is_named_by_its_flight_its_kind_and_its_milliseconds() -> None:
    event = Event(RYANAIR << 32 | START, "takeoff", START + 8.2504)
    assert event.id == "4ca2d6-6740a31c-takeoff-1732289316250"


# Starts.


def test_a_flight_that_is_met_for_the_first_time_has_started_when_it_was_first_heard() -> None:
    assert last(heard(2, callsign=b"RYR1")) == [
        ("flight_started", float(SOON), {"split_reason": "first_seen", "callsign": "RYR1"})
    ]


def test_a_start_without_a_callsign_does_not_name_one() -> None:
    assert last(heard(2, reason=1)) == [("flight_started", float(SOON), {"split_reason": "gap"})]


def test_a_flight_starts_once() -> None:
    assert kinds(heard(2), heard(3), changes_of(4)) == [["flight_started"], [], []]


def test_the_flights_of_a_snapshot_are_learnt_in_silence() -> None:
    events = Events()
    assert events.of(heard(1)) == []
    assert events.of(heard(2, squawk=2000)) == []
    assert [event.kind for event in events.of(heard(3, squawk=7000))] == ["squawk"]


def test_a_later_snapshot_is_learnt_in_silence_too() -> None:
    assert kinds(replace(heard(9), since=0), heard(10, address=DELTA, row=1)) == [[], ["flight_started"]]


def test_a_watcher_that_was_never_told_who_is_there_does_not_guess_who_has_started() -> None:
    assert Events().of(heard(2)) == []


def test_an_open_leg_of_a_run_before_this_one_has_not_started_again() -> None:
    snapshot_at = START + 1001
    assert kinds(heard(2, start=snapshot_at - 61)) == [[]]
    assert kinds(heard(2, start=snapshot_at - 60)) == [["flight_started"]]


def test_a_flight_that_came_and_went_within_a_tick_has_started() -> None:
    assert kinds(gone(2)) == [["flight_started"]]


def test_a_silent_flight_that_comes_back_has_not_started_again() -> None:
    ticks = heard(2), gone(3), heard(4), gone(5), heard(6, row=7)
    assert kinds(*ticks) == [["flight_started"], [], [], [], []]


def test_another_flight_in_the_row_of_one_that_is_gone_starts_with_nothing_known() -> None:
    ticks = heard(2, squawk=2000, on_ground=1), gone(3), heard(4, address=DELTA, squawk=7000, on_ground=0)
    assert kinds(*ticks) == [["flight_started"], [], ["flight_started"]]


def test_a_row_given_to_another_flight_without_a_word_is_the_others() -> None:
    ticks = heard(2, squawk=2000), heard(3, address=DELTA, squawk=7000), heard(4, row=1, squawk=3000)
    assert kinds(*ticks) == [["flight_started"], ["flight_started"], ["squawk"]]


def test_a_leg_that_begins_where_another_ends_starts_after_it() -> None:
    new_leg = flight(start=SOON + 20, last_heard=SOON + 20.5, reason=LANDED, row=1, lat=50.0, lon=8.0)
    over = ended(changes_of(3, new_leg, flight(row=0)), SOON + 10.5)
    assert last(heard(2), over) == [
        ("flight_ended", SOON + 10.5, {}),
        ("flight_started", SOON + 20.0, {"split_reason": "landed"}),
        ("takeoff", SOON + 20.0, {"lat": 50.0, "lon": 8.0, "airport": None}),
    ]


# Ends.


def test_a_flight_ends_when_it_was_last_heard() -> None:
    assert last(heard(2), gone(3), ended(changes_of(4), SOON + 10.5)) == [("flight_ended", SOON + 10.5, {})]


def test_a_leg_of_a_run_before_this_one_ends_too() -> None:
    (events,) = told(ended(changes_of(2), START + 5.25, address=DELTA, start=START))
    assert [event.id for event in events] == ["a12345-6740a31c-flight_ended-1732289313250"]


def test_a_flight_may_begin_and_end_within_a_tick() -> None:
    assert kinds(ended(gone(2), SOON + 10.5)) == [["flight_started", "flight_ended"]]


def test_nothing_is_kept_of_a_flight_that_has_ended() -> None:
    events = Events()
    for changes in (changes_of(1), heard(2), gone(3), ended(changes_of(4), SOON + 10.5)):
        events.of(changes)
    assert events._away == {}


# Take-offs and landings.


def test_a_flight_that_leaves_the_ground_takes_off_where_it_is() -> None:
    before = heard(2, on_ground=1)
    after = heard(3, last_heard=SOON + 30.125, on_ground=0, lat=50.033333, lon=8.570556)
    assert last(before, after) == [
        ("takeoff", SOON + 30.125, {"lat": 50.03333, "lon": 8.57056, "airport": None})
    ]


def test_a_flight_that_comes_to_the_ground_lands_where_it_is() -> None:
    before = heard(2, on_ground=0)
    after = heard(3, last_heard=SOON + 30.125, on_ground=1, lat=-33.94611, lon=151.17722)
    assert last(before, after) == [
        ("landing", SOON + 30.125, {"lat": -33.94611, "lon": 151.17722, "airport": None})
    ]


def test_a_landing_in_a_place_unknown_is_one() -> None:
    ((_, _, details),) = last(heard(2, on_ground=0), heard(3, on_ground=1))
    assert details == {"lat": None, "lon": None, "airport": None}


@pytest.mark.parametrize("first", [0, 1])
def test_a_flight_that_is_met_on_the_ground_or_in_the_air_did_not_get_there(first: int) -> None:
    assert kinds(heard(2, on_ground=first), heard(3, on_ground=first)) == [["flight_started"], []]


def test_a_flight_that_starts_from_a_landing_and_lands_within_the_tick_does_both() -> None:
    (events,) = told(heard(2, reason=LANDED, on_ground=1))
    assert [(event.kind, event.time - SOON) for event in events] == [
        ("flight_started", 0.0),
        ("takeoff", 0.0),
        ("landing", 10.5),
    ]


def test_a_flight_of_a_snapshot_that_once_started_from_a_landing_does_not_take_off_again() -> None:
    assert Events().of(heard(1, reason=LANDED, on_ground=0)) == []


def test_a_flight_that_stood_for_a_minute_takes_off_as_a_new_one() -> None:
    table, events, happened = FlightTable(), Events(), []
    events.of(table.take(START))
    for seconds, on_ground in ((5.5, 1), (35.5, 1), (66.5, 0), (96.5, 0), (120.5, 1)):
        now = START + seconds
        table.apply(Observations.of([RYANAIR], [now], on_ground=[on_ground], ground_speed_kt=[60]))
        happened += events.of(table.take(now))
    assert [(event.kind, event.time - START) for event in happened] == [
        ("flight_started", 5.0),
        ("flight_ended", 35.5),
        ("flight_started", 66.0),
        ("takeoff", 66.0),
        ("landing", 120.5),
    ]
    first, second = RYANAIR << 32 | START + 5, RYANAIR << 32 | START + 66
    assert [event.flight for event in happened] == [first, first, second, second, second]


def test_an_aircraft_that_stands_and_says_now_and_then_that_it_is_airborne_does_not_take_off() -> None:
    table, events, happened = FlightTable(), Events(), []
    events.of(table.take(START))
    for second in range(300):
        now, on_ground = START + 1.0 + second, int(second not in {20, 100, 101, 200})
        table.apply(Observations.of([RYANAIR], [now], on_ground=[on_ground], ground_speed_kt=[0]))
        table.expire(now)
        happened += events.of(table.take(now))
    assert [event.kind for event in happened] == ["flight_started"]


def test_takeoffs_and_landings_name_their_airport() -> None:
    down = flight(on_ground=1) | {"airport": np.array([b"EDDF"]), "elevation_ft": np.array([364.0])}
    ((_, _, details),) = last(heard(2, on_ground=0), changes_of(3, down))
    assert details["airport"] == "EDDF"


# Go-arounds.

APPROACH, CLIMB, CRUISE = (PHASES.index(phase) for phase in ("approach", "climb", "cruise"))


def flown(
    *profile: tuple[int, float], ground_ft: float = 0.0, airport: bytes = b"EDDF", **known: Any
) -> list[str]:
    """What is told of a flight that is in these phases at these altitudes, beside its start."""
    ticks = []
    for tick, (phase, altitude) in enumerate([(CRUISE, 9000.0), *profile], 2):
        part = flight(phase=phase, altitude_ft=altitude, **{"on_ground": 0} | known)
        at = {"airport": np.array([airport]), "elevation_ft": np.array([ground_ft], np.float32)}
        ticks.append(changes_of(tick, part | at))
    return [kind for events in kinds(*ticks) for kind in events][1:]


def test_an_approach_that_came_low_and_climbs_is_a_go_around() -> None:
    low = (APPROACH, 900.0), (APPROACH, 600.0), (APPROACH, 700.0)
    assert flown(*low, (CLIMB, 1100.0)) == []
    assert flown(*low, (CLIMB, 1100.0), (CLIMB, 1101.0), (CLIMB, 3000.0)) == ["go_around"]


def test_an_approach_that_did_not_come_low_is_none() -> None:
    assert flown((APPROACH, 1500.0), (CLIMB, 2500.0)) == []


def test_away_from_airports_nobody_goes_around() -> None:
    assert flown((APPROACH, 900.0), (CLIMB, 2500.0), airport=b"") == []


def test_who_was_gone_meanwhile_did_not_go_around() -> None:
    at = {"airport": np.array([b"EDDF"]), "elevation_ft": np.array([364.0])}
    low = flight(on_ground=0, phase=APPROACH, altitude_ft=900.0) | at
    up = flight(on_ground=0, phase=CLIMB, altitude_ft=2000.0) | at
    back = changes_of(5, up), changes_of(6, up)
    assert kinds(heard(2), changes_of(3, low), changes_of(4, gone=low), *back)[1:] == [[]] * 4


def test_low_is_above_the_airport() -> None:
    assert flown((APPROACH, 6500.0), (CLIMB, 7500.0), ground_ft=5434.0) == ["go_around"]
    assert flown((APPROACH, 6500.0), (CLIMB, 7500.0)) == []


def test_bouncing_altitudes_in_an_approach_are_none() -> None:
    assert flown(*((APPROACH, altitude) for altitude in (900.0, 36_000.0, 0.0, 1400.0, 800.0))) == []


def test_a_touch_and_go_is_a_landing_and_a_take_off() -> None:
    ticks = [
        heard(2, on_ground=0, phase=APPROACH, altitude_ft=1000.0),
        heard(3, on_ground=0, phase=APPROACH, altitude_ft=300.0),
        heard(4, on_ground=1, phase=APPROACH, altitude_ft=200.0),
        heard(5, on_ground=0, phase=CLIMB, altitude_ft=900.0),
    ]
    assert kinds(*ticks)[2:] == [["landing"], ["takeoff"]]


def test_who_goes_on_level_did_not_go_around() -> None:
    assert flown((APPROACH, 900.0), (CRUISE, 900.0), (CLIMB, 2500.0)) == []


def test_a_second_go_around_is_another() -> None:
    around = (APPROACH, 500.0), (CLIMB, 1500.0)
    assert flown(*around, *around) == ["go_around"] * 2


def test_a_go_around_has_its_place_its_airport_and_its_time() -> None:
    at = {"airport": np.array([b"EDDF"]), "elevation_ft": np.array([364.0])}
    low = flight(on_ground=0, phase=APPROACH, altitude_ft=900.0) | at
    up = flight(on_ground=0, phase=CLIMB, altitude_ft=2000.0, last_heard=SOON + 60.0, lat=50.0, lon=8.5) | at
    assert last(heard(2), changes_of(3, low), changes_of(4, up)) == [
        ("go_around", SOON + 60.0, {"lat": 50.0, "lon": 8.5, "airport": "EDDF"})
    ]


FRANKFURT = Airports.of(np.array([b"EDDF"]), np.array([50.03]), np.array([8.57]), np.array([364.0]))


def test_a_table_finds_a_go_around_in_what_one_aircraft_says() -> None:
    table, events, happened = FlightTable(airports=FRANKFURT), Events(), []
    events.of(table.take(START))
    altitude = 2500.0
    for second in range(300):
        rate = -750.0 if second < 150 else 2000.0
        altitude += rate / 60
        now = START + 1.0 + second
        known = {"on_ground": 0, "altitude_ft": round(altitude / 25) * 25, "vertical_rate_fpm": rate}
        known |= {"lat": 50.02, "lon": 8.5}
        seen = Observations.of([RYANAIR], [now], **{name: [value] for name, value in known.items()})
        table.apply(seen)
        table.expire(now)
        happened += events.of(table.take(now))
    assert [(event.kind, event.time - START) for event in happened] == [
        ("flight_started", 1.0),
        ("go_around", 171.0),
    ]


# Squawks.


def test_a_squawk_that_changes_is_told_with_the_one_before() -> None:
    changed = last(heard(2, squawk=2000), heard(3, last_heard=SOON + 20.0, squawk=21))
    assert changed == [("squawk", SOON + 20.0, {"squawk": "0021", "before": "2000"})]


def test_the_first_squawk_of_a_flight_is_no_change() -> None:
    assert kinds(heard(2), heard(3, squawk=0), heard(4, squawk=0)) == [["flight_started"], [], []]


def test_a_squawk_of_0000_is_one() -> None:
    assert last(heard(2, squawk=0), heard(3, squawk=7000))[0][2] == {"squawk": "7000", "before": "0000"}


def test_a_squawk_unknown_between_two_known_ones_does_not_hide_the_change() -> None:
    assert kinds(heard(2, squawk=2000), heard(3), heard(4, squawk=7000))[1:] == [[], ["squawk"]]
    assert kinds(heard(2, squawk=2000), heard(3), heard(4, squawk=2000))[1:] == [[], []]


def test_a_change_just_before_a_flight_went_is_told() -> None:
    assert kinds(heard(2, squawk=2000), gone(3, squawk=7000))[1:] == [["squawk"]]


def test_a_change_while_a_flight_was_silent_is_told_when_it_comes_back_in_another_row() -> None:
    stranger = heard(4, address=DELTA, squawk=1000)
    back = heard(5, row=1500, squawk=7000)
    ticks = heard(2, squawk=2000), gone(3, squawk=2000), stranger, back
    assert last(*ticks) == [("squawk", SOON + 10.5, {"squawk": "7000", "before": "2000"})]


def test_a_snapshot_in_other_rows_tells_only_what_changed() -> None:
    events = Events()
    flights = rows_of([RYANAIR, DELTA], SOON, last_heard=SOON + 1.0, squawk=[2000, 3000], emergency=GENERAL)
    events.of(changes_of(1))
    events.of(changes_of(2, flights))
    flights |= {"row": np.array([1, 5]), "squawk": np.array([2000, 3001], np.int16)}
    happened = events.of(changes_of(9, flights, since=0))
    assert [(event.kind, event.flight >> 32) for event in happened] == [("squawk", DELTA)]


def test_of_the_silent_a_snapshot_keeps_only_those_it_names() -> None:
    events = Events()
    for address in (RYANAIR, DELTA):
        events.of(changes_of(1 if address == RYANAIR else 2, rows_of(address, SOON, last_heard=SOON + 1.0)))
        events.of(gone(3, address=address))
    events.of(replace(gone(9), since=0))
    assert [*events._away] == [RYANAIR << 32 | SOON]


# Emergencies.


def test_an_emergency_is_on_when_it_is_declared_and_off_when_none_is() -> None:
    ticks = [heard(2 + tick, emergency=code) for tick, code in enumerate((0, GENERAL, GENERAL, 0))]
    assert kinds(*ticks)[1:] == [["emergency_on"], [], ["emergency_off"]]
    assert last(*ticks[:2])[0][2] == {"emergency": "general", "before": None}
    assert last(*ticks)[0][2] == {"emergency": None, "before": "general"}


def test_a_flight_that_is_met_with_an_emergency_declares_it() -> None:
    assert kinds(heard(2, emergency=MEDICAL)) == [["flight_started", "emergency_on"]]


def test_an_emergency_in_a_snapshot_is_news() -> None:
    (event,) = Events().of(heard(1, emergency=MEDICAL))
    assert (event.kind, event.details) == ("emergency_on", {"emergency": "medical", "before": None})


def test_one_emergency_after_another_is_on_again() -> None:
    on = last(heard(2, emergency=MEDICAL), heard(3, last_heard=SOON + 20.0, emergency=GENERAL))
    assert on == [("emergency_on", SOON + 20.0, {"emergency": "general", "before": "medical"})]


def test_none_declared_is_no_news_where_none_was() -> None:
    assert kinds(heard(2), heard(3, emergency=0)) == [["flight_started"], []]


def test_an_emergency_that_is_not_heard_for_a_while_goes_on() -> None:
    ticks = [heard(2 + tick, emergency=code) for tick, code in enumerate((GENERAL, -1, GENERAL, -1, 0))]
    assert kinds(*ticks)[1:] == [[], [], [], ["emergency_off"]]


def test_an_emergency_goes_on_while_its_flight_is_silent() -> None:
    ticks = heard(2, emergency=GENERAL), gone(3, emergency=GENERAL), heard(4, row=3, emergency=GENERAL)
    assert kinds(*ticks)[1:] == [[], []]


# Times and names.


def test_what_happens_to_a_flight_in_one_tick_has_one_time() -> None:
    before, after = heard(2, squawk=2000, on_ground=1), heard(3, squawk=7700, emergency=GENERAL, on_ground=0)
    (events,) = told(before, after)[1:]
    assert {event.kind: event.time - SOON for event in events} == {
        "takeoff": 10.5,
        "squawk": 10.5,
        "emergency_on": 10.5,
    }


def test_times_are_rounded_to_milliseconds() -> None:
    ((_, time, _),) = last(heard(2, squawk=2000), heard(3, last_heard=SOON + 20.0007, squawk=7000))
    assert time == SOON + 20.001


def test_nothing_happens_to_a_flight_before_it_has_started() -> None:
    second_leg = heard(2, start=SOON + 11, last_heard=SOON + 10.5, emergency=GENERAL)
    assert [(kind, time - SOON) for kind, time, _ in last(second_leg)] == [
        ("flight_started", 11.0),
        ("emergency_on", 11.0),
    ]


def test_two_changes_at_one_time_have_two_names() -> None:
    ticks = told(heard(2, squawk=2000), heard(3, squawk=7000), heard(4, squawk=2000))
    names = [event.id for events in ticks for event in events if event.kind == "squawk"]
    assert names == ["4ca2d6-6740a768-squawk-1732290418500", "4ca2d6-6740a768-squawk-1732290418501"]


def test_events_come_in_order_of_time() -> None:
    starts, last_heard = [SOON + 3, SOON], [SOON + 5.0, SOON + 9.0]
    both = rows_of([DELTA, RYANAIR], starts, last_heard=last_heard, emergency=GENERAL)
    (events,) = told(changes_of(2, both))
    assert [(event.kind, event.flight >> 32, event.time - SOON) for event in events] == [
        ("flight_started", RYANAIR, 0.0),
        ("flight_started", DELTA, 3.0),
        ("emergency_on", DELTA, 5.0),
        ("emergency_on", RYANAIR, 9.0),
    ]


# Properties.

AIRCRAFT = (RYANAIR, DELTA, 0x3C6444)
REPORT = st.tuples(
    st.sampled_from(AIRCRAFT),
    st.fixed_dictionaries(
        {
            "squawk": st.sampled_from((-1, 0, 1200, 7700)),
            "emergency": st.sampled_from((-1, 0, GENERAL, MEDICAL)),
            "on_ground": st.sampled_from((-1, 0, 1)),
        }
    ),
)
Report = tuple[int, dict[str, int]]


def cut(reports: Sequence[Report], cuts: set[int]) -> Iterator[Changes]:
    """Put one report a second into ticks, a new one at each of `cuts` and where a flight comes again."""
    part: dict[int, tuple[int, dict[str, int]]] = {}
    tick = 2
    for second, (address, known) in enumerate(reports):
        if address in part or second in cuts:
            yield ticked(tick, part)
            part, tick = {}, tick + 1
        part[address] = second, known
    yield ticked(tick, part)


def ticked(tick: int, part: dict[int, tuple[int, dict[str, int]]]) -> Changes:
    columns = {n: [known[n] for _, known in part.values()] for n in ("squawk", "emergency", "on_ground")}
    last_heard = [SOON + 1.0 + second for second, _ in part.values()]
    rows = [AIRCRAFT.index(address) for address in part]
    return changes_of(tick, rows_of([*part], SOON, last_heard=last_heard, row=rows, **columns))


@given(st.lists(REPORT, max_size=30), st.sets(st.integers(0, 30)))
def test_the_same_history_gives_the_same_events_however_it_is_cut_into_ticks(
    reports: list[Report], cuts: set[int]
) -> None:
    one_by_one, cut_up = (
        [event for events in told(*cut(reports, where)) for event in events if event.kind != "flight_started"]
        for where in ({*range(31)}, cuts)
    )
    assert one_by_one == cut_up


class Model:
    """What is known of each flight, an object per flight and a value at a time; no rows."""

    def __init__(self) -> None:
        self.known: dict[int, dict[str, float]] = {}
        self.snapshot_at = 0.0

    def of(self, changes: Changes) -> list[tuple[int, str]]:
        happened = [(who, "flight_ended") for who in ids(changes.ended)]
        if not changes.since:
            self.snapshot_at = changes.time
        for part in (changes.gone, changes.updated):
            for i, who in enumerate(ids(part)):
                now = {name: int(part[name][i]) for name in ("squawk", "emergency", "on_ground")}
                if "conflicted_at" in part:
                    now["conflicted_at"] = float(part["conflicted_at"][i])
                recent = changes.since and part["start"][i] >= self.snapshot_at - 60
                if recent and who not in self.known:
                    happened.append((who, "flight_started"))
                    if part["reason"][i] == LANDED:
                        happened.append((who, "takeoff"))
                        self.known[who] = {"on_ground": 0}
                before = self.known.setdefault(who, {})
                happened += [(who, kind) for kind in self._steps(before, now)]
                before.update({name: value for name, value in now.items() if value >= 0})
        return sorted(happened)

    def _steps(self, before: dict[str, float], now: dict[str, float]) -> Iterator[str]:
        if now["emergency"] >= 0 and now["emergency"] != before.get("emergency", 0):
            yield "emergency_on" if now["emergency"] else "emergency_off"
        if now.get("conflicted_at", 0) > before.get("conflicted_at", 0):
            yield "address_conflict"
        if -1 not in (now["squawk"], before.get("squawk", -1)) and now["squawk"] != before["squawk"]:
            yield "squawk"
        if (before.get("on_ground"), now["on_ground"]) in ((0, 1), (1, 0)):
            yield "landing" if now["on_ground"] else "takeoff"


def ids(part: Any) -> list[int]:
    return flight_ids(part["address"], part["start"]).tolist()  # type: ignore[no-any-return]


@settings(max_examples=settings().max_examples // 2)
@given(st.data())
def test_the_watcher_of_a_table_agrees_with_a_model_that_knows_no_rows(data: st.DataObject) -> None:
    table, events, model, now = FlightTable(capacity=1), Events(), Model(), START + 0.0
    names: list[str] = []
    over: set[int] = set()
    for _ in range(data.draw(st.integers(1, 15))):
        batches = st.lists(st.lists(rows_before(now), min_size=1, max_size=6), max_size=3)
        for rows in data.draw(batches):
            table.apply(observations(rows))
        table.expire(now)
        changes = table.take(now)
        happened = events.of(changes)
        assert sorted((event.flight, event.kind) for event in happened) == model.of(changes)
        assert [event.time for event in happened] == sorted(event.time for event in happened)
        assert all(event.kind in KINDS and msgspec.json.encode(event.details) for event in happened)
        assert all(event.id.startswith(flight_text(*divmod(event.flight, 1 << 32))) for event in happened)
        names += [event.id for event in happened]
        over |= {*ids(changes.ended)}
        assert not over & {*events._away}, "a flight that has ended is remembered for ever"
        now += data.draw(st.sampled_from(STEPS))
    assert len({*names}) == len(names)
