import json
from dataclasses import replace

import numpy as np
import pytest

from aerotrack.core.columns import PUBLIC_NAMES
from aerotrack.core.tiles import WORLD, View
from aerotrack.core.wire import FACTS, MOTION, handles_of
from aerotrack.web.delta import Delta
from aerotrack.web.told import PackedDelta, Piece, Told, WrittenDelta, packed, written
from fakes import START, changes_of, rows_of
from web.classes import classes_of, publish

THREE = changes_of(1, rows_of([1, 2, 3], lat=[50.0, 51.0, 40.0], lon=[8.0, 8.0, -74.0]))
ONE_CHANGED = changes_of(
    2, rows_of([2, 3], row=[1, 2], lat=[51.0, 40.0], lon=[8.0, -74.0], facts_tick=[2, 1])
)


def handles(pieces: list[Piece], size: int) -> list[int]:
    records = np.frombuffer(b"".join(pieces), np.uint8).reshape(-1, size)
    return sorted(handles_of(records).tolist())


def test_a_packed_delta_is_records_of_what_moved_and_of_whose_facts_changed() -> None:
    (exact, *_) = classes_of(THREE, ONE_CHANGED)
    delta = Delta(exact, 1)
    (told,) = PackedDelta(delta).told_each(delta.cut([WORLD]))
    assert handles([*told.facts], FACTS.size) == [1]
    assert handles([*told.motion], MOTION.size) == [1, 2]


def test_views_are_gathered_some_at_a_time_as_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aerotrack.web.told.MOST_GATHERED", 3)
    (exact, *_) = classes_of(THREE, ONE_CHANGED)
    views = [View.of(lon, 30, lon + 20, 60) for lon in (-80, 0, 30, -80, 0)]
    for since in (0, 1):
        packing = PackedDelta(Delta(exact, since))
        cuts = packing.delta.cut(views)
        each = [(b"".join(told.facts), b"".join(told.motion)) for told in packing.told_each(cuts)]
        alone = [(b"".join(told.facts), b"".join(told.motion)) for told in map(packing.told, cuts)]
        assert each == alone
        assert any(motion for _, motion in each)


def test_a_written_delta_is_whole_where_facts_changed() -> None:
    (exact, *_) = classes_of(THREE, ONE_CHANGED)
    delta = Delta(exact, 1)
    writing = WrittenDelta(delta)
    assert [writing.write([0], 1) for _ in range(3)][-1]
    (told,) = writing.told_each(delta.cut([WORLD]))
    flights = {f["id"][:6]: f for f in map(json.loads, told.texts)}
    assert set(flights["000002"]) == set(PUBLIC_NAMES)
    assert "callsign" not in flights["000003"]


@pytest.mark.parametrize("tell", [packed, written])
def test_nothing_is_told_of_no_rows(tell: type) -> None:
    (exact, *_) = classes_of(THREE)
    none = np.array([], np.intp)
    assert tell(exact, none, none).empty


def test_rows_are_told_in_both_formats() -> None:
    (exact, *_) = classes_of(THREE)
    rows = packed(exact, np.array([0]), np.array([2]))
    assert handles([*rows.facts], FACTS.size) == [0]
    assert handles([*rows.motion], MOTION.size) == [0, 2]
    texts = [json.loads(text) for text in written(exact, np.array([0]), np.array([2])).texts]
    assert [("callsign" in flight, flight["id"][:6]) for flight in texts] == [
        (True, "000001"),
        (False, "000003"),
    ]


def test_what_is_told_adds_up() -> None:
    told = Told(texts=[b"1"])
    told.add(Told(texts=[b"2"], facts=[b"3"], motion=[b"4"]))
    assert (told.texts, told.facts, told.motion) == ([b"1", b"2"], [b"3"], [b"4"])
    assert not told.empty
    assert not Told(gone={1: 1}).empty


def test_a_flight_that_is_only_drawn_in_another_tile_comes_whole_in_both_formats() -> None:
    flying = {"ground_speed_kt": 480.0, "track_deg": 90.0, "time": START + 1001.0}
    classes = classes_of(changes_of(1, rows_of(1, lat=50.0, lon=8.0, **flying)))
    publish(classes, replace(changes_of(2), time=START + 1001.0 + 3600))
    delta = Delta(classes[3], 1)
    (cut,) = delta.cut([View.of(20, 49, 21, 51)])
    packing = PackedDelta(delta)
    (gathered,) = packing.told_each(delta.cut([View.of(20, 49, 21, 51)]))
    told = packing.told(cut)
    assert (gathered.facts, gathered.motion) == (told.facts, told.motion)
    assert handles([*told.facts], FACTS.size) == handles([*told.motion], MOTION.size) == [0]
    writing = WrittenDelta(delta)
    assert writing.write([9], 10)
    (text,) = writing.told(cut).texts
    assert tuple(json.loads(text)) == PUBLIC_NAMES
