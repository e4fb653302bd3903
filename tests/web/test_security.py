import pytest

from aerotrack.web.addresses import Addresses
from aerotrack.web.door import Door
from aerotrack.web.security import HEADERS, is_welcome
from web.harness import Site, Stage

HERE = "tracker.example:8080"


@pytest.mark.parametrize("path", ["/", "/api/v1/flights", "/api/v1/nothing", "/api/v1/flights?limit=0"])
@pytest.mark.asyncio(loop_scope="session")  # that of the stage
async def test_every_answer_tells_browsers_to_trust_nobody_else(site: Site, path: str) -> None:
    answer = await site.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_no_script_runs_but_our_own_files() -> None:
    policy = dict(part.strip().split(" ", 1) for part in HEADERS["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert "script-src" not in policy
    assert policy["frame-ancestors"] == "'none'"


@pytest.mark.parametrize("options", [{"allow_embed": ["https://a.example", "http://b.example:81"]}])
@pytest.mark.asyncio(loop_scope="session")
async def test_the_page_alone_may_be_framed_and_only_by_those_who_are_named(site: Site) -> None:
    page = await site.get("/?embed")
    policy = page.headers["content-security-policy"]
    assert policy.split("; ")[-1] == "frame-ancestors https://a.example http://b.example:81"
    assert policy.split("; ")[:-1] == HEADERS["Content-Security-Policy"].split("; ")[:-1]
    assert "x-frame-options" not in page.headers
    for path in ("/docs", "/api/v1/flights", "/nowhere"):
        answer = await site.get(path)
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("options", [{"allow_origins": ["https://map.example"]}])
@pytest.mark.asyncio(loop_scope="session")
async def test_pages_of_an_allowed_origin_may_read_the_api(site: Site) -> None:
    allowed = await site.get("/api/v1/flights", Origin="https://map.example")
    other = await site.get("/api/v1/flights", Origin="https://evil.example")
    assert allowed.headers["access-control-allow-origin"] == "https://map.example"
    assert "access-control-allow-origin" not in other.headers


def test_a_program_that_is_no_browser_is_welcome() -> None:
    assert is_welcome({"host": HERE}, ())


@pytest.mark.parametrize("origin", ["http://tracker.example:8080", "https://tracker.example:8080"])
def test_our_own_page_is_welcome_also_behind_a_proxy(origin: str) -> None:
    assert is_welcome({"host": HERE, "origin": origin}, ())


def test_the_default_port_may_go_without_saying() -> None:
    assert is_welcome({"host": "tracker.example", "origin": "https://tracker.example"}, ())
    assert is_welcome({"host": "tracker.example:443", "origin": "https://tracker.example"}, ())
    assert not is_welcome({"host": "tracker.example:80", "origin": "https://tracker.example"}, ())


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "",
        "http://tracker.example",
        "http://tracker.example:8081",
        "http://tracker.example:8080.evil.example",
        "http://evil.example/tracker.example:8080",
        "http://[::1",
        "file://tracker.example:8080",
    ],
)
def test_pages_of_others_are_not_welcome(origin: str) -> None:
    assert not is_welcome({"host": HERE, "origin": origin}, ())


def test_pages_of_an_allowed_origin_are_welcome() -> None:
    assert is_welcome({"host": HERE, "origin": "https://map.example"}, ["https://map.example"])


@pytest.mark.parametrize(("trusted", "told"), [((), None), (("127.0.0.1",), "max-age=31536000")])
@pytest.mark.asyncio(loop_scope="session")
async def test_who_comes_by_tls_is_told_to_come_so_again_if_that_is_believed(
    stage: tuple[Stage, str], trusted: tuple[str, ...], told: str | None
) -> None:
    site = Site(url=stage[1])
    stage[0].app = site.app(door=Door(None, Addresses(trusted)))
    for path in ("/", "/api/v1/flights", "/nowhere"):
        answer = await site.get(path, **{"X-Forwarded-Proto": "https"})
        assert answer.headers.get("strict-transport-security") == told
        assert "strict-transport-security" not in (await site.get(path)).headers
