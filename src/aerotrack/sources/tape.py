"""Tape: a recorded file, whatever its format and whether or not it is compressed, as batches of rows."""

import gzip
import hashlib
import re
import zlib
from collections.abc import Callable, Generator, Mapping
from contextlib import nullcontext
from io import BufferedIOBase
from pathlib import Path

import orjson

from aerotrack.core.observations import Observations
from aerotrack.decode import Decoder
from aerotrack.decode.aircraft_json import AircraftJson
from aerotrack.decode.json_lines import JsonLines
from aerotrack.decode.own_csv import OwnCsv, is_header
from aerotrack.decode.readsb_trace import ReadsbTrace
from aerotrack.decode.sbs import Sbs
from aerotrack.errors import RecordingError

CHUNK_BYTES = 1 << 16
_GZIP = b"\x1f\x8b"
_SBS = re.compile(rb"(?:MSG|SEL|ID|AIR|STA|CLK),")
_AIRCRAFT_LIST = re.compile(rb'"(?:aircraft|ac)"\s*:\s*\[')
_TRACE = re.compile(rb'\{[^\[{]*"trace"\s*:\s*\[')
_LINE_KEY = re.compile(rb'"(?:hex|now)"\s*:')

FORMATS: Mapping[str, Callable[[], Decoder]] = {
    "SBS text": Sbs,
    "JSON lines": JsonLines,
    "aircraft.json": AircraftJson,
    "readsb trace": ReadsbTrace,
    "AeroTrack's CSV": OwnCsv,
}
"""What can be played as it is read from its beginning to its end, by the name its users know it by."""

PARQUET = "AeroTrack's Parquet"
"""What can be played too, but is no stream."""
_PARQUET_MAGIC = b"PAR1"


def format_of(head: bytes) -> str | None:
    """Recognise a format, one of FORMATS or PARQUET, by the beginning of its content."""
    if head.startswith(_PARQUET_MAGIC):
        return PARQUET
    head = head.lstrip(b"\xef\xbb\xbf \t\r\n,\x1e")
    if _SBS.match(head):
        return "SBS text"
    if is_header(head.partition(b"\n")[0]):
        return "AeroTrack's CSV"
    return _json_format(head) if head.startswith(b"{") else None


def _json_format(head: bytes) -> str | None:
    if _TRACE.match(head):
        return "readsb trace"
    line, newline, _ = head.partition(b"\n")
    if _AIRCRAFT_LIST.search(line if newline and _is_object(line) else head):
        return "aircraft.json"
    return "JSON lines" if _LINE_KEY.search(line) else None


def _is_object(line: bytes) -> bool:
    try:
        return type(orjson.loads(line.rstrip(b" \r,"))) is dict
    except orjson.JSONDecodeError:
        return False


class Tape:
    """A recorded file, read through once when it is opened, to name its content and to find where it starts.

    `identity` is the SHA-256 of the content as it is uncompressed, so a file and its .gz are one recording.
    `starts_at` is the time of its first row, Unix seconds. Raises RecordingError for a file that is missing,
    empty, in no known format, or without one row.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read_bytes = 0
        digest, head = hashlib.sha256(), b""
        try:
            self.total_bytes = path.stat().st_size
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
        decoder = FORMATS[self.format]()
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
