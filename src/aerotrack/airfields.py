"""The world's airfields, read from the file of airportsdata (MIT licence): who is at which, and their names.

The file has 28,000 of them: ICAO codes where there are any, or else local ones of the same length.
"""

import csv
import re
from importlib.resources import files

import numpy as np

from aerotrack.core.airports import Airports
from aerotrack.core.gazetteer import Airport, Gazetteer

FARTHER_STRIP, FARTHER_FIELD = 4.0, 2.0
"""How many times as far a strip without an ICAO code counts, and a field without an airline code."""

# "icao","iata","name","city","subd","country",elevation,lat,lon,"tz","lid"
_ROW = re.compile(
    rb'^"([^"]{1,4})","([^"]*)",.*,"[A-Z]*",([-.\d]+),([-.\d]+),([-.\d]+),"[^"]*","[^"]*"\r?$', re.MULTILINE
)


def airports() -> Airports:
    """Read all airports. Takes less than 100 ms and some 4 MB, so ask once.

    airportsdata's own `load` makes a dictionary of each row, and the csv module a list: both take longer.
    """
    told = _ROW.findall(files("airportsdata").joinpath("airports.csv").read_bytes())
    code, iata, *numbers = zip(*told, strict=True)
    elevation_ft, lat, lon = (np.array([float(number) for number in column]) for column in numbers)
    named = np.array([bool(text) for text in iata])
    lettered = np.array([text.isalpha() for text in code])
    farther = np.select([named, lettered], [1.0, FARTHER_FIELD], FARTHER_STRIP)
    return Airports.of(np.array(code, "S4"), lat, lon, elevation_ft, farther)


def gazetteer() -> Gazetteer:
    """Read the names of all airports. Takes half a second and 15 MB; row by row, so other threads go on."""
    with files("airportsdata").joinpath("airports.csv").open(encoding="utf-8") as file:
        return Gazetteer(
            Airport(
                row["icao"], row["iata"] or None, row["name"], row["city"], row["country"], float(row["lat"]),
                float(row["lon"]), float(row["elevation"]),
            )
            for row in csv.DictReader(file)
        )  # fmt: skip
