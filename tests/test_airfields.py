import csv
from importlib.resources import files

import numpy as np

from aerotrack.airfields import airports, gazetteer


def test_every_airfield_of_the_file_is_read_as_it_says() -> None:
    with files("airportsdata").joinpath("airports.csv").open(encoding="utf-8") as file:
        told = {
            row["icao"]: (float(row["lat"]), float(row["lon"]), float(row["elevation"]))
            for row in csv.DictReader(file)
        }
    read = airports()
    numbers = zip(read.lat.tolist(), read.lon.tolist(), read.elevation_ft.tolist(), strict=True)
    assert dict(zip([code.decode() for code in read.code.tolist()], numbers, strict=True)) == told


def test_airports_come_before_the_fields_and_strips_beside_them() -> None:
    read = airports()
    farther = {code: read.farther[read.code == code].tolist() for code in (b"KDFW", b"EDLN", b"00AA")}
    assert farther[b"KDFW"] == [1.0]
    assert farther[b"00AA"] == [4.0]


def test_who_stands_at_the_far_end_of_a_runway_is_at_its_airport() -> None:
    read = airports()
    for code, lat, lon in (
        (b"EHAM", 52.3630, 4.7115),  # the Polderbaan, 3 nm from the middle
        (b"KDFW", 32.8660, -97.0400),
        (b"EDDF", 50.0340, 8.5260),
        (b"KDEN", 39.8980, -104.6870),
    ):
        (found,), _ = read.nearest(np.array([lat]), np.array([lon]))
        assert read.code[found] == code


def test_airports_have_names() -> None:
    book = gazetteer()
    frankfurt = book.at("FRA")
    assert frankfurt is not None
    assert (frankfurt.icao, frankfurt.city, frankfurt.country) == ("EDDF", "Frankfurt am Main", "DE")
    assert [airport.iata for airport in book.beginning("heathrow", 1)] == ["LHR"]
    assert book.at("00AA") is not None
