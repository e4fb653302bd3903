"""A sky of which everything is known: where each flight is at any time, and what of it was told.

Flights fly straight on for ever. A tenth of a second is a slot; in each, one group of flights is told, all
at the slot's time, so that a flight is told every `period_s`. Hence the time of a position says of whom it
can be, and the place follows from both: nothing that serves the test alone travels on the wire.
"""

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = 0x400000  # the address of the first flight
SLOTS_PER_S = 10
STEPS = 50  # in which times are stored, per second
_LAT_SPAN = 60.0
_MOST_UNREAD = 1 << 22  # bytes
_LINE = (
    '{{"now":{0:.1f},"hex":"{1:06x}","type":"adsb_icao","flight":"CHS{2}","alt_baro":{3},"gs":400,'
    '"track":{4},"squawk":"1000","lat":{5:.5f},"lon":{6:.5f},"seen_pos":0,"seen":0}}\n'
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Sky:
    """`count` flights, each told every `period_s` seconds."""

    def __init__(self, count: int, period_s: float = 2.0) -> None:
        self.count = count
        self.began = time.time()
        self.groups = max(1, round(period_s * SLOTS_PER_S))
        n = np.arange(count)
        # Spread over the globe by the golden ratio, half of them northward, half eastward.
        self.lat0 = -_LAT_SPAN + 2 * _LAT_SPAN * ((n + 0.5) / count)
        self.lon0 = (n * 0.6180339887498949 % 1.0) * 340.0 - 175.0
        self.northward = n % 2 == 0
        speed = 400.0 / 60.0 / 3600.0  # degrees of latitude a second
        self.dlat = np.where(self.northward, speed, 0.0)
        self.dlon = np.where(self.northward, 0.0, speed / np.cos(np.radians(self.lat0)))
        self.altitude = 30_000 + 25 * (n % 400)

    def place(self, flights: Any, at: Any) -> tuple[Floats, Floats]:
        """Say where flights (N,) are at times (N,), as exactly as it is told."""
        since = np.asarray(at) - self.began
        lat = self.lat0[flights] + self.dlat[flights] * since
        lon = self.lon0[flights] + self.dlon[flights] * since
        return np.round(lat, 5), np.round((lon + 180.0) % 360.0 - 180.0, 5)

    def told_in(self, slot: int) -> Ints:
        """Return which flights are told in a slot."""
        return np.arange(slot % self.groups, self.count, self.groups)

    def last_slot(self, flights: Ints, upto: float) -> Ints:
        """Return the last slot before `upto` in which each of flights (N,) was due."""
        slot = int(np.floor(upto * SLOTS_PER_S + 1e-6))
        last: Ints = slot - (slot - flights) % self.groups
        return last

    def lines(self, slot: int) -> bytes:
        """Tell a slot, as readsb's JSON lines."""
        flights = self.told_in(slot)
        at = slot / SLOTS_PER_S
        lat, lon = self.place(flights, at)
        rows = zip(flights.tolist(), self.altitude[flights].tolist(), lat.tolist(), lon.tolist(), strict=True)
        return "".join(
            _LINE.format(at, FIRST + n, n, altitude, 0 if n % 2 == 0 else 90, y, x)
            for n, altitude, y, x in rows
        ).encode()


class Feed:
    """Tells a sky to whoever connects, and keeps in mind which slots were told whole."""

    def __init__(self, sky: Sky) -> None:
        self.sky = sky
        self.told: list[int] = []  # slots that were written to an open connection
        self.slot = 0  # the last one whose time has come, told or not
        self.told_at: list[float] = []  # and when that was: this process may be late itself
        self.spoil: Callable[[bytes], bytes] = lambda lines: lines  # what else is told, and in which order
        self._out: asyncio.StreamWriter | None = None
        self.connects = 0

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._listener.sockets[0].getsockname()[1]
        self._telling = asyncio.create_task(self._tell())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._telling.cancel()
        self._listener.close()
        if self._out is not None:
            self._out.transport.abort()
        await asyncio.gather(self._telling, return_exceptions=True)

    def last_told(self, upto: float) -> Ints:
        """Return the last slot of each group that had been told at a time; 0: none lately."""
        last = np.zeros(self.sky.groups, np.int64)
        recent = slice(-40 * SLOTS_PER_S, None)
        for slot, at in zip(self.told[recent], self.told_at[recent], strict=True):
            if at <= upto:
                last[slot % self.sky.groups] = slot
        return last

    def forget(self, before: int) -> None:
        """Forget the slots before one."""
        count = int(np.searchsorted(self.told, before))
        del self.told[:count], self.told_at[:count]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._out is not None:
            self._out.transport.abort()
        self._out = writer
        self.connects += 1
        with contextlib.suppress(OSError):
            await reader.read()  # it says nothing: this is its end
        if self._out is writer:
            self._out = None
        writer.transport.abort()

    async def _tell(self) -> None:
        slot = int(time.time() * SLOTS_PER_S)
        while True:
            slot += 1
            await asyncio.sleep(max(0.0, slot / SLOTS_PER_S - time.time()))
            slot = max(
                slot, int((time.time() - 2.0) * SLOTS_PER_S)
            )  # a pause of this process is nobody's fault
            self.slot, out = slot, self._out
            if out is None or out.transport.is_closing():
                continue
            out.write(self.spoil(self.sky.lines(slot)))
            self.told.append(slot)
            self.told_at.append(time.time())
            if out.transport.get_write_buffer_size() > _MOST_UNREAD:
                with contextlib.suppress(OSError):
                    await out.drain()
