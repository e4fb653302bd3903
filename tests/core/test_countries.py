from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.countries import BLOCKS, Country, country_of
from aerotrack.core.identity import ADDRESSES, NOT_ICAO


@pytest.mark.parametrize(
    ("address", "code", "name"),
    [
        (0x4CA2D6, "IE", "Ireland"),
        (0x3C6444, "DE", "Germany"),
        (0xA12345, "US", "United States"),
        (0x39B002, "FR", "France"),
        (0x4D2400, "MT", "Malta"),
        (0x38FFFF, "FR", "France"),
        (0x038001, "CI", "Côte d'Ivoire"),
    ],
)
def test_an_address_tells_where_its_aircraft_is_registered(address: int, code: str, name: str) -> None:
    assert country_of(address) == Country(code, name)


@pytest.mark.parametrize("address", [0, 0x003FFF, 0x4CB000, 0xB00000, 0xF00001, 0xFFFFFF])
def test_an_address_of_no_block_has_no_country(address: int) -> None:
    assert country_of(address) is None


@given(st.integers(0, NOT_ICAO - 1))
def test_an_address_that_is_not_of_icao_has_no_country(address: int) -> None:
    assert country_of(address | NOT_ICAO) is None


def test_blocks_are_in_order_and_none_reaches_into_another() -> None:
    assert all(one.last < other.first for one, other in pairwise(BLOCKS))
    assert BLOCKS[-1].last < NOT_ICAO


def test_all_addresses_of_a_block_begin_with_the_same_bits() -> None:
    for block in BLOCKS:
        size = block.last - block.first + 1
        assert size.bit_count() == 1
        assert block.first % size == 0


def test_every_country_has_one_block() -> None:
    assert len({block.country.code for block in BLOCKS}) == len(BLOCKS) == 188
    assert all(len(block.country.code) == 2 and block.country.code.isupper() for block in BLOCKS)


@given(st.integers(0, ADDRESSES - 1))
def test_a_country_is_that_of_the_block_around_an_address(address: int) -> None:
    around = [block.country for block in BLOCKS if block.first <= address <= block.last]
    assert country_of(address) == (around[0] if around else None)
