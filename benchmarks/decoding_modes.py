"""How many Mode S frames a second the decoder reads on one core, in batches of 200, 1,000 and 5,000.

The control is rs1090 (MIT, Rust), given the same frames in the same run, a thousand a call; it makes a dict
of each frame and forgets positions between calls. Ours is timed from frames in columns, and from the bytes
of a Beast and of AVR in reads of 5, 24 and 64 kB. Times are CPU seconds, best of five, from an empty sky on.

    python benchmarks/decoding_modes.py [FILE ...]

A FILE holds lines that begin with the time and have the frame in hex somewhere behind it, between commas,
packed with gzip or not. Without one, it is the minute of tests/data/modes, time and again.
"""

import gzip
import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from aerotrack.core.observations import Receiver
from aerotrack.decode import Decoder
from aerotrack.decode.avr import Avr
from aerotrack.decode.beast import Beast
from aerotrack.decode.modes.decoder import ModeS
from aerotrack.decode.modes.frames import LONG, Frames

MINUTE = Path(__file__).parents[1] / "tests/data/modes/minute.csv.gz"
MINUTE_S = 60.0
FRAMES = 60_000
BATCHES = (200, 1_000, 5_000)
READS = (4_800, 24_000, 64_000)
TICKS_PER_S = 12e6
OF_CONTROL = 10_000
HEX = re.compile(rb"[0-9A-Fa-f]{14}|[0-9A-Fa-f]{28}")
PARIS = Receiver(48.8, 2.4)


def read(path: Path) -> Frames:
    """Read the frames of a recording."""
    data = path.read_bytes()
    text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    rows = [line.split(b",") for line in text.splitlines() if line[:1].isdigit()]
    column = next(i for i, cell in enumerate(rows[0]) if HEX.fullmatch(cell))
    frames = b"".join(bytes.fromhex(row[column].decode()).ljust(LONG, b"\0") for row in rows)
    time = np.array([float(row[0]) for row in rows])
    return Frames(np.frombuffer(frames, np.uint8).reshape(-1, LONG), time, np.zeros(len(rows), bool))


def repeated(frames: Frames, times: int) -> Frames:
    """Return the minute `times` times, one after the other."""
    time = np.concatenate([frames.time + MINUTE_S * i for i in range(times)])
    return Frames(np.tile(frames.data, (times, 1)), time, np.tile(frames.mlat, times))


def best(work: Callable[[], object]) -> float:
    """Return the CPU seconds that `work` takes, the best of five."""
    times = []
    for _ in range(5):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


def cut(frames: Frames, size: int) -> list[Frames]:
    return [frames.take(np.arange(i, min(i + size, len(frames)))) for i in range(0, len(frames), size)]


def decoded(batches: list[Frames]) -> int:
    """Decode a recording from its start; return how many rows it gave."""
    decoder = ModeS(PARIS)
    return sum(len(decoder.decode(batch)) for batch in batches)


def as_beast(frames: Frames) -> bytes:
    """Write frames as a Beast does."""
    return b"".join(
        b"\x1a" + kind + (ticks + b"\xff" + frame).replace(b"\x1a", b"\x1a\x1a")
        for kind, ticks, frame in _counted(frames)
    )


def as_avr(frames: Frames) -> bytes:
    """Write frames as lines with a counter."""
    return b"".join(f"@{ticks.hex()}{frame.hex()};\n".encode() for _, ticks, frame in _counted(frames))


def _counted(frames: Frames) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield type, counter and bytes of each frame."""
    ticks = ((frames.time - frames.time[0]) * TICKS_PER_S).astype(np.int64) + 1
    for tick, row in zip(ticks.tolist(), frames.data, strict=True):
        long = row[0] >= 0x80
        yield b"3" if long else b"2", tick.to_bytes(6, "big"), bytes(row[: LONG if long else LONG // 2])


def streamed(make: Callable[[Receiver], Decoder], stream: bytes, size: int) -> int:
    """Decode bytes from their start in reads of `size`; return how many rows they gave."""
    decoder = make(PARIS)
    return sum(len(decoder.feed(stream[i : i + size], None)) for i in range(0, len(stream), size))


def rate_of_control(frames: Frames) -> float:
    """Return how many frames a second rs1090 decodes."""
    import rs1090  # noqa: PLC0415  only for tests, and not there on every machine

    frames = cut(frames, OF_CONTROL)[0]
    lengths = np.where(frames.data[:, 0] >= 0x80, LONG, LONG // 2).tolist()
    texts = [row[:length].hex() for row, length in zip(map(bytes, frames.data), lengths, strict=True)]
    calls = [(texts[i : i + 1000], frames.time[i : i + 1000].tolist()) for i in range(0, len(texts), 1000)]
    decode: Any = rs1090.decode
    return len(texts) / best(lambda: [decode(*call) for call in calls])


def main() -> None:
    """Print a line for each size of batch."""
    paths = [Path(name) for name in sys.argv[1:]]
    for path in paths or [MINUTE]:
        frames = read(path)
        frames = (
            frames.take(np.arange(len(frames))[-FRAMES:])
            if paths
            else repeated(frames, FRAMES // len(frames))
        )
        try:
            control = rate_of_control(frames)
            print(f"{path.name}: {len(frames)} frames; control, rs1090: {control:,.0f}/s")
        except ImportError:
            control = float("nan")
            print(f"{path.name}: {len(frames)} frames; no control: rs1090 is not installed")
        for size in BATCHES:
            rate = len(frames) / best(partial(decoded, cut(frames, size)))
            print(f"  batches of {size:5}  {rate:9,.0f} frames/s  {rate / control:5.1f} x the control")
        for make, stream in ((Beast, as_beast(frames)), (Avr, as_avr(frames))):
            for size in READS:
                rate = len(frames) / best(partial(streamed, make, stream, size))
                name = f"{make.__name__}, reads of {size:5}"
                print(f"  {name:22}  {rate:9,.0f} frames/s  {rate / control:5.1f} x the control")


if __name__ == "__main__":
    main()
