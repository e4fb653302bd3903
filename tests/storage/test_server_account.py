import os
import pwd
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from aerotrack.errors import StartError
from aerotrack.storage.server_account import ServerAccount, closed_to, let_in, server_account

STRANGER, THEIR_GROUP = 54_321, 54_322

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
as_user = pytest.mark.skipif(os.geteuid() == 0, reason="needs an ordinary user")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that anybody may walk to, which pytest's own are not, with `outer/inner` in it."""
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        (place / "outer" / "inner").mkdir(parents=True)
        place.chmod(0o711)
        yield place


def test_a_path_open_to_all_is_closed_to_nobody(place: Path) -> None:
    assert closed_to(place / "outer" / "inner", STRANGER, THEIR_GROUP) is None


def test_the_outermost_closed_directory_is_named(place: Path) -> None:
    (place / "outer" / "inner").chmod(0o700)
    (place / "outer").chmod(0o744)
    assert closed_to(place / "outer" / "inner", STRANGER, THEIR_GROUP) == place / "outer"


def test_the_owner_is_judged_by_the_owners_bits(place: Path) -> None:
    (place / "outer").chmod(0o077)
    assert closed_to(place / "outer", os.geteuid(), os.getegid()) == place / "outer"


def test_the_group_is_judged_by_the_groups_bits(place: Path) -> None:
    (place / "outer").chmod(0o701)
    assert closed_to(place / "outer", STRANGER, place.stat().st_gid) == place / "outer"


@as_root
def test_roots_directory_is_opened_to_the_servers_group_alone(place: Path) -> None:
    (place / "outer").chmod(0o700)
    let_in(place / "outer", ServerAccount(STRANGER, THEIR_GROUP, "stranger"))
    status = (place / "outer").stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (0, THEIR_GROUP, 0o710)


@as_root
def test_a_directory_of_somebody_else_is_left_alone(place: Path) -> None:
    os.chown(place / "outer", 1, 1)
    (place / "outer").chmod(0o700)
    let_in(place / "outer", ServerAccount(STRANGER, THEIR_GROUP, "stranger"))
    assert (place / "outer").stat().st_mode & 0o777 == 0o700


@as_root
def test_root_drops_to_a_user_without_rights(place: Path) -> None:
    account = server_account(place / "outer", place / "outer" / "no cluster", place / "outer")
    assert account is not None
    assert account.name in {"aerotrack", "postgres", "nobody"}
    assert (account.uid, account.closed) == (pwd.getpwnam(account.name).pw_uid, None)


@as_root
def test_a_cluster_keeps_its_owner(place: Path) -> None:
    os.chown(place / "outer" / "inner", STRANGER, THEIR_GROUP)
    account = server_account(place / "outer", place / "outer" / "inner", place)
    assert account is not None
    assert account.uid == STRANGER


@as_root
def test_a_cluster_of_roots_is_refused(place: Path) -> None:
    with pytest.raises(StartError, match="belongs to root"):
        server_account(place / "outer", place / "outer" / "inner", place)


@as_root
def test_what_stands_in_the_way_of_the_binaries_is_named(place: Path) -> None:
    (place / "outer").chmod(0o700)
    account = server_account(place / "data", place / "data" / "no cluster", place / "outer" / "inner")
    assert account is not None
    assert account.closed == place / "outer"


@as_user
def test_an_ordinary_user_stays_who_they_are(place: Path) -> None:
    assert server_account(place / "outer", place / "outer" / "inner", place) is None
