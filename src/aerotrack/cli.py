"""Arguments -> Settings -> app; nothing else."""

import math
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import cyclopts
from cyclopts import Parameter

from aerotrack import __version__, app
from aerotrack.commands.options import Serve, settings_of
from aerotrack.core.observations import Receiver
from aerotrack.core.values import unix_seconds
from aerotrack.errors import AeroTrackError, SettingsError
from aerotrack.sources.formats import Untold

program = cyclopts.App(
    name="aerotrack",
    version=__version__,
    help="A real-time flight tracker: any feed in, live clients out, all history in PostgreSQL.",
    help_format="plaintext",
)
# Each is loaded when it is asked for, so a start does not wait for what only another command needs. Its help
# stands here, for `aerotrack --help` loads none of them.
for _name, _where, _help in (
    ("db", "database:database", "The database."),
    (
        "doctor",
        "doctor:doctor",
        (
            "Look whether `serve` would work here with these feeds and options, and say what to do.\n\n"
            "Nothing is changed. The exit status is how many things fail."
        ),
    ),
    (
        "export",
        "export:export",
        "Write history into a file: one flight, or all that flew from one time to another.",
    ),
    ("key", "keys:keys", "API keys: who may come in, and what for."),
):
    program.command(f"aerotrack.commands.{_where}", name=_name, help=_help)


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
    return app.serve(settings_of(options or Serve(), sources=sources or None))


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
    return app.replay(
        settings_of(options or Serve()), recording, speed=_speed(speed), stay=stay, untold=untold
    )


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
