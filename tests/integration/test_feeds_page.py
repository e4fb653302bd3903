"""docs/how-to/feeds.md: every line that can be copied is a source, and the new format of the page works."""

import asyncio
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from aerotrack import config
from aerotrack.core.observations import Receiver
from aerotrack.sources import SOURCES, source_from
from aerotrack.sources.formats import FORMATS
from aerotrack.sources.keys import Keys
from end_to_end.program import Program
from sources.feeders import NOON, sbs, serving

HOME = Path(__file__).parents[2]
PAGE = (HOME / "docs/how-to/feeds.md").read_text("utf-8")
REFERENCE = (HOME / "docs/reference/sources.md").read_text("utf-8")
LINES = [
    shlex.split(line, comments=True)[1:]
    for line in re.findall(r"(?:^    |`)(\./aerotrack [^`\n]+)", PAGE, re.MULTILINE)
]
URLS = [line[0] for line in LINES if line[0] != "replay"]
LISTED = re.search(r"^    # aerotrack.toml\n((?:    .*\n)+)", PAGE, re.MULTILINE)
DECODER, IMPORT, ENTRY = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SPOKEN = b"""1795348800.5 4ca2d6 50.03330 8.57046 35000
1795348801.5 nobody 50 8 1
1795348802 4ca2d6 50.1 8.6 x
"""


def parsed(url: str, folder: Path) -> object:
    """What the parser makes of a URL of the page; a recording that it names is there."""
    recording = folder / "yesterday.sbs.gz"
    recording.write_bytes(sbs())
    there = url.replace("file:yesterday.sbs.gz", f"file:{recording}")
    return source_from(there, clock=lambda: NOON, keys=Keys(adsbx_key="k"))


@pytest.mark.parametrize("url", URLS)
def test_a_line_of_the_page_is_a_source(url: str, tmp_path: Path) -> None:
    source = parsed(url, tmp_path)
    name = urlsplit(url).fragment
    assert not name or getattr(source, "name", None) == name


def test_every_kind_of_source_has_a_line_on_the_page() -> None:
    assert sorted(set(SOURCES) - {url.partition(":")[0] for url in URLS}) == []


def test_every_kind_of_source_is_in_the_reference() -> None:
    assert [scheme for scheme in SOURCES if f"`{scheme}:" not in REFERENCE] == []


def test_a_list_of_receivers_has_names_places_and_priorities(tmp_path: Path) -> None:
    assert LISTED is not None
    path = tmp_path / "aerotrack.toml"
    path.write_text(LISTED[1])
    urls = config.load({}, {"AEROTRACK_CONFIG": str(path)}).sources
    sources = {getattr(source, "name", ""): source for source in (parsed(url, tmp_path) for url in urls)}
    assert list(sources) == ["bergen", "stavanger", "mlat"]
    assert getattr(sources["bergen"], "receiver", None) == Receiver(60.3, 5.22, 220)
    assert getattr(sources["stavanger"], "priority", None) is True


@pytest.mark.parametrize("name", re.findall(r"^    export (AEROTRACK_\w+)=", PAGE, re.MULTILINE))
def test_a_variable_of_the_page_is_a_setting(name: str) -> None:
    assert f"`{name}`" in (HOME / "docs/reference/settings.md").read_text("utf-8")


def run_real(line: str, port: int) -> str:
    """Take a line of the page for a feed on another port."""
    (url,) = (url for url in URLS if url.startswith(line))
    return url.replace(urlsplit(url).netloc, f"127.0.0.1:{port}")


async def test_a_line_runs_and_the_feeds_are_seen_to_work(tmp_path: Path) -> None:
    asked = "http://127.0.0.1:8080/api/v1/feeds"
    assert f"curl -s {asked}" in PAGE

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sbs())
        await reader.read()

    async with serving(talk) as port:
        right, wrong = run_real("sbs://", port), run_real("beast://192.168.1.30", port)
        program = await asyncio.to_thread(
            lambda: Program.serving(right, f"{wrong}#wrong", "sbs://127.0.0.1:1#away", data_dir=tmp_path)
        )
        with program:
            feeds: dict[str, Any] = {}
            async with asyncio.timeout(30), httpx.AsyncClient() as client:
                while not feeds or feeds[f"sbs 127.0.0.1:{port}"]["accepted"] == 0:
                    answer = await client.get(f"{program.url}{urlsplit(asked).path}")
                    feeds = {feed["name"]: feed for feed in answer.json()["feeds"]}
    assert feeds[f"sbs 127.0.0.1:{port}"]["state"] == "connected"
    assert "cannot connect to 127.0.0.1:1: Connection refused" in feeds["away"]["error"]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with the page's new format: one file, its import and its line, nothing else."""
    src = tmp_path_factory.mktemp("copy")
    package = src / "aerotrack"
    shutil.copytree(HOME / "src/aerotrack", package, ignore=shutil.ignore_patterns("page", "__pycache__"))
    (package / "decode/home.py").write_text(DECODER)
    table = package / "sources/formats.py"
    text = table.read_text()
    before, end, after = text.partition("\n}  # fmt: skip\n")
    assert end
    first = "from aerotrack.decode import Decoder\n"
    assert first in before
    table.write_text(before.replace(first, IMPORT + first) + "\n" + ENTRY + end.removeprefix("\n") + after)
    return src


def in_copy(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        env={"PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


SCRIPT = """
import asyncio, sys
from aerotrack.sources import SOURCES, source_from

async def read(url):
    heard = source_from(url, clock=lambda: 1795348803.0).observations()
    async with asyncio.timeout(20):
        async for seen in heard:
            if len(seen):
                print([f"{address:06x}" for address in seen.address.tolist()], seen.last_heard.tolist())
                print({name: values.tolist() for name, values in seen.columns.items()})
                print(sorted(seen.refused.items()), seen.messages)
                break
    await heard.aclose()

print([scheme for scheme in SOURCES if scheme.endswith("home")])
asyncio.run(read(sys.argv[1]))
"""
TOLD = [
    "['home', 'listen+home', 'udp+home']",
    "['4ca2d6', '4ca2d6'] [1795348800.5, 1795348802.0]",
    "{'lat': [50.0333, 50.1], 'lon': [8.57046, 8.6], 'altitude_ft': [35000.0, nan]}",
    "[('bad_address', 1), ('bad_field', 1)] 3",
]


def told(done: subprocess.CompletedProcess[str]) -> Sequence[str]:
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


async def test_the_new_format_of_the_page_is_heard_from_a_socket(copy: Path) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(SPOKEN)
        with suppress(ConnectionError):
            await reader.read()

    async with serving(talk) as port:
        done = await asyncio.to_thread(in_copy, copy, f"home://127.0.0.1:{port}")
    assert told(done) == TOLD


def test_the_new_format_of_the_page_is_recognised_in_a_recording(copy: Path, tmp_path: Path) -> None:
    recording = tmp_path / "yesterday.home"
    recording.write_bytes(SPOKEN)
    assert told(in_copy(copy, f"file:{recording}?speed=max")) == TOLD


def test_the_new_file_of_the_page_keeps_to_the_style(copy: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--config", HOME / "pyproject.toml",
         "--stdin-filename", HOME / "src/aerotrack/decode/home.py", "-"],
        input=DECODER, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "lines of my receiver" not in FORMATS  # it is not ours
