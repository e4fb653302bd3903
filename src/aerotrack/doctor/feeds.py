"""The feeds: whether each connects, and says something."""

import asyncio
import errno
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from aerotrack.core.ports import Source
from aerotrack.doctor.database import apart
from aerotrack.doctor.finding import Finding, fail, ok, warn
from aerotrack.errors import AeroTrackError

PATIENCE_S = 5.0
SECOND_S = 1.5  # a Date has no fraction of a second


async def feeds(sources: Sequence[Source], *, in_use: bool) -> AsyncIterator[Finding]:
    """Look at all feeds at once, for 5 s. `in_use` says that a server of ours may be listening already."""
    for findings in await asyncio.gather(*(_looked_at(source, in_use) for source in sources)):
        for finding in findings:
            yield finding


async def _looked_at(source: Source, in_use: bool) -> list[Finding]:  # noqa: FBT001  positional is enough here
    if source.url.startswith("stdin:"):
        return [ok(f"the feed {source.name} is read when the server runs")]
    found = [await feed(source, in_use=in_use)]
    if address := http_address(source.url):
        found += await server_clock(source.name, address)
    return found


async def feed(source: Source, *, in_use: bool, patience_s: float = PATIENCE_S) -> Finding:
    """Read a feed until it says something."""
    name = f"the feed {source.name}"
    understood, refused, connected = 0, 0, False
    began = time.monotonic()
    try:
        async with asyncio.timeout(patience_s), aclosing(_read(source)) as batches:
            async for understood, refused in batches:
                connected = True
                if understood or refused:
                    break
    except TimeoutError:
        return _silent(source, connected=connected, patience_s=patience_s)
    except AeroTrackError as error:
        if in_use and isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.EADDRINUSE:
            return ok(f"{name} is listened to by the AeroTrack that runs")
        why = str(error).removeprefix(f"{source.name}: ").rstrip(".")
        return fail(f"{name} does not work: {why}", f"check {source.url}")
    if understood:
        return ok(f"{name} said something after {time.monotonic() - began:.1f} s: {understood:,} messages")
    how = "said nothing that is understood" if refused else "ended without a word"
    return warn(f"{name} {how}", f"check {source.url}")


async def _read(source: Source) -> AsyncGenerator[tuple[int, int], None]:
    """Yield of each batch how many messages were understood, and how many refused."""
    batches = source.observations()
    try:
        async for batch in batches:
            yield len(batch), sum(batch.refused.values())
    finally:
        if isinstance(batches, AsyncGenerator):
            await batches.aclose()


def _silent(source: Source, *, connected: bool, patience_s: float) -> Finding:
    if not connected:
        return fail(f"the feed {source.name} did not answer within {patience_s:g} s", f"check {source.url}")
    if source.url.startswith(("listen+", "udp+")):
        return warn(
            f"the feed {source.name} listens, and nobody sent anything for {patience_s:g} s",
            f"have the receiver send to {source.url}",
        )
    return warn(
        f"the feed {source.name} is connected and said nothing for {patience_s:g} s",
        "is the antenna plugged in? At night, and far from airways, silence may be right",
    )


def http_address(url: str) -> str | None:
    """Return the root of the web server that a feed is polled from, None of other feeds."""
    scheme = urlsplit(url).scheme
    place = urlsplit(url).netloc
    http = scheme.rpartition("+")[2]
    return f"{http}://{place}/" if http in ("http", "https") and place else None


async def server_clock(name: str, address: str) -> list[Finding]:
    """Hold our clock against a web server's. Its root is asked: that costs no credit, and needs no key."""
    try:
        async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
            before = time.time()
            answer = await client.head(address)
            ours = (before + time.time()) / 2
        theirs = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (httpx.HTTPError, httpx.InvalidURL, KeyError, ValueError, TypeError):
        return []  # that it is away was said; that it tells no time is no fault
    return [apart(f"the feed {name}", theirs + 0.5 - ours, by=SECOND_S)]
