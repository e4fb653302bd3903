"""Language: in which format a sender speaks of whom nothing can be read, told by what its bytes look like."""

import re
from dataclasses import dataclass

from aerotrack.core.observations import Observations
from aerotrack.sources.formats import FORMATS, Format, format_of

HEAD_BYTES = 1024
HEADS = 8  # are looked at: heartbeats may come first, or one long line
_FORMAT_SETTING = re.compile(r"(?<=[?&])format=[^&#]*")


@dataclass(slots=True)
class Language:
    """What one sender speaks: `ours` until its bytes show that it is `other`, one of FORMATS.

    That is settled as soon as something could be read, or a head is in a known format. No more than eight
    heads of 1 KiB are looked at: who sends can be anybody.
    """

    ours: Format
    other: str | None = None
    _head: bytes = b""
    _left: int = HEADS

    def hear(self, data: bytes, read: Observations) -> None:
        """Listen on, given what our decoder could read of `data`."""
        if len(read) or read.kinds:
            self._settle()
        self._head += data[: self._left * HEAD_BYTES - len(self._head)]
        while len(self._head) >= HEAD_BYTES:
            head, self._head = self._head[:HEAD_BYTES], self._head[HEAD_BYTES:]
            self._left -= 1
            self._look_at(head)

    def _look_at(self, head: bytes) -> None:
        name = format_of(head) or format_of(head.partition(b"\n")[2])  # it may begin in the middle of a line
        if name is not None:
            self._settle()
            known = FORMATS.get(name)
            self.other = name if known and known is not self.ours else None

    def _settle(self) -> None:
        self._left, self._head = 0, b""


def instead(url: str, other: str) -> str:
    """Name a format, one of FORMATS, and say which URL to write for who speaks it instead of in `url`'s."""
    known = FORMATS[other]
    scheme, _, rest = url.partition(":")
    way, plus, _ = scheme.rpartition("+")
    if not known.scheme or (way == "udp" and not known.lines):
        return f"another format, {other}, which cannot be read in this way"
    if scheme == "stdin":
        return f"another format, {other}; write {_FORMAT_SETTING.sub(f'format={known.scheme}', url)}"
    return f"another format, {other}; write {way}{plus}{known.scheme}:{rest}"
