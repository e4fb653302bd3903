"""docs/reference/sql.md: every query on it runs, as the reader, and finds what it is meant to find."""

import re
from pathlib import Path

import pytest

from past import Connection

PAGE = (Path(__file__).parents[2] / "docs/reference/sql.md").read_text("utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
PROMISED = ("flight", "position", "event", "feed", "day", "schema_version")


def title(query: str) -> str:
    return query.split("\n", 1)[0].removeprefix("-- ")


@pytest.fixture(scope="module")
def template(examples: str) -> str:
    """There is a little of everything."""
    return examples


def test_there_are_ten_worked_queries_and_more() -> None:
    assert [title(query).split(".")[0] for query in QUERIES] == [str(n + 1) for n in range(11)]


@pytest.mark.parametrize("query", QUERIES, ids=title)
async def test_a_query_of_the_page_finds_something(query: str, reader: Connection) -> None:
    assert len(await reader.fetch(query)) > 0


async def test_the_time_in_an_area_is_that_between_its_positions(reader: Connection) -> None:
    (query,) = (query for query in QUERIES if "How long each flight" in query)
    there = {row["callsign"]: row["there"].total_seconds() for row in await reader.fetch(query)}
    assert there == {"DLH4AB": 26 * 30, "KLM1023": 2 * 450}


@pytest.mark.parametrize("relation", PROMISED)
async def test_every_column_that_readers_see_is_on_the_page(relation: str, reader: Connection) -> None:
    columns = await reader.fetch(
        "select attname from pg_attribute"
        " where attrelid = to_regclass($1) and attnum > 0 and not attisdropped",
        f'aerotrack."{relation}"',
    )
    assert columns
    assert [name for (name,) in columns if f"`{name}`" not in PAGE] == []


async def test_a_range_on_time_and_bucket_opens_only_the_pieces_that_it_needs(
    database: Connection, reader: Connection
) -> None:
    async def opened(where: str) -> set[str]:
        plan = await database.fetch(f'explain select * from aerotrack."position" where {where}')
        lines = "\n".join(row[0] for row in plan)
        return set(re.findall(r"position_(?:hot|archive)_\d{8}(?:_\d{4})?(?= )", lines))

    time = "time >= '2024-11-22 15:30Z' and time < '2024-11-22 15:40Z'"
    both = f"{time} and bucket >= '2024-11-22 15:20Z' and bucket < '2024-11-22 15:40Z'"
    assert await opened(both) == {"position_archive_20241122", "position_hot_20241122_1530"}
    next_day = time.replace("-22", "-23")
    assert await opened(next_day) == {"position_archive_20241122"}
    assert await opened(both.replace("-22", "-23")) == set()
