from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.aircraft_facts import FACTS, AircraftFacts, enter
from aerotrack.core.columns import BY_NAME
from aerotrack.core.flights import FlightTable
from aerotrack.core.identity import NOT_ICAO
from aerotrack.core.observations import Observations
from aerotrack.core.rows import Rows

START = 1_732_289_344.0
A, B = 0x4CA2D6, 0x3C6444
RYANAIR = (A, b"EI-DAC", b"B738", b"A3", b"RYANAIR")


def facts_of(*rows: tuple[int, bytes, bytes, bytes, bytes]) -> AircraftFacts:
    columns = {
        name: np.array([row[i] for row in rows], BY_NAME[name].dtype) for i, name in enumerate(FACTS, 1)
    }
    return AircraftFacts.of(np.array([row[0] for row in rows], np.uint32), columns)


def told(columns: Any, row: int = 0) -> tuple[bytes, ...]:
    return tuple(columns[name][row] for name in FACTS)


def heard(table: FlightTable, seconds: float = 0.0, address: int = A, **columns: Any) -> Any:
    """Hear one aircraft and close the tick; return what changed."""
    now = START + seconds
    known: dict[str, Any] = {name: [value] for name, value in columns.items()}
    table.apply(Observations.of([address], [now], **known))
    table.expire(now)
    return table.take(now).updated


def test_an_aircraft_is_found_whatever_order_the_database_has() -> None:
    facts = facts_of((0xA12345, b"N1", b"", b"", b""), RYANAIR, (1, b"Z", b"", b"", b""))
    found = facts.look_up(np.array([A, B, 0xFFFFFF, 0, 1], np.uint32))
    assert told(found) == RYANAIR[1:]
    assert found["registration"].tolist() == [b"EI-DAC", b"", b"", b"", b"Z"]


def test_of_two_rows_for_an_aircraft_the_last_counts() -> None:
    facts = facts_of(RYANAIR, (A, b"EI-DAD", b"", b"", b""), (B, b"D-AIBD", b"", b"", b""))
    assert len(facts) == 2
    assert told(facts.look_up(np.array([A], np.uint32))) == (b"EI-DAD", b"", b"", b"")


def test_an_address_that_is_not_of_icao_is_never_in_a_database() -> None:
    assert told(facts_of(RYANAIR).look_up(np.array([A | NOT_ICAO], np.uint32))) == (b"", b"", b"", b"")


def test_an_empty_database_knows_nobody() -> None:
    assert told(facts_of().look_up(np.array([A], np.uint32))) == (b"", b"", b"", b"")


@given(st.lists(st.integers(0, 40)), st.lists(st.integers(0, 60)))
def test_looking_up_is_what_a_dictionary_does(known: list[int], asked: list[int]) -> None:
    facts = facts_of(*((address, str(i).encode(), b"", b"", b"") for i, address in enumerate(known)))
    book = {address: str(i).encode() for i, address in enumerate(known)}
    found = facts.look_up(np.array(asked, np.uint32))["registration"].tolist()
    assert found == [book.get(address, b"") for address in asked]


def test_only_what_is_new_is_written_and_told() -> None:
    table = Rows(8)
    one = np.array([A, B], np.uint32)
    rows = table.seat(one, np.zeros(2, np.int64), np.zeros(2, np.int8), 60.0)
    assert enter(table, rows, facts_of(RYANAIR)).tolist() == [rows[0]]
    assert enter(table, rows, facts_of(RYANAIR)).tolist() == []


def test_a_flight_has_its_facts_on_the_tick_it_begins() -> None:
    table = FlightTable()
    table.know(facts_of(RYANAIR))
    changes = heard(table, callsign=b"RYR1")
    assert told(changes) == RYANAIR[1:]
    assert changes["facts_tick"].tolist() == [1]


def test_a_flight_without_a_database_has_none() -> None:
    assert told(heard(FlightTable())) == (b"", b"", b"", b"")


def test_what_a_feed_tells_stands_before_the_database() -> None:
    table = FlightTable()
    table.know(facts_of(RYANAIR))
    assert told(heard(table, type_code=b"B38M")) == (b"EI-DAC", b"B38M", b"A3", b"RYANAIR")
    assert told(heard(table, 1, registration=b"EI-X")) == (b"EI-X", b"B38M", b"A3", b"RYANAIR")
    table.know(facts_of((A, b"EI-DAC", b"B738", b"A5", b"BUZZ")))
    assert told(heard(table, 2)) == (b"EI-X", b"B38M", b"A5", b"BUZZ")


def test_a_new_database_is_news_for_the_flights_that_it_changes_only() -> None:
    table = FlightTable()
    heard(table)
    heard(table, address=B)
    table.know(facts_of(RYANAIR))
    table.expire(START)
    changes = table.take(START)
    assert changes.updated["address"].tolist() == [A]
    assert changes.updated["facts_tick"].tolist() == [changes.tick]


def test_what_the_database_takes_back_is_unknown_again() -> None:
    table = FlightTable()
    table.know(facts_of(RYANAIR))
    heard(table)
    table.know(facts_of((B, b"D-AIBD", b"A320", b"", b"LUFTHANSA")))
    assert told(heard(table, 1)) == (b"", b"", b"", b"")


def test_the_leg_after_a_landing_has_the_facts_too() -> None:
    table = FlightTable()
    table.know(facts_of(RYANAIR))
    heard(table, on_ground=1)
    changes = heard(table, 4000, on_ground=0, ground_speed_kt=200)
    assert changes["start"].tolist() == [int(START) + 4000]
    assert told(changes) == RYANAIR[1:]


def test_the_database_is_asked_for_new_flights_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[int]] = []
    look_up = AircraftFacts.look_up

    def noted(facts: AircraftFacts, address: Any) -> Any:
        asked.append(address.tolist())
        return look_up(facts, address)

    monkeypatch.setattr(AircraftFacts, "look_up", noted)
    table = FlightTable()
    table.know(facts_of(RYANAIR))
    for seconds in range(5):
        heard(table, seconds)
    assert [addresses for addresses in asked if addresses] == [[A]]
