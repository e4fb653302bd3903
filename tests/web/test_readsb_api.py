from typing import Any

import httpx
import numpy as np
import pytest
import zstandard
from fastapi import FastAPI

from aerotrack.core.observations import Receiver
from aerotrack.core.reports import FeedReport
from aerotrack.decode.aircraft_json import AircraftJson
from aerotrack.decode.bincraft import BinCraft
from aerotrack.web.per_tick import PerTick
from aerotrack.web.readsb_api import NO_ZSTD, ReadsbApi
from fakes import START, FakeSky, rows_of
from web.harness import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the stage


@pytest.fixture(autouse=True)
def sky(site: Site) -> None:
    site.sky.columns = rows_of(
        [0x4CA2D6, 0x3C6444, 0x1000001], lat=[50.0, 51.0, np.nan], lon=[8.0, 9.0, np.nan],
        callsign=[b"RYR1", b"DLH1", b""], position_source=[0, 2, -1], time=[START + 999] * 2 + [np.nan],
        last_heard=START + 999.5,
    )  # fmt: skip
    site.feeds += [
        FeedReport("roof", "sbs://roof:30003", messages=9),
        FeedReport("hill", "sbs://h:1", messages=3),
    ]


def hexes(answer: httpx.Response, name: str = "aircraft") -> list[str]:
    assert answer.status_code == 200
    return [aircraft["hex"] for aircraft in answer.json()[name]]


async def test_aircraft_json_is_a_document_that_our_own_decoder_reads(site: Site) -> None:
    answer = await site.get("/data/aircraft.json?_=1732290208")
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == ["now", "messages", "aircraft"]
    assert (answer.json()["now"], answer.json()["messages"]) == (START + 1000, 12)
    seen = AircraftJson().document(answer.content, None)
    assert seen.address.tolist() == [0x4CA2D6, 0x3C6444, 0x1000001]
    assert seen.columns["time"].tolist()[:2] == [START + 999] * 2


async def test_a_sky_of_thousands_comes_whole(site: Site) -> None:
    site.sky.columns = rows_of(np.arange(2345), lat=50.0, lon=8.0)
    assert hexes(await site.get("/data/aircraft.json")) == [f"{i:06x}" for i in range(2345)]


async def test_an_empty_sky_is_an_empty_list(site: Site) -> None:
    site.sky.columns = rows_of([])
    assert hexes(await site.get("/data/aircraft.json")) == []


async def test_who_polls_is_told_that_nothing_changed(site: Site) -> None:
    tag = (await site.get("/data/aircraft.json")).headers["etag"]
    again = await site.get("/data/aircraft.json", **{"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_receiver_says_how_often_to_ask_and_what_there_is(site: Site) -> None:
    told = (await site.get("/data/receiver.json")).json()
    assert told.pop("version").startswith("AeroTrack ")
    assert told == {
        "refresh": 1000, "history": 0, "readsb": True, "binCraft": True, "aircraft_binCraft": True,
        "zstd": True,
    }  # fmt: skip


@pytest.mark.parametrize("options", [{"receiver": Receiver(48.8012, 0.0), "tick_seconds": 0.5}])
async def test_the_place_of_the_receiver_is_told_where_it_is_known(site: Site) -> None:
    told = (await site.get("/data/receiver.json")).json()
    assert (told["lat"], told["lon"], told["refresh"]) == (48.8, 0.0, 500)
    header = (await site.get("/data/aircraft.binCraft")).content[:112]
    assert np.frombuffer(header, "<i4", 2, 32).tolist() == [48_800_000, 0]


async def test_there_is_no_history(site: Site) -> None:
    answer = await site.get("/data/history_0.json")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_the_aircraft_are_counted(site: Site) -> None:
    status = (await site.get("/data/status.json")).json()
    assert (status["now"], status["aircraft_with_pos"], status["aircraft_without_pos"]) == (
        START + 1000,
        2,
        1,
    )
    assert status["aircraft_count_by_type"]["mlat"] == 1
    stats = (await site.get("/data/stats.json")).json()
    assert (stats["total"]["messages"], stats["aircraft_with_pos"]) == (12, 2)


async def test_bincraft_is_a_document_that_our_own_decoder_reads(site: Site) -> None:
    answer = await site.get("/data/aircraft.binCraft")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert BinCraft().document(answer.content, None).address.tolist() == [0x4CA2D6, 0x3C6444, 0x1000001]
    assert np.frombuffer(answer.content, "<u4", 1, 28).tolist() == [12]


async def test_bincraft_comes_compressed_and_is_not_compressed_again(site: Site) -> None:
    answer = await site.get("/data/aircraft.binCraft.zst")
    assert "content-encoding" not in answer.headers
    plain = (await site.get("/data/aircraft.binCraft")).content
    assert zstandard.ZstdDecompressor().decompress(answer.content) == plain


@pytest.mark.parametrize("path", ["/data/aircraft.binCraft.zst", "/re-api/?all&binCraft&zstd"])
async def test_without_zstandard_there_is_a_sentence(path: str) -> None:
    sky = FakeSky()
    app = FastAPI()
    api = ReadsbApi(sky, PerTick(sky, "9f3c21aa"), list, tick_seconds=1.0, zstd=False)
    app.include_router(api.router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x.example") as client:
        answer = await client.get(path)
        told = (await client.get("/data/receiver.json")).json()
    assert (answer.status_code, answer.json()["detail"]) == (404, NO_ZSTD)
    assert told["zstd"] is False


async def test_a_map_asks_for_its_box(site: Site) -> None:
    answer = await site.get("/re-api/?binCraft&zstd&box=49.5,50.5,7.5,8.5")
    packed = zstandard.ZstdDecompressor().decompress(answer.content)
    assert BinCraft().document(packed, None).address.tolist() == [0x4CA2D6]
    assert np.frombuffer(packed, "<i2", 4, 20).tolist() == [49, 7, 51, 9]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("all", ["4ca2d6", "3c6444", "~000001"]),
        ("all_with_pos", ["4ca2d6", "3c6444"]),
        ("box=50.5,52,8,10", ["3c6444"]),
        ("circle=51,9,10", ["3c6444"]),
        ("find_callsign=RYR1", ["4ca2d6"]),
        ("find_hex=~000001", ["~000001"]),
    ],
)
async def test_json_is_answered_too(site: Site, query: str, found: list[str]) -> None:
    answer = await site.get(f"/re-api/?{query}")
    assert hexes(answer) == found
    assert answer.json()["resultCount"] == len(found)
    assert hexes(await site.get(f"/re-api/?jv2&{query}"), "ac") == found


async def test_the_slash_before_the_question_may_be_missing(site: Site) -> None:
    assert hexes(await site.get("/re-api?find_callsign=RYR1")) == ["4ca2d6"]


async def test_the_forms_of_one_question_are_kept_apart(site: Site) -> None:
    bodies: set[Any] = set()
    for form in ("", "&jv2", "&binCraft", "&binCraft&zstd"):
        bodies.add((await site.get(f"/re-api/?all{form}")).content)
    assert len(bodies) == 4


@pytest.mark.parametrize("query", ["", "box=1,2,3", "all&zstd", "circle=0,0,300", "find_hex=xyz"])
async def test_what_cannot_be_asked_is_a_problem(site: Site, query: str) -> None:
    answer = await site.get(f"/re-api/?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert len(answer.json()["detail"]) > 20
