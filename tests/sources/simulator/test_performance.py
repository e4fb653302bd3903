import numpy as np
import pytest

from aerotrack.sources.simulator.performance import table


def test_a_type_is_found_by_its_designator() -> None:
    types = table()
    assert types.cruise_kt[types.index("A320")] == 447.0


def test_an_unknown_type_is_an_error() -> None:
    with pytest.raises(ValueError, match="is not in list"):
        table().index("XXXX")


def test_figures_can_be_had_for_many_aircraft() -> None:
    types = table()
    assert types.of(np.array([0, 0, 1])).code.tolist() == [b"A319", b"A319", b"A320"]


def test_every_type_gets_faster_from_lift_off_to_cruise() -> None:
    types = table()
    assert (types.lift_off_kt < types.middle_kt).all()
    assert (types.middle_kt < types.cruise_kt).all()


def test_stage_lengths_are_in_order() -> None:
    types = table()
    assert (types.shortest_nm < types.typical_nm).all()
    assert (types.typical_nm < types.longest_nm).all()


def test_a_trainer_is_light_and_an_airliner_is_not() -> None:
    types = table()
    assert types.light[types.index("C172")]
    assert not types.light[types.index("A320")]
