import asyncio

from starlette.responses import StreamingResponse

from aerotrack.web.answers import SLICE, in_slices


def numbers(part: slice) -> list[bytes]:
    return [b"%d" % number for number in range(part.start, part.stop)][: 3 * SLICE - part.start]


def test_a_short_answer_is_made_at_once() -> None:
    answer = in_slices(3, lambda _: [b"1", b"2", b"3"], head=b"[", tail=b"]", media_type="application/json")
    assert bytes(answer.body) == b"[1,2,3]"


async def test_a_long_answer_lets_others_have_their_turn() -> None:
    answer = in_slices(3 * SLICE, numbers, head=b"[", tail=b"]", media_type="application/json")
    assert isinstance(answer, StreamingResponse)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    body = b"".join([part if isinstance(part, bytes) else b"" async for part in answer.body_iterator])
    task.cancel()
    assert body == b"[%b]" % b",".join(b"%d" % number for number in range(3 * SLICE))
    assert turns >= 3
