"""What was stored comes out, and in again: the same flights, the same positions."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from end_to_end.program import run

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
BEGIN = 1_700_000_000.0


def recorded(path: Path) -> None:
    """Write a recording of a climb, of a taxi that is heard before it has a place, and of 180 degrees."""
    lines = []
    for second in range(0, 300, 3):
        common = {"now": BEGIN + second, "seen": 0, "seen_pos": 0, "squawk": "0021", "type": "adsb_icao"}
        up = {
            "hex": "4ca2d6",
            "flight": "RYR1",
            "alt_baro": 10_000 + 25 * second,
            "alt_geom": 10_500,
            "gs": 431.4,
        }
        lines.append(
            {**common, **up, "lat": 50 + second / 500, "lon": 8.0, "track": 359.96, "baro_rate": 1500}
        )
        lines.append(
            {**common, "hex": "~c00001", "alt_baro": "ground", "lat": -33.9, "lon": 151 + second / 1e4}
        )
        lines.append(
            {**common, "hex": "c81234", "lat": -40.0, "lon": (179.9 + second / 1000 + 180) % 360 - 180}
        )
        if second < 30:
            del lines[-2]["lat"], lines[-2]["lon"]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def exported(data_dir: Path, file: Path, *options: str) -> list[dict[str, str]]:
    done = run(
        "export", "--from", "2023-01-01", "--to", "2024-01-01", "-o", str(file), *options, data_dir=data_dir
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("Exported ")
    if file.suffix != ".csv":
        return []
    with file.open(newline="") as lines:
        return [{name: v for name, v in line.items() if name != "feed"} for line in csv.DictReader(lines)]


def replayed(recording: Path, data_dir: Path) -> str:
    done = run("replay", str(recording), "--speed", "max", "--port", "0", data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_an_export_replayed_into_an_empty_database_is_the_same_history(tmp_path: Path) -> None:
    recorded(tmp_path / "sky.jsonl")
    replayed(tmp_path / "sky.jsonl", tmp_path / "first")
    before = exported(tmp_path / "first", tmp_path / "sky.csv")
    assert len(before) == 290
    assert len({line["id"] for line in before}) == 3
    exported(tmp_path / "first", tmp_path / "sky.parquet")
    flight = ("export", "--flight", before[0]["id"], "--format", "csv", "-o", "-")
    assert run(*flight, data_dir=tmp_path / "first").stdout.count(f"\n{before[0]['id']}") == 100
    for again, recording in enumerate(("sky.csv", "sky.parquet")):
        told = replayed(tmp_path / recording, tmp_path / str(again))
        assert told == "Stored 290 positions of 3 flights (3 aircraft); refused 0."
        assert exported(tmp_path / str(again), tmp_path / "again.csv") == before


def test_a_trace_of_readsb_is_stored_within_the_bounds(tmp_path: Path) -> None:
    trace = json.loads((FEEDS / "trace_full_a3c78c.json").read_text())
    (tmp_path / "trace_full_a3c78c.json").write_bytes(gzip.compress(json.dumps(trace).encode()))
    told = replayed(tmp_path / "trace_full_a3c78c.json", tmp_path / "data")
    lines = exported(tmp_path / "data", tmp_path / "trace.csv")
    assert told.startswith(f"Stored {len(lines)} positions")
    assert len(lines) == len(trace["trace"])
    for line, row in zip(lines, trace["trace"], strict=True):
        assert (float(line["lat"]), float(line["lon"])) == pytest.approx((row[1], row[2]), abs=0.6e-5)
        slow = row[3] == "ground" or row[4] < 30  # who rolls is not believed to fly
        assert (line["on_ground"] == "true") == slow
        if isinstance(row[3], int) and not row[6] & 8:
            assert float(line["altitude_ft"]) == pytest.approx(row[3], abs=12.5)
        if row[4] is not None:
            assert float(line["ground_speed_kt"]) == pytest.approx(row[4], abs=0.5)


def test_what_cannot_be_exported_is_one_sentence_and_leaves_no_file(tmp_path: Path) -> None:
    done = run(
        "export", "--flight", "4ca2d6-6740a31c", "-o", str(tmp_path / "x.csv"), data_dir=tmp_path / "data"
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr == "aerotrack: There is no such flight in the database: look for its id in the history.\n"
    )
    assert not (tmp_path / "x.csv").exists()
