"""Documents: cuts a stream of bytes into the JSON objects that follow one another in it, within a bound."""

import re
from collections import Counter
from typing import TypeVar

import msgspec

from aerotrack.core.observations import Observations

LARGEST = 64 << 20
_WIDEST_GAP = 1 << 16  # bytes from one brace to the next; real documents stay under 2 kB
_TO_NEXT_BRACE = re.compile(rb'(?:[^"{}]++|"(?:[^"\\]++|\\.)*+")*+([{}])', re.DOTALL)
_BRACE = re.compile(rb"[{}]")
_BETWEEN = b" \t\r\n,\x1e\xef\xbb\xbf"  # blanks, commas, record separators and byte order marks


class Documents:
    """The JSON objects of a stream, told apart by their braces; what stands between them is of no use.

    An object larger than 64 MiB, or with 64 KiB from one brace to the next, is dropped: the search for the
    next goes on where that was noticed.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()  # from the first byte of the unfinished object
        self._scanned = 0
        self._depth = 0
        self._litter = False  # something unusable since the last object

    def feed(self, data: bytes) -> tuple[list[bytes], Counter[str]]:
        """Return the objects that `data` completes, and by reason how much else was refused."""
        self._buffer += data
        found: list[bytes] = []
        refused: Counter[str] = Counter()
        if self._depth and not _BRACE.search(data) and len(self._buffer) - self._scanned < _WIDEST_GAP:
            return found, refused  # no need to look again at what waits for a brace
        while self._open(refused):
            brace = _TO_NEXT_BRACE.match(self._buffer, self._scanned, self._scanned + _WIDEST_GAP)
            if brace is None:
                if len(self._buffer) - self._scanned < _WIDEST_GAP:
                    break
                refused["too_long"] += 1
                self._drop(self._scanned + _WIDEST_GAP)
                continue
            end, opens = brace.end(), brace[1] == b"{"
            del brace  # a match holds on to the buffer, which then could not be cut
            self._scanned = end
            self._depth += 1 if opens else -1
            if end > LARGEST:
                refused["too_long"] += 1
                self._drop(end)
            elif self._depth == 0:
                found.append(bytes(self._buffer[:end]))
                self._drop(end)
        return found, refused

    def end(self) -> Counter[str]:
        """Forget what is unfinished; return by reason how much that was."""
        refused = Counter(litter=int(self._litter), truncated=int(self._depth > 0))
        self._drop(len(self._buffer))
        self._litter = False
        return refused

    def _open(self, refused: Counter[str]) -> bool:
        """Go to the beginning of the next object, if not inside of one; say whether there is one."""
        if self._depth:
            return True
        start = self._buffer.find(b"{")
        between = self._buffer[:start] if start >= 0 else self._buffer
        self._litter |= bool(between.strip(_BETWEEN))
        if start < 0:
            self._buffer.clear()
            return False
        refused["litter"] += self._litter
        self._litter = False
        del self._buffer[:start]
        self._scanned = self._depth = 1
        return True

    def _drop(self, end: int) -> None:
        del self._buffer[:end]
        self._scanned = self._depth = 0


class OneDocument:
    """A stream that is one document: its bytes until its end, up to 64 MiB."""

    def __init__(self) -> None:
        self._text = bytearray()
        self._too_long = False

    def feed(self, data: bytes) -> Observations:
        """Keep a part; says once that it is `too_long`."""
        if self._too_long:
            return Observations.none()
        self._text += data
        if len(self._text) <= LARGEST:
            return Observations.none()
        self._too_long = True
        self._text.clear()
        return Observations.none(refused={"too_long": 1}, messages=1)

    def end(self) -> bytes:
        """Return the document, empty if there is none. The next `feed` begins another."""
        text, self._text, self._too_long = bytes(self._text), bytearray(), False
        return text


_Strict = TypeVar("_Strict")
_Loose = TypeVar("_Loose")


def read_as(
    strict: msgspec.json.Decoder[_Strict],
    loose: msgspec.json.Decoder[_Loose],
    text: bytes,
    refused: Counter[str],
) -> _Strict | _Loose | None:
    """Read a JSON object as what it should be, or else with whatever is in its members.

    None, and counted as `bad_json`, if it is no JSON object at all.
    """
    try:
        try:
            return strict.decode(text)
        except msgspec.ValidationError:
            return loose.decode(text)
    except (ValueError, RecursionError):  # bad JSON, bad UTF-8; too many brackets
        refused["bad_json"] += 1
        return None
