"""The door: who comes, by which key, and whether that is enough for what they ask."""

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import NamedTuple
from urllib.parse import parse_qsl

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Asked

from aerotrack.web.access import COMMANDS, Access, Scope
from aerotrack.web.addresses import Addresses
from aerotrack.web.buckets import Buckets
from aerotrack.web.key_file import SHAPE, Key
from aerotrack.web.key_ring import KeyRing
from aerotrack.web.problems import problem

KEY_PREFIX = "aerotrack.key."
"""What a key is offered by among the subprotocols of the stream."""
HEADERS = ("X-API-Key", "Authorization")
STATUSES = (400, 401, 403, 429)
"""What the door answers to whom it does not let in."""
BURST_S = 10.0  # so many seconds' worth may come at once
LOOK_S = 2.0  # between two looks at the key file
KEY_SHARE = 10  # a key may ask so many times as often as an address: it may stand for many people
_URL_NAMES = frozenset(("key", "api_key", "apikey", "api-key", "access_token", "token"))
_MOST_OFFERED = 256  # characters
_MOST_SHOWN = 200
_LINES_A_SECOND, _LINES = 1.0, 20.0  # in our log, of refusals

log = structlog.get_logger("aerotrack.web")


class Refusal(NamedTuple):
    """Why somebody is not let in: in a word, as a status, and in a sentence."""

    reason: str
    status: int
    sentence: str
    headers: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who was let in, by a key or without."""

    key: Key | None = None


class Door:
    """Lets in, or says why not. `require_key` has reading need a key too.

    An address may make `rate` requests a second, and as many handshakes, with BURST_S times that at once.
    """

    def __init__(
        self,
        ring: KeyRing | None = None,
        addresses: Addresses | None = None,
        *,
        require_key: bool = False,
        rate: float = 100.0,
        commands: Mapping[str, Scope] = COMMANDS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.addresses = addresses or Addresses()
        self.refused = Counter(key_in_url=0, no_key=0, wrong_key=0, scope=0, rate=0)
        self._ring = ring or KeyRing()
        self._require_key = require_key
        self._commands = commands
        self._clock = clock
        self._requests = Buckets(rate, BURST_S * rate)
        self._handshakes = Buckets(rate, BURST_S * rate)
        self._key_requests = Buckets(KEY_SHARE * rate, BURST_S * KEY_SHARE * rate)
        self._lines = Buckets(_LINES_A_SECOND, _LINES)
        self._guests: dict[object, tuple[Key, Callable[[], None]]] = {}

    def admit(self, asked: Asked, needed: Scope) -> Visitor | Refusal:
        """Let somebody in who asks for what needs a scope, or say why not. Counts and logs refusals."""
        address = self.addresses.of(asked)
        answer = (
            self._wait(asked, address) or self._found_in_url(asked, needed) or self._judged(asked, needed)
        )
        if isinstance(answer, Refusal):
            self.refused[answer.reason] += 1
            if not self._lines.take("", self._clock()):
                log.info("not let in", why=answer.reason, address=address, path=_shown(asked["path"]))
        return answer

    def may(self, key: Key | None, needed: Scope) -> bool:
        """Say whether one may do what needs a scope, by this key or by none."""
        if needed == Scope.OPEN or (needed == Scope.READ and not self._require_key):
            return True
        known = self._ring.current(key) if key else None
        return known is not None and not known.allowed.isdisjoint((needed, Scope.ADMIN))

    def may_say(self, key: Key | None, command: str) -> bool:
        """Say whether a client of the stream may say this."""
        return self.may(key, self._commands.get(command, Scope.ADMIN))

    def stay(self, guest: object, visitor: Visitor, leave: Callable[[], None]) -> None:
        """Remember somebody who stays; `leave` is called when the key is good for reading no more."""
        if visitor.key:
            self._guests[guest] = visitor.key, leave
            if self._ring.current(visitor.key) is None:  # it was revoked since it was shown
                leave()

    def left(self, guest: object) -> None:
        """Forget somebody who stayed."""
        self._guests.pop(guest, None)

    def look(self) -> None:
        """Look at the key file, and show out whose key is good no longer."""
        if self._ring.read_again():
            for key, leave in list(self._guests.values()):
                if self._ring.current(key) is None or not self.may(key, Scope.READ):
                    leave()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look at the key file every LOOK_S seconds."""

        async def watch() -> None:
            while True:
                await asyncio.sleep(LOOK_S)
                self.look()

        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.wait([watching])

    def _wait(self, asked: Asked, address: str) -> Refusal | None:
        """Have somebody wait who comes too often; our own machine's, where a proxy may be, need not."""
        buckets = self._handshakes if asked["type"] == "websocket" else self._requests
        return _later(buckets.take(address, self._clock())) if address else None

    def _found_in_url(self, asked: Asked, needed: Scope) -> Refusal | None:
        named = _URL_NAMES if self._ring.in_use and needed > Scope.OPEN else frozenset[str]()
        if _is_in_url(asked.get("query_string", b""), named):
            return Refusal(
                "key_in_url",
                400,
                "A key in a URL ends up in histories and logs: send it as the header Authorization: Bearer "
                f"KEY or X-API-Key: KEY, or on the stream as the subprotocol {KEY_PREFIX}KEY. "
                "Revoke one that was sent so.",
            )
        return None

    def _judged(self, asked: Asked, needed: Scope) -> Visitor | Refusal:
        if needed == Scope.OPEN:
            return Visitor()
        offered = _offered(asked)
        key = self._ring.key(offered) if self._ring.in_use and offered is not None else None
        if offered is not None and key is None and self._ring.in_use:
            return _unknown(
                "wrong_key",
                "This key is not known, or was revoked: ask who runs this server for another.",
            )
        if key and (late := _later(self._key_requests.take(key.id, self._clock()))):
            return late
        if self.may(key, needed):
            return Visitor(key)
        if key is None:
            return _unknown(
                "no_key",
                "This needs a key: send it as the header Authorization: Bearer KEY or X-API-Key: KEY, "
                f"or on the stream as the subprotocol {KEY_PREFIX}KEY.",
            )
        return Refusal(
            "scope", 403, f"The key {key.id} has not the scope {needed.word} that this needs: use another."
        )


class Gate:
    """ASGI middleware that has HTTP requests go through the door."""

    def __init__(self, app: ASGIApp, *, door: Door, access: Access) -> None:
        self._app = app
        self._door = door
        self._access = access

    async def __call__(self, scope: Asked, receive: Receive, send: Send) -> None:
        """Pass on what may pass."""
        if scope["type"] == "http":
            answer = self._door.admit(scope, self._access.needed(scope["path"]))
            if isinstance(answer, Refusal):
                refused = problem(answer.status, answer.sentence, answer.headers)
                await refused(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _offered(asked: Asked) -> str | None:
    """Return what is offered as a key, None for nothing."""
    headers = Headers(scope=asked)
    if (key := headers.get("x-api-key")) is not None:
        return key.strip()[:_MOST_OFFERED]
    way, _, key = headers.get("authorization", "").partition(" ")
    if way.lower() == "bearer":  # others, such as Basic, are between a browser and its proxy
        return key.strip()[:_MOST_OFFERED]
    for name in asked.get("subprotocols", ()):
        if name.startswith(KEY_PREFIX):
            return str(name).removeprefix(KEY_PREFIX)[:_MOST_OFFERED]
    return None


def _shown(path: str) -> str:
    """Write a path for the log: on one line, not long, and no key that somebody put into it."""
    return ascii(SHAPE.sub("KEY", path))[:_MOST_SHOWN]


def _is_in_url(query: bytes, names: frozenset[str]) -> bool:
    """Say whether a key of ours is in a query, or what has one of these names, which may be a proxy's own."""
    if not query:
        return False
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return any(name.lower() in names or SHAPE.fullmatch(value) for name, value in pairs)


def _unknown(reason: str, sentence: str) -> Refusal:
    return Refusal(reason, 401, sentence, {"WWW-Authenticate": 'Bearer realm="AeroTrack"'})


def _later(wait: float) -> Refusal | None:
    if not wait:
        return None
    seconds = math.ceil(wait)
    return Refusal(
        "rate", 429, f"That is too often: come again in {seconds} s.", {"Retry-After": str(seconds)}
    )
