import pytest

from fakes import START, rows_of
from web.harness import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the stage


@pytest.fixture(autouse=True)
def sky(site: Site) -> None:
    site.sky.columns = rows_of(
        [0x4CA2D6, 0x3C6444, 0x000001], lat=[50.0, 51.0, 0.0], lon=[8.0, 9.0, 179.5], category=b"A3",
        time=START + 999, last_heard=START + 999.5,
    )  # fmt: skip


async def states(site: Site, query: str = "") -> list[str]:
    answer = await site.get(f"/api/states/all{query}")
    assert answer.status_code == 200
    return [vector[0] for vector in answer.json()["states"]]


async def test_all_states_are_told_with_the_time(site: Site) -> None:
    answer = await site.get("/api/states/all")
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == ["time", "states"]
    assert answer.json()["time"] == START + 1000
    assert [len(vector) for vector in answer.json()["states"]] == [17, 17, 17]


async def test_an_address_may_be_repeated(site: Site) -> None:
    assert await states(site, "?icao24=4CA2D6") == ["4ca2d6"]
    assert await states(site, "?icao24=4ca2d6&icao24=3c6444") == ["4ca2d6", "3c6444"]


async def test_a_box_has_four_sides(site: Site) -> None:
    assert await states(site, "?lamin=49&lomin=7&lamax=50.5&lomax=10") == ["4ca2d6"]
    assert await states(site, "?lamin=-1&lomin=179&lamax=1&lomax=-179") == ["000001"]


async def test_zero_is_a_side_of_a_box(site: Site) -> None:
    assert await states(site, "?lamin=0&lomin=0&lamax=0&lomax=180") == ["000001"]


async def test_extended_adds_the_category(site: Site) -> None:
    (vector,) = (await site.get("/api/states/all?extended=1&icao24=4ca2d6")).json()["states"]
    assert (len(vector), vector[17]) == (18, 4)
    (vector,) = (await site.get("/api/states/all?icao24=4ca2d6")).json()["states"]
    assert len(vector) == 17


async def test_the_time_may_be_now(site: Site) -> None:
    assert len(await states(site, "?time=0")) == 3
    assert len(await states(site, f"?time={START + 990}")) == 3


@pytest.mark.parametrize(
    "query",
    [
        "time=1",
        "lamin=1",
        "lamin=1&lomin=1&lamax=0&lomax=2",
        "lamin=x",
        "lamin=nan",
        "icao24=xyz",
        "extended=x",
    ],
)
async def test_what_cannot_be_asked_is_a_problem(site: Site, query: str) -> None:
    answer = await site.get(f"/api/states/all?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert len(answer.json()["detail"]) > 20
