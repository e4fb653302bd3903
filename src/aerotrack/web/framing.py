"""WebSocket frames of a server: never masked, so the same bytes serve everybody. RFC 6455, section 5.2. Pure.

 byte 0        byte 1        then
+-------------+-------------+-----------------------------------------+---------
| FIN  opcode |  length     |  126: length in 2 bytes, 127: in 8      |  payload
+-------------+-------------+-----------------------------------------+---------
"""

import struct

TEXT, BINARY = 0x81, 0x82  # with FIN: a message is one frame


def framed(first: int, payload: bytes) -> bytes:
    """Make a message of one frame; `first` is TEXT or BINARY."""
    return head(first, len(payload)) + payload


def head(first: int, size: int) -> bytes:
    """Return what goes before a payload of `size` bytes."""
    if size < 126:  # noqa: PLR2004  RFC 6455
        return bytes((first, size))
    if size < 1 << 16:
        return struct.pack("!BBH", first, 126, size)
    return struct.pack("!BBQ", first, 127, size)
