"""A stand-in for OpenSky's two servers on loopback: tokens, credits, refusals and outages as it has them."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sources.feeders import NOON, Answer, web_server

STATE = [
    "4ca2d6",
    "EIN52V  ",
    "Ireland",
    NOON - 2,
    NOON - 1,
    8.5,
    50.0,
    1000,
    False,
    200,
    90,
    0,
    None,
    1100,
    "0014",
]


@dataclass
class FakeOpenSky:
    """`down` answers 503 to everything; `limited` is for how many seconds it wants to be left alone."""

    secret: str = "hush"
    credits: int = 4000
    tokens: int = 0
    states: list[str] = field(default_factory=list)
    revoked: bool = False
    forbidden: bool = False
    down: bool = False
    limited: int = 0
    gives: bytes | None = None
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with web_server(self._answer) as self.port:
            yield

    def _answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        if self.down:
            return 503, {}, b"down"
        if target == "/token":
            return self._token()
        self.states.append(target)
        token = headers.get("authorization")
        if self.forbidden:
            return 403, {}, b""
        if token is not None and (self.revoked or token != f"Bearer token{self.tokens}"):
            self.revoked = False
            return 401, {}, b""
        if self.limited:
            return 429, {"X-Rate-Limit-Retry-After-Seconds": str(self.limited)}, b""
        self.credits -= 1
        answer = json.dumps({"time": NOON, "states": [STATE]}).encode()
        return 200, {"X-Rate-Limit-Remaining": str(self.credits)}, answer

    def _token(self) -> Answer:
        if self.secret != "hush":
            return 401, {}, b'{"error":"invalid_client"}'
        self.tokens += 1
        given = json.dumps({"access_token": f"token{self.tokens}", "expires_in": 1800}).encode()
        return 200, {}, given if self.gives is None else self.gives
