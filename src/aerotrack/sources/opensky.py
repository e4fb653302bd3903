"""OpenSky's public API: a token to show, credits to spend, and so an interval that is not ours to choose.

A request costs 1 to 4 credits by the area of its box. What is left of a day's is spread over what is left of
the day, for all boxes that are asked for. Rules: "Limitations" and "Authentication" in the documentation of
OpenSky's REST API.
"""

import asyncio
import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode
from weakref import WeakSet, WeakValueDictionary

import httpx
import msgspec

from aerotrack.core.ports import Clock
from aerotrack.errors import FeedError
from aerotrack.sources.courtesy import FORBIDDEN, UNAUTHORIZED, Courtesy
from aerotrack.sources.turns import Turns

API = "https://opensky-network.org/api/states/all"
TOKENS = "https://auth.opensky-network.org/auth/realms/opensky-network/protocol/openid-connect/token"
Box = tuple[float, float, float, float]
"""West, south, east and north, degrees."""

_DAY_S, _HOUR_S = 86_400.0, 3600.0
_REMAINING = "X-Rate-Limit-Remaining"
_ANONYMOUS, _KNOWN = (400, 10.0), (4000, 5.0)  # credits a day, and the resolution in seconds
_COSTS = ((25.0, 1), (100.0, 2), (400.0, 3), (math.inf, 4))  # up to so many square degrees
_APART_S = 1.0  # between requests for two boxes
_EARLY_S = 120.0
_TOKEN_S = 1800.0
_LARGEST_TOKEN = 1 << 16
_OK, _BAD_REQUEST = 200, 400


@dataclass(frozen=True, slots=True)
class Client:
    """What OpenSky knows a user's program by."""

    id: str
    secret: str = field(repr=False)


class _Token(msgspec.Struct):
    access_token: str
    expires_in: float = _TOKEN_S


def query(box: Box | None) -> str:
    """Return the query for the states in a box, with the categories of the aircraft; None is the world."""
    if box is None:
        return "extended=1"
    west, south, east, north = box
    return urlencode({"lamin": south, "lomin": west, "lamax": north, "lomax": east, "extended": 1})


def cost(box: Box | None) -> int:
    """Return how many credits a request for a box costs."""
    area = math.inf if box is None else (box[2] - box[0]) * (box[3] - box[1])
    return next(price for limit, price in _COSTS if area <= limit)


class Account:
    """What OpenSky grants one user of its, or us without a name: all our sources share it.

    `left` are the day's credits that are not spent yet, `resolution` the seconds in which states are renewed.
    """

    def __init__(self, client: Client | None, turns: Turns | None = None) -> None:
        self.left, self.resolution = _KNOWN if client else _ANONYMOUS
        self.token, self.valid_until = "", -math.inf
        self.proven = False  # the token was accepted once
        self.renewing = asyncio.Lock()
        self.turns = turns or Turns()
        self.askers = WeakSet[OpenSkyCourtesy]()

    @property
    def cost(self) -> int:
        """The credits that it costs to ask for every box once."""
        return sum(asker.cost for asker in self.askers)


_ACCOUNTS = WeakValueDictionary[str, Account]()  # of this process, by the id of their client


def account_of(client: Client | None) -> Account:
    """Return the account that all sources of a client share."""
    return _ACCOUNTS.setdefault(client.id if client else "", Account(client))


class OpenSkyCourtesy(Courtesy):
    """OpenSky's patience with us. Without a `client` we are anonymous, with a tenth of the credits.

    `least` is the shortest interval, seconds, if the user has set one. `account` is shared with others.
    """

    def __init__(
        self,
        *,
        box: Box | None,
        client: Client | None,
        clock: Clock,
        least: float | None = None,
        account: Account | None = None,
        tokens: str = TOKENS,
        monotonic: Callable[[], float] = time.monotonic,
        spread: Callable[[float, float], float] = random.uniform,
    ) -> None:
        remedy = "check AEROTRACK_OPENSKY_CLIENT_ID and AEROTRACK_OPENSKY_CLIENT_SECRET, and start again"
        self._account = account = account or Account(client)
        super().__init__(
            "OpenSky", clock=clock, remedy=remedy, spread=spread, turns=account.turns, apart=_APART_S
        )
        self.cost, self._client, self._tokens, self._monotonic = cost(box), client, tokens, monotonic
        self._least = account.resolution if least is None else max(least, account.resolution)
        account.askers.add(self)

    @property
    def secret(self) -> bool:
        """Whether requests carry what no other server may see."""
        return self._client is not None

    def interval(self) -> float:
        """Return the seconds until the next request, so that the credits last until midnight, UTC.

        Nobody says when they are renewed: in the last hour of the day they are spent as if an hour were left.
        """
        left, account = max(_DAY_S - self._clock() % _DAY_S, _HOUR_S), self._account
        return max(self._least, min(left * account.cost / max(account.left, 1), _DAY_S))

    async def headers(self, client: httpx.AsyncClient) -> Mapping[str, str]:
        """Return the token to show, a new one if the last is about to expire."""
        if self._client is None:
            return {}
        async with self._account.renewing:
            if self._monotonic() >= self._account.valid_until:
                await self._renew(client, self._client)
        return {"Authorization": f"Bearer {self._account.token}"}

    def answered(self, headers: Mapping[str, str]) -> None:
        """Note how many credits are left."""
        super().answered(headers)
        self._account.proven = True
        told = headers.get(_REMAINING, "")
        if told.isascii() and told.isdigit():
            self._account.left = int(told[:9])

    def refused(self, status: int, headers: Mapping[str, str]) -> FeedError:
        """Return the error for an answer that is none. A token that was good is given up for a new one."""
        if status == UNAUTHORIZED and self._client and self._account.proven:
            self._account.valid_until, self._account.proven = -math.inf, False
            return FeedError("OpenSky no longer accepts the token; a new one is asked for.", pause=1.0)
        return super().refused(status, headers)

    async def _renew(self, client: httpx.AsyncClient, user: Client) -> None:
        form = {"grant_type": "client_credentials", "client_id": user.id, "client_secret": user.secret}
        text = bytearray()
        async with client.stream("POST", self._tokens, data=form, follow_redirects=False) as response:
            async for part in response.aiter_bytes():
                text += part[:_LARGEST_TOKEN]
                if len(text) > _LARGEST_TOKEN:
                    break
        status = response.status_code
        if status != _OK:
            refused = status in (_BAD_REQUEST, UNAUTHORIZED, FORBIDDEN)
            raise super().refused(UNAUTHORIZED if refused else status, response.headers)
        try:
            token = msgspec.json.decode(text, type=_Token)
        except msgspec.DecodeError:
            raise self.failed("OpenSky gave no token that can be read") from None
        if not (token.access_token.isascii() and token.access_token.isprintable()):
            raise self.failed("OpenSky gave no token that can be sent")
        lasts = min(max(token.expires_in, 0.0), _DAY_S)
        self._account.token, self._account.proven = token.access_token, False
        self._account.valid_until = self._monotonic() + max(lasts - _EARLY_S, lasts / 2)
