import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aerotrack.decode.frame_csv import FrameCsv
from decode.cutting import cut_anywhere, decoded, mutated, sensible
from decode.modes.transponder import airborne, all_call

NOON = 1795348800.0
IRISH = 0x4CA2D6
EVEN, ODD = (airborne(IRISH, 48.8, 2.4, odd).hex() for odd in (0, 1))
TEXT = f"{NOON:.3f},{EVEN}\n{NOON + 0.5:.3f},{ODD}\n{NOON + 1:.3f},{all_call(IRISH).hex()}\n".encode()
MINUTE = Path(__file__).parents[1] / "data/modes/minute.csv.gz"


def test_each_line_is_a_frame_at_its_time() -> None:
    rows, counts = decoded(FrameCsv(), [TEXT])
    assert [row["last_heard"] - NOON for row in rows] == [0, 0.5, 1]
    assert abs(rows[1]["lon"] - 2.4) < 5e-5
    assert counts == {"messages": 3}


def test_a_header_is_passed_over() -> None:
    assert decoded(FrameCsv(), [b"timestamp,frame\n" + TEXT])[1] == {"messages": 3}


def test_live_a_clock_that_is_wrong_gives_way_to_the_time_of_arrival() -> None:
    rows, _ = decoded(FrameCsv(), [TEXT], NOON + 3600)
    assert {row["last_heard"] for row in rows} == {NOON + 3600}


@pytest.mark.parametrize(
    "line", [b"x,8d", b"1,8d48", b"1795348800,", b"9" * 11 + b"," + EVEN.encode(), b"nonsense"]
)
def test_a_line_that_is_none_is_counted(line: bytes) -> None:
    assert decoded(FrameCsv(), [TEXT + line + b"\n"])[1] == {"messages": 4, "bad_line": 1}


def test_a_last_line_without_an_end_is_read_or_was_cut_off() -> None:
    assert decoded(FrameCsv(), [TEXT.strip()])[1] == {"messages": 3}
    assert decoded(FrameCsv(), [TEXT[:-3]])[1] == {"messages": 3, "truncated": 1}


def test_a_recorded_minute_is_read_the_same_in_parts() -> None:
    lines = [line.split(b",") for line in gzip.decompress(MINUTE.read_bytes()).splitlines()]
    text = b"\n".join(line[0] + b"," + line[2] for line in lines if line[0][:1].isdigit())[:20_000]
    parts = [text[i : i + 997] for i in range(0, len(text), 997)]
    assert decoded(FrameCsv(), parts) == decoded(FrameCsv(), [text])


@settings(max_examples=60, deadline=None)
@given(st.data(), mutated(TEXT))
def test_nothing_that_comes_raises(data: st.DataObject, stream: bytes) -> None:
    sensible(decoded(FrameCsv(), data.draw(cut_anywhere(stream)))[0])
