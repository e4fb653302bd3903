import numpy as np

from aerotrack.core.columns import BY_NAME, COLUMNS, Kind
from aerotrack.storage.past_positions import positions_of, sky_of, unix_us, unnamed
from aerotrack.storage.sent_arrays import HEADER

TEXTS = {column.name: " " * column.width for column in COLUMNS if column.kind is Kind.TEXT}


def sent(dtype: str, *values: int) -> bytes:
    """Write an array as array_send() does."""
    width = np.dtype(dtype).itemsize
    return bytes(HEADER) + b"".join(
        width.to_bytes(4, "big") + np.array(value, dtype).tobytes() for value in values
    )


ROW = {
    "flight_id": sent(">i8", 0x4CA2D6 << 32 | 0x6740A31C),
    "time": sent(">i8", 500_000),
    "lat": sent(">i4", -810_001),
    "lon": sent(">i4", 17_999_999),
    "altitude": sent(">i2", -32_768),
    "geo_altitude": sent(">i2", -4),
    "ground_speed": sent(">i2", 450),
    "track": sent(">i2", 3599),
    "vertical_rate": sent(">i2", -2),
    "squawk": sent(">i2", 14),
    "position_source": sent(">i2", -1),
    "feed_id": sent(">i2", 7),
    "on_ground": sent(">i2", 0),
    **TEXTS,
    "callsign": "DLH1    ",
}


def test_steps_become_the_values_of_the_schema() -> None:
    columns = positions_of(ROW, {7: "roof"})
    assert {name: values[0] for name, values in columns.items() if name != "altitude_ft"} == {
        "time": 946_684_800.5,
        "lat": -8.10001,
        "lon": 179.99999,
        "geo_altitude_ft": -100,
        "on_ground": 0,
        "ground_speed_kt": 450,
        "track_deg": np.float32(359.9),
        "vertical_rate_fpm": -128,
        "squawk": 14,
        "position_source": -1,
        "feed": "roof",
    }
    assert np.isnan(columns["altitude_ft"][0])
    assert all(values.dtype == BY_NAME[name].dtype for name, values in columns.items() if name != "feed")


def test_a_sky_has_every_column_and_who_flies() -> None:
    columns = sky_of(ROW, {7: "roof"}, at=946_684_815.6)
    assert set(columns) == {*BY_NAME, "address", "start"}
    assert (columns["address"][0], columns["start"][0]) == (0x4CA2D6, 0x6740A31C)
    assert (columns["callsign"][0], columns["operator"][0]) == (b"DLH1", b"")
    assert (columns["coasting"][0], columns["last_heard"][0]) == (1, 946_684_800.5)


def test_a_flight_coasts_after_15_seconds_as_everywhere() -> None:
    assert sky_of(ROW, {7: "roof"}, at=946_684_815.5)["coasting"].tolist() == [0]


def test_the_emergency_is_what_the_squawk_says() -> None:
    row = ROW | {"squawk": sent(">i2", 7700)}
    assert sky_of(row, {7: "roof"}, at=946_684_815.5)["emergency"].tolist() == [1]
    assert sky_of(ROW, {7: "roof"}, at=946_684_815.5)["emergency"].tolist() == [0]
    row = ROW | {"squawk": sent(">i2", -1)}
    assert sky_of(row, {7: "roof"}, at=946_684_815.5)["emergency"].tolist() == [-1]


def test_a_feed_without_a_number_has_no_name_and_one_without_a_name_is_looked_up() -> None:
    nowhere = ROW | {"feed_id": sent(">i2", -1)}
    assert positions_of(nowhere, {7: "roof"})["feed"].tolist() == [None]
    assert not unnamed(nowhere, {})
    assert unnamed(ROW, {})
    assert not unnamed(ROW, {7: "roof"})


def test_nothing_is_read_of_nothing() -> None:
    nobody = dict.fromkeys(ROW)
    assert len(unix_us(None)) == 0
    assert {len(values) for values in sky_of(nobody, {}, at=0.0).values()} == {0}
