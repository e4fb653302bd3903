"""The key file: who may come in by which key. Lines of JSON that are only ever added to.

    {"id":"1f2e3d4c","name":"wall","scopes":["read"],"created":"2026-11-23T05:00:00Z","sha256":"9f86d081…"}
    {"revoked":"1f2e3d4c","at":"2026-11-24T05:00:00Z"}

A key is `id.secret`, with 32 random bytes for the secret. The file has its SHA-256 only. Slow hashes are for
passwords, which can be guessed; nobody guesses 256 random bits, and a slow hash would let anybody who offers
wrong keys take our time.
"""

import hmac
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex, token_urlsafe

import msgspec

from aerotrack.core.values import moment
from aerotrack.errors import SettingsError
from aerotrack.web.access import SCOPES, Scope

NAME = "keys.jsonl"
"""What the file is called in a data directory."""
SHAPE = re.compile(r"[0-9a-f]{8}\.[A-Za-z0-9_-]{43}", re.ASCII)
"""What a key looks like."""
MOST_NAME = 64
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class Key(msgspec.Struct, frozen=True):
    """A key, without its secret. `revoked` is when it was, empty while it is good."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created: str
    sha256: str
    revoked: str = ""

    @property
    def allowed(self) -> frozenset[Scope]:
        """What it is for; a word that this version does not know is for nothing."""
        return frozenset(SCOPES[word] for word in self.scopes if word in SCOPES)


class _Revocation(msgspec.Struct, forbid_unknown_fields=True):
    revoked: str
    at: str


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The file at `path`, which need not be there yet."""

    path: Path

    def keys(self) -> dict[str, Key]:
        """Read all keys by their ids, the revoked ones too. Raises SettingsError; FileNotFoundError."""
        try:
            mode = self.path.stat().st_mode
            lines = self.path.read_text("utf-8").splitlines()
        except FileNotFoundError:
            raise
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"the key file {self.path} cannot be read: {error}.") from error
        if mode & _OTHERS_WRITE:
            raise SettingsError(
                f"others may write the key file {self.path}, and so let themselves in: chmod 600 {self.path}."
            )
        keys: dict[str, Key] = {}
        for number, line in enumerate(lines, 1):
            if line.strip():
                self._enter(keys, line, number)
        return keys

    def create(self, name: str, scopes: Collection[str], now: float) -> str:
        """Make a key, at `now` in Unix seconds; return it, as nobody else can. Raises SettingsError."""
        if not name.strip() or len(name) > MOST_NAME or not name.isprintable():
            raise SettingsError(
                f"a key cannot be called {name!r}: give it a name of 1 to {MOST_NAME} letters, so that you "
                "know it when it is to be revoked."
            )
        if not scopes:
            raise SettingsError(f"a key is for something: give --scope {', '.join(SCOPES)}.")
        if unknown := [scope for scope in scopes if scope not in SCOPES]:
            raise SettingsError(f"there is no scope {unknown[0]!r}; there are {', '.join(SCOPES)}.")
        if any(key.name == name and not key.revoked for key in self._keys_if_any().values()):
            raise SettingsError(f"there is a key {name!r} already: give another name, or revoke that one.")
        text = f"{token_hex(4)}.{token_urlsafe(32)}"
        identity = text.partition(".")[0]
        digest = sha256(text.encode()).hexdigest()
        self._add(Key(identity, name, tuple(scopes), moment(now), digest))
        return text

    def revoke(self, named: str, now: float) -> Key:
        """Have a key, named by its id or name, be good no longer; return it. Raises SettingsError."""
        named = named.partition(".")[0] if SHAPE.fullmatch(named) else named  # so that no key is in an error
        keys = self._keys_if_any()
        found = keys.get(named) or next(
            (key for key in keys.values() if key.name == named and not key.revoked), None
        )
        if found is None:
            raise SettingsError(f"{self.path} has no key {named!r}: see aerotrack key list.")
        if not found.revoked:
            self._add(_Revocation(found.id, moment(now)))
        return found

    def _keys_if_any(self) -> dict[str, Key]:
        try:
            return self.keys()
        except FileNotFoundError:
            return {}

    def _enter(self, keys: dict[str, Key], line: str, number: int) -> None:
        try:
            if "revoked" in msgspec.json.decode(line, type=dict[str, object]):
                revocation = msgspec.json.decode(line, type=_Revocation)
                if revoked := keys.get(revocation.revoked):
                    keys[revoked.id] = msgspec.structs.replace(revoked, revoked=revocation.at or "?")
                return
            key = msgspec.json.decode(line, type=Key)
        except (msgspec.DecodeError, RecursionError) as error:  # its words are of the line's shape alone
            raise SettingsError(
                f"line {number} of the key file {self.path} is no key ({error}): mend or remove it."
            ) from None
        keys[key.id] = key

    def _add(self, entry: Key | _Revocation) -> None:
        """Add a line in one piece: a server that reads it meanwhile sees all of it or nothing."""
        told = {name: value for name, value in msgspec.to_builtins(entry).items() if value != ""}
        line = msgspec.json.encode(told) + b"\n"
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                size = os.fstat(file).st_size
                if size and os.pread(file, 1, size - 1) != b"\n":  # somebody's editor left it out
                    line = b"\n" + line
                os.write(file, line)
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise SettingsError(f"the key file {self.path} cannot be written: {error}.") from error


def match(keys: Mapping[str, Key], offered: str) -> Key | None:
    """Return the key that is offered, if it is good. How long that takes tells nothing of its secret."""
    key = keys.get(offered.partition(".")[0])
    digest = sha256(offered.encode("utf-8", "surrogateescape")).hexdigest()
    same = hmac.compare_digest(digest.encode(), (key.sha256 if key else "").encode())
    return key if key and same and not key.revoked else None


def listed(keys: Mapping[str, Key]) -> Iterator[str]:
    """Write keys as lines for people."""
    for key in keys.values():
        state = f"revoked {key.revoked}" if key.revoked else "good"
        yield f"{key.id}  {key.name}  {','.join(key.scopes)}  created {key.created}  {state}"
