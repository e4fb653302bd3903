"""The composition root: builds everything from the settings, starts it in order, and stops it in reverse.

data directory > PostgreSQL > schema > table > port > pipeline > ready
stop > sources > last tick > recorder > clients > PostgreSQL > data directory
"""

import asyncio
import os
import secrets
import signal
import time
from collections.abc import Awaitable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import asdict
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import structlog
import uvloop

from aerotrack import airfields, logs, web
from aerotrack.aircraft_files import AircraftFile
from aerotrack.allocator import trimmed
from aerotrack.config import Settings
from aerotrack.core.flights import FlightTable
from aerotrack.core.ports import Clock, Sink, Source
from aerotrack.core.reports import FeedReport
from aerotrack.equipment import (
    certificate_of,
    clock_of,
    door_of,
    keys_of,
    named_database,
    place_of,
    relays_of,
    wall_clock,
)
from aerotrack.errors import SettingsError
from aerotrack.pipeline import Pipeline
from aerotrack.sources import source_from
from aerotrack.sources.formats import ALL_TOLD, Untold
from aerotrack.sources.recording import Recording
from aerotrack.storage import attach
from aerotrack.storage.history import PostgresHistory
from aerotrack.storage.housekeeping import Housekeeping
from aerotrack.storage.legs import open_legs
from aerotrack.storage.playback import PostgresPast
from aerotrack.storage.recorder import Recorder
from aerotrack.storage.recorder_status import RecorderStatus
from aerotrack.storage.retention import apply_retention
from aerotrack.storage.spool import Spool
from aerotrack.summary import ReplayBar, Summary
from aerotrack.systemd import Systemd
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.loop_lag import LoopLag
from aerotrack.web.relay import outputs_of
from aerotrack.web.server import Server
from aerotrack.web.stream import Room

SHOW_S = 0.2
LATE_S = 10.0  # a database that has not taken a position for so long is not ready
FASTEST = 500.0  # what clients are told of a recording that is played as fast as it goes

log = structlog.get_logger("aerotrack")


def serve(settings: Settings) -> int:
    """Run until SIGTERM or SIGINT; return the exit status."""
    keys, clock = keys_of(settings), wall_clock()
    sources = [source_from(url, clock=clock, keys=keys) for url in settings.sources or ("sim:",)]
    keeper = next((source for source in sources if clock_of(source)), None)
    if keeper and len(sources) > 1:
        raise SettingsError(
            f"{keeper.url} has a time of its own, so it is never mixed with another source: give it alone."
        )
    return _run(settings, sources, clock, stay=True)


def replay(
    settings: Settings, path: Path, *, speed: float | None, stay: bool, untold: Untold = ALL_TOLD
) -> int:
    """Play a recording, `speed` None as fast as it goes; return the exit status."""
    return _run(settings, [Recording(path, speed=speed, untold=untold)], time.time, stay=stay)


def _run(settings: Settings, sources: list[Source], wall: Clock, *, stay: bool) -> int:
    logs.set_up(settings.log_format)
    return uvloop.run(_serve(settings, sources, wall, stay=stay))


async def _serve(settings: Settings, sources: list[Source], wall: Clock, *, stay: bool) -> int:
    stopping, systemd = asyncio.Event(), Systemd.of(os.environ)
    own_clock = clock_of(sources[0])
    clock = own_clock or wall
    recording = sources[0] if isinstance(sources[0], Recording) else None
    aircraft = AircraftFile(settings.aircraft_db) if settings.aircraft_db else None
    began = time.monotonic()
    with _stopped_by_signals(stopping):
        async with AsyncExitStack() as stack:
            door = door_of(settings)
            server = stack.enter_context(
                Server.bound(settings.host, settings.port, tls=certificate_of(settings))
            )
            relays = relays_of(settings, sources)
            for relay in relays:
                await stack.enter_async_context(relay.listening())
            # Both take the processor, and most of the next steps wait for PostgreSQL.
            site_loaded = asyncio.create_task(asyncio.to_thread(getattr, web, "make_app"))
            airports = asyncio.create_task(asyncio.to_thread(airfields.airports))
            database = await stack.enter_async_context(
                attach.own(settings.data_dir, named_database(settings))
            )
            spool = await asyncio.to_thread(
                Spool.open, settings.data_dir / "spool", limit=settings.spool_size
            )
            stack.callback(spool.close)
            recorder = Recorder(database, spool=spool)
            # Before the open flights are read: they may be in it.
            if not await _unless(stopping, recorder.recover()):
                return _exit_status(recorder.status())
            recovery = None
            if recording:
                recovery, recorder = recorder.status(), Recorder(database, source=recording.identity)
            broadcaster, summary = Broadcaster(tick_seconds=settings.tick), Summary()
            table = FlightTable(
                await open_legs(database, clock(), live=own_clock is None),
                past=own_clock is None,
                airports=await airports,
            )
            if aircraft:
                asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, aircraft.read_again)
                await stack.enter_async_context(aircraft.running(table.know))
            sinks: list[Sink] = [recorder, broadcaster, *relays]
            if recording and not stay:  # only then is it read; for ever it would grow
                sinks.append(summary)
            loop_lag = LoopLag()
            pipeline = Pipeline(  # systemd is last: a tick that it tells of went through all the others
                table, sources, [*sinks, systemd], clock=clock, tick_seconds=settings.tick
            )
            housekeeping = Housekeeping(  # a recording is played to be kept: nothing is dropped meanwhile
                database, retention=None if recording else partial(apply_retention, policy=settings.retention)
            )

            def counted() -> RecorderStatus:
                status = recorder.status()
                return status.after(recovery) if recovery else status

            def stats() -> dict[str, Any]:
                return {
                    "uptime_seconds": round(time.monotonic() - began, 1),
                    "flights": len(table.live),
                    "clients": broadcaster.clients,
                    "database": asdict(counted()),
                    "archive": asdict(housekeeping.status()),
                    "spool_limit_bytes": settings.spool_size,
                    "ticks": asdict(pipeline.pulse.report()),
                    "loop_lag_seconds": asdict(loop_lag.report()),
                    "outputs": outputs_of(relays),
                    "cut": dict(server.cuts),
                }

            def ready() -> dict[str, str | None]:
                status = recorder.status()
                return unready(status, pipeline.feeds(), stopping=stopping.is_set())

            await site_loaded
            app = web.make_app(
                sky=table,
                history=PostgresHistory(database),
                broadcaster=broadcaster,
                past=PostgresPast(database),
                feeds=pipeline.feeds,
                stats=stats,
                ready=ready,
                clock=clock,
                epoch=secrets.token_hex(4),
                tick_seconds=settings.tick,
                speed=(recording.speed or FASTEST) if recording else 1.0,
                allow_origins=settings.allow_origin,
                allow_embed=settings.allow_embed,
                room=Room(settings.clients, settings.clients_per_address),
                airports=airfields.gazetteer,
                receiver=place_of(sources),
                door=door,
            )
            await stack.enter_async_context(server.serving(app))
            async with (
                pipeline.running(),
                housekeeping.running(),
                loop_lag.running(),
                door.watching(),
                trimmed(),
            ):
                _announce(server.url, settings)
                how = partial(in_short, table, broadcaster, pipeline)
                with systemd.told(how, tick_seconds=settings.tick):
                    await _until_over(stopping, pipeline, None if stay else recording)
            status, total = recorder.status(), counted()
    if recording and not stay:
        told = summary.sentence(pipeline.feeds(), stored=status.stored, already_stored=status.already_stored)
        print(told, flush=True)  # noqa: T201  what was asked for
    return _exit_status(total, gave_up=recorder.gave_up)


def _exit_status(status: RecorderStatus, *, gave_up: bool = False) -> int:
    if status.lost:
        log.error("positions were lost", lost=status.lost, no_room=status.dropped, refused=status.failed)
    return 1 if status.lost or status.spool_damaged or gave_up else 0


def unready(status: RecorderStatus, feeds: list[FeedReport], *, stopping: bool) -> dict[str, str | None]:
    """Say of each part why it is not ready, None where it is.

    The database is while it keeps up; the feeds are while one of them works: a receiver may be off.
    """
    broken = all(feed.error for feed in feeds)
    late = status.lag_seconds > LATE_S
    return {
        "database": status.error
        or (f"positions have waited for {status.lag_seconds:.0f} s" if late else None),
        "spool": status.spool_error,
        "feeds": "; ".join(str(feed.error) for feed in feeds) if broken else None,
        "server": "it is stopping" if stopping else None,
    }


async def _until_over(stopping: asyncio.Event, pipeline: Pipeline, recording: Recording | None) -> None:
    """Wait for a signal, or for the end of a recording that is played for its own sake."""
    if recording is None:
        await stopping.wait()
        return
    with ReplayBar(recording) as bar:
        while not (stopping.is_set() or pipeline.exhausted.is_set()):
            bar.show()
            await _first(stopping.wait(), pipeline.exhausted.wait(), asyncio.sleep(SHOW_S))


async def _unless(stopping: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do some work unless told to stop meanwhile; say whether it is done."""
    working, stop = asyncio.create_task(work), asyncio.create_task(stopping.wait())
    await asyncio.wait({working, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if done := working.done():
        working.result()
    else:
        working.cancel()
        await asyncio.wait({working})
    return done


async def _first(*waits: Awaitable[Any]) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    _, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()


@contextmanager
def _stopped_by_signals(stopping: asyncio.Event) -> Iterator[None]:
    """Set `stopping` at the first SIGTERM or SIGINT; a second one ends the program as it stands."""
    loop = asyncio.get_running_loop()

    def stop(sign: signal.Signals) -> None:
        stopping.set()
        loop.remove_signal_handler(sign)

    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop, sign)
    yield


def in_short(table: FlightTable, broadcaster: Broadcaster, pipeline: Pipeline) -> str:
    """Say in a few words how it goes."""
    feeds = pipeline.feeds()
    up = sum(feed.connected for feed in feeds)
    return f"{len(table.live)} flights, {broadcaster.clients} clients, {up} of {len(feeds)} feeds"


def _announce(url: str, settings: Settings) -> None:
    print(f"AeroTrack ready: {url}", flush=True)  # noqa: T201  the promised first line
    _warn_if_open(settings.host, require_key=settings.require_key)


def _warn_if_open(host: str, *, require_key: bool) -> None:
    if require_key:
        return
    try:
        inside = ip_address(host).is_loopback
    except ValueError:
        inside = host == "localhost"
    if not inside:
        log.warning(
            "everyone who reaches this address can read all flights, live and past, and nobody can write: "
            "give --require-key to let in only who has a key",
            host=host,
        )
