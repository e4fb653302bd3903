import asyncio
import gzip
import threading
from collections.abc import Callable

import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from aerotrack.web.per_tick import PerTick
from fakes import FakeSky


def request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw})


class Kitchen:
    """Makes bodies, and counts them; `gate` holds them up."""

    def __init__(self, body: bytes = b"body", **options: int) -> None:
        self.sky = FakeSky()
        self.per_tick = PerTick(self.sky, "9f3c21aa", **options)
        self.body = body
        self.made = 0
        self.thread: threading.Thread | None = None
        self.gate = threading.Event()
        self.gate.set()

    def gather(self) -> Callable[[], bytes]:
        self.made += 1
        return self.write

    def write(self) -> bytes:
        self.gate.wait(5)
        self.thread = threading.current_thread()
        return self.body

    async def ask(self, key: str = "all", **headers: str) -> Response:
        return await self.per_tick.answer(request(**headers), key, self.gather)


async def test_a_body_is_made_once_a_tick() -> None:
    kitchen = Kitchen()
    first, second = await kitchen.ask(), await kitchen.ask()
    assert (first.body, second.body, kitchen.made) == (b"body", b"body", 1)
    kitchen.sky.tick += 1
    await kitchen.ask()
    assert kitchen.made == 2


async def test_each_question_has_a_body_of_its_own() -> None:
    kitchen = Kitchen()
    await kitchen.ask("all")
    await kitchen.ask("some")
    assert kitchen.made == 2


async def test_those_who_ask_at_once_share_the_making() -> None:
    kitchen = Kitchen()
    answers = await asyncio.gather(*(kitchen.ask() for _ in range(20)))
    assert (len(answers), kitchen.made) == (20, 1)


async def test_a_body_is_written_outside_the_event_loop() -> None:
    kitchen = Kitchen()
    await kitchen.ask()
    assert kitchen.thread is not threading.main_thread()


async def test_it_is_compressed_for_those_who_can_read_that() -> None:
    kitchen = Kitchen(b"body " * 100)
    packed = await kitchen.ask(accept_encoding="br, gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(bytes(packed.body)) == b"body " * 100
    plain = await kitchen.ask(accept_encoding="gzip;q=0")
    assert plain.body == b"body " * 100
    assert (packed.headers["vary"], plain.headers["vary"], kitchen.made) == ("Accept-Encoding",) * 2 + (1,)


async def test_who_has_it_already_is_told_so() -> None:
    kitchen = Kitchen()
    tag = (await kitchen.ask()).headers["etag"]
    again = await kitchen.ask(if_none_match=f'"other", W/{tag}')
    assert (again.status_code, again.body, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["cache-control"] == "no-cache"
    packed = await kitchen.ask(if_none_match=tag, accept_encoding="gzip")
    assert packed.status_code == 200
    kitchen.sky.tick += 1
    assert (await kitchen.ask(if_none_match=tag)).status_code == 200


async def test_the_making_goes_on_when_the_first_who_asked_has_left() -> None:
    kitchen = Kitchen()
    kitchen.gate.clear()
    leaving, staying = asyncio.create_task(kitchen.ask()), asyncio.create_task(kitchen.ask())
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.wait([leaving])
    kitchen.gate.set()
    assert (await staying).body == b"body"
    assert kitchen.made == 1


async def test_what_failed_is_made_again() -> None:
    kitchen = Kitchen()

    def broken() -> Callable[[], bytes]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await kitchen.per_tick.answer(request(), "all", broken)
    assert (await kitchen.ask()).body == b"body"


async def test_no_more_is_kept_than_there_is_room_for() -> None:
    kitchen = Kitchen(b"0123456789", most_bytes=25)
    for key in ("a", "b", "c", "a", "b", "c"):
        await kitchen.ask(key)
    assert kitchen.made == 4  # c never fits


async def test_a_long_body_is_handed_over_in_pieces() -> None:
    body = bytes(range(256)) * 1024
    answer = await Kitchen(body).ask()
    assert isinstance(answer, StreamingResponse)
    pieces = [bytes(piece) async for piece in answer.body_iterator if not isinstance(piece, str)]
    assert (b"".join(pieces), len(pieces)) == (body, 2)
    assert answer.headers["content-length"] == str(len(body))


async def test_few_are_made_at_once() -> None:
    kitchen = Kitchen()
    kitchen.gate.clear()
    asking = [asyncio.create_task(kitchen.ask(str(number))) for number in range(10)]
    for _ in range(100):
        await asyncio.sleep(0)
    assert kitchen.made == 2
    kitchen.gate.set()
    await asyncio.gather(*asking)
    assert kitchen.made == 10
