from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from aerotrack.sources.simulator.airfield import Airfields
from aerotrack.sources.simulator.airports import Airports
from aerotrack.sources.simulator.sphere import EARTH_M, Vectors, coordinates, course


def metres(a: Vectors, b: Vectors) -> NDArray[Any]:
    return np.linalg.norm(a - b, axis=-1) * EARTH_M


def test_take_offs_begin_in_the_runways_direction(airports: Airports) -> None:
    heathrow = np.array([airports.index("EGLL")])
    at, along = Airfields.of(airports).line_up(heathrow)
    assert course(at, along) == pytest.approx(270.0, abs=0.05)


def test_landings_touch_down_in_the_same_direction(airports: Airports) -> None:
    heathrow = np.array([airports.index("EGLL")])
    at, along = Airfields.of(airports).touchdown(heathrow)
    assert course(at, along) == pytest.approx(270.0, abs=0.05)


def test_a_westward_runway_begins_in_the_east(airports: Airports) -> None:
    heathrow = np.array([airports.index("EGLL")])
    at, _ = Airfields.of(airports).line_up(heathrow)
    assert coordinates(at)[1] > coordinates(airports.place[heathrow])[1]


def test_busy_airports_land_and_take_off_on_different_runways(airports: Airports) -> None:
    fields, heathrow = Airfields.of(airports), np.array([airports.index("EGLL")])
    (up, _), (down, _) = fields.line_up(heathrow), fields.touchdown(heathrow)
    assert 1000 < metres(up, down)[0] < 2000


def test_everything_of_an_airfield_is_within_two_kilometres(airports: Airports) -> None:
    fields, every = Airfields.of(airports), np.arange(len(airports))
    chances = np.tile([0.99, 0.99, 0.5], (len(airports), 1))
    for at, _ in (fields.line_up(every), fields.touchdown(every), fields.stand(every, chances)):
        assert metres(at, airports.place).max() < 2000.0


def test_no_stand_is_on_a_runway(airports: Airports) -> None:
    fields = Airfields.of(airports)
    every = np.repeat(np.arange(len(airports)), 2)
    chances = np.stack(
        [np.full(len(every), 0.5), np.tile([0.0, 1.0], len(airports)), np.zeros(len(every))], axis=1
    )
    at, _ = fields.stand(every, chances)
    aside = (at - airports.place[every]) * EARTH_M
    left = np.cross(airports.place, fields.along)[every]
    from_middle = (aside * left).sum(axis=1)
    assert np.abs(np.abs(from_middle) - fields.apart[every]).min() > 250.0
