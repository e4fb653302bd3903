import numpy as np
import pytest

from aerotrack.sources.simulator.airports import Airports
from aerotrack.sources.simulator.fleet import fleet
from aerotrack.sources.simulator.journeys import Journeys, journeys
from aerotrack.sources.simulator.performance import table


@pytest.fixture(scope="module")
def plans(airports: Airports) -> Journeys:
    return journeys(fleet(3000, 1, airports, table()), airports, table(), 1)


def test_there_are_two_legs_for_every_aircraft(plans: Journeys) -> None:
    assert len(plans.routes.length) == len(plans.profiles.duration) == 6000


def test_every_leg_has_a_route(plans: Journeys) -> None:
    assert np.isfinite(plans.routes.length).all()
    assert plans.routes.length.min() >= 0.0


def test_no_stretch_of_any_leg_takes_negative_time(plans: Journeys) -> None:
    assert plans.profiles.duration.min() >= 0.0


def test_every_profile_covers_its_route(plans: Journeys) -> None:
    legs = np.arange(6000)
    metres, *_ = plans.profiles.at(legs, plans.profiles.total())
    assert np.abs(metres - plans.routes.length.sum(axis=1, dtype=np.float64)).max() < 5.0


def test_the_way_back_begins_at_the_stand_where_the_way_out_ended(plans: Journeys) -> None:
    out, back = np.arange(0, 6000, 2), np.arange(1, 6000, 2)
    arrived, _ = plans.routes.at(out, plans.routes.length[out].sum(axis=1, dtype=np.float64))
    begun, _ = plans.routes.at(back, np.zeros(3000))
    assert np.linalg.norm(arrived - begun, axis=1).max() * 6_371_000 < 5.0


def test_how_many_there_are_does_not_matter_for_one(plans: Journeys, airports: Airports) -> None:
    few = journeys(fleet(10, 1, airports, table()), airports, table(), 1)
    assert few.routes.length.tolist() == plans.routes.length[:20].tolist()
    assert few.profiles.duration.tolist() == plans.profiles.duration[:20].tolist()
