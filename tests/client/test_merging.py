from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aerotrack.client.merging import merged
from aerotrack.core.changes import Changes
from aerotrack.core.flights import FlightTable
from client.packed import NOTHING, flights, time_of
from fakes import changes_of
from sky_model import told_by

A, B, C = 0x4CA2D6, 0x3C6444, 0x14CA2D6


def told(since: int, tick: int, updated: Any = NOTHING, gone: Any = NOTHING) -> Changes:
    nobody = flights([], [])
    return changes_of(tick, updated or nobody, gone or nobody, since=since, feeds=("roof",))


def shown(changes: Changes) -> tuple[dict[int, float], list[int]]:
    """Return the latitudes of the flights that changed, by their rows, and the rows of those gone."""
    updated = changes.updated
    return (
        dict(zip(updated["row"].tolist(), updated["lat"].tolist(), strict=True)),
        changes.gone["row"].tolist(),
    )


def test_the_later_row_is_the_one_that_counts() -> None:
    both = merged(
        told(3, 4, flights([1, 2], [A, B], lat=[50.0, 51.0])), told(4, 6, flights([1], A, lat=50.5))
    )
    assert (both.since, both.tick, both.time, both.feeds) == (3, 6, time_of(6), ("roof",))
    assert shown(both) == ({1: 50.5, 2: 51.0}, [])


def test_what_changed_and_then_went_is_gone() -> None:
    both = merged(told(3, 4, flights([1], A)), told(4, 5, NOTHING, flights([1], A)))
    assert shown(both) == ({}, [1])


def test_what_went_and_came_again_is_not_gone() -> None:
    both = merged(told(3, 4, NOTHING, flights([1], A)), told(4, 5, flights([1], A, lat=50.0)))
    assert shown(both) == ({1: 50.0}, [])


def test_what_went_before_another_took_its_row_is_gone() -> None:
    both = merged(told(3, 4, NOTHING, flights([1], A)), told(4, 5, flights([1], B, lat=50.0)))
    assert shown(both) == ({1: 50.0}, [1])
    assert (both.gone["address"].tolist(), both.updated["address"].tolist()) == ([A], [B])


def test_what_went_twice_is_told_once() -> None:
    both = merged(told(3, 4, NOTHING, flights([1, 2], [A, B])), told(4, 5, NOTHING, flights([1], A)))
    assert shown(both) == ({}, [2, 1])


def test_a_fresh_picture_has_all_there_is_and_tells_who_went_before() -> None:
    before = told(3, 4, flights([1, 2], [A, B], lat=50.0), flights([3], C))
    both = merged(before, told(0, 2, flights([1], B, lat=51.0), flights([1], A)))
    assert (both.since, both.tick) == (0, 2)
    assert shown(both) == ({1: 51.0}, [3, 1])


@pytest.mark.parametrize("since", [0, 3])
def test_what_follows_a_picture_goes_on_from_where_that_did(since: int) -> None:
    assert merged(told(since, 4), told(4, 5)).since == since


@settings(max_examples=60)
@given(st.data())
def test_replaying_two_changes_and_replaying_them_as_one_leads_to_the_same(data: st.DataObject) -> None:
    singly, at_once = FlightTable(), FlightTable()
    first = told(0, 1, flights([1, 2], [1, 2], lat=50.0))
    for table in (singly, at_once):
        table.replay(first)
    pending: Changes | None = None
    for tick in range(2, data.draw(st.integers(3, 9))):
        live = singly.live.tolist()
        fresh = data.draw(st.integers(0, 5)) == 0
        rows = data.draw(st.lists(st.integers(1, 4), unique=True))
        # A row keeps its flight while that lives; when it is free, one of the row's two flights may take it.
        address = [
            int(singly.columns["address"][row]) if row in live and not fresh
            else row + 4 * data.draw(st.integers(0, 1))
            for row in rows
        ]  # fmt: skip
        leaves = [row for row in live if row not in rows and (fresh or data.draw(st.booleans()))]
        gone = {"row": np.array(leaves, int)} | {
            name: values[leaves] for name, values in singly.columns.items() if name in flights([], [])
        }
        step = told(0 if fresh else tick - 1, tick, flights(rows, address, lat=float(tick)), gone)
        singly.replay(step)
        pending = step if pending is None else merged(pending, step)
        if data.draw(st.booleans()):
            at_once.replay(pending)
            pending = None
            assert told_by(at_once.since(0))["updated"] == told_by(singly.since(0))["updated"]
            assert at_once.live.tolist() == singly.live.tolist()
