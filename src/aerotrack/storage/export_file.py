"""Where an export goes: a file that is there as a whole or not at all, or standard output."""

import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from aerotrack.errors import AeroTrackError, SettingsError

STANDARD_OUTPUT = "-"
PACKED = ("csv", "geojson")
"""The formats that a .gz at the end of the file's name compresses; others are packed already."""


class Writer(Protocol):
    """What takes the pieces of a file."""

    def write(self, piece: bytes, /) -> int:
        """Write a piece."""
        ...


def format_named(output: str, format_: str | None, known: tuple[str, ...]) -> tuple[str, bool]:
    """Return the format of a file, given or by its name's ending, and whether it is to be compressed.

    Raises SettingsError when neither says so.
    """
    endings = [ending.lower() for ending in Path(output).suffixes]
    packed = endings[-1:] == [".gz"]
    ending = (endings[:-1] if packed else endings)[-1:]
    named = ending[0].removeprefix(".") if ending else ""
    chosen = format_ or {"json": "geojson", "geoparquet": "parquet"}.get(named, named)
    if chosen not in known:
        raise SettingsError(
            f"the name {output} does not tell the format: give --format {'|'.join(known)}."
            if format_ is None
            else f"there is no format {format_}: give --format {'|'.join(known)}."
        )
    if packed and chosen not in PACKED:
        raise SettingsError(f"{chosen} is not compressed to .gz: leave it out of {output}.")
    return chosen, packed


@contextmanager
def destination(output: str, *, packed: bool) -> Iterator[Writer]:
    """Open where an export goes; a file appears under its name when the body ends well.

    Raises SettingsError for a file that cannot be written.
    """
    if output == STANDARD_OUTPUT:
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more to flush at exit
            raise AeroTrackError("Standard output was closed before the export was over.") from error
        return
    path = Path(output)
    try:
        with _renamed(path) as file:
            if not packed:
                yield file
                return
            with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as compressed:
                yield compressed
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written ({error.strerror or error}): name another file."
        ) from error


@contextmanager
def _renamed(path: Path) -> Iterator[BinaryIO]:
    if path.is_dir():
        raise SettingsError(f"{path} is a directory: name a file in it.")
    if path.exists() and not path.is_file():  # a device or a pipe: there is nothing to rename
        with path.open("wb") as file:
            yield file
        return
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
