from collections.abc import AsyncIterator
from dataclasses import dataclass

from aerotrack.core.observations import Observations, Receiver
from aerotrack.sources.antenna import Antenna


@dataclass
class Feed:
    name: str = "roof"
    url: str = "sbs://roof"

    async def observations(self) -> AsyncIterator[Observations]:
        yield Observations.none()
        yield Observations.of([1], [0.0], feed="roof")


async def test_what_is_known_of_a_feed_is_on_all_that_it_hears() -> None:
    place = Receiver(48.8, 2.4, 250)
    seen = [
        batch async for batch in Antenna("roof", "sbs://roof", Feed(), place, priority=True).observations()
    ]
    assert [len(batch) for batch in seen] == [0, 1]
    assert all(batch.receiver == place and batch.priority for batch in seen)
