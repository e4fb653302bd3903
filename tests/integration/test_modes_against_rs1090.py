"""Our Mode S fields held against those of rs1090 (MIT, Rust), frame by frame."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rs1090  # type: ignore[import-not-found]

from aerotrack.decode.beast_framing import BeastFraming
from aerotrack.decode.modes.altitude import airborne_altitude, replied_altitude
from aerotrack.decode.modes.identification import identification
from aerotrack.decode.modes.squawks import replied_squawk
from aerotrack.decode.modes.velocity import velocity

MODES = Path(__file__).parents[1] / "data/modes"
AIRBORNE = [*range(9, 19)]


def frames() -> list[bytes]:
    """The whole frames of the recordings: real ones, and those made for the tests."""
    lines = gzip.decompress((MODES / "paris_minute.csv.gz").read_bytes()).decode().splitlines()
    made = [
        bytes.fromhex(line.split(",")[2]) for line in lines if line[:1].isdigit() and ",flipped," not in line
    ]
    real = BeastFraming().feed((MODES / "traffic_sample_dump1090.bin").read_bytes()).data
    return made + [bytes(row[: 14 if row[0] >= 0x80 else 7]) for row in real]


@pytest.fixture(scope="module")
def pairs() -> list[tuple[bytes, dict[str, Any]]]:
    """Each frame that rs1090 reads, with what it reads."""
    found = []
    for frame in frames():
        told = rs1090.decode([frame.hex()], [0.0])
        found += [(frame, one) for one in told if isinstance(one, dict)]
    assert len(found) > 3000
    return found


def rows(
    pairs: list[tuple[bytes, dict[str, Any]]], *, df: set[int], codes: list[int]
) -> tuple[np.ndarray, list[Any]]:
    chosen = [
        (frame, told)
        for frame, told in pairs
        if frame[0] >> 3 in df and (not codes or frame[4] >> 3 in codes)
    ]
    assert len(chosen) > 20
    data = np.frombuffer(b"".join(frame.ljust(14, b"\0") for frame, _ in chosen), np.uint8).reshape(-1, 14)
    return data, [told for _, told in chosen]


def test_callsigns_are_the_same(pairs: list[tuple[bytes, dict[str, Any]]]) -> None:
    data, told = rows(pairs, df={17, 18}, codes=[1, 2, 3, 4])
    assert [text.decode() for text in identification(data)[0]] == [one["callsign"].strip() for one in told]


def test_speeds_tracks_and_rates_are_the_same(pairs: list[tuple[bytes, dict[str, Any]]]) -> None:
    data, told = rows(pairs, df={17, 18}, codes=[19])
    ours = velocity(data)
    for name, theirs in (
        ("ground_speed_kt", "groundspeed"),
        ("track_deg", "track"),
        ("vertical_rate_fpm", "vertical_rate"),
    ):
        expected = np.array([one.get(theirs) for one in told], float)
        np.testing.assert_allclose(np.asarray(getattr(ours, name), float), expected, atol=0.01, err_msg=name)


def test_heights_of_positions_are_the_same(pairs: list[tuple[bytes, dict[str, Any]]]) -> None:
    data, told = rows(pairs, df={17, 18}, codes=AIRBORNE)
    expected = np.array([one.get("altitude") for one in told], float)
    np.testing.assert_array_equal(airborne_altitude(data), expected)


def test_heights_and_squawks_of_replies_are_the_same(pairs: list[tuple[bytes, dict[str, Any]]]) -> None:
    data, told = rows(pairs, df={4, 20}, codes=[])
    expected = np.array([one.get("altitude") for one in told], float)
    metric = (data[:, 3] & 0x40) > 0  # nobody flies so: these are junk, and ours tells no height of them
    np.testing.assert_array_equal(replied_altitude(data)[~metric], expected[~metric])
    assert np.isnan(replied_altitude(data)[metric]).all()
    data, told = rows(pairs, df={5, 21}, codes=[])
    assert replied_squawk(data).tolist() == [int(one["squawk"]) for one in told]
