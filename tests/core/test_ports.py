from collections.abc import AsyncIterator

from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.core.ports import DurableSource, Sky


class Stream:
    name, url = "roof", "beast://roof:30005"

    async def observations(self) -> AsyncIterator[Observations]:
        yield Observations.none()


class Tape(Stream):
    identity = "sha256:0"

    def ack(self, stamp: int) -> None:
        """Remember nothing."""


def test_a_source_that_can_be_read_again_is_told_from_one_that_cannot() -> None:
    assert isinstance(Tape(), DurableSource)
    assert not isinstance(Stream(), DurableSource)


def test_the_table_is_a_sky() -> None:
    sky: Sky = FlightTable()
    assert (sky.tick, sky.time, sky.live.tolist(), list(sky.feeds), sky.row_of(1)) == (0, 0.0, [], [], None)
    assert "lat" in sky.columns
