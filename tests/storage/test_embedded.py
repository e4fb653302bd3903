import asyncio
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest
import structlog

import aerotrack
from aerotrack.errors import StartError
from aerotrack.storage import embedded_child
from aerotrack.storage.embedded import EmbeddedPostgres, running_url
from aerotrack.storage.embedded_programs import eventually
from aerotrack.storage.postmaster import read_postmaster

FAST = {"fsync": "off"}
START_AND_WAIT = """
import asyncio, sys; from pathlib import Path; from aerotrack.storage.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1])); asyncio.run(server.start())
print(server.pid, flush=True); sys.stdin.read()
"""
as_root = pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="needs root on Linux")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux signals the children of the dead")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a cluster, for all tests here: pytest's, so closed to other users."""
    directory = tmp_path_factory.mktemp("data")

    async def make() -> None:
        server = EmbeddedPostgres(directory, settings=FAST)
        await server.start()
        await server.stop()

    with asyncio.Runner() as runner:
        runner.run(make())
    return directory


@asynccontextmanager
async def served(
    directory: Path, settings: dict[str, str] = FAST
) -> AsyncIterator[tuple[EmbeddedPostgres, asyncpg.Connection]]:
    server = EmbeddedPostgres(directory, settings=settings)
    try:
        url = await server.start()
        connection = await asyncpg.connect(url)
        yield server, connection
        await connection.close()
    finally:
        await server.stop()


def process_that_starts_a_server(
    directory: Path, prefix: tuple[str, ...] = (), **options: object
) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(Path(aerotrack.__file__).parents[1])}
    command = [*prefix, sys.executable, "-c", START_AND_WAIT, str(directory)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=environment, **pipes, **options)


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def test_the_database_is_there_and_ours(made: Path) -> None:
    async with served(made) as (_, connection):
        row = await connection.fetchrow(
            "select current_user, current_database(), rolsuper from pg_roles where rolname = current_user"
        )
        assert tuple(row) == ("aerotrack", "aerotrack", True)


async def test_what_was_stored_is_there_after_a_restart(made: Path) -> None:
    async with served(made) as (_, connection):
        await connection.execute("create table kept as select 1 as n")
        await connection.execute("checkpoint")
    async with served(made) as (_, connection):
        assert await connection.fetchval("select n from kept") == 1
        await connection.execute("drop table kept")


async def test_no_port_is_opened(made: Path) -> None:
    async with served(made) as (server, connection):
        assert await connection.fetchval("show listen_addresses") == ""
        assert psutil.Process(server.pid).net_connections("inet") == []


async def test_other_roles_may_not_make_temporary_tables(made: Path) -> None:
    async with served(made) as (_, connection):
        await connection.execute("create role guest login")
        guest = await asyncpg.connect(running_url(made).replace("aerotrack@", "guest@"))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await guest.execute("create temp table mine (n integer)")
        await guest.close()
        await connection.execute("drop role guest")


@as_root
async def test_a_server_that_may_read_what_root_may_has_no_socket_outside_its_house(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="too long for the database's socket"):
        await EmbeddedPostgres(tmp_path / ("y" * 100)).start()


async def test_the_cluster_is_closed_to_others(made: Path) -> None:
    for name in ("data", "run"):
        assert (made / "postgres" / name).stat().st_mode & 0o777 == 0o700


async def test_the_url_of_a_running_server_can_be_asked_for(made: Path) -> None:
    async with served(made):
        assert running_url(made) == f"postgresql://aerotrack@/aerotrack?host={made}/postgres/run"
    assert running_url(made) is None


async def test_stopping_twice_or_before_the_start_does_nothing(made: Path) -> None:
    server = EmbeddedPostgres(made, settings=FAST)
    await server.stop()
    await server.start()
    await server.stop()
    await server.stop()
    assert server.pid is None


async def test_a_cluster_half_made_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "data.new" / "base").mkdir(parents=True)
    async with served(tmp_path) as (_, connection):
        assert await connection.fetchval("select 1") == 1
    assert not (tmp_path / "postgres" / "data.new").exists()


async def test_a_cluster_of_another_version_is_refused(tmp_path: Path, made: Path) -> None:
    shutil.copytree(made, tmp_path / "data", copy_function=shutil.copy2)
    if os.geteuid() == 0:
        os.chown(tmp_path / "data" / "postgres" / "data", 1, 1)
    (tmp_path / "data" / "postgres" / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(StartError, match="was made by PostgreSQL 14 and this AeroTrack brings 18"):
        await EmbeddedPostgres(tmp_path / "data").start()


async def test_a_server_that_does_not_start_says_why(made: Path) -> None:
    server = EmbeddedPostgres(made, settings={"shared_buffers": "a lot"})
    with pytest.raises(StartError, match='invalid value for parameter "shared_buffers": "a lot"'):
        await server.start()
    assert server.pid is None


async def test_a_server_left_over_is_ended_first(made: Path) -> None:
    orphan = EmbeddedPostgres(made, settings=FAST)
    await orphan.start()
    async with served(made) as (_, connection):
        assert orphan.pid is None
        assert await connection.fetchval("select 1") == 1


@pytest.fixture
def somebody(made: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the server's user that is no server."""
    user = (made / "postgres" / "data").stat().st_uid if os.geteuid() == 0 else None
    with subprocess.Popen(["/bin/sleep", "60"], user=user) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("name", ["data/postmaster.pid", "run/.s.PGSQL.5432.lock"])
async def test_a_stale_process_id_that_is_somebody_elses_by_now_is_ignored(
    made: Path, somebody: subprocess.Popen[bytes], name: str
) -> None:
    (made / "postgres" / name).write_text(f"{somebody.pid}\n{made}\n1763806320\n5432\n/nowhere\n\n\nready\n")
    assert running_url(made) is None
    async with served(made) as (server, _):
        found = read_postmaster(made / "postgres" / "data")
        assert found is not None
        assert found.pid == server.pid
    assert somebody.poll() is None


@on_linux
async def test_a_start_waits_for_the_last_children_of_a_killed_server(made: Path) -> None:
    async with served(made) as (server, _):
        assert server.pid is not None
        child = psutil.Process(server.pid).children()[0]
        child.suspend()
        os.kill(server.pid, signal.SIGKILL)
        start = asyncio.create_task(server.start())
        log = made / "postgres" / "log"
        refused = "pre-existing shared memory block"
        assert await eventually(lambda: refused in log.read_text()[-2000:], within=10, every=0.01)
        child.resume()
        await start
        assert running_url(made) is not None


async def test_a_server_that_dies_is_started_again_and_its_last_words_are_logged(made: Path) -> None:
    async with served(made) as (server, connection):
        await connection.execute("create table kept as select 1 as n")
        first = server.pid
        with structlog.testing.capture_logs() as logs:
            supervision = asyncio.create_task(server.supervise())
            os.kill(first, signal.SIGKILL)
            revived = lambda: server.pid not in {None, first} and running_url(made) is not None  # noqa: E731
            assert await eventually(revived, within=20, every=0.01)
            supervision.cancel()
        again = await asyncpg.connect(running_url(made))
        assert await again.fetchval("select n from kept") == 1
        await again.execute("drop table kept")
        await again.close()
    assert logs[0]["event"] == "PostgreSQL died and is started again"
    assert "ready to accept connections" in logs[0]["log"]


@on_linux
async def test_no_server_outlives_an_owner_that_was_killed(made: Path) -> None:
    with process_that_starts_a_server(made) as owner:
        pid = int(owner.stdout.readline())
        owner.kill()
    assert await eventually(lambda: gone(pid), within=10, every=0.01)
    assert "database system is shut down" in (made / "postgres" / "log").read_text().splitlines()[-1]


@as_root
async def test_an_ordinary_user_starts_a_server_that_does_not_outlive_them_either(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(tmp_path, nobody.pw_uid, nobody.pw_gid)
    # The interpreter may be closed to nobody (a venv under /root): let them read, as the child can.
    who = (str(os.getpid()), str(nobody.pw_uid), str(nobody.pw_gid), "1")
    script = (sys.executable, "-I", "-S", "-E", embedded_child.__file__, *who)
    with process_that_starts_a_server(tmp_path, script) as owner:
        pid = int(owner.stdout.readline() or owner.stderr.read())
        assert psutil.Process(pid).uids().real == nobody.pw_uid
        owner.kill()
    assert await eventually(lambda: gone(pid), within=10, every=0.01)
    async with served(tmp_path) as (_, connection):  # and root takes their directory over as them
        assert await connection.fetchval("select 1") == 1
    assert (tmp_path / "postgres" / "data").stat().st_uid == nobody.pw_uid


@as_root
def test_a_machine_that_withholds_the_right_to_search_gets_one_clear_sentence(tmp_path: Path) -> None:
    tmp_path.parent.chmod(0o700)

    def without_the_capability() -> None:
        ctypes.CDLL(None).prctl(24, 2, 0, 0, 0)  # PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH

    with process_that_starts_a_server(tmp_path, preexec_fn=without_the_capability) as owner:
        said = owner.communicate(timeout=30)[1].decode().splitlines()[-1]
    assert said.startswith("aerotrack.errors.StartError: PostgreSQL refuses to run as root, and user ")
    assert "cannot walk through" in said
    assert "chmod o+x" in said
