"""Airports by their codes and names, for a person who types the beginning of one."""

import heapq
import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

_SIGNS = re.compile("[^A-Z0-9]+")


class Airport(NamedTuple):
    """An airport as it is told: `iata` None where it has no such code, `country` of two letters.

    Degrees, and feet above mean sea level.
    """

    icao: str
    iata: str | None
    name: str
    city: str
    country: str
    lat: float
    lon: float
    elevation_ft: float


class Gazetteer:
    """Finds airports by a line for each, in which every word is after a blank: a question is a scan of them.

    ` EDDF , FRA , FRANKFURT , FRANKFURT AM MAIN`; what nearly all are called, airport, is left out.
    """

    def __init__(self, airports: Iterable[Airport] = ()) -> None:
        self._airports = tuple(airports)
        self._lines = [_line(airport) for airport in self._airports]
        self._coded = {a.iata: a for a in self._airports if a.iata} | {a.icao: a for a in self._airports}

    def at(self, code: str) -> Airport | None:
        """Find an airport by its ICAO or IATA code."""
        return self._coded.get(code.strip().upper())

    def beginning(self, text: str, limit: int) -> list[Airport]:
        """Return airports with a code, or a word of the city or name, that begins so, the best first.

        A whole code comes first; then fields with an airline code, others, and strips, of each kind those
        whose city or name begins so before those of which a later word does. One letter is of a first word.
        """
        wanted = folded(text)
        if not wanted:
            return []
        word = f" {wanted}" if len(wanted) > 1 else f", {wanted}"
        hits = (row for row, line in enumerate(self._lines) if word in line)
        ranked = ((_rank(self._airports[row], self._lines[row], wanted), row) for row in hits)
        return [self._airports[row] for _, row in heapq.nsmallest(limit, ranked)]


def folded(text: str) -> str:
    """Return a text as it is compared: in capitals, without accents and signs, its words one blank apart."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _SIGNS.sub(" ", plain.upper().replace("'", "")).strip()


def _line(airport: Airport) -> str:
    texts = airport.icao, airport.iata or "", airport.city, airport.name
    return " " + " , ".join(map(folded, texts)).removesuffix(" AIRPORT")


def _rank(airport: Airport, line: str, wanted: str) -> tuple[bool, int, int, bool, str]:
    coded = wanted in (airport.icao, airport.iata)
    first_word = f", {wanted}" in line  # of the city or name; or it is the airline code
    how = 0 if first_word else 1 if airport.icao.startswith(wanted) else 2
    kind = 0 if airport.iata else 1 if airport.icao.isalpha() else 2
    return not coded, kind, how, f", {wanted} ," not in line, airport.name
