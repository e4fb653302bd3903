"""A recording, played as a person would: all of it is stored or refused with a reason, and once."""

import csv
import gzip
import json
import re
from pathlib import Path

import pytest

from decode.modes.transponder import airborne, taxiing
from decode.test_beast import beast
from end_to_end.program import Program, run

LINES = Path(__file__).parent.parent / "data" / "recording.jsonl"
SAID = re.compile(r"Stored (\d+) positions of (\d+) flights \((\d+) aircraft\); refused (\d+)(.*)\.")


def made(path: Path) -> tuple[int, int]:
    """Write a recording of two flights with known faults; return how many positions and aircraft it has."""
    begin = 1_700_000_000.0
    lines = []
    for second in range(300):
        for number, address in enumerate(("4ca2d6", "3c6444")):
            lines.append(
                {
                    "now": begin + second, "hex": address, "flight": f"TEST{number}  ", "alt_baro": 30000,
                    "lat": 50 + second * 0.002, "lon": 8.0 + number, "gs": 430.0, "track": 0.0,
                    "seen_pos": 0.0, "seen": 0.0, "squawk": "1000", "type": "adsb_icao", "baro_rate": 0,
                }
            )  # fmt: skip
    faults = [
        lines[20],  # a copy, late
        {**lines[-1], "now": begin + 299.5},  # the same place again at once
        {**lines[-1], "now": begin + 299.6, "lat": 91.0},
        {**lines[-1], "now": begin + 299.7, "lat": 0, "lon": 0},
    ]
    text = "".join(json.dumps(line) + "\n" for line in (*lines, *faults)) + '{"hex": "4ca2d6", "la'
    path.write_bytes(gzip.compress(text.encode()))
    return len(lines) + len(faults), 2


def test_all_is_stored_or_refused_with_a_reason_and_a_second_time_nothing_is_stored(tmp_path: Path) -> None:
    recording = tmp_path / "two.jsonl.gz"
    positions, aircraft = made(recording)
    first = run("replay", str(recording), "--speed", "max", "--port", "0", data_dir=tmp_path / "data")
    assert first.returncode == 0, first.stderr
    ready, told = first.stdout.splitlines()
    assert ready.startswith("AeroTrack ready: ")
    said = SAID.fullmatch(told)
    assert said, told
    assert (int(said[1]), int(said[2]), int(said[3])) == (positions - 4, 2, aircraft)
    for reason in ("duplicate 1", "out_of_order 1", "out_of_range 1", "null_island 1", "truncated 1"):
        assert reason in said[5]
    assert int(said[4]) == 5

    again = run("replay", str(recording), "--speed", "max", "--port", "0", data_dir=tmp_path / "data")
    assert again.returncode == 0, again.stderr
    assert again.stdout.splitlines()[1].startswith("Stored 0 positions")
    assert "already stored" in again.stdout

    with Program.serving("sim:?flights=5", data_dir=tmp_path / "data") as program:
        shell = run("db", "url", data_dir=tmp_path / "data")
        assert shell.stdout.strip() == program.database_url()


def test_raw_frames_are_stored_where_and_when_they_were_heard(tmp_path: Path) -> None:
    heard = [
        (second, frame)
        for second in range(20)
        for frame in (
            airborne(0x4CA2D6, 48.8 + second * 0.002, 2.4, second % 2),
            taxiing(0x3C6444, 49.0097, 2.5479, second % 2),
        )
    ]
    recording, table = tmp_path / "raw.beast.gz", tmp_path / "raw.csv"
    recording.write_bytes(
        gzip.compress(b"".join(beast(frame, (7 << 40) + second * 12_000_000) for second, frame in heard))
    )
    told = ("--start", "2026-11-22T12:00:00Z", "--receiver", "48.8,2.4")
    done = run("replay", str(recording), "--speed", "max", "--port", "0", *told, data_dir=tmp_path / "data")
    assert done.returncode == 0, done.stderr
    done = run(
        *("export", "--from", "2026-11-22", "--to", "2026-11-23", "-o", str(table)),
        data_dir=tmp_path / "data",
    )
    assert done.returncode == 0, done.stderr
    with table.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    flown = [row for row in rows if row["icao24"] == "4ca2d6"]
    taxied = [row for row in rows if row["icao24"] == "3c6444"]
    assert len(flown) == 19  # one frame alone is no place
    assert flown[-1]["time"].startswith("2026-11-22T12:00:19")
    assert float(flown[-1]["lat"]) == pytest.approx(48.838, abs=1e-4)
    assert float(taxied[-1]["lon"]) == pytest.approx(2.5479, abs=1e-4)
