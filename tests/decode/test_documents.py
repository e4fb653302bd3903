from collections import Counter

import pytest

from aerotrack.decode.documents import Documents


def cut(parts: list[bytes]) -> tuple[list[bytes], Counter[str]]:
    documents, found, refused = Documents(), [], Counter[str]()
    for part in parts:
        more, wrong = documents.feed(part)
        found += more
        refused += wrong
    return found, refused + documents.end()


def test_objects_may_follow_one_another_with_anything_blank_between() -> None:
    assert cut([b'{"a":{}}{"b":1}\n\r\n, {\n}']) == ([b'{"a":{}}', b'{"b":1}', b"{\n}"], {})


def test_braces_and_quotes_in_strings_are_text() -> None:
    assert cut([rb'{"a":"}{\"}\\"}{"b":"{"}']) == ([rb'{"a":"}{\"}\\"}', b'{"b":"{"}'], {})


def test_an_unfinished_object_is_truncated() -> None:
    assert cut([b'{"a":1}{"b":']) == ([b'{"a":1}'], {"truncated": 1})


def test_what_is_between_objects_is_counted_once_however_it_arrives() -> None:
    assert cut([b"{}", b"<ht", b"ml>", b"{}", b"end"]) == ([b"{}", b"{}"], {"litter": 2})


@pytest.mark.parametrize("size", [1, 1000, 1 << 20])
def test_too_far_from_one_brace_to_the_next_is_refused_however_it_arrives(size: int) -> None:
    stream = b'{"a":"' + b"x" * 100_000 + b'"}{"b":1}'
    assert cut([stream[i : i + size] for i in range(0, len(stream), size)]) == (
        [b'{"b":1}'],
        {"too_long": 1, "litter": 1},
    )


def test_nothing_is_held_once_an_object_is_complete() -> None:
    documents = Documents()
    documents.feed(b'{"a":1}   ')
    assert len(documents._buffer) == 0
