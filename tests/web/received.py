"""What a real client, that of the library websockets, receives."""

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

Message = tuple[Opcode, bytes]


_THE_END = b"\x8a\x00"  # a pong, which we never send


def received(octets: bytes) -> list[Message]:
    """Return the messages in what comes over a connection, each of one frame, none unfinished."""
    client = ClientProtocol(parse_uri("ws://localhost/"), state=State.OPEN, max_size=None)
    client.receive_data(octets + _THE_END)
    assert client.parser_exc is None
    *frames, last = (event for event in client.events_received() if isinstance(event, Frame))
    assert last.opcode is Opcode.PONG, "the last frame is not finished"
    assert all(frame.fin for frame in frames)
    return [(frame.opcode, bytes(frame.data)) for frame in frames]
