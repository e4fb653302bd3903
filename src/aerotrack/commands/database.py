"""`aerotrack db`: the database."""

from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import Parameter

from aerotrack import chores
from aerotrack.commands.options import Keep, Store, settings_of
from aerotrack.errors import SettingsError

database = cyclopts.App(name="db")

File = Annotated[Path, Parameter(allow_leading_hyphen=True)]
"""A file, or - for the standard one."""


@database.command
def url(
    *,
    reader: Annotated[bool, Parameter(help="for the role aerotrack_reader, which can only read")] = False,
    options: Store | None = None,
) -> int:
    """Print the URL of the database, for psql and every other client."""
    print(chores.database_url(settings_of(options or Store()), reader=reader))  # noqa: T201  what was asked for
    return 0


@database.command
def shell(*, options: Store | None = None) -> int:
    """Open psql on the database; what stands on standard input is run."""
    return chores.database_shell(settings_of(options or Store()))


@database.command
def migrate(*, options: Store | None = None) -> int:
    """Bring the database up to this program's schema."""
    return chores.migrate(settings_of(options or Store()))


@database.command
def retention(*, options: Keep | None = None) -> int:
    """Drop once what is no longer kept, and say what it was."""
    print(chores.retain(settings_of(options or Keep())))  # noqa: T201  this is what was asked for
    return 0


@database.command
def backup(file: File, /, *, options: Store | None = None) -> int:
    """Write the database into a file, whatever runs meanwhile; - is standard output."""
    return chores.back_up(settings_of(options or Store()), _no_option(file))


@database.command
def restore(file: File, /, *, options: Store | None = None) -> int:
    """Fill an empty database from a file that `db backup` wrote; - is standard input."""
    return chores.restore(settings_of(options or Store()), _no_option(file))


def _no_option(file: Path) -> Path:
    """Pass a file on; because it may be -, an option that does not exist arrives here as one too."""
    if str(file).startswith("-") and file != Path("-"):
        raise SettingsError(f"there is no option {file}; a file of that name is ./{file}.")
    return file
