"""Documents: cuts a stream of bytes into the JSON objects that follow one another in it, within a bound."""

import re
from collections import Counter

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
