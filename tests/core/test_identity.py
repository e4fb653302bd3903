import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core import identity
from aerotrack.errors import SettingsError

ADDRESS = st.integers(0, identity.ADDRESSES - 1)
SECOND = st.integers(0, 0xFFFFFFFF)


def test_an_address_is_six_hex_digits() -> None:
    assert identity.icao24(0x4CA2D6) == "4ca2d6"
    assert identity.icao24(0xA) == "00000a"


def test_an_address_that_icao_did_not_assign_has_a_tilde() -> None:
    assert identity.icao24(identity.NOT_ICAO | 0x4CA2D6) == "~4ca2d6"


@given(ADDRESS)
def test_an_address_is_read_as_it_is_written(address: int) -> None:
    assert identity.parse_icao24(identity.icao24(address)) == address
    assert identity.parse_icao24(identity.icao24(address).upper()) == address


@pytest.mark.parametrize("text", ["", "4ca2d", "4ca2d67", "4ca2g6", "~~4ca2d6", " 4ca2d6", "4ca2d6\n"])
def test_what_is_no_address_is_refused_with_the_text_itself(text: str) -> None:
    with pytest.raises(SettingsError, match="no aircraft address") as error:
        identity.parse_icao24(text)
    assert repr(text) in str(error.value)


@given(ADDRESS, SECOND)
def test_a_flight_is_read_as_it_is_written(address: int, start: int) -> None:
    assert identity.parse_flight(identity.flight_text(address, start)) == (address, start)


def test_a_flight_is_its_aircraft_and_the_second_it_began() -> None:
    assert identity.flight_text(0x4CA2D6, 0x6740A31C) == "4ca2d6-6740a31c"


@pytest.mark.parametrize("text", ["4ca2d6", "4ca2d6-", "4ca2d6-6740a31c0", "-6740a31c", "4ca2d6-x"])
def test_what_is_no_flight_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="no flight id"):
        identity.parse_flight(text)


@given(ADDRESS, SECOND)
def test_a_bigint_holds_both_halves_of_a_flights_id(address: int, start: int) -> None:
    (packed,) = identity.flight_ids(np.array([address], np.uint32), np.array([start])).tolist()
    assert identity.unpack_flight(packed) == (address, start)
    assert packed > 0 or (address, start) == (0, 0)


def test_many_flights_are_written_at_once() -> None:
    texts = identity.flight_texts(np.array([0x4CA2D6, 1], np.uint32), np.array([0x6740A31C, 2]))
    assert texts == ["4ca2d6-6740a31c", "000001-00000002"]
