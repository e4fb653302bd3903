"""Polling: a document that a receiver renews, fetched over HTTP or read from a file again and again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import httpx

from aerotrack.core.observations import Observations
from aerotrack.core.ports import Clock
from aerotrack.decode.documents import LARGEST
from aerotrack.errors import FeedError
from aerotrack.sources.courtesy import AGENT, Courtesy
from aerotrack.sources.reading import SILENCE_S

_TIMEOUT_S = 10.0  # without a byte
_DEADLINE_S = 60.0
_UNREADABLE_S = 10.0  # at least, until what was no list of aircraft is looked at again
_OK, _NOT_MODIFIED = 200, 304


class Fetcher(Protocol):
    """Where a document comes from."""

    async def fetch(self) -> bytes | None:
        """Return the document; None if it is still the one before. Raises FeedError."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class DocumentDecoder(Protocol):
    """Turns documents into rows. `newest` is when the newest was made, Unix seconds, 0 before the first."""

    @property
    def newest(self) -> float:
        """The time of the newest document."""
        ...

    def document(self, text: bytes, now: float | None) -> Observations:
        """Read one document that is there as a whole. Never raises for what it holds."""
        ...


class HttpDocument:
    """A document at an http or https URL; a user and password in the URL are sent as basic authentication.

    A server that is not the user's own is treated with `courtesy`.
    """

    def __init__(self, url: str, courtesy: Courtesy | None = None) -> None:
        self._url, self._courtesy = url, courtesy
        self._shown = str(httpx.URL(url).copy_with(userinfo=b"", query=None))
        elsewhere = courtesy is None or not courtesy.secret  # to where a secret must not go
        self._client = httpx.AsyncClient(
            timeout=_TIMEOUT_S, follow_redirects=elsewhere, headers={"User-Agent": AGENT}
        )
        self._unless: dict[str, str] = {}

    async def fetch(self) -> bytes | None:
        """Ask for the document, unless it is unchanged by its ETag or its time."""
        if self._courtesy:
            await self._courtesy.turn()
        try:
            async with asyncio.timeout(_DEADLINE_S):
                return await self._ask()
        except TimeoutError:
            raise self._failed(f"{self._shown} took more than {_DEADLINE_S:.0f} s to answer") from None
        except httpx.HTTPError as error:
            said = (str(error) or type(error).__name__).rstrip(".")
            raise self._failed(f"Cannot read {self._shown}: {said}") from error

    async def _ask(self) -> bytes | None:
        headers = dict(self._unless)
        if self._courtesy:
            headers |= await self._courtesy.headers(self._client)
        async with self._client.stream("GET", self._url, headers=headers) as response:
            if response.status_code not in (_OK, _NOT_MODIFIED):
                raise self._refused(response)
            document = bytearray()
            async for part in response.aiter_bytes():
                document += part
                if len(document) > LARGEST:
                    raise self._failed(f"{self._shown} is larger than {LARGEST >> 20} MiB")
        if self._courtesy:
            self._courtesy.answered(response.headers)
        if response.status_code == _NOT_MODIFIED:
            return None
        conditions = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
        self._unless = {
            ask: response.headers[had] for ask, had in conditions.items() if had in response.headers
        }
        return bytes(document)

    def _refused(self, response: httpx.Response) -> FeedError:
        if self._courtesy:
            return self._courtesy.refused(response.status_code, response.headers)
        return FeedError(f"{self._shown} answered {response.status_code}; check the address.")

    def _failed(self, what: str) -> FeedError:
        return self._courtesy.failed(what) if self._courtesy else FeedError(f"{what}; check the address.")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


class FileDocument:
    """A document in a file that another program renews."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[int, int] | None = None

    async def fetch(self) -> bytes | None:
        """Read the file if it was written since the last time."""
        return await asyncio.to_thread(self._read)

    async def close(self) -> None:
        """Nothing is held."""

    def _read(self) -> bytes | None:
        try:
            stat = self._path.stat()
            state = (stat.st_mtime_ns, stat.st_size)
            if state == self._known:
                return None
            if stat.st_size > LARGEST:
                raise FeedError(f"{self._path} is larger than {LARGEST >> 20} MiB; check the path.")
            document = self._path.read_bytes()
        except OSError as error:
            raise FeedError(
                f"Cannot read {self._path}: {error.strerror or error}; check the path."
            ) from error
        self._known = state
        return document


class Poll:
    """A feed that is polled, every `interval` seconds, which may change from poll to poll.

    `ahead` says how many seconds the next poll would have to wait for others; its rows live for longer then.
    """

    def __init__(
        self,
        *,
        name: str,
        url: str,
        fetcher: Callable[[], Fetcher],
        clock: Clock,
        decoder: DocumentDecoder,
        interval: Callable[[], float],
        ahead: Callable[[], float] = lambda: 0.0,
        silence: float = SILENCE_S,
    ) -> None:
        self.name, self.url = name, url
        self._fetcher, self._clock, self._interval, self._silence = fetcher, clock, interval, silence
        self._ahead = ahead
        self._decoder = decoder  # for as long as the feed: it knows which positions are repeated

    @property
    def interval(self) -> float:
        """Return the seconds from one poll to the next."""
        return self._interval()

    async def observations(self) -> AsyncIterator[Observations]:
        """Yield a batch per poll. Raises FeedError when one fails, or the document is not renewed."""
        loop = asyncio.get_running_loop()
        fetcher = self._fetcher()
        renewed = due = loop.time()
        newest, unreadable = 0.0, ""
        try:
            while True:
                document = await fetcher.fetch()
                interval = self.interval
                apart = max(interval, self._ahead())
                silence = max(self._silence, 3 * apart)
                read = self._read(document, apart)
                yield read
                before = unreadable
                if document is not None:  # else it is what it was
                    unreadable = "" if len(read) else ", ".join(read.refused)
                if before and unreadable and not self._decoder.newest:  # once, and it was just being written
                    raise FeedError(
                        f"{self.name}: what is there is no list of aircraft ({unreadable});"
                        " check the address.",
                        pause=max(interval, _UNREADABLE_S),
                    )
                if self._decoder.newest > newest:
                    newest, renewed = self._decoder.newest, loop.time()
                elif loop.time() - renewed > silence:
                    raise FeedError(
                        f"{self.name}: not renewed for {silence:.0f} s; is the receiver running?",
                        pause=interval,
                    )
                due = max(due + interval, loop.time())
                await asyncio.sleep(due - loop.time())
        finally:
            await fetcher.close()

    def _read(self, document: bytes | None, interval: float) -> Observations:
        if document is None:
            return replace(Observations.none(), feed=self.name, interval=interval)
        read = self._decoder.document(document, self._clock())
        return replace(read, feed=self.name, interval=interval)
