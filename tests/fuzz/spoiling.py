"""Ways to spoil what a decoder reads: as noise does, as bad programs do, and as those do who mean harm."""

import random
import re
from collections.abc import Callable, Sequence

_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_WORD = re.compile(rb'"[^"\n]{0,40}"|[A-Za-z0-9.+-]+')
_NUMBERS = (
    b"0", b"-0", b"-0.0", b"-1", b"1e999", b"-1e999", b"1e308", b"1e-400", b"NaN", b"nan", b"Infinity",
    b"-inf", b"", b"9" * 400, b"-" + b"9" * 30, b"2147483648", b"4294967296", b"-9223372036854775809",
    b"1_000", b"18446744073709551616", b"0x1F", b"1e5", b" 1 ", b"+7", b"00", b"0.000000000000000000000001",
    b"90.0000001", b"180.5", b"360.0000001", b"253402300800", b"253402300800000", b"1e11",
    b"\xd9\xa1\xd9\xa2",  # Arabic digits
)  # fmt: skip
_WORDS = (
    b"null", b"true", b"false", b"[]", b"{}", b"[[[[]]]]", b'{"a":{"b":[1]}}', b'""', b'"\\u0000"',
    b'"\\ud800"', b'"\\ud83d\\ude00"', b'"\xc3\xa9\xc3\xa8"', b'"\\u0661\\u0662\\u0663\\u0664"', b'"NaN"',
    b'"1e999"', b'"-0"', b"1.5", b"-7", b'"        "', b'"@@@@@@@@"', b'"ground"', b'"~ffffff"', b'"\\u007f"',
    b'"\\t"', b"[1,2", b'"' + b"A" * 300 + b'"', b'"7500"', b'"0008"', b'"none"', b"[" * 2000, b'"\\u00df"',
    b'"\\u1e9e\\ufb03"', b"true,true", b"0,0,0", b"'", b'"', b"\xff\xfe", b"\x00", b"\xed\xa0\x80",
    b"\xe2\x80\xa8", b"\r", b"\x1a",
)  # fmt: skip
_BITS = 8
_MOST_TOGETHER = 1 << 14


def spoiled(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Return `data` spoiled in one to five ways; parts of `others` may come in."""
    for _ in range(chance.randint(1, 5)):
        data = chance.choice(_WAYS)(data, others, chance)[:_MOST_TOGETHER]
    return data


def _span(data: bytes, chance: random.Random) -> tuple[int, int]:
    begin = chance.randint(0, len(data))
    return begin, min(len(data), begin + chance.choice((1, 2, 4, 16, 112, 1000)))


def _flipped(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(_BITS)]) + data[at + 1 :]


def _overwritten(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    begin, end = _span(data, chance)
    fill = chance.choice((b"\x00", b"\xff", b"\x1a", b"\x80", b"\x7f"))
    return data[:begin] + fill * (end - begin) + data[end:]


def _cut(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    begin, end = _span(data, chance)
    return chance.choice((data[:begin] + data[end:], data[:begin], data[begin:]))


def _repeated(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    begin, end = _span(data, chance)
    return data[:end] + data[begin:end] * chance.choice((1, 2, 30)) + data[end:]


def _spliced(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice([data, *others])
    begin, end = _span(other, chance)
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice((other[begin:end], other[begin:])) + data[at:]


def _line_moved(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    more = chance.choice([data, *others]).splitlines(keepends=True) or [b""]
    lines.insert(chance.randint(0, len(lines)), chance.choice(more))
    return b"".join(lines)


def _replaced(
    pattern: re.Pattern[bytes], nasty: Sequence[bytes]
) -> Callable[[bytes, Sequence[bytes], random.Random], bytes]:
    def replaced(data: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
        begin, end = chance.choice([match.span() for match in pattern.finditer(data)] or [(0, 0)])
        return data[:begin] + chance.choice(nasty) + data[end:]

    return replaced


_WAYS: tuple[Callable[[bytes, Sequence[bytes], random.Random], bytes], ...] = (
    _flipped,
    _overwritten,
    _cut,
    _repeated,
    _spliced,
    _line_moved,
    _replaced(_NUMBER, _NUMBERS),
    _replaced(_NUMBER, _NUMBERS),
    _replaced(_WORD, _WORDS),
    _replaced(_WORD, _WORDS),
)
