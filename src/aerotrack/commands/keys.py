"""`aerotrack key`: who may come in, and what for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import Parameter

from aerotrack import chores, config
from aerotrack.commands.options import Store, settings_of

keys = cyclopts.App(name="key")


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class KeyStore(Store):
    """What `key` takes beside it."""

    api_key_file: Annotated[Path | None, Parameter(help=config.description("api_key_file"))] = None


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
    print(chores.create_key(settings_of(options or KeyStore()), name, scope))  # noqa: T201  what was asked for
    return 0


@keys.command(name="list")
def list_keys(*, options: KeyStore | None = None) -> int:
    """Print the keys, without what is secret of them."""
    for line in chores.list_keys(settings_of(options or KeyStore())):
        print(line)  # noqa: T201  what was asked for
    return 0


@keys.command(name="revoke")
def revoke_key(key: str, /, *, options: KeyStore | None = None) -> int:
    """Have a key be good no longer. KEY is its id or its name; who is in by it is shown out."""
    chores.revoke_key(settings_of(options or KeyStore()), key)
    return 0
