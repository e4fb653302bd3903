"""Our blocks of addresses held against those of rs1090 (MIT), which tells countries by their flags."""

import rs1090

from aerotrack.core.countries import country_of

_FIRST_FLAG = 0x1F1E6  # the letter A among the regional indicators


def flag(code: str) -> str:
    return "".join(chr(_FIRST_FLAG + ord(letter) - ord("A")) for letter in code)


def test_every_address_is_in_the_country_that_rs1090_says() -> None:
    unlike = []
    for address in range(1, 1 << 24, 1 << 9):  # every block is longer
        other = rs1090.aircraft_information(f"{address:06x}")["flag"]
        ours = country_of(address)
        if (flag(ours.code) if ours else None) != (other if len(other) == 2 else None):
            unlike.append((f"{address:06x}", ours, other))
    assert unlike == []
