"""Arguments -> Settings -> app; nothing else."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, Literal

import cyclopts
from cyclopts import Parameter

from aerotrack import __version__, app, config
from aerotrack.errors import AeroTrackError, SettingsError

program = cyclopts.App(
    name="aerotrack",
    version=__version__,
    help="A real-time flight tracker: any feed in, live clients out, all history in PostgreSQL.",
    help_format="plaintext",
)
database = cyclopts.App(name="db", help="The database.")
program.command(database)


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
class Serve(Store):
    """What `serve` and `replay` take beside it."""

    host: Annotated[str | None, Parameter(help=config.description("host"))] = None
    port: Annotated[int | None, Parameter(help=config.description("port"))] = None
    tick: Annotated[float | None, Parameter(help=config.description("tick"))] = None
    allow_origin: Annotated[tuple[str, ...] | None, Parameter(help=config.description("allow_origin"))] = None
    clients: Annotated[int | None, Parameter(help=config.description("clients"))] = None
    clients_per_address: Annotated[int | None, Parameter(help=config.description("clients_per_address"))] = (
        None
    )


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

    Feeds: sim:?flights=2000&seed=1, sbs://HOST:30003, json://HOST:PORT, listen+sbs://:PORT,
    listen+json://:PORT, aircraft+http://HOST/data/aircraft.json, aircraft+file:///PATH,
    file:RECORDING?speed=1. #NAME at the end names one.
    """
    return app.serve(_settings(options or Serve(), sources=sources or None))


@program.command
def replay(
    recording: Path,
    *,
    speed: Annotated[str, Parameter(help="times its own pace, or max")] = "1",
    stay: Annotated[bool, Parameter(help="go on serving when the recording is over")] = False,
    options: Serve | None = None,
) -> int:
    """Play a recording into everything that `serve` runs, and end when all of it is stored."""
    return app.replay(_settings(options or Serve()), recording, speed=_speed(speed), stay=stay)


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
def url(*, options: Store | None = None) -> int:
    """Print the URL of the database, for psql and every other client."""
    print(app.database_url(_settings(options or Store())))  # noqa: T201  this is what was asked for
    return 0


@database.command
def shell(*, options: Store | None = None) -> int:
    """Open psql on the database; what stands on standard input is run."""
    return app.database_shell(_settings(options or Store()))


@database.command
def migrate(*, options: Store | None = None) -> int:
    """Bring the database up to this program's schema."""
    return app.migrate(_settings(options or Store()))


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
