"""What the pages of safety promise is held by tests that are there."""

import ast
import re
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
PAGES = ["docs/reference/security-checklist.md", "docs/reference/traps.md"]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows(page: str) -> list[str]:
    """Return the rows of the table of a page, without its head."""
    return [line for line in (HOME / page).read_text().splitlines() if line.startswith("|")][2:]


def collected(path: str) -> set[str]:
    """Return the names of the tests of a file, in the ways that pytest finds them."""
    functions = ast.FunctionDef, ast.AsyncFunctionDef
    nodes = list(ast.walk(ast.parse((HOME / path).read_text())))
    tests = {node.name for node in nodes if isinstance(node, functions) and node.name.startswith("test_")}
    stores = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return tests | {name for name in stores if name.startswith("Test")}


@pytest.mark.parametrize("page", PAGES)
def test_every_row_names_a_test(page: str) -> None:
    assert [row for row in rows(page) if not NAMED.search(row)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_is_named_is_there(page: str) -> None:
    text = (HOME / page).read_text()
    named = NAMED.findall(text)
    assert len(named) == text.count("`tests/")
    assert [f"{path}::{test}" for path, test in named if test not in collected(path)] == []


def test_no_trap_is_left_out() -> None:
    assert [row.split("|")[1].strip() for row in rows(PAGES[1])] == [f"T{n}" for n in range(1, 23)]
