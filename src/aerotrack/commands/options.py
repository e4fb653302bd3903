"""The options that commands share, and the settings they make."""

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from aerotrack import config


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


def settings_of(options: Store, **more: Any) -> config.Settings:
    """Make the settings of what was given, `more` beside it, and of the environment. Raises SettingsError."""
    given = {setting.name: getattr(options, setting.name) for setting in fields(options)}
    return config.load(given | more, os.environ)
