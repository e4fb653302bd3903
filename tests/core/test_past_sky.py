from math import nan
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.flights import FlightTable
from aerotrack.core.identity import flight_ids
from aerotrack.core.past_sky import FACTS, KEPT_TICKS, Passage, PastSky, joined
from fakes import stored_positions

AT = 1_000_000.0
ONE, TWO = 0x4CA2D6 << 32 | 900_000, 0x1000001 << 32 | 990_000


def passage(*reports: tuple[int, float], callsign: bytes = b"", **known: Any) -> Passage:
    """Make a passage of reports: which flight, and when after AT; with a callsign, the facts of all."""
    flights = [flight for flight, _ in reports]
    positions = stored_positions(flights, [AT + time for _, time in reports], **known)
    facts = Passage.nothing().facts
    if callsign:
        told = np.unique(np.array(flights, np.int64))
        facts = {name: np.resize(values, len(told)) for name, values in facts.items()} | {
            name: np.full(len(told), b"", values.dtype) for name, values in facts.items() if name in FACTS
        }
        facts |= {"flight": told, "reason": np.full(len(told), 2, np.int8)}
        facts["callsign"] = np.full(len(told), callsign, "S8")
    return Passage(positions, facts, ("roof",))


def names(columns: Any) -> list[int]:
    return sorted(flight_ids(columns["address"], columns["start"]).tolist())


def test_a_flight_comes_whole_under_the_id_it_is_stored_with() -> None:
    told = PastSky().advance(AT, passage((ONE, -7.0), lat=50.0, lon=8.0, squawk=7700, callsign=b"DLH4AB"))
    assert (told.since, told.tick, told.time, told.feeds) == (0, 1, AT, ("roof",))
    assert names(told.updated) == [ONE]
    values = {name: column[0] for name, column in told.updated.items()}
    assert (values["lat"], values["squawk"], values["callsign"]) == (50.0, 7700, b"DLH4AB")
    assert (values["time"], values["last_heard"], values["coasting"]) == (AT - 7, AT - 7, 0)
    assert (values["reason"], values["facts_tick"], values["feed"]) == (2, 1, 0)
    assert np.isnan(values["altitude_ft"])


def test_only_what_has_changed_is_told() -> None:
    sky = PastSky()
    sky.advance(AT, passage((ONE, 0.0), (TWO, 0.0)))
    told = sky.advance(AT + 1, passage((ONE, 1.0)))
    assert (told.since, told.tick, names(told.updated), names(told.gone)) == (1, 2, [ONE], [])
    assert told.updated["facts_tick"].tolist() == [1]


def test_a_picture_of_what_is_known_changes_nothing() -> None:
    sky = PastSky()
    sky.advance(AT, passage((ONE, 0.0)))
    assert names(sky.advance(AT + 5, passage((ONE, 0.0))).updated) == []


def test_a_fact_that_changes_is_noted() -> None:
    sky = PastSky()
    sky.advance(AT, passage((ONE, 0.0), on_ground=1))
    assert sky.advance(AT + 1, passage((ONE, 1.0), on_ground=0)).updated["facts_tick"].tolist() == [2]


def test_the_emergency_is_what_the_squawk_says() -> None:
    sky = PastSky()
    told = sky.advance(AT, passage((ONE, 0.0), (TWO, 0.0), squawk=[7500, -1]))
    emergency = dict(zip(told.updated["address"].tolist(), told.updated["emergency"].tolist(), strict=True))
    assert emergency == {ONE >> 32: 5, TWO >> 32: -1}
    told = sky.advance(AT + 1, passage((ONE, 1.0), squawk=1000))
    assert (told.updated["emergency"].tolist(), told.updated["facts_tick"].tolist()) == ([0], [2])


def test_of_several_positions_in_a_step_the_last_one_counts() -> None:
    told = PastSky().advance(AT + 3, passage((ONE, 1.0), (ONE, 2.0), lat=[50.0, 51.0]))
    assert told.updated["lat"].tolist() == [51.0]


def test_a_value_that_is_not_stored_is_not_known_any_more() -> None:
    sky = PastSky()
    sky.advance(AT, passage((ONE, 0.0), altitude_ft=3000))
    assert np.isnan(sky.advance(AT + 1, passage((ONE, 1.0), altitude_ft=nan)).updated["altitude_ft"]).all()


def test_a_flight_coasts_after_15_seconds_and_is_gone_after_60() -> None:
    sky = PastSky()
    sky.advance(AT, passage((ONE, 0.0)))
    assert names(sky.advance(AT + 15, passage()).updated) == []
    coasting = sky.advance(AT + 16, passage())
    assert (coasting.updated["coasting"].tolist(), coasting.updated["facts_tick"].tolist()) == ([1], [3])
    assert names(sky.advance(AT + 60, passage()).gone) == []
    gone = sky.advance(AT + 60.02, passage())
    assert (names(gone.gone), names(gone.updated), sky.live.tolist()) == ([ONE], [], [])


def test_a_flight_that_comes_back_has_its_row_and_its_facts() -> None:
    sky = PastSky()
    row = sky.advance(AT, passage((ONE, 0.0), callsign=b"DLH4AB")).updated["row"].tolist()
    sky.advance(AT + 100, passage())
    told = sky.advance(AT + 200, passage((ONE, 200.0)))
    assert (told.updated["row"].tolist(), told.updated["callsign"].tolist()) == (row, [b"DLH4AB"])
    assert told.updated["facts_tick"].tolist() == [3]


def test_a_row_is_another_flights_only_long_after() -> None:
    sky = PastSky()
    sky.advance(AT, passage((ONE, 0.0)))
    sky.advance(AT + 100, passage())
    other = sky.advance(AT + 101, passage((TWO, 101.0)))
    assert other.updated["row"].tolist() == [2]
    for tick in range(KEPT_TICKS):
        sky.advance(AT + 102, passage((TWO, 102.0 if tick else 101.0)))
    third = sky.advance(AT + 103, passage((7 << 32, 103.0)))
    assert third.updated["row"].tolist() == [1]
    assert third.updated["callsign"].tolist() == [b""]


def test_a_passage_is_cut_after_its_beginning_and_with_its_end() -> None:
    cut = passage((ONE, 0.0), (ONE, 1.0), (ONE, 2.0)).between(AT, AT + 1)
    assert cut.positions["time"].tolist() == [AT + 1]


def test_passages_that_follow_one_another_are_one() -> None:
    one = joined([passage((ONE, 0.0), callsign=b"A"), passage((ONE, 1.0), (TWO, 1.0), callsign=b"A")])
    assert one.positions["time"].tolist() == [AT, AT + 1, AT + 1]
    assert one.facts["flight"].tolist() == sorted([ONE, TWO])
    assert len(one) == 3


def test_a_passage_alone_is_itself() -> None:
    alone = passage((ONE, 0.0))
    assert joined([alone]) is alone


REPORTS = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 300)), max_size=40)


@given(reports=REPORTS, steps=st.lists(st.integers(1, 120), min_size=1, max_size=12))
def test_whatever_the_steps_the_sky_is_what_was_heard_in_the_last_minute(
    reports: list[tuple[int, int]], steps: list[int]
) -> None:
    reports = sorted({(n << 32, time) for n, time in reports}, key=lambda report: report[1])
    all_of_it = passage(*reports, lat=[float(i % 90) for i in range(len(reports))])
    sky, table, at = PastSky(), FlightTable(), AT
    picture = all_of_it.between(0, AT)
    for step in [0, *steps]:
        told = sky.advance(at + step, picture if not step else all_of_it.between(at, at + step))
        at += step
        table.replay(told)
        expected = {f: (AT + t, float(i % 90)) for i, (f, t) in enumerate(reports) if 0 <= at - AT - t <= 60}
        c, live = table.columns, table.live
        flights = flight_ids(c["address"][live], c["start"][live]).tolist()
        held = dict(zip(flights, zip(c["time"][live], c["lat"][live], strict=True), strict=True))
        assert held == expected
        assert sorted(sky.live.tolist()) == sorted(expected)
        assert not set(names(told.updated)) & set(names(told.gone))
