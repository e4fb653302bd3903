"""A TCP proxy that behaves as bad networks do, switched while it runs.

Each direction (`up` to the server, `down` from it) can be late, slow, silent, chopped or cut after so many
bytes. All connections can be reset (RST, by SO_LINGER 0), and new ones refused.
"""

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Self

CHUNK = 1 << 16
AHEAD = 16  # chunks that wait for their time, at most, in each direction of a connection
_GLANCE_S = 0.05  # how soon a change of conditions is noticed


@dataclass(slots=True)
class Conditions:
    """How one direction does. As made, it does well."""

    latency_s: float = 0.0
    jitter_s: float = 0.0
    stalled: bool = False  # nothing is read any more, so the sender is held back
    vanished: bool = False  # what comes is lost, and nobody is told: the half of a connection that is left
    slice_bytes: int = 0  # written in pieces of this size, each on its own; 0: as it comes
    bytes_per_s: float = 0.0  # 0: as fast as may be
    cut_after: int = 0  # bytes of a connection after which it is reset; 0: never

    def heal(self) -> None:
        """Do well again."""
        for condition in fields(self):
            setattr(self, condition.name, condition.default)

    async def flowing(self) -> None:
        """Wait while it is stalled."""
        while self.stalled:  # noqa: ASYNC110  a plain value, which anybody sets
            await asyncio.sleep(_GLANCE_S)


class Connection:
    """One connection, on both its sides."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self._sides = client, server
        self.lossy = False  # bytes of it were lost: it cannot go on

    def reset(self) -> None:
        """End it as a crash does: RST to both."""
        for side in self._sides:
            sock = side.get_extra_info("socket")
            if sock is not None:
                with contextlib.suppress(OSError, ValueError):  # uvloop's, of one that is closed
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            side.transport.abort()


class ChaosProxy:
    """Listens on `port`, of loopback, and passes everything on to `target` as conditions allow."""

    def __init__(self, target: Callable[[], int], seed: int = 0) -> None:
        self._target = target
        self._random = random.Random(seed)
        self.up, self.down = Conditions(), Conditions()
        self.refusing = False
        self.connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=CHUNK)
        self.port: int = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listener.close()
        self.reset()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def reset(self) -> int:
        """Reset all connections; return how many there were."""
        count = len(self.connections)
        for connection in self.connections:
            connection.reset()
        return count

    def heal(self) -> None:
        """Do well in both directions. What has lost bytes meanwhile is reset, as by a host that is back."""
        self.up.heal()
        self.down.heal()
        self.refusing = False
        for connection in self.connections:
            if connection.lossy:
                connection.reset()

    async def _serve(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            if self.refusing:
                Connection(client, client).reset()
                return
            try:
                answers, server = await asyncio.open_connection("127.0.0.1", self._target(), limit=CHUNK)
            except OSError:
                Connection(client, client).reset()
                return
            connection = Connection(client, server)
            self.connections.add(connection)
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._pass_on(connection, reader, server, self.up))
                    both.create_task(self._pass_on(connection, answers, client, self.down))
            except* OSError:
                pass
            finally:
                self.connections.discard(connection)
                connection.reset()

    async def _pass_on(
        self,
        connection: Connection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        conditions: Conditions,
    ) -> None:
        """Pass on what one side says to the other; its end resets both, once all that it said has arrived."""
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(AHEAD)
        writing = asyncio.create_task(self._write(connection, waiting, writer, conditions))
        try:
            await self._read(connection, reader, waiting, conditions)
            await writing
        finally:
            writing.cancel()
        raise ConnectionResetError

    async def _read(
        self,
        connection: Connection,
        reader: asyncio.StreamReader,
        waiting: asyncio.Queue[tuple[float, bytes]],
        conditions: Conditions,
    ) -> None:
        loop, due = asyncio.get_running_loop(), 0.0
        data = b"-"
        while data:
            await conditions.flowing()
            data = await reader.read(CHUNK)
            late = conditions.latency_s + self._random.uniform(-1, 1) * conditions.jitter_s
            due = max(due, loop.time() + late)  # TCP keeps the order
            if not data and conditions.vanished:
                connection.lossy = True
                await asyncio.Event().wait()  # who is gone says no goodbye
            if conditions.vanished:
                connection.lossy = True
                continue
            await waiting.put((due, data))

    async def _write(
        self,
        connection: Connection,
        waiting: asyncio.Queue[tuple[float, bytes]],
        writer: asyncio.StreamWriter,
        conditions: Conditions,
    ) -> None:
        loop, passed = asyncio.get_running_loop(), 0
        while True:
            due, data = await waiting.get()
            if not data:
                return
            if due > loop.time():
                await asyncio.sleep(due - loop.time())
            while data:
                size = conditions.slice_bytes or len(data)
                piece, data = data[:size], data[size:]
                passed += len(piece)
                if conditions.cut_after and passed > conditions.cut_after:
                    connection.reset()
                    raise ConnectionResetError
                await conditions.flowing()
                writer.write(piece)
                await writer.drain()
                if conditions.bytes_per_s:
                    await asyncio.sleep(len(piece) / conditions.bytes_per_s)
                elif conditions.slice_bytes:
                    await asyncio.sleep(0)
