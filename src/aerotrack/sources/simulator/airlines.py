"""Who flies: airlines, freight and business operators with their bases and fleets.

The table beside this file holds rounded public figures. Bases and types are ICAO codes, each
with `*` and its share (1 if there is none).
"""

import csv
from dataclasses import dataclass
from importlib.resources import files

LETTERS, REGISTRATION = "letters", "registration"


@dataclass(frozen=True, slots=True)
class Airline:
    """An operator: `aircraft` is how many it has, `bases` and `types` map ICAO codes to shares.

    `callsigns` is `numbers` for flight numbers, `letters` for such with letters, or `registration`.
    """

    code: str
    country: str
    name: str
    aircraft: float
    bases: dict[str, float]
    types: dict[str, float]
    callsigns: str


def _shares(text: str) -> dict[str, float]:
    return {
        name: float(share) if share else 1.0
        for name, _, share in (word.partition("*") for word in text.split())
    }


def airlines() -> list[Airline]:
    """Return all operators; their order is part of the simulation."""
    with files("aerotrack.sources.simulator").joinpath("airlines.csv").open(encoding="utf-8") as file:
        return [
            Airline(
                code=row["code"],
                country=row["country"],
                name=row["name"],
                aircraft=float(row["aircraft"]),
                bases=_shares(row["bases"]),
                types=_shares(row["types"]),
                callsigns=row["callsigns"],
            )
            for row in csv.DictReader(file)
        ]
