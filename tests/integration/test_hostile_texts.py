"""Texts that mean something to PostgreSQL, a shell or a file system, in every place of the API for one."""

import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import quote

import asyncpg
import httpx
import pytest

from end_to_end.program import Program

TEXTS = (
    "'; drop schema aerotrack cascade; --",
    "\" or '1'='1",
    "a\0b",
    "%_\\",
    "$1::int) union select 1 --",
    "{0.__class__}",
    "../../../etc/passwd",
    "\ud7ff\uffff\u202e<script>",
)
INSIDE = ("Traceback", "asyncpg", "syntax error", "invalid input syntax", "site-packages", "select ")
EVERY_TABLE = "select count(*) from information_schema.tables where table_schema = 'aerotrack'"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    options = ["--requests-per-second", "100000"]
    with Program.serving(
        "sim:?flights=20", data_dir=tmp_path_factory.mktemp("data"), options=options
    ) as program:
        yield program


def is_text(parameter: dict[str, Any]) -> bool:
    """Say whether any text may be given, as far as the URL is concerned."""
    schema = parameter["schema"]
    kinds = [schema, *schema.get("anyOf", ())]
    return any(kind.get("type") in ("string", "array") for kind in kinds)


def places(described: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Name each place for a text: path, where in the request, name."""
    for path, methods in described["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", ()):
            if is_text(parameter):
                yield path, parameter["in"], parameter["name"]


def filled(path: str, described: dict[str, Any], name: str, text: str) -> str:
    """Put a text into one place of a path, and what is usual into the others."""
    for parameter in described["paths"][path]["get"]["parameters"]:
        if parameter["in"] == "path":
            usual = "400000" if is_text(parameter) else "1"
            value = text if parameter["name"] == name else usual
            path = path.replace(f"{{{parameter['name']}}}", quote(value, safe=""))
    return path


async def test_no_text_does_more_than_name_something(server: Program) -> None:
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=server.url, trust_env=False))
        database = await asyncpg.connect(server.database_url())
        stack.push_async_callback(database.close)
        described = (await client.get("/api/v1/openapi.json")).json()
        assert (tables := await database.fetchval(EVERY_TABLE)) > 5
        asked = list(places(described))
        assert (len(asked) > 40, {where for _, where, _ in asked}) == (True, {"path", "query"})
        for path, where, name in asked:
            for text in TEXTS:
                query = {name: text} if where == "query" else None
                answer = await client.get(filled(path, described, name, text), params=query, timeout=30)
                assert answer.status_code < 500, (path, query, answer.text)
                if answer.status_code >= 400:
                    said = answer.text.replace(json.dumps(text)[1:-1], "")
                    assert not [word for word in INSIDE if word in said], (path, query, said)
        assert await database.fetchval(EVERY_TABLE) >= tables  # partitions come
    assert "Traceback" not in server.errors()
