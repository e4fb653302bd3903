"""Tape: a recorded file, whatever its format and whether or not it is compressed, as batches of rows."""

import gzip
import hashlib
import zlib
from collections.abc import Generator
from contextlib import nullcontext
from dataclasses import replace
from io import BufferedIOBase
from pathlib import Path

from aerotrack.core.observations import Observations
from aerotrack.errors import RecordingError
from aerotrack.sources.formats import ALL_TOLD, FORMATS, PARQUET, Untold, format_of

CHUNK_BYTES = 1 << 16
_GZIP = b"\x1f\x8b"


class Tape:
    """A recorded file, read through once when it is opened, to name its content and to find where it starts.

    `identity` is the SHA-256 of the content as it is uncompressed, so a file and its .gz are one recording.
    `starts_at` is the time of its first row, Unix seconds. What has no date, and is not told when it began,
    ended when the file was written. Raises RecordingError for a file that is missing, empty, in no known
    format, or without one row.
    """

    def __init__(self, path: Path, untold: Untold = ALL_TOLD) -> None:
        self.path = path
        self.read_bytes = 0
        digest, head = hashlib.sha256(), b""
        try:
            stat = path.stat()
            self.total_bytes = stat.st_size
            for chunk in self._chunks():
                if chunk is not None:
                    digest.update(chunk)
                    head = head if len(head) >= CHUNK_BYTES else head + chunk
        except OSError as error:
            raise RecordingError(f"Cannot read the recording {path}: {error.strerror or error}.") from error
        self.identity = digest.hexdigest()
        if not head.strip():
            raise RecordingError(f"The recording {path} is empty.")
        known = format_of(head)
        if known is None:
            names = ", ".join((*FORMATS, PARQUET))
            raise RecordingError(
                f"{path} is in no format that can be played; known are {names}, each also as .gz."
            )
        self.format = known
        self._untold = untold
        if untold.start is None and known in FORMATS and not FORMATS[known].dated:
            lasts = max((batch.last_heard.max(initial=0.0) for batch in self.batches()), default=0.0)
            self._untold = replace(untold, start=stat.st_mtime - float(lasts))
        first = next((batch for batch in self.batches() if len(batch)), None)
        if first is None:
            raise RecordingError(
                f"The recording {path} ({known}) holds no aircraft with an address and a time."
            )
        self.starts_at = float(first.last_heard[0])

    def batches(self) -> Generator[Observations]:
        """Decode the file, a batch per chunk. What is cut off at its end is `truncated`."""
        if self.format == PARQUET:
            yield from self._parquet()
            return
        decoder = FORMATS[self.format].decoder(self._untold)
        for chunk in self._chunks():
            yield Observations.none(refused={"truncated": 1}) if chunk is None else decoder.feed(chunk, None)
        yield decoder.end(None)

    def _parquet(self) -> Generator[Observations]:
        from aerotrack.decode.own_parquet import batches  # noqa: PLC0415  pyarrow takes time to load

        with self.path.open("rb") as stored:
            packed = stored.read(2) == _GZIP
            stored.seek(0)
            reader: nullcontext[BufferedIOBase] | gzip.GzipFile
            reader = gzip.GzipFile(fileobj=stored) if packed else nullcontext(stored)
            with reader as content:
                for done, read in batches(content):
                    self.read_bytes = round(done * self.total_bytes)
                    yield read
        self.read_bytes = self.total_bytes

    def _chunks(self) -> Generator[bytes | None]:
        """Yield the content uncompressed; None at last if its compressed form is cut off or broken."""
        with self.path.open("rb") as stored:
            packed = stored.read(2) == _GZIP
            stored.seek(0)
            content: BufferedIOBase = gzip.GzipFile(fileobj=stored) if packed else stored
            while chunk := _read(content):
                self.read_bytes = stored.tell()
                yield chunk
            if chunk is None:
                yield None


def _read(content: BufferedIOBase) -> bytes | None:
    """Read some of it: empty at the end, None where the compressed form is cut off or broken."""
    try:
        return content.read1(CHUNK_BYTES)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return None
