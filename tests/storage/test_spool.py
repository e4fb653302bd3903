import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.errors import StartError
from aerotrack.storage.batch import Batch
from aerotrack.storage.spool import Spool
from aerotrack.storage.spool_records import from_bytes, to_bytes

NOW = 1_732_289_400.0
BATCH = len(to_bytes(Batch(positions={"address": np.zeros(1, np.uint32)}, number=1)))
"""How many bytes a batch of one position takes."""


def opened(directory: Path, *, limit: int = 1 << 20, segment_bytes: int = 1 << 18) -> Spool:
    return Spool.open(directory, limit=limit, segment_bytes=segment_bytes, clock=lambda: NOW)


async def put(spool: Spool, *values: int) -> None:
    """Append a batch of one position for each value."""
    for value in values:
        positions = {"address": np.array([value], np.uint32)}
        await spool.append(Batch(positions=positions, number=spool.next_number()))


async def taken(spool: Spool, most: int = 1000) -> list[int]:
    """Read and acknowledge batches; return the values."""
    values: list[int] = []
    while len(values) < most and (batch := await spool.peek()):
        values += batch.positions["address"].tolist()
        spool.acknowledge(batch)
    return values


def segments(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.spool"))


async def test_batches_come_out_in_order_until_they_are_acknowledged(tmp_path: Path) -> None:
    spool = opened(tmp_path / "spool")
    await put(spool, 1, 2, 3)
    assert await spool.peek() is await spool.peek()
    assert spool.positions == 3
    assert await taken(spool, 2) == [1, 2]
    assert (spool.positions, spool.pending) == (1, True)
    assert await taken(spool) == [3]
    assert (spool.positions, spool.pending) == (0, False)


async def test_what_was_not_acknowledged_is_there_after_a_crash(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    await put(spool, 1, 2, 3)
    await taken(spool, 1)
    again = opened(tmp_path)  # the first was not closed
    assert again.source == spool.source
    assert again.positions == 3, "the database knows which of them it has"
    await put(again, 4)
    assert await taken(again) == [1, 2, 3, 4]


async def test_the_files_are_gone_once_all_is_acknowledged_and_numbers_go_on(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    await put(spool, 1)
    last = spool.next_number()
    await taken(spool)
    spool.close()
    assert [path.stat().st_size for path in segments(tmp_path)] == [0]
    again = Spool.open(tmp_path, clock=lambda: 0.0)  # the clock has gone back
    assert again.next_number() > last


async def test_a_number_is_the_time_and_above_those_that_the_database_knows(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    assert spool.next_number() >= NOW * 1e6
    await spool.reach(1 << 60)
    assert spool.next_number() == (1 << 60) + 1


@pytest.mark.parametrize("stored", range(8))
async def test_what_the_database_has_is_passed_over(tmp_path: Path, stored: int) -> None:
    spool, numbers = opened(tmp_path, segment_bytes=3 * BATCH), [0]
    for value in range(7):
        await put(spool, value)
        numbers.append(spool._number)
    again = opened(tmp_path, segment_bytes=3 * BATCH)
    await again.reach(numbers[stored])
    assert (again.positions, again.pending) == (7 - stored, stored < 7)
    await put(again, 7)
    assert await taken(again) == list(range(stored, 8))
    assert (again.damaged, again.lost, again.positions) == (0, 0, 0)


async def test_full_segments_are_followed_by_others_and_removed_once_acknowledged(tmp_path: Path) -> None:
    spool = opened(tmp_path, segment_bytes=3 * BATCH)
    await put(spool, *range(8))
    assert len(segments(tmp_path)) == 3
    assert await taken(spool, 4) == [0, 1, 2, 3]
    assert len(segments(tmp_path)) == 2
    assert await taken(spool) == [4, 5, 6, 7]
    assert len(segments(tmp_path)) == 1


async def test_what_memory_does_not_hold_is_read_back_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aerotrack.storage.spool.HELD", 2)
    spool = opened(tmp_path, segment_bytes=3 * BATCH)
    await put(spool, 1, 2, 3, 4)
    assert await taken(spool, 1) == [1]
    await put(spool, 5, 6)
    assert await taken(spool) == [2, 3, 4, 5, 6]


async def test_a_spool_that_is_full_takes_no_more_until_something_is_stored(tmp_path: Path) -> None:
    spool = opened(tmp_path, limit=4 * BATCH)
    await put(spool, 1, 2, 3, 4)
    with pytest.raises(OSError, match="--spool-size allows"):
        await put(spool, 5)
    assert await taken(spool, 2) == [1, 2]
    await put(spool, 6)
    assert await taken(spool) == [3, 4, 6]


@given(cut=st.integers(1, BATCH - 1))
async def test_a_write_that_was_cut_anywhere_is_cut_off(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    directory = tmp_path_factory.mktemp("spool")
    spool = opened(directory)
    await put(spool, 1, 2)
    os.truncate(segments(directory)[0], 2 * BATCH - cut)
    again = opened(directory)
    assert segments(directory)[0].stat().st_size == BATCH
    await put(again, 3)
    assert (await taken(again), again.damaged) == ([1, 3], 0)


@pytest.mark.parametrize("half", [1, 8, 12, BATCH - 1])
async def test_half_a_record_that_could_not_be_taken_back_is_cut_off(tmp_path: Path, half: int) -> None:
    spool = opened(tmp_path, segment_bytes=2 * BATCH)
    await put(spool, 1, 2, 3)
    torn = to_bytes(Batch(positions={"address": np.zeros(1, np.uint32)}, number=9))[:half]
    first = segments(tmp_path)[0]
    first.write_bytes(first.read_bytes() + torn)
    again = opened(tmp_path)
    assert first.stat().st_size == 2 * BATCH
    assert (await taken(again), again.damaged) == ([1, 2, 3], 0)


async def test_a_whole_record_that_is_damaged_at_the_end_of_a_segment_is_counted(tmp_path: Path) -> None:
    spool = opened(tmp_path, segment_bytes=2 * BATCH)
    await put(spool, 1, 2, 3)
    with segments(tmp_path)[0].open("r+b") as file:
        file.seek(2 * BATCH - 1)
        file.write(b"\xff")
    again = opened(tmp_path)
    assert (await taken(again), again.damaged) == ([1, 3], 1)


@given(bit=st.integers(0, 8 * BATCH - 1))
async def test_a_bit_that_flips_in_the_last_record_of_all_is_counted_and_its_file_kept(
    tmp_path_factory: pytest.TempPathFactory, bit: int
) -> None:
    directory = tmp_path_factory.mktemp("spool")
    await put(opened(directory), 1, 2)
    (segment,) = segments(directory)
    data = bytearray(segment.read_bytes())
    data[BATCH + bit // 8] ^= 1 << bit % 8
    segment.write_bytes(data)
    again = opened(directory)
    await put(again, 3)
    assert (await taken(again), again.damaged) == ([1, 3], 1)
    assert (directory / "refused" / segment.name).read_bytes() == data


async def test_zeros_where_a_write_was_lost_are_cut_off(tmp_path: Path) -> None:
    await put(opened(tmp_path), 1)
    (segment,) = segments(tmp_path)
    os.truncate(segment, BATCH + 4096)
    again = opened(tmp_path)
    assert segment.stat().st_size == BATCH
    assert (await taken(again), again.damaged) == ([1], 0)


async def test_a_record_that_is_damaged_in_the_middle_is_counted_and_its_file_kept(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    await put(spool, 1, 2, 3)
    segment = segments(tmp_path)[0]
    with segment.open("r+b") as file:
        file.seek(BATCH + 60)
        file.write(b"\xff\xff")
    again = opened(tmp_path)
    await put(again, 4)
    assert await taken(again) == [1, 3, 4]
    assert again.damaged == 1
    assert (tmp_path / "refused" / segment.name).exists()


async def test_positions_that_are_damaged_while_it_runs_are_known_to_be_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aerotrack.storage.spool.HELD", 0)
    spool = opened(tmp_path, segment_bytes=2 * BATCH)
    await put(spool, 1, 2, 3, 4)
    with segments(tmp_path)[1].open("r+b") as file:
        file.write(b"\0")
    await put(spool, 5)
    assert await taken(spool) == [1, 2, 4, 5]
    assert (spool.damaged, spool.lost) == (1, 1)


async def test_a_segment_that_someone_removed_is_lost_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aerotrack.storage.spool.HELD", 0)
    spool = opened(tmp_path, segment_bytes=2 * BATCH)
    await put(spool, 1, 2, 3, 4)
    segments(tmp_path)[0].unlink()
    await put(spool, 5)
    assert await taken(spool) == [1, 3, 4, 5], "the oldest was held in memory"
    assert (spool.damaged, spool.lost) == (1, 1)


class FullDisk:
    """os.write and os.fdatasync on a disk that has room for so many more bytes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
        self.room = room
        self._write = os.write
        monkeypatch.setattr("aerotrack.storage.segments.os.write", self)

    def __call__(self, descriptor: int, data: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = self._write(descriptor, data[: self.room])
        self.room -= written
        return written


@pytest.mark.parametrize("room", [0, 1, BATCH - 1])
async def test_a_disk_that_is_full_keeps_nothing_of_a_batch_and_takes_it_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    spool = opened(tmp_path)
    await put(spool, 1)
    batch = Batch(positions={"address": np.array([2], np.uint32)}, number=spool.next_number())
    disk = FullDisk(monkeypatch, room)
    for _ in range(2):
        with pytest.raises(OSError, match="No space left"):
            await spool.append(batch)
        disk.room = 0
    assert (spool.positions, segments(tmp_path)[0].stat().st_size) == (1, BATCH)
    disk.room = 1 << 30
    await spool.append(batch)
    await put(spool, 3)
    assert await taken(opened(tmp_path)) == [1, 2, 3]
    assert await taken(spool) == [1, 2, 3]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB, which only root may make."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("a small disk can be made by root only")
    yield place
    subprocess.run(["umount", place], check=True)


async def test_a_real_disk_that_is_full_takes_batches_again_when_there_is_room(small_disk: Path) -> None:
    spool, other = Spool.open(small_disk / "spool"), small_disk / "other"
    await put(spool, 1)
    other.write_bytes(bytes(os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_bsize))
    many = Batch(positions={"address": np.arange(5000, dtype=np.uint32)}, number=spool.next_number())
    with pytest.raises(OSError, match="No space left"):
        await spool.append(many)
    other.unlink()
    await spool.append(many)
    await put(spool, 2)
    again = Spool.open(small_disk / "spool")
    assert await taken(again, 10_000) == [1, *range(5000), 2]
    spool.close()
    again.close()


async def test_a_batch_that_was_written_though_it_looked_failed_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = opened(tmp_path)
    await put(spool, 1)
    batch = Batch(positions={"address": np.array([2], np.uint32)}, number=spool.next_number())
    with monkeypatch.context() as broken:
        broken.setattr("aerotrack.storage.spool.os.fdatasync", _fails)
        broken.setattr("aerotrack.storage.spool.os.ftruncate", _fails)
        with pytest.raises(OSError, match="Input/output"):
            await spool.append(batch)
    await spool.append(batch)
    await put(spool, 3)
    again = opened(tmp_path)
    assert again.positions == 3
    assert await taken(again) == [1, 2, 3]
    assert await taken(spool) == [1, 2, 3]


def _fails(*_: object) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


async def test_a_refused_batch_has_a_file_of_its_own(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    batch = Batch(positions={"address": np.array([7], np.uint32)}, number=5)
    path = await spool.put_aside(batch, 5)
    assert path == tmp_path / "refused" / "00000000000000000005-positions.spool"
    assert (await spool.put_aside(Batch(), 5)).name == "00000000000000000005-flights.spool"
    assert from_bytes(path.read_bytes()).positions["address"].tolist() == [7]


def test_a_directory_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("")
    with pytest.raises(StartError, match="choose another --data-dir"):
        Spool.open(tmp_path / "spool")


def test_a_name_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "source").write_text("")
    with pytest.raises(StartError, match="names no spool"):
        Spool.open(tmp_path)
