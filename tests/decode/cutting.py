"""What a decoder makes of bytes, as plain rows, and ways to cut them."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from aerotrack.core.columns import BY_NAME, EMERGENCIES, POSITION_SOURCES
from aerotrack.core.identity import ADDRESSES
from aerotrack.core.observations import Observations
from aerotrack.decode import Decoder
from aerotrack.decode.ranges import RANGES

FEEDS = Path(__file__).parent.parent / "data" / "feeds"

Row = dict[str, Any]


def rows_in(read: Observations) -> list[Row]:
    """The rows as mappings of what each of them heard."""
    rows: list[Row] = []
    for i in range(len(read)):
        row: Row = {"address": int(read.address[i]), "last_heard": float(read.last_heard[i])}
        for name, values in read.columns.items():
            if BY_NAME[name].known(values[i : i + 1]).all():
                row[name] = values[i].item()
        rows.append(row)
    return rows


def decoded(
    decoder: Decoder, parts: Iterable[bytes], now: float | None = None
) -> tuple[list[Row], Counter[str]]:
    """All rows and all counts, `messages` among them, of a stream that came in `parts` and ended."""
    rows: list[Row] = []
    counts: Counter[str] = Counter()
    for read in [*(decoder.feed(part, now) for part in parts), decoder.end(now)]:
        rows += rows_in(read)
        counts.update(read.refused)
        counts["messages"] += read.messages
    return rows, +counts


def cut_anywhere(data: bytes) -> st.SearchStrategy[list[bytes]]:
    """Ways to cut `data` into parts, empty ones too."""
    cuts = st.lists(st.integers(0, len(data)), max_size=8).map(sorted)
    return cuts.map(lambda at: [data[a:b] for a, b in zip([0, *at], [*at, len(data)], strict=True)])


def mutated(data: bytes) -> st.SearchStrategy[bytes]:
    """`data` with a few of its bytes overwritten, dropped, or put in."""
    spot = st.tuples(st.integers(0, len(data)), st.integers(0, 3), st.binary(max_size=3))

    def apply(spots: list[tuple[int, int, bytes]]) -> bytes:
        wrong = data
        for at, dropped, put in spots:
            wrong = wrong[:at] + put + wrong[at + dropped :]
        return wrong

    return st.lists(spot, max_size=6).map(apply)


def single_bytes(data: bytes) -> list[bytes]:
    """The slowest way to send it."""
    return [data[i : i + 1] for i in range(len(data))]


def sensible(rows: Iterable[Row]) -> None:
    """Assert that every value is one that its column can have."""
    for row in rows:
        assert 0 <= row["address"] < ADDRESSES
        assert math.isfinite(row["last_heard"])
        for name, (low, high) in RANGES.items():
            assert low <= row.get(name, low) <= high, name
        for name in ("lat", "lon", "time"):
            assert math.isfinite(row.get(name, 0.0)), name
        assert ("lat" in row) == ("lon" in row)
        assert row.get("on_ground", 0) in (0, 1)
        assert re.fullmatch("[0-7]{4}", f"{row.get('squawk', 0):04}")
        assert 0 <= row.get("position_source", 0) < len(POSITION_SOURCES)
        assert 0 <= row.get("emergency", 0) < len(EMERGENCIES)
        for name in ("callsign", "registration", "type_code", "category"):
            assert row.get(name, b"").decode("ascii").isprintable(), name


DecoderMaker = Callable[[], Decoder]
