"""What a server says, packed by hand as docs/reference/stream-binary.md lays it out."""

import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from aerotrack.core.columns import Columns
from aerotrack.core.digest import facts_hash, flight_hash, total
from aerotrack.core.wire import pack_facts, pack_motion
from fakes import START, rows_of

NOTHING: Columns = {}


def time_of(tick: int) -> float:
    return START + 1000.0 + tick


def flights(handles: Sequence[int], address: Any, start: int = START, **known: Any) -> Columns:
    """Make the rows of flights under these handles."""
    return {**rows_of(address, start, **known), "row": np.asarray(handles)}


def changes(
    since: int,
    tick: int,
    facts: Columns = NOTHING,
    motion: Columns | None = None,
    gone: Sequence[int] = (),
    *,
    more: bool = False,
    view: str = "world",
    feeds: Sequence[str] | None = None,
) -> bytes:
    """Pack a `changes`. `motion` is that of the flights whose facts are told, unless it is named."""
    motion = facts if motion is None else motion
    told = pack_facts(facts, facts["row"]) if len(facts.get("row", ())) else b""
    moved = pack_motion(motion, motion["row"]) if len(motion.get("row", ())) else b""
    tail = {"view": view} | ({} if feeds is None else {"feeds": feeds})
    counts = len(gone), len(told), len(moved)
    head = struct.pack("<BBHIIIIId", 1, int(more), 0, since, tick, *counts, time_of(tick) * 1000)
    handles = struct.pack(f"<{len(gone)}I", *gone)
    return b"".join((head, handles, bytes(told), bytes(moved), json.dumps(tail).encode()))


def hello(epoch: str = "9f3c21aa", **members: Any) -> str:
    return json.dumps(
        {"type": "hello", "version": 1, "epoch": epoch, "tick_seconds": 1.0, "speed": 1} | members
    )


def digest(tick: int, rows: Columns) -> str:
    """Sum the hashes of flights up, each told as it is in `rows`."""
    sums = 0
    if len(rows["row"]):
        sums = total(flight_hash(facts_hash(pack_facts(rows, rows["row"])), pack_motion(rows, rows["row"])))
    return json.dumps({"type": "digest", "tick": tick, "flights": len(rows["row"]), "hash": f"{sums:08x}"})
