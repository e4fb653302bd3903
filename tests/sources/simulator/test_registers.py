from itertools import pairwise

import numpy as np

from aerotrack.core.identity import NOT_ICAO
from aerotrack.sources.simulator.registers import REGISTERS, register


def test_addresses_are_of_the_countrys_block() -> None:
    address, _ = register(np.array([b"DE", b"IE", b"DE"]))
    assert (address >> 18).tolist()[::2] == [0x3C4000 >> 18] * 2
    assert 0x4CA000 <= address[1] < 0x4CB000


def test_registrations_look_like_the_countrys() -> None:
    _, registration = register(np.array([b"DE", b"US", b"KR"]))
    assert registration[0].startswith(b"D-A")
    assert registration[1].startswith(b"N")
    assert registration[2].startswith(b"HL")


def test_no_two_countries_share_an_address() -> None:
    blocks = sorted((first, first + count) for first, count, _ in REGISTERS.values())
    assert all(end <= begin for (_, end), (begin, _) in pairwise(blocks))


def test_ten_thousand_aircraft_of_a_country_are_all_different() -> None:
    address, registration = register(np.full(10_000, b"DE"))
    assert len(set(address.tolist())) == 10_000
    assert len(set(registration.tolist())) == 10_000


def test_beyond_a_full_register_addresses_are_not_icaos_but_still_different() -> None:
    address, _ = register(np.full(1500, b"QA"))
    assert len(set(address.tolist())) == 1500
    assert (address >= NOT_ICAO).sum() == 1500 - 0x400


def test_a_later_aircraft_changes_nothing_for_an_earlier_one() -> None:
    few, _ = register(np.array([b"DE", b"US"]))
    more, _ = register(np.array([b"DE", b"US", b"DE"]))
    assert few.tolist() == more[:2].tolist()
