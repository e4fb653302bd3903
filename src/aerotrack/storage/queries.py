"""SQL statements by name, from queries.sql: each follows a line `-- name: NAME`."""

import re
from importlib import resources

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def named_statements(text: str) -> dict[str, str]:
    """Cut a file of statements into its parts: name -> SQL."""
    parts = _NAME.split(text)
    return {name: sql.strip().removesuffix(";") for name, sql in zip(parts[1::2], parts[2::2], strict=True)}


QUERIES = named_statements((resources.files("aerotrack.storage") / "queries.sql").read_text(encoding="utf-8"))
