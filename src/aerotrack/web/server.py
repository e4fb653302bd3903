"""The server: uvicorn inside our own event loop, on a socket that is ours before anything else starts."""

import asyncio
import logging
import socket
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple, Self

import uvicorn
from starlette.types import ASGIApp

from aerotrack.errors import SettingsError, StartError
from aerotrack.web.protocol import BAD_REQUEST, HttpProtocol, StreamProtocol

BACKLOG = 2048
GRACE_S = 3.0  # for answers under way when the server stops
KEEP_UNSENT = 16 * 1024
"""Bytes the kernel takes ahead of a slow client; what is beyond waits with us, and is few."""
MOST_MESSAGE = 64 * 1024
REASONS = ("stuck", "silent", "bad_frames", "bad_request", "long_head", "slow_head", "slow_body")
"""Why connections are cut."""
DOORS = 16
"""The event loop lets in one client a turn through each: one is too few when thousands come at once."""


class Certificate(NamedTuple):
    """What TLS is spoken by: the files of a certificate with its chain, and of its private key."""

    chain: Path
    key: Path

    def check(self) -> Self:
        """Return it. Raises SettingsError if it cannot be used."""
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
                self.chain, self.key, password=_no_password
            )
        except (OSError, ValueError) as error:
            raise SettingsError(
                f"TLS is not possible with {self.chain} and {self.key} ({error}): give --tls-cert and "
                "--tls-key a certificate and its key as PEM, without a password."
            ) from None
        return self


class Server:
    """A port that is ours, and then what is served on it."""

    def __init__(
        self, listener: socket.socket, host: str, grace_s: float, tls: Certificate | None = None
    ) -> None:
        self._tls = tls
        self._listener = listener
        self._host = host
        self._grace_s = grace_s
        self.port: int = listener.getsockname()[1]
        self.cuts = Counter(dict.fromkeys(REASONS, 0))

    @classmethod
    @contextmanager
    def bound(
        cls, host: str, port: int, *, grace_s: float = GRACE_S, tls: Certificate | None = None
    ) -> Iterator[Self]:
        """Hold a port, 0 for any that is free. Raises StartError when it may not be had.

        Who is still being answered `grace_s` seconds after the end of serving is cut. Raises SettingsError
        where TLS cannot be spoken by `tls`.
        """
        tls = tls and tls.check()
        with _bound(host, port) as listener:
            yield cls(listener, host, grace_s, tls)

    @property
    def url(self) -> str:
        """Where the pages are."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}/"

    @asynccontextmanager
    async def serving(self, app: ASGIApp) -> AsyncIterator[None]:
        """Serve while the body runs; on the way out close clients of the stream with 1012, and the port."""

        class Streaming(StreamProtocol):
            cuts = self.cuts

        class Answering(HttpProtocol):
            cuts = self.cuts

        config = uvicorn.Config(
            app,
            ws=Streaming,
            ws_max_size=MOST_MESSAGE,
            ws_ping_interval=20,
            ws_ping_timeout=10,
            ws_per_message_deflate=False,  # would compress the same message for each client anew
            http=Answering,
            ssl_certfile=self._tls and self._tls.chain,
            ssl_keyfile=self._tls and self._tls.key,
            backlog=BACKLOG,
            lifespan="off",
            access_log=False,
            proxy_headers=False,  # would believe whatever this machine says of who asks
            log_config=None,
            server_header=False,
        )
        server = _Uvicorn(config)
        logging.getLogger("uvicorn.error").addFilter(_unless_counted)
        async with asyncio.TaskGroup() as tasks:
            doors = [self._listener, *(self._listener.dup() for _ in range(DOORS - 1))]
            serving = tasks.create_task(server.serve(sockets=doors))
            try:
                yield
            finally:
                server.should_exit = True
                await asyncio.wait([serving], timeout=self._grace_s)
                server.cut()


class _Uvicorn(uvicorn.Server):
    """Signals are the program's to handle, not the web server's."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def cut(self) -> None:
        """Cut who is left. Uvicorn's own way is to cancel the answers, each with a traceback in our log."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()


def _unless_counted(record: logging.LogRecord) -> bool:
    """Keep what strangers could fill our disk with out of the log: it is counted."""
    return record.msg != BAD_REQUEST


def _no_password() -> str:
    """Say that there is none: OpenSSL would ask at the terminal, and the server would wait for ever."""
    return ""


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise StartError(f"The host {host!r} cannot be found ({error}): give --host 127.0.0.1.") from None
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise StartError(
            f"Port {port} of {host} cannot be opened ({error.strerror}): give another with --port, "
            "or --port 0 for any that is free."
        ) from None
    bound.setblocking(False)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):  # inherited by every connection
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, KEEP_UNSENT)
    return bound
