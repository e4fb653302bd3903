from collections import Counter
from typing import Any

import numpy as np

from aerotrack.core.observations import Observations
from aerotrack.decode.own_rows import OwnRows
from decode.cutting import rows_in

START = 0x6740A31C
NAME = "4ca2d6-6740a31c"


def read(
    times: list[float], ids: list[str] | None = None, rows: OwnRows | None = None, **more: Any
) -> tuple[Observations, Counter[str]]:
    count = len(times)
    texts = {"icao24": ["4ca2d6"] * count} | ({"id": ids} if ids else {})
    numbers = {"time": times, "lat": [50.0] * count, "lon": [8.0] * count}
    for name, values in more.items():
        (texts if isinstance(values[0], str) else numbers)[name] = values
    refused: Counter[str] = Counter()
    arrays = {name: np.array(values, np.float64) for name, values in numbers.items()}
    seen = (rows or OwnRows()).read(texts, arrays, refused)
    return seen, Counter(seen.refused)


def test_a_flight_begins_in_the_second_that_its_id_says() -> None:
    seen, _ = read([START + 5.5, START + 6.5], [NAME, NAME])
    assert seen.last_heard.tolist() == [START, START + 5.5, START + 6.5]
    assert rows_in(seen)[0] == {"address": 0x4CA2D6, "last_heard": START}


def test_it_does_so_once_however_the_file_is_read() -> None:
    rows = OwnRows()
    assert len(read([START + 5.5], [NAME], rows)[0]) == 2
    assert len(read([START + 6.5], [NAME], rows)[0]) == 1


def test_a_position_from_before_its_flight_was_heard_begins_it_all_the_same() -> None:
    seen, _ = read([START - 5.5], [NAME])
    assert rows_in(seen)[0] == {"address": 0x4CA2D6, "last_heard": START}


def test_a_flight_whose_beginning_was_cut_off_begins_where_it_does() -> None:
    assert len(read([START + 3600.0], [NAME])[0]) == 1


def test_what_is_no_id_or_another_aircrafts_says_nothing() -> None:
    assert len(read([START + 5.5, START + 7.5], ["my flight", "3c6444-6740a31c"])[0]) == 2


def test_what_cannot_be_used_is_counted() -> None:
    _, refused = read(
        [START, START, np.nan, START, START, START],
        icao24=["4ca2d6", "zz", "4ca2d6", "", "4ca2d6", "4ca2d6"],
        lat=[50.0, 50.0, 50.0, 50.0, np.nan, np.inf],
        squawk=["7800", "", "", "", "0021", ""],
        position_source=["adsb", "x", "", "", "", ""],
        on_ground=["maybe", "true", "False", "", "", ""],
        callsign=["MUCH TOO LONG", "é", "", "", "RYR1", ""],
        type_code=["a320", "", "", "", "A320", ""],
        category=["E1", "", "", "", "A3", ""],
        track_deg=[400.0, np.nan, np.nan, np.nan, 1.0, np.nan],
    )
    assert refused == Counter(bad_address=1, no_time=1, no_address=1, bad_position=2, bad_field=8)


def test_texts_mean_what_the_schema_says() -> None:
    seen, refused = read(
        [START], callsign=["RYR1"], squawk=["0021"], on_ground=["true"], position_source=["mlat"]
    )
    (row,) = rows_in(seen)
    assert (row["callsign"], row["squawk"], row["on_ground"], row["position_source"]) == (b"RYR1", 21, 1, 2)
    assert not refused
