"""Literal flights and positions to encode, and any at all."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from aerotrack.core.columns import POSITION_SOURCES, STORED, Columns
from aerotrack.encode import Encoder, Flight
from fakes import START, rows_of

FLIGHT: Flight = {"id": "4ca2d6-6740a31c", "icao24": "4ca2d6", "callsign": "RYR1", "registration": None}
OTHER: Flight = {"id": "3c6444-6740a31c", "icao24": "3c6444", "callsign": None, "registration": "D-AIBA"}


def positions(flight: ArrayLike = 0, *, feed: str | None = "roof", **known: ArrayLike) -> Columns:
    """Positions of the flights with these indices, a second apart; unknown but for `known`."""
    index = np.atleast_1d(np.asarray(flight, np.intp))
    here: dict[str, ArrayLike] = {"time": START + np.arange(len(index)), "lat": 50.0, "lon": 8.0}
    columns: dict[str, NDArray[Any]] = rows_of(np.ones(len(index)), **(here | known))
    stored = {name: columns[name] for name in ("time", *(column.name for column in STORED))}
    return {**stored, "feed": np.array([feed] * len(index), object), "flight": index}


def encoded(encoder: Encoder, *parts: tuple[Sequence[Flight], Columns]) -> bytes:
    """The whole file."""
    return b"".join([encoder.begin(), *(encoder.add(*part) for part in parts), encoder.end()])


def xml(data: bytes) -> ET.Element:
    """The document, its namespaces left out."""
    root = ET.fromstring(data)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


TEXTS = st.text(max_size=8)
"""What may come by radio: everything."""

ASCII = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=8)


@st.composite
def any_positions(draw: st.DrawFn, most: int = 20) -> Columns:
    """Positions within what is stored, in steps of what is stored, with gaps."""
    count = draw(st.integers(1, most))

    def some(values: st.SearchStrategy[Any], unknown: Any) -> Any:
        return draw(st.lists(values | st.just(unknown), min_size=count, max_size=count))

    def steps(low: int, high: int, step: float) -> Any:
        return some(st.integers(low, high).map(lambda n: n * step), np.nan)

    ticks = sorted(draw(st.lists(st.integers(0, 50_000), min_size=count, max_size=count)))
    places = st.integers(-9_000_000, 9_000_000)
    lat = np.array(draw(st.lists(places, min_size=count, max_size=count))) / 1e5
    lon = np.array(draw(st.lists(places, min_size=count, max_size=count))) / 5e4
    return positions(
        np.zeros(count),
        time=START + np.array(ticks) / 50.0,
        lat=lat,
        lon=lon,
        altitude_ft=steps(-80, 2000, 25.0),
        geo_altitude_ft=steps(-80, 2000, 25.0),
        ground_speed_kt=steps(0, 900, 1.0),
        track_deg=steps(0, 3599, 0.1),
        vertical_rate_fpm=steps(-100, 100, 64.0),
        squawk=some(st.sampled_from([0, 21, 7700, 7777]), -1),
        on_ground=some(st.integers(0, 1), -1),
        position_source=some(st.integers(0, len(POSITION_SOURCES) - 1), -1),
    )
