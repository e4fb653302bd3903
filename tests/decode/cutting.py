"""What a decoder makes of bytes, as plain rows, and ways to cut them."""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from aerotrack.core.columns import BY_NAME
from aerotrack.core.observations import Observations
from aerotrack.decode import Decoder

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


DecoderMaker = Callable[[], Decoder]
