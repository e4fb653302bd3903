"""The claim: one push of a frame to a WebSocket costs at most 1.3 times a bare write to a TCP socket.

A frame of 1 KB that is shared by 2,000 clients, written to each once in a round:

- `push`: if `ready`, through the protocol that the server speaks, to WebSocket clients;
- the control: `transport.write` of uvloop, to plain TCP clients; the same process, in turns.

CPU of the server process, from the first write of a round until 0.2 s after, for the kernel's share is paid
when the loop comes round; medians over the rounds. A round in which nothing is written is taken off both.

    ./aerotrack bench send_cost        1 minute;  python benchmarks/send_cost.py --clients 200 --rounds 10
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from airshow.crowd import Crowd
from airshow.performance import Performance
from airshow.plain import Bystander, PlainSockets
from airshow.spectator import CONTROL, Spectator
from airshow.stage import Stage

from aerotrack.web.framing import BINARY, framed

SIZE, ROUND_S = 1024, 0.2
ASKED = 1.3


class Both(Performance):
    """The server, and a plain one beside it."""

    def __init__(self) -> None:
        super().__init__(flights=1)
        self.plain = PlainSockets()

    @asynccontextmanager
    async def performing(self) -> AsyncIterator[None]:
        """Serve both."""
        async with self.plain.performing(), super().performing():
            yield

    async def plain_port(self) -> int:
        """Say where the plain one is."""
        return self.plain.port

    async def rounds(self, count: int) -> list[tuple[float, float, float]]:
        """Write in turns; return the CPU seconds of each round: pushed, written, and idle."""
        frame = framed(BINARY, bytes([CONTROL]).ljust(SIZE - 4, b"\0"))
        assert len(frame) == SIZE

        def push() -> None:
            for sink in self.sinks:
                if sink.ready:
                    sink.push([frame])

        def write() -> None:
            for transport in self.plain.transports:
                transport.write(frame)

        measured: list[tuple[float, float, float]] = []
        for number in range(count + 1):
            order = (push, write) if number % 2 else (write, push)
            spent = {work: await _cost(work) for work in (*order, _nothing)}
            measured.append((spent[push], spent[write], spent[_nothing]))
        return measured[1:]


def _nothing() -> None:
    pass


async def _cost(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    await asyncio.sleep(ROUND_S)
    return time.process_time() - began


def main() -> None:
    """Print the cost of a send, and of its control."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=100)
    asked = parser.parse_args()
    with Stage(Both) as stage:
        crowd, plain = Crowd(stage.port), Crowd(stage.do("plain_port"))
        everyone = [Spectator() for _ in range(asked.clients)]
        bystanders = [Bystander() for _ in range(asked.clients)]
        crowd.admit(everyone)
        plain.admit(bystanders)
        both: tuple[Sequence[Spectator], ...] = (everyone, bystanders)
        before = [sum(client.octets for client in clients) for clients in both]
        stage.begin("rounds", count=asked.rounds)
        while not stage.done:
            crowd.watch(0.001)
            plain.watch(0.001)
        rounds = stage.end()
        for _ in range(50):
            crowd.watch(0.001)
            plain.watch(0.001)
        for clients, octets in zip(both, before, strict=True):
            received = sum(client.octets for client in clients) - octets
            assert received >= (asked.rounds + 1) * asked.clients * SIZE, "frames are missing"
        crowd.close()
        plain.close()
    pushed, written, idle = (statistics.median(spent) for spent in zip(*rounds, strict=True))
    push, write = ((spent - idle) / asked.clients * 1e6 for spent in (pushed, written))
    each = [(p - idle) / (w - idle) for p, w, _ in rounds]
    low, high = statistics.quantiles(each, n=10)[0], statistics.quantiles(each, n=10)[-1]
    print(f"{asked.clients} clients, {SIZE} bytes, {asked.rounds} rounds")
    print(f"  push                       {push:5.2f} us of CPU a send")
    print(f"  control: transport.write   {write:5.2f} us")
    print(f"  ratio {push / write:.2f} (deciles of single rounds {low:.2f} to {high:.2f}); asked {ASKED}")


if __name__ == "__main__":
    main()
