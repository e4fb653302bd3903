import gzip
import math
import os
from collections.abc import Mapping
from contextlib import aclosing
from pathlib import Path

import pytest

from aerotrack.decode import documents
from aerotrack.decode.aircraft_documents import AircraftDocuments
from aerotrack.errors import FeedError
from aerotrack.sources.courtesy import Courtesy
from aerotrack.sources.poll import Fetcher, FileDocument, HttpDocument, Poll
from decode.cutting import FEEDS
from sources.feeders import NOON, Answer, document, rows_until, web_server


class Answers:
    """Documents as they would be fetched, the last one for ever."""

    def __init__(self, *answers: bytes | None) -> None:
        self.left = list(answers)
        self.closed = False

    async def fetch(self) -> bytes | None:
        return self.left.pop(0) if len(self.left) > 1 else self.left[0]

    async def close(self) -> None:
        self.closed = True


def poll(fetcher: Fetcher, silence: float = 5.0) -> Poll:
    return Poll(
        name="roof", url="aircraft+test:", fetcher=lambda: fetcher, clock=lambda: NOON,
        decoder=AircraftDocuments(), interval=lambda: 0.001, silence=silence,
    )  # fmt: skip


async def test_each_poll_is_a_batch_that_knows_the_interval() -> None:
    answers = Answers(document(NOON), document(NOON + 1))
    async with aclosing(poll(answers).observations()) as observations:
        batches = await rows_until(observations, 2)
    assert [batch.columns["time"].tolist() for batch in batches] == [[NOON - 0.5], [NOON + 0.5]]
    assert {(batch.feed, batch.interval) for batch in batches} == {("roof", 0.001)}
    assert answers.closed


async def test_rows_live_for_as_long_as_the_next_poll_has_to_wait_for_others() -> None:
    crowded = Poll(
        name="roof", url="adsbx+test:", fetcher=lambda: Answers(document(NOON)), clock=lambda: NOON,
        decoder=AircraftDocuments(), interval=lambda: 0.001, ahead=lambda: 65.0,
    )  # fmt: skip
    async with aclosing(crowded.observations()) as observations:
        assert (await anext(observations)).interval == 65.0
        await anext(observations)  # it is asked for no later, which is for the queue to say


async def test_an_unchanged_document_is_a_sign_of_life_and_no_message() -> None:
    async with aclosing(poll(Answers(document(NOON), None)).observations()) as observations:
        first, second = await anext(observations), await anext(observations)
    assert (len(first), first.messages) == (1, 1)
    assert (len(second), second.messages) == (0, 0)


async def test_a_position_repeated_by_the_next_poll_is_refused() -> None:
    async with aclosing(poll(Answers(document(NOON))).observations()) as observations:
        _, again = await anext(observations), await anext(observations)
    assert again.refused == {"repeated": 1}
    assert "lat" not in again.columns


async def test_half_a_document_is_refused_and_the_next_poll_is_whole() -> None:
    answers = Answers(document(NOON)[:60], document(NOON))
    async with aclosing(poll(answers).observations()) as observations:
        half, whole = await anext(observations), await anext(observations)
    assert (len(half), half.refused, half.messages) == (0, {"bad_json": 1}, 1)
    assert len(whole) == 1


async def test_a_document_that_is_no_longer_renewed_is_an_error() -> None:
    async with aclosing(poll(Answers(document(NOON)), silence=0.02).observations()) as observations:
        with pytest.raises(FeedError, match="not renewed"):
            await rows_until(observations, 10_000)


async def test_http_asks_only_for_what_is_new() -> None:
    asked: list[Mapping[str, str]] = []

    def answer(_target: str, headers: Mapping[str, str]) -> Answer:
        asked.append(headers)
        if headers.get("if-none-match") == '"1"':
            return 304, {}, b""
        return 200, {"ETag": '"1"', "Last-Modified": "Sun, 22 Nov 2026 12:00:00 GMT"}, document(NOON)

    async with web_server(answer) as port:
        http = HttpDocument(f"http://127.0.0.1:{port}/data/aircraft.json")
        assert await http.fetch() == document(NOON)
        assert await http.fetch() is None
        await http.close()
    assert asked[1]["if-modified-since"] == "Sun, 22 Nov 2026 12:00:00 GMT"
    assert asked[1]["user-agent"].startswith("AeroTrack/")


async def test_http_may_be_compressed_and_may_ask_who_we_are() -> None:
    def answer(target: str, headers: Mapping[str, str]) -> Answer:
        assert "gzip" in headers["accept-encoding"]
        assert target == "/data?key=1"
        if headers.get("authorization") != "Basic dTpw":
            return 401, {}, b""
        return 200, {"Content-Encoding": "gzip"}, gzip.compress(document(NOON))

    async with web_server(answer) as port:
        http = HttpDocument(f"http://u:p@127.0.0.1:{port}/data?key=1")
        assert await http.fetch() == document(NOON)
        await http.close()


async def test_an_http_error_shows_no_secrets() -> None:
    async with web_server(lambda _target, _headers: (404, {}, b"no")) as port:
        http = HttpDocument(f"http://u:secret@127.0.0.1:{port}/x?key=secret")
        with pytest.raises(FeedError, match=r"http://127.0.0.1:\d+/x answered 404"):
            await http.fetch()
        await http.close()


async def test_a_server_that_is_not_there_is_an_error() -> None:
    async with web_server(lambda _target, _headers: (200, {}, b"")) as port:
        pass
    http = HttpDocument(f"http://127.0.0.1:{port}/x")
    with pytest.raises(FeedError, match="Cannot read http://127"):
        await http.fetch()
    await http.close()


async def test_http_is_read_no_further_than_a_document_may_be_large() -> None:
    bomb = gzip.compress(bytes(documents.LARGEST + 1), compresslevel=1)
    async with web_server(lambda _target, _headers: (200, {"Content-Encoding": "gzip"}, bomb)) as port:
        http = HttpDocument(f"http://127.0.0.1:{port}/x")
        with pytest.raises(FeedError, match="larger than 64 MiB"):
            await http.fetch()
        await http.close()


async def test_a_file_is_read_again_once_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "aircraft.json"
    path.write_bytes(document(NOON))
    file = FileDocument(path)
    assert await file.fetch() == document(NOON)
    assert await file.fetch() is None
    path.write_bytes(document(NOON + 1))
    os.utime(path, ns=(1, 1))
    assert await file.fetch() == document(NOON + 1)


async def test_a_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="No such file"):
        await FileDocument(tmp_path / "aircraft.json").fetch()


@pytest.mark.parametrize("again", [b"<html></html>", None], ids=["told again", "said to be unchanged"])
async def test_what_is_no_list_of_aircraft_twice_is_an_error(again: bytes | None) -> None:
    async with aclosing(poll(Answers(b"<html>", again)).observations()) as observations:
        await anext(observations)
        with pytest.raises(FeedError, match=r"no list of aircraft \(bad_json\); check the address") as error:
            await rows_until(observations, 1)
    assert error.value.pause == 10.0


async def test_the_interval_may_change_from_poll_to_poll() -> None:
    intervals = iter([0.001, 0.002])
    polled = Poll(
        name="roof", url="aircraft+test:", fetcher=lambda: Answers(document(NOON)), clock=lambda: NOON,
        decoder=AircraftDocuments(), interval=lambda: next(intervals),
    )  # fmt: skip
    async with aclosing(polled.observations()) as observations:
        assert [(await anext(observations)).interval for _ in range(2)] == [0.001, 0.002]


async def test_a_receiver_may_answer_in_binary() -> None:
    moment = (FEEDS / "moment.binCraft.zst").read_bytes()
    async with aclosing(poll(Answers(moment)).observations()) as observations:
        assert len(await anext(observations)) == 34


async def test_a_server_that_is_not_ours_is_left_alone_once_it_refuses() -> None:
    statuses = [500, 429, 401]

    def answer(_target: str, headers: Mapping[str, str]) -> Answer:
        assert headers["api-auth"] == "hush"
        return statuses.pop(0), {"Retry-After": "7"} if statuses == [401] else {}, b""

    async with web_server(answer) as port:
        courtesy = Courtesy("it", clock=lambda: NOON, header={"api-auth": "hush"}, spread=lambda low, _: low)
        http = HttpDocument(f"http://127.0.0.1:{port}/x", courtesy)
        pauses = []
        for _ in range(3):
            with pytest.raises(FeedError) as error:
                await http.fetch()
            pauses.append(error.value.pause)
            assert "hush" not in str(error.value)
        await http.close()
    assert pauses == [10.0, 7.0, math.inf]


async def test_a_key_is_not_carried_to_another_server() -> None:
    asked = []

    def elsewhere(_target: str, headers: Mapping[str, str]) -> Answer:
        asked.append(headers)
        return 200, {}, document(NOON)

    async with (
        web_server(elsewhere) as other,
        web_server(lambda _target, _headers: (302, {"Location": f"http://127.0.0.1:{other}/"}, b"")) as port,
    ):
        url = f"http://127.0.0.1:{port}/x"
        keyed = HttpDocument(url, Courtesy("it", clock=lambda: NOON, header={"api-auth": "hush"}))
        with pytest.raises(FeedError, match="answered 302"):
            await keyed.fetch()
        await keyed.close()
        assert asked == []
        free = HttpDocument(url, Courtesy("it", clock=lambda: NOON))
        assert await free.fetch() == document(NOON)
        await free.close()
