import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from aerotrack.encode import Encoder
from aerotrack.encode.csv_table import CsvTable
from aerotrack.encode.parquet import Parquet
from aerotrack.errors import RecordingError
from aerotrack.sources.tape import Tape, format_of
from encode.flights import FLIGHT, encoded, positions
from fakes import START
from sources.feeders import NOON, document, sbs

FEEDS = Path(__file__).parent.parent / "data" / "feeds"


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (sbs(), "SBS text"),
        (b"\xef\xbb\xbf\r\nSEL,,496,2286,4CA4E5\r\n", "SBS text"),
        (document(NOON), "aircraft.json"),
        (b'{\n  "now": 1,\n  "aircraft": [\n', "aircraft.json"),
        (document(NOON) + b"\n" + document(NOON), "aircraft.json"),
        (b'{"ac":[{"hex":"4ca2d6"}],"now":1}', "aircraft.json"),
        (b'{"now" : 1.5,"hex":"4ca2d6"},\n{"now" : 2,"hex":"4ca2d6"},\n', "JSON lines"),
        (b'{"flight": "N/A", "now": 1}\n{"hex":"4ca2d6","aircraft":[]}\n', "JSON lines"),
        (b'{"now":1,"hex":"4ca2d6","flightdict":null', "JSON lines"),
        (b'{"icao":"4ca2d6","r":"EI-DAC","timestamp":1.5,"trace":[[0,50,8,', "readsb trace"),
        (b'{"now":1,"hex":"4ca2d6","a":[],"trace":[1]}', "JSON lines"),
        (b"id,icao24,callsign,time,lat,lon\r\n", "AeroTrack's CSV"),
        (b"PAR1\x15\x04", "AeroTrack's Parquet"),
        (b"\x1a3\x00\x00", None),
        (b"*8D4CA2D6;\n", None),
        (b'{"time":1,"states":[]}', None),
        (b"[1]", None),
    ],
)
def test_a_format_is_recognised_by_its_content(head: bytes, known: str | None) -> None:
    assert format_of(head) == known


@pytest.mark.parametrize(
    ("name", "known", "rows"),
    [
        ("aircraft.json", "aircraft.json", 22),
        ("lines.json", "JSON lines", 5),
        ("adsb_actions.jsonl", "JSON lines", 94),
        ("trace_full_a3c78c.json", "readsb trace", 41),
    ],
)
def test_real_files_are_read_whole(name: str, known: str, rows: int) -> None:
    tape = Tape(FEEDS / name)
    assert tape.format == known
    assert sum(len(batch) for batch in tape.batches()) == rows
    assert tape.read_bytes == tape.total_bytes == (FEEDS / name).stat().st_size


def test_a_file_and_its_gz_are_one_recording(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.txt", tmp_path / "b"
    plain.write_bytes(sbs(1) + sbs(2))
    packed.write_bytes(gzip.compress(sbs(1) + sbs(2)))
    assert Tape(plain).identity == Tape(packed).identity == hashlib.sha256(sbs(1) + sbs(2)).hexdigest()
    assert [len(batch) for batch in Tape(packed).batches()] == [2, 0]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("make", [CsvTable, Parquet])
def test_our_own_exports_are_recordings(
    make: Callable[[], Encoder], pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "march"
    path.write_bytes(pack(encoded(make(), ([FLIGHT], positions(np.zeros(1000))))))
    tape = Tape(path)
    assert tape.starts_at == START
    assert sum(map(len, tape.batches())) == 1000
    assert tape.read_bytes == tape.total_bytes == path.stat().st_size


def test_a_parquet_that_is_cut_off_says_so(tmp_path: Path) -> None:
    path = tmp_path / "march.parquet"
    path.write_bytes(encoded(Parquet(), ([FLIGHT], positions()))[:-5])
    with pytest.raises(RecordingError, match="holds no aircraft"):
        Tape(path)


def test_it_starts_at_its_first_row(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"STA,,5\r\n" + sbs(2) + sbs(1))
    assert Tape(path).starts_at == NOON + 2


def test_a_gz_that_is_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    packed = gzip.compress(b"".join(sbs(n / 10) for n in range(5000)))
    path.write_bytes(packed[: len(packed) // 2])
    batches = list(Tape(path).batches())
    assert 1000 < sum(map(len, batches)) < 5000
    assert sum(batch.refused.get("truncated", 0) for batch in batches) == 2  # the file and its last line


def test_a_last_line_that_is_cut_off_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(sbs(1) + sbs(2)[:30])
    assert [dict(batch.refused) for batch in Tape(path).batches()] == [{}, {"truncated": 1}]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\x1a3\x00", "known are SBS text, JSON lines, aircraft.json"),
        (b"MSG,nonsense\n", r"\(SBS text\) holds no aircraft"),
        (b'{"now":1,"aircraft":[]}', r"\(aircraft.json\) holds no aircraft"),
    ],
)
def test_a_file_that_cannot_be_played_says_why(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=sentence):
        Tape(path)


def test_a_file_that_is_missing_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="No such file"):
        Tape(tmp_path / "a")
