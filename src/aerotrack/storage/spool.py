"""Spool: what was taken from live sources, on disk before the database has it, bounded, in order.

`DATA/spool/` holds segments of records (spool_records.py), each named by the least number that may be in it,
so that the newest name also keeps where the numbers are when all is stored; `source`, the name under which
the database knows the spool; `refused/`, what it would not take, and segments that were found damaged.

Who appends is not made to wait for who reads: both go their own way, one call of each at a time.
"""

import asyncio
import errno
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Self

import structlog

from aerotrack.errors import StartError
from aerotrack.storage.batch import Batch
from aerotrack.storage.segments import Segment, met_at, source_name, sync_directory, write, write_file
from aerotrack.storage.spool_records import Gap, Record, found, from_bytes, is_torn, to_bytes

LIMIT = 1 << 30
SEGMENT = 64 << 20
HELD = 100_000  # positions of batches that are kept in memory as well, so that they need not be read again
_LAST_WAIT_S = 5.0  # for a write under way when the spool is closed

log = structlog.get_logger("aerotrack.spool")


class Spool:
    """A queue of batches in files, for one process at a time: whoever owns the data directory."""

    durable = True

    def __init__(
        self,
        directory: Path,
        source: str,
        *,
        limit: int,
        segment_bytes: int,
        clock: Callable[[], float],
    ) -> None:
        self.source = source
        self._directory, self._limit, self._clock = directory, limit, clock
        self._segment_bytes = min(segment_bytes, limit // 4)  # or all that is stored could stand in the way
        self._segments: tuple[Segment, ...] = ()
        self._number = 0
        self._descriptor: int | None = None  # of the last segment, when it is open for more
        self._turn = threading.RLock()  # for whoever changes which segments there are
        self._at = 0  # in the first segment: where the oldest batch begins that is not acknowledged
        self._end = 0  # and where it ends, once it was read
        self._acknowledged = 0
        self._held: deque[tuple[Segment, int, int, Batch]] = deque()
        self._held_positions = 0
        self._unsettled = False  # a write is under way, or was when its task was cancelled
        self.damaged = 0  # stretches of bytes that could not be read
        self.lost = 0  # positions that were in them, as far as that is known

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        limit: int = LIMIT,
        segment_bytes: int = SEGMENT,
        clock: Callable[[], float] = time.time,
    ) -> Self:
        """Open the spool, making it if missing; cut off what a write that was never finished left.

        Raises StartError when the directory cannot be used.
        """
        try:
            (directory / "refused").mkdir(mode=0o700, parents=True, exist_ok=True)
            spool = cls(
                directory, source_name(directory), limit=limit, segment_bytes=segment_bytes, clock=clock
            )
            spool._look_through()
        except (OSError, ValueError) as error:
            raise StartError(
                f"The spool {directory} cannot be used ({error}): mend it, or choose another --data-dir."
            ) from error
        return spool

    # To append.

    def next_number(self) -> int:
        """Return the number for a batch: above all before it, whatever the clock does."""
        self._number = max(self._number + 1, int(self._clock() * 1e6))
        return self._number

    async def reach(self, number: int) -> None:
        """Go on above a number that the database knows, and pass over what it has. Raises OSError."""
        self._number, self._acknowledged = max(self._number, number), number
        await asyncio.to_thread(self._pass_over)

    async def room(self) -> None:
        """Wait for nothing: a spool takes batches however far behind the reader is."""

    async def append(self, batch: Batch) -> None:
        """Make a batch safe. Raises OSError: then it is not, and may be tried again under its number."""
        self._unsettled = True
        try:
            segment, size = await asyncio.to_thread(self._append, batch)
        except OSError:
            self._unsettled = False
            raise
        if not self._held or self._held_positions + len(batch) <= HELD:
            self._held_positions += len(batch)
            self._held.append((segment, segment.size, segment.size + size, batch))
        segment.positions += len(batch)
        segment.size += size
        self._unsettled = False

    # To read.

    @property
    def pending(self) -> bool:
        """Whether there may be a batch that is not acknowledged."""
        return len(self._segments) > 1 or self._at < self._segments[0].size

    @property
    def positions(self) -> int:
        """How many positions are not acknowledged."""
        return sum(segment.positions for segment in self._segments)

    @property
    def size(self) -> int:
        """How many bytes it takes on disk."""
        return sum(segment.size for segment in self._segments)

    async def peek(self) -> Batch | None:
        """Return the oldest batch that is not acknowledged, None if there is none. Raises OSError.

        What cannot be read on the way to it is reported, counted, and left behind.
        """
        while self.pending:
            segment = self._segments[0]
            if self._at >= segment.size:
                await asyncio.to_thread(self._leave, segment)
                continue
            if self._held and self._held[0][0] is segment and self._held[0][1] == self._at:
                _, _, self._end, batch = self._held[0]
                return batch
            met, data = await asyncio.to_thread(met_at, segment, self._at)
            if isinstance(met, Gap):
                self._report(segment, met)
                self._at = met.end
            elif met.number <= self._acknowledged:  # written twice, since the first time was not seen
                self._at = met.end
            else:
                self._end = met.end
                return await asyncio.to_thread(from_bytes, data)
        return None

    def acknowledge(self, batch: Batch) -> None:
        """Let go of the batch that `peek` returned: it is stored."""
        segment = self._segments[0]
        segment.positions -= len(batch)
        if self._held and self._held[0][3] is batch:
            self._held.popleft()
            self._held_positions -= len(batch)
        self._at, self._acknowledged = self._end, batch.number

    async def put_aside(self, batch: Batch, number: int) -> Path:
        """Keep what the database refuses of the batch of a number; return the file. Raises OSError."""
        part = "positions" if len(batch) else "flights"
        path = self._directory / "refused" / f"{number:020d}-{part}.spool"
        await asyncio.to_thread(write_file, path, to_bytes(batch))
        return path

    def close(self) -> None:
        """Close the files. If all was acknowledged, none but an empty one is left."""
        if not self._turn.acquire(timeout=_LAST_WAIT_S):
            log.error("the spool's disk hangs; what was written last may not be safe")
            return
        try:
            if not (self.pending or self._unsettled) and self._segments[0].size:
                self._begin_segment(self._number + 1)
                self._leave(self._segments[0])
        except OSError as error:
            log.warning("the spool's files stay as they are", error=error.strerror)
        finally:
            self._shut()
            self._turn.release()

    # In a thread.

    def _append(self, batch: Batch) -> tuple[Segment, int]:
        with self._turn:
            data = to_bytes(batch)
            if self.size + len(data) > self._limit:
                raise OSError(errno.EDQUOT, f"it is full: --spool-size allows {self._limit:,} bytes")
            if self._descriptor is None or self._segments[-1].size + len(data) > self._segment_bytes:
                self._begin_segment(batch.number)
            segment, descriptor = self._segments[-1], self._descriptor
            assert descriptor is not None
            try:
                write(descriptor, data)
                os.fdatasync(descriptor)
            except OSError:
                self._take_back(segment, descriptor)
                raise
            return segment, len(data)

    def _take_back(self, segment: Segment, descriptor: int) -> None:
        """Cut off what was written in part; go on in a new file, for the state of this one is not known."""
        try:
            os.ftruncate(descriptor, segment.size)
        except OSError as error:
            log.warning("half a record stays in the spool", segment=segment.path.name, error=error.strerror)
        self._shut()

    def _begin_segment(self, number: int) -> None:
        """Go on in a new segment, or, where nothing is in the last one, in that one from its beginning."""
        last = self._segments[-1] if self._segments else None
        path = self._directory / f"{number:020d}.spool" if last is None or last.size else last.path
        self._shut()
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        try:
            sync_directory(self._directory)
        except OSError:
            self._shut()
            raise
        if last is None or last.size:
            self._segments = (*self._segments, Segment(path))

    def _leave(self, segment: Segment) -> None:
        """Remove the first segment, all of which was acknowledged or is damaged; that one is put aside."""
        with self._turn:
            if not segment.damaged:
                segment.path.unlink(missing_ok=True)
            elif segment.path.exists():
                segment.path.rename(self._directory / "refused" / segment.path.name)
            self.lost += segment.positions
            self._segments, self._at = self._segments[1:], 0

    def _shut(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    # At the start, and where something is wrong.

    def _look_through(self) -> None:
        paths = sorted(path for path in self._directory.glob("*.spool") if path.stem.isdigit())
        for path in paths:
            segment = Segment(path)
            self._number = max(self._number, int(path.stem) - 1)
            data = path.read_bytes()
            for met in found(data):
                if isinstance(met, Record):
                    segment.positions += met.positions if met.number > self._number else 0
                    self._number = max(self._number, met.number)
                    segment.size = met.end
                elif met.end == len(data) and is_torn(data[met.begin :]):
                    os.truncate(path, met.begin)
                    log.warning("a write that was never finished is cut off", bytes=met.end - met.begin)
                else:
                    segment.size = met.end  # reported when it is come across
            self._segments = (*self._segments, segment)
        if not self._segments:
            self._begin_segment(int(self._clock() * 1e6))

    def _pass_over(self) -> None:
        """Go to the first record that is not acknowledged; count only what is to be stored."""
        while self.pending:
            segment = self._segments[0]
            newest, whole = self._acknowledged, True
            self._at = segment.positions = 0
            for met in found(segment.path.read_bytes()):
                if isinstance(met, Record) and met.number > newest:
                    newest, whole = met.number, False
                    segment.positions += met.positions
                whole &= isinstance(met, Record)
                self._at = met.end if whole else self._at
            if not whole or segment is self._segments[-1]:
                return
            self._leave(segment)

    def _report(self, segment: Segment, gap: Gap) -> None:
        self.damaged += 1
        segment.damaged = True
        log.error(
            "part of the spool cannot be read; what follows it is stored, the file is kept",
            kept=str(self._directory / "refused" / segment.path.name),
            bytes=gap.end - gap.begin,
        )
