import numpy as np
import pytest

from aerotrack.core.airports import Airports
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations

START = 1_732_289_344.0
A = 0x4CA2D6
DENVER = Airports.of(
    np.array([b"KDEN", b"KBKF"]),
    np.array([39.8617, 39.7017]),
    np.array([-104.6732, -104.7517]),
    np.array([5434.0, 5662.0]),
)
THERE = {"lat": 39.87, "lon": -104.67}
AWAY = {"lat": 40.4, "lon": -104.67}


class Watched:
    """A flight table near Denver that one aircraft is heard by, once a tick."""

    def __init__(self) -> None:
        self.table, self.now = FlightTable(airports=DENVER), START

    def hear(self, seconds: float = 10.0, **known: object) -> "Watched":
        self.now += seconds
        columns = {name: [value] for name, value in known.items()}
        self.table.apply(Observations.of([A], [self.now], **columns))
        return self.close()

    def close(self, seconds: float = 0.0) -> "Watched":
        self.now += seconds
        self.table.expire(self.now)
        self.changes = self.table.take(self.now)
        return self

    @property
    def airports(self) -> tuple[str, str]:
        part = self.changes.updated if len(self.changes.updated["address"]) else self.changes.gone
        return part["origin"][0].decode(), part["destination"][0].decode()


def test_who_is_first_seen_on_the_ground_comes_from_there() -> None:
    assert Watched().hear(on_ground=1, **THERE).airports == ("KDEN", "")


def test_who_is_first_seen_climbing_low_comes_from_there() -> None:
    known = {"on_ground": 0, "vertical_rate_fpm": 1500}
    assert Watched().hear(altitude_ft=8400, **known, **THERE).airports == ("KDEN", "")
    assert Watched().hear(altitude_ft=8450, **known, **THERE).airports == ("", "")
    assert Watched().hear(altitude_ft=8400, **known, **AWAY).airports == ("", "")


@pytest.mark.parametrize("rate", [0, -700])
def test_who_is_first_seen_flying_by_comes_from_nowhere(rate: int) -> None:
    watched = Watched().hear(on_ground=0, altitude_ft=6000, vertical_rate_fpm=rate, **THERE)
    watched.hear(on_ground=0, altitude_ft=6500, vertical_rate_fpm=1500, **THERE)
    assert watched.airports == ("", "")


def test_whether_it_climbs_may_be_said_after_where_it_is() -> None:
    watched = Watched().hear(on_ground=0, altitude_ft=6000, **THERE)
    assert watched.airports == ("", "")
    assert watched.hear(vertical_rate_fpm=1500).airports == ("KDEN", "")


def test_a_flight_that_lands_has_come_to_where_it_is() -> None:
    watched = Watched().hear(on_ground=0, altitude_ft=9000, vertical_rate_fpm=-700, **AWAY)
    watched.hear(59, on_ground=0).hear(59, on_ground=0)
    assert watched.hear(on_ground=1, **THERE).airports == ("", "KDEN")


def test_a_flight_that_never_flew_has_come_to_nowhere() -> None:
    assert Watched().hear(on_ground=1, **THERE).hear(on_ground=1, **THERE).airports == ("KDEN", "")


def test_a_flight_last_heard_low_and_descending_has_come_to_the_airport_when_it_goes() -> None:
    watched = Watched().hear(on_ground=0, altitude_ft=6500, vertical_rate_fpm=-700, **THERE)
    assert watched.airports == ("", "")
    gone = watched.close(61).changes.gone
    assert gone["destination"].tolist() == [b"KDEN"]
    assert gone["facts_tick"].tolist() == [watched.changes.tick]


@pytest.mark.parametrize(
    "last", [{"vertical_rate_fpm": 0}, {"altitude_ft": 9000}, {"on_ground": -1}, {"lat": 40.4}]
)
def test_a_flight_last_heard_otherwise_has_come_to_nowhere(last: dict[str, float]) -> None:
    known = {"on_ground": 0, "altitude_ft": 6500, "vertical_rate_fpm": -700} | THERE | last
    assert Watched().hear(**known).close(61).changes.gone["destination"].tolist() == [b""]


def test_what_a_feed_tells_stands() -> None:
    watched = Watched().hear(on_ground=1, origin=b"KAPA", destination=b"KJFK", **THERE)
    watched.hear(on_ground=0, **THERE)
    assert watched.hear(on_ground=1, **THERE).airports == ("KAPA", "KJFK")


def test_what_a_feed_tells_later_stands_too() -> None:
    watched = Watched().hear(on_ground=1, **THERE)
    assert watched.hear(origin=b"KAPA").airports == ("KAPA", "")


def test_the_next_flight_comes_from_where_the_one_before_stood() -> None:
    watched = Watched().hear(on_ground=1, **THERE).hear(30, on_ground=1, **THERE)
    assert watched.hear(40, on_ground=0, altitude_ft=9500, **AWAY).airports == ("KDEN", "")


def test_a_flight_that_comes_back_from_silence_still_knows_its_origin() -> None:
    watched = Watched().hear(on_ground=1, **THERE)
    watched.hear(on_ground=0, ground_speed_kt=450).hear(50).hear(50).hear(50).hear(50)
    watched.hear(50, altitude_ft=35_000, vertical_rate_fpm=0, ground_speed_kt=450, **AWAY)
    watched.close(61).close(700).close(700)
    assert watched.hear(600, altitude_ft=35_000, lat=43.0, lon=-100.0).airports == ("KDEN", "")


def test_a_flight_that_comes_back_low_did_not_begin_there() -> None:
    watched = Watched().hear(on_ground=0, altitude_ft=35_000, vertical_rate_fpm=0, **AWAY).close(61)
    assert watched.hear(300, altitude_ft=6000, vertical_rate_fpm=900, **THERE).airports == ("", "")


def test_without_airports_nothing_is_found() -> None:
    table = FlightTable()
    table.apply(Observations.of([A], [START], on_ground=[1], lat=[39.87], lon=[-104.67]))
    table.expire(START)
    assert table.take(START).updated["origin"].tolist() == [b""]


def test_who_stands_under_a_new_callsign_is_not_looked_for_at_every_tick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, nearest = [], Airports.nearest
    monkeypatch.setattr(Airports, "nearest", lambda *place: asked.append(1) or nearest(*place))
    watched = Watched().hear(on_ground=1, callsign=b"UAL1", **THERE)
    for _ in range(2):
        watched.hear(30.0, on_ground=1, callsign=b"UAL2", **THERE)
    assert watched.table.columns["ground_since"][watched.table.row_of(A)] == np.inf
    asked.clear()
    for _ in range(20):
        watched.hear(1.0, on_ground=1, **THERE)
    assert asked == []
