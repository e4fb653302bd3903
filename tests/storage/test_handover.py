import asyncio

from aerotrack.storage.batch import Batch
from aerotrack.storage.handover import Handover


async def test_one_batch_passes_at_a_time() -> None:
    handover, batch = Handover("sha256:1"), Batch(number=1)
    await handover.room()
    await handover.append(batch)
    second = asyncio.create_task(handover.room())
    await asyncio.sleep(0)
    assert not second.done()
    assert await handover.peek() is batch
    handover.acknowledge(batch)
    await second
    assert not handover.pending


def test_runs_have_names_of_their_own_and_number_their_batches() -> None:
    one, two = Handover(), Handover()
    assert one.source != two.source
    assert [one.next_number(), one.next_number()] == [1, 2]
