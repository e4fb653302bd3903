"""Arguments -> Settings -> app; nothing else."""

import math
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, Literal

import cyclopts
from cyclopts import Parameter

from aerotrack import __version__, app, chores, config
from aerotrack.core.observations import Receiver
from aerotrack.core.values import unix_seconds
from aerotrack.doctor.examination import examine
from aerotrack.errors import AeroTrackError, SettingsError
from aerotrack.sources.formats import Untold
from aerotrack.storage.selection import Selection

program = cyclopts.App(
    name="aerotrack",
    version=__version__,
    help="A real-time flight tracker: any feed in, live clients out, all history in PostgreSQL.",
    help_format="plaintext",
)
database = cyclopts.App(name="db", help="The database.")
program.command(database)
keys = cyclopts.App(name="key", help="API keys: who may come in, and what for.")
program.command(keys)


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Store:
    """Where the data are: taken by every command."""

    data_dir: Annotated[Path | None, Parameter(help=config.description("data_dir"))] = None
    database: Annotated[str | None, Parameter(help=config.description("database"))] = None
    database_password_file: Annotated[
        Path | None, Parameter(help=config.description("database_password_file"))
    ] = None
    log_format: Annotated[config.LogFormat | None, Parameter(help=config.description("log_format"))] = None


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Keep(Store):
    """What `db retention` takes beside it."""

    retention: Annotated[str | None, Parameter(help=config.description("retention"))] = None


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Serve(Keep):
    """What `serve` and `replay` take beside it."""

    host: Annotated[str | None, Parameter(help=config.description("host"))] = None
    port: Annotated[int | None, Parameter(help=config.description("port"))] = None
    spool_size: Annotated[str | None, Parameter(help=config.description("spool_size"))] = None
    tick: Annotated[float | None, Parameter(help=config.description("tick"))] = None
    allow_origin: Annotated[tuple[str, ...] | None, Parameter(help=config.description("allow_origin"))] = None
    allow_embed: Annotated[tuple[str, ...] | None, Parameter(help=config.description("allow_embed"))] = None
    clients: Annotated[int | None, Parameter(help=config.description("clients"))] = None
    clients_per_address: Annotated[int | None, Parameter(help=config.description("clients_per_address"))] = (
        None
    )
    api_key_file: Annotated[Path | None, Parameter(help=config.description("api_key_file"))] = None
    require_key: Annotated[bool | None, Parameter(help=config.description("require_key"), negative="")] = None
    requests_per_second: Annotated[
        float | None, Parameter(help=config.description("requests_per_second"))
    ] = None
    trusted_proxy: Annotated[tuple[str, ...] | None, Parameter(help=config.description("trusted_proxy"))] = (
        None
    )
    tls_cert: Annotated[Path | None, Parameter(help=config.description("tls_cert"))] = None
    tls_key: Annotated[Path | None, Parameter(help=config.description("tls_key"))] = None
    opensky_client_id: Annotated[str | None, Parameter(help=config.description("opensky_client_id"))] = None
    opensky_client_secret_file: Annotated[
        Path | None, Parameter(help=config.description("opensky_client_secret_file"))
    ] = None
    adsbx_key_file: Annotated[Path | None, Parameter(help=config.description("adsbx_key_file"))] = None
    sbs_out: Annotated[str | None, Parameter(help=config.description("sbs_out"))] = None
    beast_out: Annotated[str | None, Parameter(help=config.description("beast_out"))] = None
    aircraft_db: Annotated[Path | None, Parameter(help=config.description("aircraft_db"))] = None


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class KeyStore(Store):
    """What `key` takes beside it."""

    api_key_file: Annotated[Path | None, Parameter(help=config.description("api_key_file"))] = None


File = Annotated[Path, Parameter(allow_leading_hyphen=True)]
"""A file, or - for the standard one."""


def _settings(options: Store, **more: Any) -> config.Settings:
    given = {setting.name: getattr(options, setting.name) for setting in fields(options)}
    return config.load(given | more, os.environ)


@program.default
def _default(*sources: str, options: Serve | None = None) -> int:
    """Run everything: the same as `serve`."""
    return serve(*sources, options=options)


@program.command
def serve(*sources: str, options: Serve | None = None) -> int:
    """Read the feeds and serve map, API and stream. A feed is a URL; with none, the simulator flies.

    Feeds: sim:?flights=2000&seed=1, beast://HOST:30005?lat=48.8&lon=2.4, avr://HOST:30002, sbs://HOST:30003,
    json://HOST:PORT, listen+beast://:PORT (or avr, sbs, json), udp+avr://:PORT, udp+sbs://:PORT,
    stdin:?format=beast, aircraft+http://HOST/data/aircraft.json, aircraft+file:///PATH,
    adsbx+https://HOST/PATH, opensky:?bbox=W,S,E,N, opensky+https://HOST/PATH, opensky+file:///PATH,
    file:RECORDING?speed=1. #NAME at the end names one.
    """
    return app.serve(_settings(options or Serve(), sources=sources or None))


@program.command
def doctor(*sources: str, options: Serve | None = None) -> int:
    """Look whether `serve` would work here with these feeds and options, and say what to do.

    Nothing is changed. The exit status is how many things fail.
    """
    return examine(lambda: _settings(options or Serve(), sources=sources or None))


@program.command
def replay(
    recording: Path,
    *,
    speed: Annotated[str, Parameter(help="times its own pace, or max")] = "1",
    stay: Annotated[bool, Parameter(help="go on serving when the recording is over")] = False,
    start: Annotated[
        str | None,
        Parameter(help="when it began, of Beast or AVR; else it ended when the file was written"),
    ] = None,
    receiver: Annotated[
        str | None, Parameter(help="where raw frames were heard: LAT,LON", allow_leading_hyphen=True)
    ] = None,
    options: Serve | None = None,
) -> int:
    """Play a recording into everything that `serve` runs, and end when all of it is stored."""
    untold = Untold(_start(start), _receiver(receiver))
    return app.replay(_settings(options or Serve()), recording, speed=_speed(speed), stay=stay, untold=untold)


def _start(text: str | None) -> float | None:
    """Read when a recording began."""
    if text is not None and math.isnan(time := unix_seconds(text)):
        raise SettingsError(
            f"--start {text} is no time: give one such as 2026-11-22T09:00:00Z, or Unix seconds."
        )
    return None if text is None else time


def _receiver(text: str | None) -> Receiver | None:
    """Read where a receiver stood."""
    if text is None:
        return None
    try:
        lat, lon = map(float, text.split(","))
    except ValueError:
        lat = lon = math.nan
    if not (abs(lat) <= 90 and abs(lon) <= 180):  # noqa: PLR2004  the globe
        raise SettingsError(f"--receiver {text} is no place: give LAT,LON in degrees, such as 48.8,2.4.")
    return Receiver(lat, lon)


def _speed(text: str) -> float | None:
    """Read a speed; None is as fast as it goes."""
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        raise SettingsError(
            f"a speed of {text!r} is not possible: give a number above 0, such as 10, or max."
        )
    return speed


@database.command
def url(
    *,
    reader: Annotated[bool, Parameter(help="for the role aerotrack_reader, which can only read")] = False,
    options: Store | None = None,
) -> int:
    """Print the URL of the database, for psql and every other client."""
    print(chores.database_url(_settings(options or Store()), reader=reader))  # noqa: T201  what was asked for
    return 0


@database.command
def shell(*, options: Store | None = None) -> int:
    """Open psql on the database; what stands on standard input is run."""
    return chores.database_shell(_settings(options or Store()))


@database.command
def migrate(*, options: Store | None = None) -> int:
    """Bring the database up to this program's schema."""
    return chores.migrate(_settings(options or Store()))


@database.command
def retention(*, options: Keep | None = None) -> int:
    """Drop once what is no longer kept, and say what it was."""
    print(chores.retain(_settings(options or Keep())))  # noqa: T201  this is what was asked for
    return 0


@database.command
def backup(file: File, /, *, options: Store | None = None) -> int:
    """Write the database into a file, whatever runs meanwhile; - is standard output."""
    return chores.back_up(_settings(options or Store()), _no_option(file))


@database.command
def restore(file: File, /, *, options: Store | None = None) -> int:
    """Fill an empty database from a file that `db backup` wrote; - is standard input."""
    return chores.restore(_settings(options or Store()), _no_option(file))


def _no_option(file: Path) -> Path:
    """Pass a file on; because it may be -, an option that does not exist arrives here as one too."""
    if str(file).startswith("-") and file != Path("-"):
        raise SettingsError(f"there is no option {file}; a file of that name is ./{file}.")
    return file


@keys.command(name="create")
def create_key(
    name: str,
    /,
    *,
    scope: Annotated[
        tuple[str, ...],
        Parameter(help="what it is for: read, ingest or admin; may be repeated", negative=""),
    ] = ("read",),
    options: KeyStore | None = None,
) -> int:
    """Make a key and print it, this once. NAME is for you, to know it when it is to be revoked."""
    print(chores.create_key(_settings(options or KeyStore()), name, scope))  # noqa: T201  what was asked for
    return 0


@keys.command(name="list")
def list_keys(*, options: KeyStore | None = None) -> int:
    """Print the keys, without what is secret of them."""
    for line in chores.list_keys(_settings(options or KeyStore())):
        print(line)  # noqa: T201  what was asked for
    return 0


@keys.command(name="revoke")
def revoke_key(key: str, /, *, options: KeyStore | None = None) -> int:
    """Have a key be good no longer. KEY is its id or its name; who is in by it is shown out."""
    chores.revoke_key(_settings(options or KeyStore()), key)
    return 0


@program.command
def export(
    *,
    flight: Annotated[str | None, Parameter(help="one flight, by its id, such as 4ca2d6-6740a31c")] = None,
    begin: Annotated[
        str | None, Parameter(name="--from", help="from this time on: 2026-03-01T09:00:00Z, or a date")
    ] = None,
    end: Annotated[str | None, Parameter(name="--to", help="to before this time")] = None,
    bbox: Annotated[
        str | None, Parameter(help="only in this box: WEST,SOUTH,EAST,NORTH", allow_leading_hyphen=True)
    ] = None,
    format: Annotated[  # noqa: A002  the option's public name
        str | None, Parameter(help="csv, geojson, kml, gpx or parquet; the file's name tells without it")
    ] = None,
    output: Annotated[
        str,
        Parameter(name=["--output", "-o"], help="the file; - is standard output", allow_leading_hyphen=True),
    ],
    options: Store | None = None,
) -> int:
    """Write history into a file: one flight, or all that flew from one time to another."""
    selection = Selection.of(flight, begin, end, bbox)
    return chores.export(_settings(options or Store()), selection, format_=format, output=output)


@program.command
def bench(name: Annotated[str | None, Parameter(help="which; all without it")] = None) -> int:
    """Run the benchmarks of a clone, each with its control."""
    folder = Path(__file__).parents[2] / "benchmarks"
    scripts = sorted(folder.glob("*.py"))
    chosen = [script for script in scripts if name in (None, script.stem)]
    if not chosen:
        known = ", ".join(script.stem for script in scripts)
        raise SettingsError(
            f"there is no benchmark {name!r}: there are {known}."
            if scripts
            else "the benchmarks are in the clone, not in the package: run ./aerotrack bench there."
        )
    return max(subprocess.run([sys.executable, str(script)], check=False).returncode for script in chosen)  # noqa: S603  our own


Exit = Literal[0, 1, 2]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 all well, 1 something was lost or failed, 2 it could not be done."""
    try:
        code = program(arguments, exit_on_error=False, print_error=False, result_action="return_value") or 0
    except cyclopts.CycloptsError as error:
        print(f"aerotrack: {error} See aerotrack --help.", file=sys.stderr)  # noqa: T201
        code = 2
    except AeroTrackError as error:
        print(f"aerotrack: {error}", file=sys.stderr)  # noqa: T201
        code = error.exit_code
    sys.exit(code)
