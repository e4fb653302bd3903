from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.columns import BY_NAME
from aerotrack.decode import meanings
from aerotrack.decode.cells import squawk
from aerotrack.decode.meanings import Meanings


def squawks() -> Meanings:
    return Meanings(BY_NAME["squawk"].dtype, -1, squawk)


def test_texts_are_read_by_what_they_mean() -> None:
    column, senseless = squawks().column(["0014", None, "7777", "0014"])
    assert column is not None
    assert column.dtype == np.int16
    assert (column.tolist(), senseless) == ([14, -1, 7777, 14], 0)


def test_a_text_is_cut_to_its_column() -> None:
    column, _ = Meanings(np.dtype("S2"), b"", str.encode).column(["A", "A3x", None])
    assert column is not None
    assert column.tolist() == [b"A", b"A3", b""]


def test_what_has_no_meaning_is_unknown_and_told_of_each_time() -> None:
    known = squawks()
    for _ in range(2):
        column, senseless = known.column(["0014", "9999", 7700, [1], {}, True])
        assert column is not None
        assert (column.tolist(), senseless) == ([14, -1, -1, -1, -1, -1], 5)


def test_no_column_is_made_of_nothing() -> None:
    assert squawks().column([None, "9999"]) == (None, 1)
    assert squawks().column([]) == (None, 0)


def test_a_column_may_be_written_to() -> None:
    column, _ = squawks().column(["0014"])
    assert column is not None
    column[0] = 7


def test_each_text_is_worked_out_once() -> None:
    asked: list[str] = []
    known = Meanings(np.dtype("i1"), -1, lambda text: asked.append(text) or 1)
    known.column(["a", "b", "a"])
    known.column(["b"])
    assert asked == ["a", "b"]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meanings, "_MOST", 4)
    known = Meanings(np.dtype("S8"), b"", str.encode)
    texts = [*map(str, range(20)), "x" * 1000, None]
    column, _ = known.column(texts)
    assert column is not None
    assert column.tolist() == [*(str(i).encode() for i in range(20)), b"x" * 8, b""]
    assert len(known) <= 4
    assert "x" * 1000 not in known


_ANYTHING = st.none() | st.from_regex(r"[0-7]{3,4}", fullmatch=True) | st.integers() | st.lists(st.none())


@given(st.lists(st.lists(_ANYTHING)))
def test_what_is_remembered_changes_nothing(batches: list[list[Any]]) -> None:
    known = squawks()
    for texts in batches:
        (column, bad), (anew, bad_anew) = known.column(texts), squawks().column(texts)
        meant = [squawk(text) if isinstance(text, str) else None for text in texts]
        assert bad == bad_anew == meant.count(None) - texts.count(None)
        expected = [-1 if value is None else value for value in meant]
        assert (expected if column is None else column.tolist()) == expected
        assert (anew is None) == (column is None) == (set(expected) <= {-1})
