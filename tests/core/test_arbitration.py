import dataclasses

import pytest

from aerotrack.core.columns import POSITION_SOURCES
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations

START = 1_732_289_344.0
A = 0x4CA2D6


def told(
    second: float,
    feed: str,
    source: str | None = None,
    *,
    priority: bool = False,
    interval: float = 0.0,
    **known: object,
) -> Observations:
    code = -1 if source is None else POSITION_SOURCES.index(source)
    columns = {name: [value] for name, value in known.items()} | {"position_source": [code]}
    seen = Observations.of([A], [START + second], feed=feed, **columns)
    return dataclasses.replace(seen, priority=priority, interval=interval)


def value(table: FlightTable, name: str) -> object:
    return table.columns[name][table.row_of(A)].item()


def at(lat: float) -> dict[str, float]:
    return {"lat": lat, "lon": 8.0}


def test_what_is_measured_does_not_replace_what_the_aircraft_has_just_said() -> None:
    table = FlightTable()
    table.apply(told(0, "roof", "adsb", altitude_ft=30_000, ground_speed_kt=450))
    assert table.apply(told(1, "net", "mlat", altitude_ft=30_100, squawk=1000)) == {"outranked_value": 1}
    assert value(table, "altitude_ft") == 30_000
    assert value(table, "squawk") == 1000  # nobody else had said it


def test_what_the_aircraft_says_replaces_what_is_measured_at_once() -> None:
    table = FlightTable()
    table.apply(told(0, "net", "mlat", altitude_ft=30_100))
    assert table.apply(told(0.5, "roof", "adsb", altitude_ft=30_000)) == {}
    assert value(table, "altitude_ft") == 30_000


@pytest.mark.parametrize(("silent", "now"), [(15, 30_000), (15.25, 30_100)])
def test_a_lower_rank_waits_for_15_seconds(silent: float, now: float) -> None:
    table = FlightTable()
    table.apply(told(0, "roof", "adsb", altitude_ft=30_000))
    table.apply(told(silent, "net", "mlat", altitude_ft=30_100))
    assert value(table, "altitude_ft") == now


@pytest.mark.parametrize(("silent", "now"), [(30, 30_000), (30.25, 30_100)])
def test_and_for_three_polls_of_a_feed_that_is_polled(silent: float, now: float) -> None:
    table = FlightTable()
    table.apply(told(0, "web", "adsb", interval=10.0, altitude_ft=30_000))
    table.apply(told(silent, "net", "mlat", altitude_ft=30_100))
    assert value(table, "altitude_ft") == now


def test_of_two_feeds_of_one_rank_the_newest_word_counts() -> None:
    table = FlightTable()
    table.apply(told(0, "roof", "adsb", altitude_ft=30_000))
    assert table.apply(told(1, "hill", "adsb", altitude_ft=30_025)) == {}
    assert table.apply(told(2, "roof", "adsb", altitude_ft=30_050)) == {}
    assert value(table, "altitude_ft") == 30_050


def test_sbs_does_not_say_where_it_knows_it_from_and_stands_back_behind_raw_frames() -> None:
    table = FlightTable()
    table.apply(told(0, "sbs", altitude_ft=30_000, squawk=1000))
    table.apply(told(1, "beast", "adsb", altitude_ft=30_025))
    assert table.apply(told(2, "sbs", altitude_ft=30_000, squawk=2000)) == {"outranked_value": 1}
    assert value(table, "altitude_ft") == 30_025
    assert value(table, "squawk") == 2000


def test_a_feed_with_priority_is_believed_before_all_others() -> None:
    table = FlightTable()
    table.apply(told(0, "roof", "adsb", altitude_ft=30_000, **at(50.0)))
    table.apply(told(1, "ship", "mlat", priority=True, altitude_ft=29_900, **at(50.001)))
    refused = table.apply(told(2, "roof", "adsb", altitude_ft=30_000, **at(50.002)))
    assert refused == {"outranked": 1, "outranked_value": 1}
    assert (value(table, "altitude_ft"), value(table, "lat")) == (29_900, 50.001)


def test_a_measured_place_moves_no_flight_that_tells_its_own() -> None:
    table = FlightTable()
    table.apply(told(0, "roof", "adsb", **at(50.0)))
    assert table.apply(told(3, "net", "mlat", **at(50.002))) == {"outranked": 1}
    assert (value(table, "lat"), value(table, "feed")) == (50.0, 0)
    assert POSITION_SOURCES[value(table, "position_source")] == "adsb"
    assert table.apply(told(16, "net", "mlat", **at(50.003))) == {}
    assert POSITION_SOURCES[value(table, "position_source")] == "mlat"


def test_an_outranked_place_is_no_rival_however_far_away() -> None:
    table = FlightTable()
    for second in range(60):
        table.apply(told(second, "roof", "adsb", **at(50.0 + second / 1000)))
        assert table.apply(told(second + 0.5, "net", "mlat", **at(55.0 + second / 1000))) == {"outranked": 1}
    assert table.columns["conflicted_at"][table.row_of(A)] == 0


def test_a_wrong_place_of_a_lower_rank_gives_way_to_the_second_of_a_higher_one() -> None:
    table = FlightTable()
    for second in range(40):
        table.apply(told(second, "net", "mlat", **at(55.0 + second / 1000)))
    assert table.apply(told(40, "roof", "adsb", **at(50.0))) == {"jump": 1}
    assert table.apply(told(40.5, "net", "mlat", **at(55.041))) == {}
    assert table.apply(told(41, "roof", "adsb", **at(50.001))) == {}
    assert value(table, "lat") == 50.001


def test_the_source_of_a_position_comes_only_with_a_position() -> None:
    table = FlightTable()
    table.apply(told(0, "roof", "adsb", **at(50.0)))
    table.apply(told(1, "roof", "mode_s", squawk=1000))
    table.apply(told(1.5, "roof", "mode_s", **at(50.0)))  # a copy
    assert POSITION_SOURCES[value(table, "position_source")] == "adsb"


def test_a_late_value_of_a_lower_rank_is_late_and_not_outranked() -> None:
    table = FlightTable()
    table.apply(told(5, "roof", "adsb", altitude_ft=30_000))
    assert table.apply(told(4, "net", "mlat", altitude_ft=30_100)) == {}
    assert value(table, "altitude_ft") == 30_000


def test_an_outranked_word_of_the_ground_does_not_split_a_flight() -> None:
    table = FlightTable()
    for second in range(90):
        table.apply(told(second, "roof", "adsb", on_ground=1, ground_speed_kt=0))
    table.apply(told(90, "sbs", on_ground=0, ground_speed_kt=200))
    assert (value(table, "start"), value(table, "on_ground")) == (int(START), 1)


def test_who_said_that_it_stands_is_known_of_the_next_flight_that_begins_there() -> None:
    table = FlightTable()
    table.apply(told(0, "roof", "adsb", callsign=b"DLH1", on_ground=1))
    table.apply(told(1, "roof", "adsb", callsign=b"BAW22"))
    table.apply(told(2, "sbs", squawk=1000))
    table.apply(told(25, "roof", "adsb", on_ground=1))
    table.apply(told(31.5, "roof", "adsb", callsign=b"BAW22"))
    assert value(table, "start") == int(START) + 31
    assert table.apply(told(32, "sbs", on_ground=0, ground_speed_kt=200)) == {"outranked_value": 1}
    assert value(table, "on_ground") == 1


def test_a_flight_that_begins_where_another_sat_remembers_none_of_its_voices() -> None:
    table = FlightTable()
    table.apply(told(0, "roof", "adsb", altitude_ft=30_000))
    table.apply(told(0, "net", "mlat", altitude_ft=30_100))
    row = table.row_of(A)
    table.expire(START + 61)
    table.take(START + 61)
    table.expire(START + 700)
    table.apply(told(90_000, "net", "mlat", altitude_ft=1000))
    assert table.row_of(A) == row
    assert value(table, "altitude_ft") == 1000
    assert table.explain(table.row_of(A))["altitude_ft"]["refused"] == []
