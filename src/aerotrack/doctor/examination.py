"""The examination: everything a server needs here is looked at, and counted."""

import time
from collections.abc import AsyncIterator, Callable, Iterator

import uvloop
from rich.console import Console

from aerotrack.aircraft_files import AircraftFile
from aerotrack.config import Settings
from aerotrack.doctor.database import database
from aerotrack.doctor.feeds import feeds
from aerotrack.doctor.finding import Finding, refused
from aerotrack.doctor.machine import machine
from aerotrack.doctor.place import directory, owner, port
from aerotrack.equipment import certificate_of, door_of, keys_of, named_database
from aerotrack.errors import AeroTrackError, SettingsError
from aerotrack.sources import source_from
from aerotrack.web.pages import PAGE

MOST_FAILS = 125
"""What an exit status can say; shells use those above."""


def examine(load: Callable[[], Settings]) -> int:
    """Look at everything that the settings mean, say it line by line, and return how many things fail."""
    console, count = Console(highlight=False), {"ok": 0, "warn": 0, "fail": 0}

    async def told() -> None:
        async for finding in findings(load):
            finding.show(console)
            count[finding.mark] += 1

    uvloop.run(told())
    console.print("{ok} ok, {warn} warn, {fail} fail".format(**count), soft_wrap=True)
    return min(count["fail"], MOST_FAILS)


async def findings(load: Callable[[], Settings]) -> AsyncIterator[Finding]:
    """Look at one thing after the other."""
    try:
        settings = load()
    except SettingsError as error:
        yield refused(error)
        return
    who, running = owner(settings.data_dir)
    for finding in (
        *machine(settings.clients, PAGE, own_database=settings.database is None),
        *directory(settings.data_dir, spool_size=settings.spool_size),
        who,
        port(settings.host, settings.port, tls=settings.tls_cert is not None),
        *refusals(settings),
    ):
        yield finding
    async for finding in _database(settings):
        yield finding
    async for finding in _feeds(settings, in_use=running is not None):
        yield finding


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    try:
        url = named_database(settings)
    except SettingsError as error:
        yield refused(error)
        return
    async for finding in database(settings.data_dir, url):
        yield finding


async def _feeds(settings: Settings, *, in_use: bool) -> AsyncIterator[Finding]:
    sources = []
    for url in settings.sources or ("sim:",):
        try:
            sources.append(source_from(url, clock=time.time, keys=keys_of(settings)))
        except AeroTrackError as error:
            yield refused(error)
    async for finding in feeds(sources, in_use=in_use):
        yield finding


def refusals(settings: Settings) -> Iterator[Finding]:
    """Find the settings that a start would refuse."""

    def certificate() -> None:
        if found := certificate_of(settings):
            found.check()

    def aircraft() -> None:
        if settings.aircraft_db:
            AircraftFile(settings.aircraft_db)

    for look in (lambda: door_of(settings), certificate, aircraft):
        try:
            look()
        except AeroTrackError as error:
            yield refused(error)
