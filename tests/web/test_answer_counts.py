from collections import Counter

from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from aerotrack.web.answer_counts import CountAnswers


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    status = 404 if scope["path"] == "/nowhere" else 200
    await PlainTextResponse("", status)(scope, receive, send)


async def receive() -> Message:
    return {"type": "http.request"}


async def test_answers_are_counted_by_status() -> None:
    counts: Counter[str] = Counter()
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    app = CountAnswers(answer, counts=counts)
    for path in ("/", "/nowhere", "/"):
        await app({"type": "http", "path": path, "method": "GET"}, receive, send)
    assert counts == {"200": 2, "404": 1}
    assert [message["status"] for message in sent if "status" in message] == [200, 404, 200]
