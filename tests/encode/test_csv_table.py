import csv
import io
from typing import Any

import numpy as np
from hypothesis import given

from aerotrack.core.columns import BY_NAME, Columns
from aerotrack.core.values import values_of
from aerotrack.encode.csv_table import NAMES, POSITION, CsvTable
from aerotrack.encode.texts import plain
from encode.flights import FLIGHT, OTHER, TEXTS, any_positions, encoded, positions


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_the_header_has_the_names_of_the_schema() -> None:
    assert encoded(CsvTable()) == (",".join(NAMES) + "\r\n").encode()
    assert NAMES[:3] == ("id", "icao24", "callsign")


def test_a_position_is_a_line_with_empty_cells_for_the_unknown() -> None:
    seen = positions(
        [1, 0], on_ground=[0, 1], squawk=[21, -1], altitude_ft=[0, np.nan], feed="the roof, left"
    )
    quoted = '"the roof, left"'
    assert encoded(CsvTable(), ([FLIGHT, OTHER], seen)).decode().splitlines()[1:] == [
        "3c6444-6740a31c,3c6444,,D-AIBA,,,,,,2024-11-22T15:28:28.000Z,50.0,8.0,0,,false,,,,0021,," + quoted,
        "4ca2d6-6740a31c,4ca2d6,RYR1,,,,,,,2024-11-22T15:28:29.000Z,50.0,8.0,,,true,,,,,," + quoted,
    ]


def test_no_text_runs_as_a_formula() -> None:
    wicked = {**FLIGHT, "callsign": "=cmd|' /C calc'!A0", "registration": '@"x",y'}
    (line,) = table(encoded(CsvTable(), ([wicked], positions(feed="+1"))))
    assert (line["callsign"], line["registration"], line["feed"]) == (
        "'=cmd|' /C calc'!A0",
        '\'@"x",y',
        "'+1",
    )


def test_a_number_below_zero_is_no_formula() -> None:
    (line,) = table(encoded(CsvTable(), ([FLIGHT], positions(lat=-50.0, vertical_rate_fpm=-64))))
    assert (line["lat"], line["vertical_rate_fpm"]) == ("-50.0", "-64")


@given(any_positions(), TEXTS)
def test_every_value_comes_back(seen: Columns, callsign: str) -> None:
    lines = table(encoded(CsvTable(), ([{**FLIGHT, "callsign": callsign}], seen)))
    assert {line["callsign"].removeprefix("'") for line in lines} == {plain(callsign)}
    for name in POSITION:
        assert [line[name] for line in lines] == list(map(_text, values_of(BY_NAME[name], seen[name])))


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
