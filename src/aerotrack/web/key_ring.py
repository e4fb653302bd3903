"""The key ring: the keys that are good now, read again when their file changes."""

import stat
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from aerotrack.errors import SettingsError
from aerotrack.web.key_file import Key, KeyFile, match

if TYPE_CHECKING:
    from collections.abc import Mapping

log = structlog.get_logger("aerotrack.web")

_Stamp = tuple[int, int, int] | None  # which file it was, how long, and written when; None: none


class KeyRing:
    """The keys of a file; without one there are none, and what is offered as a key means nothing."""

    def __init__(self, path: Path | None = None) -> None:
        """Read the keys. Raises SettingsError where they cannot be read; the file need not be there yet."""
        self._file = KeyFile(path) if path else None
        self._keys: Mapping[str, Key] = {}
        self._stamp: _Stamp = None
        self.in_use = False
        """Whether there are keys to come in by: from when there is a file, were it empty."""
        self._read()

    def key(self, offered: str) -> Key | None:
        """Return the key that somebody offers, None where it is not good."""
        return match(self._keys, offered)

    def current(self, key: Key) -> Key | None:
        """Return what is known now of a key that was good, None if it is so no longer."""
        now = self._keys.get(key.id)
        return now if now and not now.revoked and now.sha256 == key.sha256 else None

    def read_again(self) -> bool:
        """Read the file if it changed; say whether it did. One that cannot be read leaves all as it was."""
        try:
            return self._read()
        except SettingsError as error:
            log.error("the keys stay as they were", why=str(error))  # noqa: TRY400  one line
            return False

    def _read(self) -> bool:
        if self._file is None or (stamp := _stamp_of(self._file.path)) == self._stamp:
            return False
        self._stamp = stamp  # before the reading: what is written meanwhile is read the next time
        try:
            self._keys = self._file.keys()
            self.in_use = True
        except FileNotFoundError:  # who takes the file away takes the keys away, and opens nothing
            self._keys = {}
        return True


def _stamp_of(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError(f"the key file {path} cannot be read: {error}.") from error
    if not stat.S_ISREG(found.st_mode):
        raise SettingsError(f"the key file {path} is no file: name one with --api-key-file.")
    return found.st_ino, found.st_size, found.st_mtime_ns
