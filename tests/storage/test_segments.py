from pathlib import Path

import numpy as np

from aerotrack.storage.batch import Batch
from aerotrack.storage.segments import Segment, met_at, write_file
from aerotrack.storage.spool_records import Gap, Record, to_bytes

ONE, TWO = (to_bytes(Batch(positions={"address": np.zeros(n, np.uint32)}, number=n)) for n in (1, 2))


def test_a_record_is_read_where_it_begins(tmp_path: Path) -> None:
    path = tmp_path / "1.spool"
    write_file(path, ONE + TWO)
    met, data = met_at(Segment(path, len(ONE + TWO)), len(ONE))
    assert (met, data) == (Record(2, 2, len(ONE), len(ONE + TWO)), TWO)


def test_a_gap_ends_where_the_next_record_begins(tmp_path: Path) -> None:
    path = tmp_path / "1.spool"
    write_file(path, b"x" * 50 + TWO)
    assert met_at(Segment(path, 50 + len(TWO)), 0)[0] == Gap(0, 50)


def test_what_lies_behind_the_size_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "1.spool"
    write_file(path, b"x" * 50 + TWO)
    assert met_at(Segment(path, 60), 0)[0] == Gap(0, 60)
    assert met_at(Segment(tmp_path / "gone.spool", 60), 0)[0] == Gap(0, 60)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "source"
    for text in (b"one", b"two"):
        write_file(path, text)
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]
