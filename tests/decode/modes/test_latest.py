import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.decode.modes.latest import PLACE_BITS, Latest
from aerotrack.decode.modes.slots import Slots

EVENTS = st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.integers(0, 99)), max_size=30)


@given(EVENTS, st.integers(1, 30))
def test_each_frame_learns_what_its_aircraft_said_before_it_however_they_are_cut(
    events: list[tuple[int, bool, int]], size: int
) -> None:
    """An event is (slot, says or asks, value)."""
    latest = Latest(Slots(), value=(-1, "i8"))
    said: dict[int, tuple[float, int]] = {}
    for start in range(0, len(events), size):
        batch = events[start : start + size]
        turn = np.array([slot << PLACE_BITS | place for place, (slot, _, _) in enumerate(batch)], np.int64)
        says = np.array([told for _, told, _ in batch], bool)
        time = start + np.arange(len(batch), dtype=float)
        value = np.array([value for _, _, value in batch], np.int64)
        latest.hear(turn[says], time[says], value[says])
        since, before = latest.before(turn)
        for place, (slot, told, number) in enumerate(batch):
            assert (since[place], before[place]) == said.get(slot, (-np.inf, -1))
            if told:
                said[slot] = (time[place], number)
        latest.settle()
