"""The claim: a connection that is idle costs at most 26 KB of memory.

10,000 WebSocket clients that were greeted and have asked for nothing; resident memory of the server process
after all are there and each was pinged once, less that before the first, over their number. The controls, as
many connections in a process of their own each:

- uvicorn's own WebSocket protocol and an endpoint of Starlette that waits: what the stack alone costs;
- uvloop's plain sockets: what nobody gets below.

    ./aerotrack bench idle        3 minutes;  python benchmarks/idle.py --clients 500 --settle 2
"""

import argparse
import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from airshow.crowd import Crowd
from airshow.performance import Performance
from airshow.plain import Bystander, PlainSockets
from airshow.spectator import PATH, Spectator
from airshow.stage import Stage, Troupe
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

ASKED_KB = 26


class Framework:
    """A troupe that greets as our server does, and leaves the rest to the libraries."""

    def __init__(self) -> None:
        self.port = 0

    @asynccontextmanager
    async def performing(self) -> AsyncIterator[None]:
        """Serve."""
        app = Starlette(routes=[WebSocketRoute(PATH, _greet)])
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(2048)
            self.port = listener.getsockname()[1]
            server = uvicorn.Server(
                uvicorn.Config(
                    app, ws="websockets-sansio", ws_per_message_deflate=False, lifespan="off",
                    log_config=None, access_log=False, backlog=2048,
                )
            )  # fmt: skip
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            yield
            server.should_exit = server.force_exit = True
            await serving


async def _greet(websocket: WebSocket) -> None:
    await websocket.accept("aerotrack.v1.binary")
    await websocket.send_json({"type": "hello", "epoch": "9f3c21aa"})
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


class Ours(Performance):
    """The server, over a sky of one flight."""

    def __init__(self) -> None:
        super().__init__(flights=1)


def measure(troupe: type[Troupe], visitor: type[Spectator], clients: int, settle_s: float) -> float:
    """Return the bytes of memory for each connection."""
    with Stage(troupe) as stage:
        crowd = Crowd(stage.port)
        crowd.admit([visitor()])  # what is made only once
        crowd.watch(1.0)
        before = stage.memory
        crowd.admit([visitor() for _ in range(clients)])
        crowd.watch(settle_s)
        after = stage.memory
        assert not crowd.lost, f"clients were lost: {dict(crowd.why)}"
        crowd.close()
    return (after - before) / clients


def main() -> None:
    """Print bytes for each connection."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--settle", type=float, default=25.0, help="seconds; pings come every 20")
    asked = parser.parse_args()
    print(f"{asked.clients} idle connections, resident memory of the server for each")
    for name, troupe, visitor in (
        ("AeroTrack", Ours, Spectator),
        ("control: uvicorn and Starlette", Framework, Spectator),
        ("control: uvloop, plain TCP", PlainSockets, Bystander),
    ):
        each = measure(troupe, visitor, asked.clients, asked.settle)
        print(f"  {name:32} {each / 1000:5.1f} KB", flush=True)
    print(f"  asked of the first: at most {ASKED_KB} KB")


if __name__ == "__main__":
    main()
