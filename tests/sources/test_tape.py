import gzip
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from aerotrack.core.observations import Receiver
from aerotrack.encode import Encoder
from aerotrack.encode.csv_table import CsvTable
from aerotrack.encode.parquet import Parquet
from aerotrack.errors import RecordingError
from aerotrack.sources.formats import Untold
from aerotrack.sources.tape import Tape
from decode.modes.transponder import airborne
from encode.flights import FLIGHT, encoded, positions
from fakes import START
from sources.feeders import NOON, sbs

FEEDS = Path(__file__).parent.parent / "data" / "feeds"


@pytest.mark.parametrize(
    ("name", "known", "rows"),
    [
        ("aircraft.json", "aircraft.json", 22),
        ("lines.json", "JSON lines", 5),
        ("adsb_actions.jsonl", "JSON lines", 94),
        ("trace_full_a3c78c.json", "readsb trace", 41),
        ("moment.binCraft", "binCraft", 34),
        ("moment.binCraft.zst", "binCraft", 34),
        ("../modes/traffic_sample_dump1090.bin", "Beast", 229),
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
        (b"\x1a3\x00", "known are binCraft, Beast, AVR, CSV of frames, SBS text"),
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


def avr(*seconds: float) -> bytes:
    """Positions of one aircraft, even and odd in turn, by the counter of a receiver."""
    frames = [airborne(0x4CA2D6, 48.8, 2.4, n % 2) for n in range(len(seconds))]
    return b"".join(
        f"@{int(12e6 * second):012x}{frame.hex()};\n".encode()
        for second, frame in zip(seconds, frames, strict=True)
    )


def test_frames_without_a_date_begin_when_they_are_said_to(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(avr(1, 1.5, 3))
    assert Tape(path, Untold(NOON, Receiver(48.8, 2.4))).starts_at == NOON


def test_frames_without_a_date_ended_when_the_file_was_written(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(avr(1, 1.5, 3))
    os.utime(path, (NOON, NOON))
    assert Tape(path).starts_at == NOON - 2


def test_frames_of_a_recording_are_the_same_packed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(avr(1, 1.5, 3))
    (tmp_path / "a.gz").write_bytes(gzip.compress(avr(1, 1.5, 3)))
    plain, packed = Tape(tmp_path / "a", Untold(NOON)), Tape(tmp_path / "a.gz", Untold(NOON))
    assert plain.identity == packed.identity
    assert [batch.last_heard.tolist() for batch in plain.batches()] == [
        batch.last_heard.tolist() for batch in packed.batches()
    ]
