import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.columns import Columns
from aerotrack.core.events import Event
from aerotrack.core.flights import FlightTable
from aerotrack.storage.batch import Batch, flight_arguments, heard_arguments
from aerotrack.storage.roster import Roster
from aerotrack.storage.spool_records import (
    Gap,
    Record,
    found,
    from_bytes,
    is_torn,
    length_told,
    record_at,
    to_bytes,
)
from flown import heard, ticked

_KINDS = st.sampled_from(["<u4", "<i8", "<f8", "<f4", "|i1", "|b1", "|S8"])
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)


@st.composite
def _columns(draw: st.DrawFn, *known: str) -> Columns:
    rows = draw(st.integers(0, 5))
    names = draw(st.lists(st.sampled_from(known), unique=True))
    columns = {"address": np.arange(rows, dtype=np.uint32)}
    for name in names:
        dtype = np.dtype(draw(_KINDS))
        raw = draw(st.binary(min_size=rows * dtype.itemsize, max_size=rows * dtype.itemsize))
        columns[name] = np.frombuffer(raw, np.uint8).view(dtype) if rows else np.empty(0, dtype)
    return columns


_EVENTS = st.builds(
    Event,
    flight=st.integers(0, (1 << 57) - 1),
    kind=st.just("squawk"),
    time=st.floats(0, 4e9),
    details=st.dictionaries(_TEXTS, st.none() | _TEXTS | st.integers(0, 9) | st.floats(0, 1), max_size=3),
)
_BATCHES = st.builds(
    Batch,
    positions=_columns("start", "lat", "time", "feed"),
    flights=_columns("start", "reason", "callsign", "last_heard"),
    heard=_columns("lat", "on_ground"),
    ended=_columns("start", "ended_at"),
    events=st.lists(_EVENTS, max_size=3).map(tuple),
    feeds=st.lists(_TEXTS, max_size=3).map(tuple),
    mark=st.integers(0, (1 << 63) - 1),
    newest=st.integers(0, (1 << 63) - 1),
    number=st.integers(1, (1 << 63) - 1),
    taken=st.floats(0, 1e9),
)


def batch(number: int, positions: int = 1) -> Batch:
    return Batch(positions={"address": np.arange(positions, dtype=np.uint32)}, number=number)


@given(_BATCHES)
def test_a_batch_comes_back_as_it_was(batch: Batch) -> None:
    data = to_bytes(batch)
    again = from_bytes(data)
    for part in ("positions", "flights", "heard", "ended"):
        before, after = getattr(batch, part), getattr(again, part)
        assert set(before) <= set(after)
        for name, values in before.items():
            assert after[name].dtype == values.dtype
            assert after[name].tobytes() == values.tobytes()
    for name in ("events", "feeds", "mark", "newest", "number", "taken"):
        assert getattr(again, name) == getattr(batch, name)
    assert record_at(data) == Record(batch.number, len(batch), 0, len(data))
    assert length_told(data) == len(data)


def test_where_a_position_stood_in_a_recording_is_not_kept() -> None:
    one = Batch(positions={"address": np.ones(1, np.uint32), "stamp": np.ones(1, np.int64)}, number=1)
    assert "stamp" not in from_bytes(to_bytes(one)).positions


def test_what_another_version_did_not_know_is_unknown_and_what_it_knew_better_is_left_out() -> None:
    changes, roster = ticked(FlightTable(), heard(0, callsign="KLM1023", altitude_ft=9000)), Roster()
    roster.note(changes)

    def otherwise(columns: Columns, missing: str) -> Columns:
        kept = {name: values for name, values in columns.items() if name != missing}
        return kept | {"shoe_size": np.array([42])}

    other = Batch(
        positions=otherwise(changes.positions, "squawk"),
        flights=otherwise(roster.take_unwritten(), "operator"),
        heard=otherwise(roster.take_unchecked(), "ground_speed_kt"),
        number=1,
    )
    read = from_bytes(to_bytes(other))
    assert (read.positions["squawk"].tolist(), read.positions["altitude_ft"].tolist()) == ([-1], [9000])
    assert flight_arguments(read.flights)[3:] == (["KLM1023"], *[[None]] * 6)
    assert heard_arguments(read.heard)[5] == [None]
    assert not any("shoe_size" in part for part in (read.positions, read.flights, read.heard))


def test_records_follow_one_another() -> None:
    one, two = to_bytes(batch(1)), to_bytes(batch(2, positions=3))
    assert list(found(one + two)) == [
        Record(1, 1, 0, len(one)),
        Record(2, 3, len(one), len(one) + len(two)),
    ]


@given(st.data())
def test_a_record_of_which_any_bit_is_wrong_is_a_gap_and_what_follows_is_found(data: st.DataObject) -> None:
    one, two, three = (to_bytes(batch(number)) for number in (1, 2, 3))
    at = data.draw(st.integers(0, len(two) - 1))
    wrong = bytearray(two)
    wrong[at] ^= 1 << data.draw(st.integers(0, 7))
    first, gap, last = found(one + wrong + three)
    assert isinstance(first, Record)
    assert gap == Gap(len(one), len(one + two))
    assert last == Record(3, 1, len(one + two), len(one + two + three))


@given(st.data())
def test_a_record_that_was_cut_anywhere_is_a_gap(data: st.DataObject) -> None:
    one, two = to_bytes(batch(1)), to_bytes(batch(2))
    cut = data.draw(st.integers(1, len(two) - 1))
    _, gap = found(one + two[:cut])
    assert gap == Gap(len(one), len(one) + cut)


@given(st.data())
def test_a_record_that_was_cut_is_torn_and_one_of_which_a_bit_is_wrong_is_not(data: st.DataObject) -> None:
    whole = to_bytes(batch(1))
    assert is_torn(whole[: data.draw(st.integers(1, len(whole) - 1))])
    wrong = bytearray(whole)
    wrong[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert not is_torn(bytes(wrong))


def test_zeros_are_torn() -> None:
    assert is_torn(bytes(5000))


@given(st.binary(max_size=300))
def test_any_bytes_are_gone_through_without_a_hole(data: bytes) -> None:
    at = 0
    for met in found(data + to_bytes(batch(1)) + data):
        assert met.begin == at < met.end
        at = met.end
    assert at == len(data) * 2 + len(to_bytes(batch(1)))
