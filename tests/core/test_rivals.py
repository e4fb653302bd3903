import dataclasses
from collections import Counter

import numpy as np
import pytest

from aerotrack.core.columns import POSITION_SOURCES
from aerotrack.core.events import Events
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations

START = 1_732_289_344.0
A = 0x4CA2D6
EAST = 240 * 1852 / 3600 / 71_475  # degrees a second at 240 kt and 50 N


class Flown:
    """A table that hears of one aircraft; `kept` are the longitudes of the positions it accepted."""

    def __init__(self) -> None:
        self.table, self.refused, self.kept = FlightTable(), Counter(), []
        self.events = Events()
        self.told = [*self.events.of(self.table.take(START))]

    def hear(self, second: float, lat: float = 50.0, *, start: float = 8.0, **said: object) -> "Flown":
        """Hear of it flying east at 240 kt along a latitude, as a receiver that knows the time."""
        known = {"lat": lat, "lon": start + EAST * second, "ground_speed_kt": 240.0} | said
        seen = Observations.of([A], [START + second], **{name: [value] for name, value in known.items()})
        self.refused.update(self.table.apply(dataclasses.replace(seen, time_error_s=0.2)))
        changes = self.table.take(START + second)
        self.kept += changes.positions["lat"].tolist()
        self.told += self.events.of(changes)
        return self

    @property
    def lat(self) -> float:
        return float(self.table.columns["lat"][self.table.row_of(A)])


def test_one_wrong_position_in_the_middle_moves_nothing_and_neither_does_what_is_said_with_it() -> None:
    flown = Flown().hear(0, altitude_ft=9000, squawk=1000).hear(1)
    flown.hear(2, 52.0, altitude_ft=20_000, squawk=2000).hear(3)
    assert flown.kept == [50.0, 50.0, 50.0]
    assert flown.refused == {"jump": 1}
    row = flown.table.row_of(A)
    assert flown.table.columns["altitude_ft"][row] == 9000
    assert flown.table.columns["squawk"][row] == 2000


def test_a_wrong_start_heals_in_two_seconds() -> None:
    flown = Flown().hear(0, 52.0).hear(1).hear(2).hear(3)
    assert flown.kept == [52.0, 50.0, 50.0]
    assert flown.refused == {"jump": 1}


def test_the_second_copy_of_one_wrong_position_confirms_nothing() -> None:
    flown = Flown().hear(0)
    for second in (1.5, 1.6, 1.9):
        flown.hear(second, 52.0, lon=9.0)
    assert flown.lat == 50.0
    assert flown.refused == {"jump": 3}


def test_who_stands_elsewhere_than_it_was_said_at_first_is_believed_after_a_while() -> None:
    flown = Flown().hear(0)
    for second in range(1, 6):
        flown.hear(second, 52.0, lon=9.0, ground_speed_kt=0.0)
    assert flown.lat == 52.0


def test_a_jump_of_20_seconds_of_an_old_track_never_shows() -> None:
    flown = Flown()
    for second in range(40):
        flown.hear(second)
    for second in range(40, 60):
        flown.hear(second, 52.0)
    for second in range(60, 70):
        flown.hear(second)
    assert set(flown.kept) == {50.0}
    assert flown.refused == {"jump": 20}
    assert not [event for event in flown.told if event.kind == "address_conflict"]


def test_a_jump_that_lasts_longer_than_half_a_minute_is_where_the_flight_is() -> None:
    flown = Flown()
    for second in range(100):
        flown.hear(second)
    for second in range(100, 140):
        flown.hear(second, 52.0)
    assert flown.lat == 52.0
    assert flown.refused == {"jump": 30}


@pytest.mark.parametrize("lag", [0.1, 0.5, 0.9])
def test_two_aircraft_on_one_address_take_no_turns_and_are_told_of_once(lag: float) -> None:
    flown = Flown()
    for second in range(120):
        flown.hear(second).hear(second + lag, 52.0)
    assert set(flown.kept) == {50.0}
    assert flown.refused == {"jump": 120}
    (conflict,) = [event for event in flown.told if event.kind == "address_conflict"]
    assert START + 10 < conflict.time < START + 13
    assert conflict.details["lat"] == 50.0


def test_a_conflict_after_ten_minutes_of_peace_is_another() -> None:
    flown = Flown()
    for second in range(20):
        flown.hear(second).hear(second + 0.5, 52.0)
    for second in range(20, 640, 10):
        flown.hear(second)
    for second in range(640, 660):
        flown.hear(second).hear(second + 0.5, 52.0)
    assert [event.kind for event in flown.told].count("address_conflict") == 2


def test_jumps_hither_and_thither_confirm_nothing() -> None:
    flown = Flown().hear(0)
    for second in range(1, 20):
        flown.hear(second, 52.0 + second % 2)
    assert flown.lat == 50.0


def test_a_flight_that_was_silent_has_no_past_to_contradict() -> None:
    assert Flown().hear(0).hear(1).hear(62, 52.0, lon=8.0).kept == [50.0, 50.0, 52.0]


def test_a_place_that_was_repeated_is_as_old_as_when_it_was_said_first() -> None:
    flown = Flown().hear(0, ground_speed_kt=np.nan)
    for second in range(1, 8):
        flown.hear(second, lon=8.0, ground_speed_kt=np.nan)
    flown.hear(8, lon=8.0 + 3 * 8 * EAST, ground_speed_kt=np.nan)
    assert flown.refused == {"duplicate": 5}
    assert flown.table.columns["time"][flown.table.row_of(A)] == START + 8


def test_a_place_that_a_flight_has_left_by_its_own_word_is_no_news_however_often_it_is_told() -> None:
    flown = Flown().hear(0)
    for second in range(1, 100):
        flown.hear(second, lon=8.0)
    flown.hear(100)
    assert flown.refused == {"duplicate": 99}
    assert flown.kept == [50.0, 50.0]


def test_so_it_is_when_another_feed_tells_it_and_counted_as_told_before() -> None:
    flown = Flown().hear(0)
    seen = Observations.of([A], [START + 20], lat=[50.0], lon=[8.0], ground_speed_kt=[240.0], feed="barn")
    assert flown.table.apply(seen) == {"duplicate": 1}
    assert flown.table.retold("barn") == 1


def test_who_stands_is_where_it_was() -> None:
    flown = Flown().hear(0, lon=8.0, ground_speed_kt=0.0)
    for second in range(3, 30, 3):
        flown.hear(second, lon=8.0, ground_speed_kt=0.0)
    assert flown.refused == {}


def test_a_place_that_comes_before_the_rival_is_noted_by_none() -> None:
    flown = Flown()
    for second in range(40):
        flown.hear(second)
    flown.hear(45, 52.0).hear(44, 52.0).hear(46, 52.0)
    assert flown.refused == {"jump": 3}


def heights(*said: tuple[float, float]) -> tuple[list[float], Counter[str]]:
    """What altitude a flight has after each, and what was refused."""
    table, refused, feet = FlightTable(), Counter(), []
    for second, altitude in said:
        refused.update(table.apply(Observations.of([A], [START + second], altitude_ft=[altitude])))
        feet.append(float(table.columns["altitude_ft"][table.row_of(A)]))
    return feet, refused


def test_a_height_out_of_reach_is_taken_when_a_second_one_agrees() -> None:
    feet, refused = heights((0, 10_000), (1, 36_000), (2, 36_050), (3, 36_100))
    assert feet == [10_000, 10_000, 36_050, 36_100]
    assert refused == {"altitude_jump": 1}


def test_but_not_with_another_in_between() -> None:
    feet, refused = heights((0, 10_000), (1, 36_000), (2, 10_025), (3, 36_000), (4, 20_000), (5, 10_050))
    assert feet == [10_000, 10_000, 10_025, 10_025, 10_025, 10_050]
    assert refused == {"altitude_jump": 3}


def level(first: int, last: int, feet: float = 10_000) -> list[tuple[float, float]]:
    """A height each second, from the first to before the last."""
    return [(second, feet) for second in range(first, last)]


def test_a_height_that_was_established_is_not_outlasted_by_a_few_old_ones() -> None:
    feet, refused = heights(*level(0, 40), *level(40, 50, 12_000), *level(50, 60))
    assert set(feet) == {10_000}
    assert refused == {"altitude_jump": 10}


def test_but_believed_once_it_can_have_been_climbed_to() -> None:
    feet, refused = heights(*level(0, 40), *level(40, 60, 12_000))
    assert feet[-1] == 12_000
    assert refused == {"altitude_jump": 10}


def test_or_when_it_has_lasted_for_longer() -> None:
    feet, refused = heights(*level(0, 10), *level(10, 30, 38_000))
    assert feet[-1] == 38_000
    assert refused == {"altitude_jump": 9}


def test_a_height_that_none_climbs_to_is_not_believed_for_minutes() -> None:
    feet, refused = heights(*level(0, 400, 1_550), *level(400, 490, 38_000), *level(490, 500, 1_550))
    assert set(feet) == {1_550}
    assert refused == {"altitude_jump": 90}


def test_heights_count_from_the_first_one_and_not_from_the_first_message() -> None:
    feet, _ = heights(*((second, np.nan) for second in range(40)), (40, 36_000), (41, 9_000), (42, 9_000))
    assert feet[-1] == 9_000


def test_a_height_of_a_higher_rank_needs_but_a_second_one() -> None:
    table = FlightTable()
    mlat, adsb = (POSITION_SOURCES.index(source) for source in ("mlat", "adsb"))
    for second in range(40):
        seen = Observations.of([A], [START + second], altitude_ft=[10_000], position_source=[mlat])
        table.apply(seen)
    for second in (40, 41):
        seen = Observations.of([A], [START + second], altitude_ft=[36_000], position_source=[adsb])
        table.apply(seen)
        assert table.columns["altitude_ft"][table.row_of(A)] == (10_000, 36_000)[second - 40]


def test_who_descends_has_not_climbed() -> None:
    table, refused = FlightTable(), Counter()
    for second, feet in enumerate((14_000, 13_984, 14_375, 13_952)):  # 960 ft a minute
        said = Observations.of([A], [START + second], altitude_ft=[feet], vertical_rate_fpm=[-960])
        refused.update(table.apply(said))
    assert refused == {"altitude_jump": 1}


def test_a_late_height_is_judged_by_none() -> None:
    assert heights((10, 10_000), (2, 36_000)) == ([10_000, 10_000], Counter())


def test_rows_without_a_height_between_are_no_matter() -> None:
    assert heights((0, 10_000), (1, 36_000), (2, np.nan), (3, 36_000))[0][-1] == 36_000
