import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aerotrack.client.decoding import Digest, read_part, read_text
from aerotrack.client.picture import Picture
from aerotrack.core.changes import Changes
from aerotrack.core.columns import BY_NAME, Columns
from aerotrack.core.flights import FlightTable
from aerotrack.errors import StreamError
from client.packed import NOTHING, changes, digest, flights, time_of
from fakes import START
from sky_model import observations, rows_before, told_by

A, B, C = 0x4CA2D6, 0x3C6444, 0x14CA2D6
FIRST = flights([1, 2], [A, B], callsign=[b"EIN1", b"DLH2"], lat=[50.0, 51.0], altitude_ft=[1000, 2000])


def taken(picture: Picture, message: bytes) -> Changes:
    part = read_part(message)
    assert part is not None
    changes = picture.take(part)
    assert changes is not None
    return changes


def refused(picture: Picture, message: bytes) -> bool:
    part = read_part(message)
    assert part is not None
    return picture.take(part) is None


def agrees(picture: Picture, text: str) -> bool:
    said = read_text(text)
    assert isinstance(said, Digest)
    return picture.agrees(said)


def shown(picture: Picture, name: str) -> dict[int, Any]:
    """Return a column of the live flights by their handles."""
    live = picture.table.live
    return dict(zip(live.tolist(), picture.table.columns[name][live].tolist(), strict=True))


@pytest.fixture
def picture() -> Picture:
    """Hold A and B at tick 5."""
    picture = Picture()
    taken(picture, changes(0, 5, FIRST, feeds=["roof"], view="here"))
    return picture


def test_a_fresh_picture_is_a_table_of_its_flights(picture: Picture) -> None:
    assert shown(picture, "callsign") == {1: b"EIN1", 2: b"DLH2"}
    assert shown(picture, "lat") == {1: 50.0, 2: 51.0}
    assert (picture.table.tick, picture.table.time) == (5, time_of(5))
    assert (picture.table.feeds, picture.view) == (("roof",), "here")


def test_changes_are_whole_rows_named_by_their_handles() -> None:
    told = taken(Picture(), changes(0, 5, FIRST, feeds=["roof"]))
    assert (told.since, told.tick, told.time, told.feeds) == (0, 5, time_of(5), ("roof",))
    assert {*told.updated} == {"row", "address", "start", "reason", "facts_tick", *BY_NAME}
    assert told.updated["row"].tolist() == [1, 2]
    assert told.updated["address"].tolist() == [A, B]
    assert told.updated["start"].tolist() == [START, START]
    assert told.updated["facts_tick"].tolist() == [5, 5]
    assert told.updated["reason"].tolist() == [0, 0]
    for name, column in BY_NAME.items():
        assert told.updated[name].dtype == column.dtype
    assert len(told.gone["row"]) == 0


def test_facts_that_did_not_come_are_those_that_were_held(picture: Picture) -> None:
    told = taken(picture, changes(5, 6, NOTHING, flights([2], B, lat=52.0, altitude_ft=3000)))
    assert told.updated["row"].tolist() == [2]
    assert told.updated["callsign"].tolist() == [b"DLH2"]
    assert told.updated["lat"].tolist() == [52.0]
    assert told.updated["facts_tick"].tolist() == [5]
    assert shown(picture, "callsign") == {1: b"EIN1", 2: b"DLH2"}
    assert shown(picture, "altitude_ft") == {1: 1000, 2: 3000}


def test_facts_may_come_without_motion_for_a_flight_that_is_held(picture: Picture) -> None:
    facts = flights([2], B, squawk=1200)
    told = taken(picture, changes(5, 6, facts, NOTHING))
    assert told.updated["lat"].tolist() == [51.0]
    assert told.updated["facts_tick"].tolist() == [6]
    assert shown(picture, "squawk") == {1: -1, 2: 1200}
    then = {**FIRST, "squawk": np.array([-1, 1200]), "callsign": np.array([b"EIN1", b""], "S8")}
    assert agrees(picture, digest(6, then))


def test_what_is_gone_is_told_whole_and_what_was_not_held_is_not(picture: Picture) -> None:
    told = taken(picture, changes(5, 6, gone=[2, 7, 4_000_000_000]))
    assert told.gone["row"].tolist() == [2]
    assert told.gone["address"].tolist() == [B]
    assert told.gone["start"].tolist() == [START]
    assert told.gone["callsign"].tolist() == [b"DLH2"]
    assert shown(picture, "address") == {1: A}


def test_a_flight_is_heard_when_its_position_was_true_if_nothing_later_is_known(picture: Picture) -> None:
    late = time_of(5) + 0.75
    facts = flights([1], A, last_heard=time_of(5), time=time_of(4))
    taken(picture, changes(5, 6, facts))
    assert shown(picture, "last_heard")[1] == time_of(5)
    taken(picture, changes(6, 7, NOTHING, flights([1], A, time=late)))
    assert shown(picture, "last_heard")[1] == late
    assert shown(picture, "time")[1] == late


def test_a_flight_that_takes_over_a_handle_puts_the_one_before_out(picture: Picture) -> None:
    told = taken(picture, changes(5, 6, flights([2], C)))
    assert (told.gone["address"].tolist(), told.updated["address"].tolist()) == ([B], [C])
    assert shown(picture, "address") == {1: A, 2: C}
    assert picture.table.row_of(B) is None


def test_the_next_leg_of_an_aircraft_has_a_row_of_its_own(picture: Picture) -> None:
    told = taken(picture, changes(5, 6, flights([3], B, START + 500), gone=[2]))
    assert told.gone["row"].tolist() == [2]
    assert shown(picture, "start") == {1: START, 3: START + 500}
    assert picture.table.row_of(B) == 3


def test_a_flight_that_went_and_came_again_in_one_tick_is_not_gone(picture: Picture) -> None:
    told = taken(picture, changes(5, 6, flights([2], B, callsign=b"DLH3"), gone=[2]))
    assert told.gone["row"].tolist() == []
    assert shown(picture, "callsign") == {1: b"EIN1", 2: b"DLH3"}


def test_a_fresh_picture_tells_what_is_no_longer_in_it(picture: Picture) -> None:
    told = taken(picture, changes(0, 2, flights([2, 9], [A, C]), view="there"))
    assert told.gone["address"].tolist() == [B]
    assert shown(picture, "address") == {2: A, 9: C}
    assert shown(picture, "callsign") == {2: b"", 9: b""}
    assert (picture.table.tick, picture.view) == (2, "there")
    assert picture.table.row_of(A) == 2


def test_changes_that_do_not_go_on_from_what_is_held_are_not_taken(picture: Picture) -> None:
    before = told_by(picture.table.since(0))
    assert refused(picture, changes(4, 6, NOTHING, FIRST))
    assert refused(picture, changes(6, 7))
    assert refused(Picture(), changes(5, 6))
    assert told_by(picture.table.since(0)) == before
    assert picture.table.tick == 5


@pytest.mark.parametrize(
    "message",
    [
        changes(5, 6, NOTHING, flights([3], C)),  # a flight that nothing is known of
        changes(5, 6, flights([3], C), NOTHING),
        changes(5, 6, flights([2], C), NOTHING),  # another flight under a handle that is held
        changes(5, 6, NOTHING, flights([2], B), gone=[2]),  # one that has just gone
    ],
)
def test_a_record_that_lacks_its_other_half_is_not_taken(picture: Picture, message: bytes) -> None:
    assert refused(picture, message)
    assert shown(picture, "address") == {1: A, 2: B}


def test_a_fresh_picture_that_lacks_a_record_is_refused(picture: Picture) -> None:
    part = read_part(changes(0, 6, NOTHING, FIRST))
    assert part is not None
    with pytest.raises(StreamError, match="flights of which a record is missing: use the release"):
        picture.take(part)


def test_feeds_stay_as_they_are_until_they_are_told_anew(picture: Picture) -> None:
    assert taken(picture, changes(5, 6)).feeds == ("roof",)
    assert taken(picture, changes(6, 7, feeds=["roof", "garden"])).feeds == ("roof", "garden")
    assert picture.table.feeds == ("roof", "garden")


def test_the_digest_follows_the_records_as_they_were_sent_last(picture: Picture) -> None:
    assert agrees(picture, digest(5, FIRST))
    taken(picture, changes(5, 6, NOTHING, flights([1], A, lat=49.9)))
    assert not agrees(picture, digest(5, FIRST))
    moved = flights([1, 2], [A, B], callsign=FIRST["callsign"], lat=[49.9, 51.0], altitude_ft=[np.nan, 2000])
    assert agrees(picture, digest(6, moved))
    taken(picture, changes(6, 7, gone=[2]))
    assert agrees(picture, digest(7, {name: values[:1] for name, values in moved.items()}))


def test_a_digest_of_another_number_of_flights_does_not_agree(picture: Picture) -> None:
    said = json.loads(digest(5, FIRST))
    assert agrees(picture, json.dumps(said))
    assert not agrees(picture, json.dumps(said | {"flights": 3}))
    assert agrees(Picture(), '{"type":"digest","tick":0,"flights":0,"hash":"00000000"}')


def test_a_table_beyond_its_first_size_has_its_digest_too(picture: Picture) -> None:
    many = flights(range(1, 3001), range(1, 3001), lat=50.0)
    taken(picture, changes(0, 6, many))
    assert agrees(picture, digest(6, many))


def on_the_wire(told: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the stream does not say, or says later."""
    updated = {
        flight: {
            name: value
            for name, value in row.items()
            if name not in ("reason", "last_heard", "facts_tick") and (name, value) != ("emergency", 0)
        }
        for flight, row in told["updated"].items()
    }
    return {"updated": updated, "gone": told["gone"]}


def held(columns: Columns, rows: Any) -> Columns:
    return {name: values[rows] for name, values in columns.items()} | {"row": rows}


@settings(max_examples=60)
@given(st.data())
def test_replaying_what_a_client_was_told_rebuilds_the_table_of_the_server(data: st.DataObject) -> None:
    table, picture, replica, now = FlightTable(), Picture(), FlightTable(), START + 1000.0
    told_at = 0
    for _ in range(data.draw(st.integers(1, 12))):
        now += data.draw(st.sampled_from((0.25, 1.0, 5.0, 16.0, 61.0, 130.0)))
        rows = data.draw(st.lists(rows_before(now, lags=(0.0, 0.25, 1.0)), max_size=4))
        if rows:
            table.apply(observations(rows))
        table.expire(now)
        table.take(now)
        if data.draw(st.booleans()):  # a slow client skips ticks
            continue
        told_at = data.draw(st.sampled_from((told_at, told_at, 0)))
        happened = table.since(told_at)
        updated = happened.updated
        known = {*picture.table.live.tolist()} if told_at else set()
        new = np.array([row not in known for row in updated["row"].tolist()], bool)
        facts = np.flatnonzero(new | (updated["facts_tick"] > told_at))
        message = changes(
            told_at,
            happened.tick,
            {name: values[facts] for name, values in updated.items()},
            updated,
            happened.gone["row"].tolist(),
            feeds=table.feeds,
        )
        told = taken(picture, message)
        told_at = happened.tick
        replica.replay(dataclasses.replace(told))
        expected = on_the_wire(told_by(table.since(0)))
        assert on_the_wire(told_by(picture.table.since(0)))["updated"] == expected["updated"]
        assert told_by(replica.since(0)) == told_by(picture.table.since(0))
        assert agrees(picture, digest(told_at, held(table.columns, table.live)))
