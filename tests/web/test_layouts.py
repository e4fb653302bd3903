import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aerotrack.core.columns import COLUMNS
from aerotrack.web.layouts import layouts, written

PROJECT = Path(__file__).parents[2]
TABLE = PROJECT / "dashboard/src/stream/layout.json"
WRITE_AGAIN = f"python -m aerotrack.web.layouts > {TABLE.relative_to(PROJECT)}"
REFERENCE = PROJECT / "docs/reference/stream-binary.md"


def documented(section: str) -> list[dict[str, str]]:
    """Read the rows of a table of the reference that speak of a field."""
    text = REFERENCE.read_text().partition(f"\n## {section}")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "|" in line
    ]
    named = (dict(zip(("offset", "type", "name", "meaning"), row, strict=True)) for row in rows[2:])
    return [{**row, "name": row["name"].strip("`")} for row in named if row["name"]]


def fields(record: str) -> list[dict[str, Any]]:
    described: list[dict[str, Any]] = layouts()[record]["fields"]
    return described


def test_the_dashboard_has_the_table_as_it_is() -> None:
    assert TABLE.read_text() == written(), f"The layouts have changed: {WRITE_AGAIN}"


def test_the_table_is_written_by_running_the_module() -> None:
    command = [sys.executable, *WRITE_AGAIN.partition(" >")[0].split()[1:]]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == written()


def test_every_column_of_a_flight_is_in_one_of_the_records() -> None:
    described = [field["name"] for record in ("motion", "facts") for field in fields(record)]
    identity = ["handle", "handle", "address", "start"]
    assert sorted(described) == sorted([*identity, *(column.name for column in COLUMNS)])


def test_no_field_lies_upon_another_or_beyond_the_end() -> None:
    for record in layouts().values():
        end = 0
        for field in record["fields"]:
            assert field["offset"] >= end
            end = field["offset"] + field["width"]
        assert end <= record["size"]


@pytest.mark.parametrize(
    ("record", "section"), [("motion", "Motion, 28 bytes"), ("facts", "Facts, 88 bytes")]
)
def test_the_reference_puts_every_field_where_it_is(record: str, section: str) -> None:
    expected = [
        (
            field["offset"],
            f"text {field['width']}" if field["type"] == "text" else field["type"],
            field["name"],
        )
        for field in fields(record)
    ]
    assert [(int(row["offset"]), row["type"], row["name"]) for row in documented(section)] == expected
    assert f", {layouts()[record]['size']} bytes" in section


def test_the_reference_gives_every_number_its_scale() -> None:
    scales = {
        row["name"]: re.match(r"([\d,]+) per ", row["meaning"]) for row in documented("Motion, 28 bytes")
    }
    told = {name: int(scale[1].replace(",", "")) for name, scale in scales.items() if scale}
    assert told == {field["name"]: field["scale"] for field in fields("motion") if "scale" in field}


def test_the_reference_says_what_every_code_stands_for() -> None:
    told = {
        row["name"]: re.findall(r"(?<!-)\b\d+ (\w+)", row["meaning"])
        for section in ("Motion, 28 bytes", "Facts, 88 bytes")
        for row in documented(section)
        if row["meaning"].startswith("0 ")
    }
    words = {False: "no", True: "yes", None: "none"}
    assert told == {
        field["name"]: [words.get(label, label) for label in field["labels"]]
        for record in ("motion", "facts")
        for field in fields(record)
        if "labels" in field
    }
