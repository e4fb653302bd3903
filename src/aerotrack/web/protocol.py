"""Uvicorn's protocols, mended where a broken or slow client would cost us, or us it, too much.

They subclass classes that uvicorn does not document; tests/web/test_protocol.py holds what is relied on.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

MOST_HEAD = 64 * 1024  # bytes of a request before its body
STUCK_S = 60.0  # a client that takes not one byte for this long is cut

_INVALID_TEXT = 1007


class HttpProtocol(HttpToolsProtocol):
    """Requests whose head is endless, or comes a byte at a time, are cut."""

    head_s = 10.0  # for the head of a request to arrive

    _head_bytes = 0
    _in_head = True
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a first request."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._have_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse, and count what no complete head has come of yet."""
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD:
                self.send_400_response(f"The head of a request has at most {MOST_HEAD} bytes.")

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of the head."""
        super().on_message_begin()
        if self._deadline is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """Go on with the request."""
        self._have_head()
        super().on_headers_complete()

    def _await_head(self) -> None:
        self._in_head, self._head_bytes = True, 0
        self._deadline = self.loop.call_later(self.head_s, self.transport.abort)

    def _have_head(self) -> None:
        self._in_head = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class StreamProtocol(WebSocketsSansIOProtocol):
    """A slow client is judged by what it takes, not by a pong that waits behind our own bytes."""

    _buffered = 0
    _stuck_for = 0.0

    def send_receive_event_to_app(self) -> None:
        """Pass a message on. A text that is not UTF-8 closes with 1007, without a traceback in our log."""
        if self.curr_msg_data_type == "text" and not _is_utf8(b"".join(self.frames)):
            self.frames = []
            self.conn.fail(_INVALID_TEXT, "text that is not UTF-8")
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    async def send(self, message: Any) -> None:
        """Send, or say that the client has left: also if we cut it while the application slept."""
        await self.writable.wait()
        if self.close_sent and message["type"] == "websocket.send":
            raise ClientDisconnected
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and self.close_sent:
            self.handshake_complete = True  # a refusal completes it too, and is no error of ours to log

    def keepalive_timeout(self) -> None:
        """Cut a client whose pong is late, unless it still takes what it was sent."""
        waiting = self.transport.get_write_buffer_size()
        if not waiting:
            super().keepalive_timeout()
            return
        self._stuck_for = self._stuck_for + (self.ping_timeout or 0) if waiting == self._buffered else 0.0
        self._buffered = waiting
        if self._stuck_for >= STUCK_S:
            self.transport.abort()
        else:
            self.pong_timer = self.loop.call_later(self.ping_timeout or STUCK_S, self.keepalive_timeout)

    def shutdown(self) -> None:
        """Close with 1012, and don't wait for a client that takes nothing."""
        super().shutdown()
        if not self.writable.is_set():
            self.transport.abort()


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
