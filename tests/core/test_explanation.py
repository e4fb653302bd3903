import dataclasses
from typing import Any

import numpy as np

from aerotrack.core.aircraft_facts import FACTS, AircraftFacts
from aerotrack.core.columns import BY_NAME, POSITION_SOURCES
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations

START = 1_732_289_344.0
A = 0x4CA2D6
ADSB, MLAT = POSITION_SOURCES.index("adsb"), POSITION_SOURCES.index("mlat")


def hear(table: FlightTable, second: float, feed: str, *, priority: bool = False, **known: object) -> None:
    columns = {name: [value] for name, value in known.items()}
    seen = Observations.of([A], [START + second], feed=feed, **columns)
    table.apply(dataclasses.replace(seen, priority=priority))


def explained(table: FlightTable, second: float) -> Any:
    table.take(START + second)
    return table.explain(table.row_of(A))


def by(feed: str | None, source: str | None, age: float | None, **more: Any) -> dict[str, Any]:
    return {"feed": feed, "source": source, "priority": False, "age_seconds": age} | more


def test_each_known_value_has_who_said_it_and_how_long_ago() -> None:
    table = FlightTable()
    hear(table, 0, "roof", position_source=ADSB, altitude_ft=30_000, lat=50.0, lon=8.0, time=START - 1)
    hear(table, 2, "roof", position_source=ADSB, squawk=0)
    assert explained(table, 2.4) == {
        "lat": by("roof", "adsb", 3.4, refused=[]),
        "lon": by("roof", "adsb", 3.4, refused=[]),
        "altitude_ft": by("roof", "adsb", 2.4, refused=[]),
        "squawk": by("roof", "adsb", 0.4, refused=[]),
        "position_source": by("roof", "adsb", 2.4, refused=[]),
    }


def test_what_was_said_before_there_was_a_second_voice_is_still_known() -> None:
    table = FlightTable()
    hear(table, 0, "roof", position_source=ADSB, altitude_ft=30_000, lat=50.0, lon=8.0)
    hear(table, 1, "net", position_source=MLAT, squawk=1000)
    why = explained(table, 2)
    assert why["altitude_ft"] == by("roof", "adsb", 2.0, refused=[])
    assert why["lat"] == by("roof", "adsb", 2.0, refused=[])
    assert why["squawk"] == by("net", "mlat", 1.0, refused=[])


def test_a_rival_is_told_with_the_reason_for_which_it_was_not_believed() -> None:
    table = FlightTable()
    hear(table, 0, "roof", position_source=ADSB, altitude_ft=30_000, lat=50.0, lon=8.0)
    hear(table, 3, "net", position_source=MLAT, altitude_ft=30_100, lat=50.002, lon=8.0)
    hear(table, 4.5, "roof", position_source=ADSB, altitude_ft=30_000)
    why = explained(table, 5)
    assert why["altitude_ft"]["age_seconds"] == 0.5
    assert why["altitude_ft"]["refused"] == [by("net", "mlat", 2.0, reason="outranked")]
    assert why["lon"]["refused"] == [by("net", "mlat", 2.0, reason="outranked")]


def test_jumps_copies_and_late_positions_are_told_too() -> None:
    table = FlightTable()
    hear(table, 0, "roof", altitude_ft=30_000, lat=50.0, lon=8.0, ground_speed_kt=400)
    hear(table, 1, "roof", altitude_ft=3_000)
    assert explained(table, 1)["altitude_ft"]["refused"] == [by("roof", None, 0.0, reason="altitude_jump")]
    for at, lat, reason in ((1, 50.0, "duplicate"), (2, 55.0, "jump"), (-1, 50.0, "out_of_order")):
        hear(table, at, "roof", lat=lat, lon=8.0)
        assert explained(table, 2)["lat"]["refused"] == [by("roof", None, 2.0 - at, reason=reason)]


def test_a_feed_with_priority_is_said_to_have_it() -> None:
    table = FlightTable()
    hear(table, 0, "ship", priority=True, altitude_ft=30_000)
    hear(table, 1, "roof", position_source=ADSB, altitude_ft=30_100)
    why = explained(table, 1)["altitude_ft"]
    assert (why["feed"], why["source"], why["priority"]) == ("ship", None, True)


def test_what_a_database_knows_was_said_by_no_feed() -> None:
    table = FlightTable()
    facts = {name: BY_NAME[name].blank(1) for name in FACTS} | {"type_code": np.array([b"B738"], "S4")}
    table.know(AircraftFacts.of(np.array([A], np.uint32), facts))
    hear(table, 0, "roof", squawk=1000)
    assert explained(table, 1)["type_code"] == by(None, None, None, refused=[])


def test_what_was_heard_after_the_tick_is_not_older_than_nothing() -> None:
    table = FlightTable()
    hear(table, 5, "roof", squawk=1000)
    assert explained(table, 2)["squawk"]["age_seconds"] == 0.0


def test_a_replica_knows_how_old_a_position_is_and_no_more() -> None:
    table, replica = FlightTable(), FlightTable()
    hear(table, 0, "roof", position_source=ADSB, squawk=1000, lat=50.0, lon=8.0)
    replica.replay(table.take(START + 1))
    why = replica.explain(replica.row_of(A))
    assert why["squawk"] == by(None, None, None, refused=[])
    assert why["lat"] == by(None, None, 1.0, refused=[])
