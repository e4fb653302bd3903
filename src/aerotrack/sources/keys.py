"""Keys: what public services know their users by. From the settings, not from URLs; shown nowhere."""

from dataclasses import dataclass, field
from pathlib import Path

from aerotrack.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Keys:
    """The user's keys; None where there is none."""

    opensky_client_id: str | None = None
    opensky_client_secret: str | None = field(default=None, repr=False)
    adsbx_key: str | None = field(default=None, repr=False)


def secret(text: str | None, file: Path | None, name: str) -> str | None:
    """Return a secret that is set as it is, or else the content of its file; None if neither is set.

    Raises SettingsError if the file cannot be read, or is empty.
    """
    if text or file is None:
        return text or None
    try:
        content = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the file of {name}, {file}, cannot be read: {error}.") from error
    if not content.isprintable() or not content:
        raise SettingsError(f"the file of {name}, {file}, holds no line of text.")
    return content
