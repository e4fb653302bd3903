"""contrib/grafana: each query of the dashboard runs, as the reader, and finds something."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from past import Connection

HOME = Path(__file__).parents[2]
DASHBOARD = json.loads((HOME / "contrib/grafana/aerotrack-history.json").read_text("utf-8"))
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
TARGETS = [(panel["title"], target) for panel in PANELS for target in panel["targets"]]


def expanded(sql: str) -> str:
    """Put a range in the place of Grafana's macros, as its PostgreSQL data source does."""
    begin, end = "'2024-11-22T15:00:00Z'", "'2100-01-01T00:00:00Z'"
    if "sky_at($__timeTo()" in sql:
        end = "'2024-11-22T15:40:00Z'"
    sql = re.sub(r"\$__timeFilter\(([\w.]+)\)", rf"\1 BETWEEN {begin} AND {end}", sql)
    return sql.replace("$__timeFrom()", begin).replace("$__timeTo()", end)


@pytest.fixture(scope="module")
def template(examples: str) -> str:
    """There is a little of everything."""
    return examples


def test_no_two_panels_share_an_id_or_a_place() -> None:
    ids = [panel["id"] for panel in PANELS]
    assert len(set(ids)) == len(ids) > 0
    covered = [
        (x, y)
        for place in (panel["gridPos"] for panel in PANELS)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(set(covered)) == len(covered)
    assert max(x for x, _ in covered) < 24


def test_the_data_source_is_asked_for_at_the_import() -> None:
    (asked,) = DASHBOARD["__inputs"]
    used = {target["datasource"]["uid"] for _, target in TARGETS}
    assert used == {panel["datasource"]["uid"] for panel in PANELS} == {f"${{{asked['name']}}}"}


@pytest.mark.parametrize(("title", "target"), TARGETS, ids=[title for title, _ in TARGETS])
async def test_a_panel_shows_something(title: str, target: dict[str, Any], reader: Connection) -> None:
    sql = expanded(target["rawSql"])
    assert "$__" not in sql
    rows = await reader.fetch(sql)
    assert rows
    assert all(value != 0 for value in rows[0].values()), title
    if target["format"] == "time_series":
        assert "time" in rows[0].keys()  # noqa: SIM118  a record's `in` looks at values


def test_a_panel_on_positions_gives_a_range_on_the_bucket_too() -> None:
    for title, target in TARGETS:
        if "aerotrack.position\n" in target["rawSql"]:
            assert re.search(r"bucket between \$__timeFrom", target["rawSql"]), title
