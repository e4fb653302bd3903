from aerotrack.sources.simulator.airlines import LETTERS, REGISTRATION, airlines
from aerotrack.sources.simulator.airports import busy
from aerotrack.sources.simulator.performance import table
from aerotrack.sources.simulator.registers import REGISTERS


def test_every_base_is_a_busy_airport() -> None:
    assert {base for airline in airlines() for base in airline.bases} - set(busy()) == set()


def test_every_type_flown_is_in_the_table_of_types() -> None:
    known = {code.decode() for code in table().code}
    assert {kind for airline in airlines() for kind in airline.types} - known == set()


def test_every_country_has_a_register() -> None:
    assert {airline.country for airline in airlines()} - set(REGISTERS) == set()


def test_names_fit_the_column() -> None:
    assert max(len(airline.name) for airline in airlines()) <= 24


def test_no_operator_comes_twice() -> None:
    codes = [airline.code for airline in airlines()]
    assert len(set(codes)) == len(codes)


def test_callsigns_are_of_a_known_kind() -> None:
    assert {airline.callsigns for airline in airlines()} == {"numbers", LETTERS, REGISTRATION}
