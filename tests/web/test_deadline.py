import asyncio
import json

from starlette.requests import Request
from starlette.responses import Response

from aerotrack.web.deadline import ended

REQUEST = Request({"type": "http"})


async def test_a_request_that_takes_too_long_is_a_problem_that_says_what_to_do() -> None:
    async def never(_: Request) -> Response:
        return await asyncio.get_running_loop().create_future()

    answer = await ended(never, 0.01)(REQUEST)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert json.loads(answer.body)["detail"].startswith("The history took longer than 0.01 s: ask for")


async def test_an_answer_in_time_is_passed_on() -> None:
    async def at_once(_: Request) -> Response:
        return Response(b"here")

    assert (await ended(at_once, 1.0)(REQUEST)).body == b"here"
