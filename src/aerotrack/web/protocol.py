"""Uvicorn's protocols, mended where a broken or slow client would cost us, or us it, too much.

They subclass classes that uvicorn does not document; tests/web/test_protocol.py holds what is relied on.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, ClassVar, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

BAD_REQUEST = "Invalid HTTP request received."  # what uvicorn would log, a line for each
MOST_HEAD = 64 * 1024  # bytes of a request before its body
STUCK_S = 60.0  # a client that takes not one byte for this long is cut

MOST_WAITING = 64 * 1024  # bytes that wait for a client before it is let alone until it has taken them
SINK = "aerotrack.sink"
SLICE = 16 * 1024  # bytes parsed in one go: some 20 ms of the smallest frames
SHARE = 0.1  # of our time that parsing what one client sends may take
BRIEF_S = 0.001  # parsing for less than this is not counted
MOST_PARTS = 16 * 1024  # of one message; they may be empty

_INVALID_TEXT = 1007
_TOO_BIG = 1009


class HttpProtocol(HttpToolsProtocol):
    """Requests whose head is endless, or that come a byte at a time, are cut."""

    cuts: ClassVar[Counter[str]] = Counter()  # who was cut, by reason: a server has its own
    request_s = 10.0  # for a request to arrive: nothing here takes a body worth waiting for

    _answering: Any = None  # uvicorn's cycle of the request that is being answered
    _head_bytes = 0
    _in_head = True
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a first request."""
        super().connection_made(transport)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        if self._answering is not None:
            self._answering.disconnected = True  # uvicorn tells only the last of requests that came together
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse, and count what no complete head has come of yet."""
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD:
                self.cuts["long_head"] += 1
                super().send_400_response(f"The head of a request has at most {MOST_HEAD} bytes.")

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, and count it."""
        self.cuts["bad_request"] += 1
        super().send_400_response(msg)

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of the request."""
        super().on_message_begin()
        if self._deadline is None:
            self._await_request()

    def on_headers_complete(self) -> None:
        """Go on with the request; a body may still be on its way."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Wait no more: it is all there."""
        self._stop_waiting()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Wait no more: what comes now is the stream's to watch."""
        self._stop_waiting()
        super().handle_websocket_upgrade()

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: the request is answered as if it had not asked for another protocol."""

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """Answer a request, without a traceback in our log if the client leaves meanwhile."""

        async def answer(scope: Any, receive: Any, send: Any) -> None:
            async def unless_gone(message: Any) -> None:
                cycle.disconnected = cycle.disconnected or self.transport.is_closing()  # told a turn later
                await send(message)

            await app(scope, receive, unless_gone)

        self._answering = cycle
        super()._start_asgi_task(cycle, answer)

    def _await_request(self) -> None:
        self._in_head, self._head_bytes = True, 0
        self._deadline = self.loop.call_later(self.request_s, self._give_up)

    def _give_up(self) -> None:
        if not self._in_head:
            self.cuts["slow_body"] += 1
        elif self._head_bytes > 0:  # a browser opens some that it may never need
            self.cuts["slow_head"] += 1
        self.transport.abort()

    def _stop_waiting(self) -> None:
        self._in_head = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class StreamProtocol(WebSocketsSansIOProtocol):
    """Takes frames that are ready to be sent, as `sink` among the extensions of the connection's scope.

    A slow client is judged by what it takes, not by a pong that waits behind our own bytes. What a client
    sends is parsed in slices with rests between them, so that a flood takes nobody's time.
    """

    cuts: ClassVar[Counter[str]] = Counter()  # who was cut, by reason: a server has its own
    drained: Callable[[], None] | None = None
    """Called when a client that was behind has taken what it was sent."""

    _buffered = 0
    _progress_at = 0.0  # when it last took something of that
    _unread = b""
    _rest: asyncio.TimerHandle | None = None
    _pong = b""  # for the last ping that came while the client took nothing

    def data_received(self, data: bytes) -> None:
        """Parse a first slice, or keep all for after the rest."""
        self._unread += data
        if self._rest is None:
            self._parse()
        self._listen()

    def connection_lost(self, exc: Exception | None) -> None:
        """Rest no more."""
        if self._rest is not None:
            self._rest.cancel()
        super().connection_lost(exc)

    async def receive(self) -> Any:
        """Give the next message to the application, and listen for more."""
        message = await self.queue.get()
        self.read_paused = self.read_paused and not self.queue.empty()
        self._listen()
        return message

    def handle_ping(self) -> None:
        """Answer, or note the answer: of pings that wait, RFC 6455 has only the last answered (5.5.3)."""
        if self.writable.is_set():
            super().handle_ping()
        elif pongs := self.conn.data_to_send():
            self._pong = pongs[-1]

    def handle_cont(self, event: Any) -> None:
        """Go on with a message, unless it is of endless parts."""
        if len(self.frames) < MOST_PARTS:
            super().handle_cont(event)
        elif not self.close_sent:
            self.conn.fail(_TOO_BIG, f"a message of more than {MOST_PARTS} parts")
            self.handle_parser_exception()

    def handle_connect(self, event: Any) -> None:
        """Let the application find us, and pause us before much waits for a slow client."""
        super().handle_connect(event)
        if not self.close_sent:  # it was no refusal
            cast("dict[str, Any]", self.scope["extensions"])[SINK] = self
            self.transport.set_write_buffer_limits(high=MOST_WAITING)

    def pause_writing(self) -> None:
        """Begin to watch whether the client takes anything."""
        super().pause_writing()
        self._buffered, self._progress_at = self.waiting, self.loop.time()

    def resume_writing(self) -> None:
        """Go on, and say so."""
        super().resume_writing()
        if self._pong and not self.close_sent:
            self.transport.write(self._pong)
        self._pong = b""
        if self.drained is not None:
            self.drained()

    @property
    def ready(self) -> bool:
        """Whether the client has taken nearly all it was sent, and is there to take more."""
        closed = self.close_sent or self.disconnected or self.transport.is_closing()
        return self.writable.is_set() and not closed

    @property
    def waiting(self) -> int:
        """How many bytes wait for the client."""
        return self.transport.get_write_buffer_size()

    def push(self, pieces: Sequence[bytes | bytearray | memoryview]) -> None:
        """Write pieces of frames at once, if `ready`: frames that are not masked, for many clients alike."""
        if len(pieces) == 1:
            self.transport.write(pieces[0])
        else:
            self.transport.writelines(pieces)

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

    def handle_parser_exception(self) -> None:
        """Close on a client that breaks the protocol, or its limits."""
        self.cuts["bad_frames"] += 1
        super().handle_parser_exception()

    def keepalive_timeout(self) -> None:
        """Cut a client whose pong is late, unless it still takes what it was sent."""
        waiting = self.transport.get_write_buffer_size()
        if not waiting:
            if not (self.close_sent or self.transport.is_closing()):
                self.cuts["silent"] += 1
            super().keepalive_timeout()
            return
        if waiting != self._buffered:
            self._buffered, self._progress_at = waiting, self.loop.time()
        if self.loop.time() - self._progress_at >= STUCK_S:
            self.cuts["stuck"] += 1
            self.transport.abort()
        else:
            self.pong_timer = self.loop.call_later(self.ping_timeout or STUCK_S, self.keepalive_timeout)

    def shutdown(self) -> None:
        """Close with 1012, and don't wait for a client that takes nothing."""
        super().shutdown()
        if not self.writable.is_set():
            self.transport.abort()

    def _parse(self) -> None:
        """Parse a slice, and rest for as long as the client's share says."""
        self._rest = None
        data, self._unread = self._unread[:SLICE], self._unread[SLICE:]
        began = perf_counter()
        super().data_received(data)
        spent = perf_counter() - began
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.write(b"".join(self.conn.data_to_send()))  # the parser's refusal, if any
            self.transport.close()
        if self.transport.is_closing():
            self._unread = b""
        elif self._unread or spent > BRIEF_S:
            self._rest = self.loop.call_later(spent * (1 / SHARE - 1), self._go_on)

    def _go_on(self) -> None:
        self._rest = None
        if self._unread:
            self._parse()
        self._listen()

    def _listen(self) -> None:
        """Read on, unless the application or we have enough for now."""
        if self._rest is not None or self.read_paused:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
