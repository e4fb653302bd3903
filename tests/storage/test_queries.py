import re
from pathlib import Path

import aerotrack.storage
from aerotrack.storage.queries import QUERIES, named_statements


def test_a_statement_is_what_follows_its_name() -> None:
    text = "-- about\n\n-- name: one\n-- why\nselect 1;\n\n-- name: two\nselect 2"
    assert named_statements(text) == {"one": "-- why\nselect 1", "two": "select 2"}


def test_every_statement_is_used_and_every_one_used_is_there() -> None:
    folder = Path(aerotrack.storage.__file__).parent
    source = "".join(path.read_text() for path in folder.glob("*.py"))
    used = set(re.findall(r'"(\w+)"', source))
    assert QUERIES.keys() <= used
    assert set(re.findall(r'QUERIES\["(\w+)"\]', source)) <= QUERIES.keys()
