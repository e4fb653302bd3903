"""Segments: the files of the spool, and how files are written so that they are there after a crash."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from aerotrack.storage.spool_records import HEAD_BYTES, Gap, Record, found, length_told, record_at


@dataclass(slots=True, eq=False)
class Segment:
    """A file of records: `size` bytes of it count, `positions` in it are not acknowledged yet."""

    path: Path
    size: int = 0
    positions: int = 0
    damaged: bool = False


def met_at(segment: Segment, at: int) -> tuple[Record | Gap, bytes]:
    """Read what begins there: a record and its bytes, or a gap up to the next record or the segment's end."""
    try:
        with segment.path.open("rb") as file:
            file.seek(at)
            head = file.read(HEAD_BYTES)
            length = length_told(head)
            if length is not None and at + length <= segment.size:
                data = head + file.read(length - HEAD_BYTES)
                if record := record_at(data):
                    return Record(record.number, record.positions, at, at + record.end), data
            file.seek(at)
            rest = file.read(segment.size - at)
    except FileNotFoundError:
        return Gap(at, segment.size), b""
    met = next(found(rest), None)
    if isinstance(met, Gap) and at + met.end < segment.size and met.end < len(rest):
        return Gap(at, at + met.end), b""
    return Gap(at, segment.size), b""


def write(descriptor: int, data: bytes) -> None:
    """Write all of the bytes."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    new = path.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    new.rename(path)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Make the names in a directory safe."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def source_name(directory: Path) -> str:
    """Return the spool's name in the database, which it keeps for ever. Raises OSError, ValueError."""
    path = directory / "source"
    if path.exists():
        name = path.read_text("utf-8").strip()
        if not name.startswith("spool:"):
            raise ValueError(f"{path} names no spool")
        return name
    name = f"spool:{secrets.token_hex(8)}"
    write_file(path, f"{name}\n".encode())
    return name
