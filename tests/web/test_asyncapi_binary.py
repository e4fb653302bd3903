from pathlib import Path

import pytest

from aerotrack.web.asyncapi import document
from aerotrack.web.asyncapi_binary import binary_layout
from web.page_tables import table

BINARY_PAGE = (Path(__file__).parents[2] / "docs/reference/stream-binary.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("title", "head", "columns"),
    [
        ("Changes:", "| byte | | |", 2),
        ("Motion, 28 bytes:", "| byte | type | column | scale |", 3),
        ("Facts, 88 bytes:", "| byte | type | column | |", 3),
    ],
)
def test_the_page_and_the_document_lay_binary_messages_out_alike(title: str, head: str, columns: int) -> None:
    _, _, described = f"{binary_layout()}\n\n".partition(title)
    rows = [[cell.strip("`") for cell in row] for row in table(BINARY_PAGE, head)]
    used = [row[:columns] for row in rows if row[1]]
    assert [row[:columns] for row in table(described, "| byte ")] == used


def test_the_document_describes_a_binary_message_so() -> None:
    assert document("1")["components"]["messages"]["changesBinary"]["description"] == binary_layout()
