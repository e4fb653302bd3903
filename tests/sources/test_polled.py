import asyncio
import time
from collections.abc import Mapping
from contextlib import aclosing
from pathlib import Path

import pytest

from aerotrack.errors import SettingsError
from aerotrack.sources import source_from
from aerotrack.sources.keys import Keys
from aerotrack.sources.poll import Poll
from decode.cutting import FEEDS
from sources.feeders import NOON, Answer, document, rows_until, web_server

STATES = b'{"time":1795348800,"states":[["4ca2d6","EIN52V",null,1795348799,1795348799,8.5,50.0]]}'


def source(url: str, keys: Keys | None = None) -> Poll:
    made = source_from(url, clock=lambda: NOON, keys=keys or Keys())
    assert isinstance(made, Poll)
    return made


async def read(polled: Poll, rows: int = 1) -> int:
    async with aclosing(polled.observations()) as observations:
        return sum(map(len, await rows_until(observations, rows)))


@pytest.mark.parametrize(
    ("url", "interval"),
    [
        ("aircraft+http://pi/data/aircraft.json", 1.0), ("adsbx+https://api.adsb.lol/v2/point/50/8/100", 5.0),
        ("adsbx+https://api.adsb.lol/v2/point/50/8/100?interval=20", 20.0),
        ("opensky+http://pi/api/states/all", 5.0), ("opensky+file:///x?interval=3", 3.0),
        ("aircraft+file:///x", 1.0), ("opensky:?bbox=8,49,9,50&interval=600", 600.0),
    ],
)  # fmt: skip
def test_every_kind_has_an_interval(url: str, interval: float) -> None:
    assert source(url).interval == interval


def test_opensky_says_itself_how_often_it_may_be_asked() -> None:
    assert source("opensky:").interval == 432.0
    assert source("opensky:", Keys("me", "hush")).interval == pytest.approx(43.2)


async def test_a_query_goes_to_its_server_letter_by_letter() -> None:
    asked = []
    moment = (FEEDS / "moment.binCraft").read_bytes()

    def answer(target: str, _headers: Mapping[str, str]) -> Answer:
        asked.append(target)
        return 200, {}, moment

    async with web_server(answer) as port:
        polled = source(f"aircraft+http://127.0.0.1:{port}/re-api/?interval=2&binCraft&box=1,2%2C3")
        assert await read(polled, 34) == 34
    assert asked == ["/re-api/?binCraft&box=1,2%2C3"]


async def test_a_key_goes_only_where_the_url_says_so_and_in_no_url() -> None:
    asked = []

    def answer(target: str, headers: Mapping[str, str]) -> Answer:
        asked.append((target, headers.get("api-auth"), headers["accept-encoding"]))
        return 200, {}, document(NOON).replace(b"aircraft", b"ac")

    async with web_server(answer) as port:
        for query in ("?interval=0.1&auth=api-auth", "?interval=0.1"):
            polled = source(f"adsbx+http://127.0.0.1:{port}/v2{query}", Keys(adsbx_key="hush"))
            assert polled.url == f"adsbx+http://127.0.0.1:{port}/v2"
            assert await read(polled) == 1
    assert [(target, key) for target, key, _ in asked] == [("/v2", "hush"), ("/v2", None)]
    assert "gzip" in asked[0][2]


async def test_any_server_may_answer_as_opensky_does(tmp_path: Path) -> None:
    async with web_server(lambda _target, _headers: (200, {}, STATES)) as port:
        assert await read(source(f"opensky+http://127.0.0.1:{port}/api/states/all")) == 1
    path = tmp_path / "states.json"
    path.write_bytes(STATES)
    assert await read(source(f"opensky+{path.as_uri()}")) == 1


@pytest.mark.parametrize(
    ("url", "keys", "sentence"),
    [
        ("opensky:?bbox=10,49,8,51", Keys(), "bbox is W,S,E,N"), ("opensky:?bbox=1,2", Keys(), "bbox is W"),
        ("opensky:?bbox=nan,0,1,1", Keys(), "bbox is W,S,E,N"), ("opensky:?box=1", Keys(), "possible: bbox"),
        ("opensky://pi/states", Keys(), "write opensky:"), ("opensky:", Keys("me"), "OpenSky wants both"),
        ("opensky:", Keys(None, "hush"), "OpenSky wants both"), ("adsbx+https:///v2", Keys(), "give a host"),
        ("adsbx+https://x/v2?auth=api-auth", Keys(), "set AEROTRACK_ADSBX_KEY"),
        ("adsbx+https://x/v2?auth=a%0Db", Keys(adsbx_key="hush"), "the name of a header"),
        ("adsbx+https://x/v2?auth=api-auth", Keys(adsbx_key="hush\r\n"), "characters that no header"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_no_secret(url: str, keys: Keys, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence) as error:
        source(url, keys)
    assert "hush" not in str(error.value)


async def test_two_sources_of_one_service_ask_it_one_after_the_other() -> None:
    times: list[float] = []

    def answer(_target: str, _headers: Mapping[str, str]) -> Answer:
        times.append(time.monotonic())
        return 200, {}, b'{"now":1795348800000,"ac":[{"hex":"4ca2d6"}]}'

    async with web_server(answer) as port:
        here, there = (source(f"adsbx+http://127.0.0.1:{port}/{place}?interval=0.8") for place in "ab")
        assert await asyncio.gather(read(here), read(there)) == [1, 1]
    assert times[1] - times[0] > 0.3


async def test_two_boxes_of_opensky_spend_the_same_credits() -> None:
    alone = source("opensky:?bbox=8,49,9,50").interval
    boxes = [source("opensky:?bbox=8,49,9,50"), source("opensky:?bbox=8,50,9,51")]
    assert [box.interval for box in boxes] == [2 * alone, 2 * alone]
