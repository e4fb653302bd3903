import numpy as np
import pytest

from aerotrack.storage.sent_arrays import numbers, smallints
from flown import Connection


@pytest.mark.parametrize(
    ("type_", "dtype", "values"),
    [("int2", ">i2", [-32768, 0, 32767]), ("int4", ">i4", [-(2**31), 7]), ("int8", ">i8", [2**62, -1])],
)
async def test_integers_come_back(database: Connection, type_: str, dtype: str, values: list[int]) -> None:
    sent = await database.fetchval(f"select array_send($1::{type_}[])", values)
    assert numbers(sent, dtype).tolist() == values


async def test_no_rows_are_no_numbers(database: Connection) -> None:
    sent = await database.fetchval("select array_send(array_agg(x)) from generate_series(1, 0) x")
    assert numbers(sent, ">i4").tolist() == []
    assert smallints(None, np.empty(0, np.int64)).tolist() == []


async def test_arrays_one_after_the_other_come_apart(database: Connection) -> None:
    sent = await database.fetchval(
        "select string_agg(array_send(x), '') from (values ('{1,-2,300}'::int2[]), ('{-32768}')) v (x)"
    )
    assert smallints(sent, np.array([3, 1])).tolist() == [1, -2, 300, -32768]
