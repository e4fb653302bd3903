"""Polling: a document that a receiver renews, fetched over HTTP or read from a file again and again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import httpx

from aerotrack.core.observations import Observations
from aerotrack.core.ports import Clock
from aerotrack.decode.aircraft_json import AircraftJson
from aerotrack.decode.documents import LARGEST
from aerotrack.errors import FeedError
from aerotrack.sources.reading import SILENCE_S

_TIMEOUT_S = 10.0  # without a byte
_DEADLINE_S = 60.0
_OK, _NOT_MODIFIED = 200, 304


class Fetcher(Protocol):
    """Where a document comes from."""

    async def fetch(self) -> bytes | None:
        """Return the document; None if it is still the one before. Raises FeedError."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class HttpDocument:
    """A document at an http or https URL; a user and password in the URL are sent as basic authentication."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._shown = str(httpx.URL(url).copy_with(userinfo=b"", query=None))
        self._client = httpx.AsyncClient(
            timeout=_TIMEOUT_S, follow_redirects=True, headers={"User-Agent": "AeroTrack"}
        )
        self._unless: dict[str, str] = {}

    async def fetch(self) -> bytes | None:
        """Ask for the document, unless it is unchanged by its ETag or its time."""
        try:
            async with (
                asyncio.timeout(_DEADLINE_S),
                self._client.stream("GET", self._url, headers=self._unless) as response,
            ):
                if response.status_code == _NOT_MODIFIED:
                    return None
                if response.status_code != _OK:
                    raise FeedError(f"{self._shown} answered {response.status_code}; check the address.")
                document = bytearray()
                async for part in response.aiter_bytes():
                    document += part
                    if len(document) > LARGEST:
                        raise FeedError(
                            f"{self._shown} is larger than {LARGEST >> 20} MiB; check the address."
                        )
        except TimeoutError:
            raise FeedError(f"{self._shown} took more than {_DEADLINE_S:.0f} s to answer.") from None
        except httpx.HTTPError as error:
            raise FeedError(f"Cannot read {self._shown}: {str(error) or type(error).__name__}.") from error
        conditions = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
        self._unless = {
            ask: response.headers[had] for ask, had in conditions.items() if had in response.headers
        }
        return bytes(document)

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
            raise FeedError(f"Cannot read {self._path}: {error.strerror or error}.") from error
        self._known = state
        return document


class Poll:
    """A feed that is polled every `interval` seconds."""

    def __init__(
        self,
        *,
        name: str,
        url: str,
        fetcher: Callable[[], Fetcher],
        clock: Clock,
        interval: float,
        silence: float = SILENCE_S,
    ) -> None:
        self.name, self.url, self.interval = name, url, interval
        self._fetcher, self._clock, self._silence = fetcher, clock, max(silence, 3 * interval)
        self._decoder = AircraftJson()  # for as long as the feed: it knows which positions are repeated

    async def observations(self) -> AsyncIterator[Observations]:
        """Yield a batch per poll. Raises FeedError when one fails, or the document is not renewed."""
        loop = asyncio.get_running_loop()
        fetcher = self._fetcher()
        renewed = due = loop.time()
        newest = 0.0
        try:
            while True:
                document = await fetcher.fetch()
                yield self._read(document)
                if self._decoder.newest > newest:
                    newest, renewed = self._decoder.newest, loop.time()
                elif loop.time() - renewed > self._silence:
                    raise FeedError(
                        f"{self.name}: not renewed for {self._silence:.0f} s; is the receiver running?"
                    )
                due = max(due + self.interval, loop.time())
                await asyncio.sleep(due - loop.time())
        finally:
            await fetcher.close()

    def _read(self, document: bytes | None) -> Observations:
        if document is None:
            return replace(Observations.none(), feed=self.name, interval=self.interval)
        read = self._decoder.document(document, self._clock())
        return replace(read, feed=self.name, interval=self.interval)
