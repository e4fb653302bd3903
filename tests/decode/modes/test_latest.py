import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.decode.modes.latest import SLOT_AT, Latest, Topic
from aerotrack.decode.modes.slots import Slots

TOPICS = (Topic.SQUAWK, Topic.ALTITUDE)
EVENTS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(TOPICS), st.booleans(), st.integers(0, 99)), max_size=30
)


def turns(*slots: int) -> np.ndarray:
    return np.array([slot << SLOT_AT | place for place, slot in enumerate(slots)], np.int64)


@given(EVENTS, st.integers(1, 30))
def test_each_frame_learns_what_its_aircraft_said_before_it_however_they_are_cut(
    events: list[tuple[int, Topic, bool, int]], size: int
) -> None:
    """An event is (slot, topic, says or asks, value); who says something asks too."""
    latest = Latest(Slots())
    said: dict[tuple[int, Topic], tuple[float, int]] = {}
    for start in range(0, len(events), size):
        batch = events[start : start + size]
        turn = turns(*(slot for slot, _, _, _ in batch))
        latest.begin(start + np.arange(len(batch), dtype=float))
        asked = {}
        for topic in TOPICS:
            says = np.array([told and about is topic for _, about, told, _ in batch], bool)
            latest.hear(topic, turn[says], np.array([value for _, _, _, value in batch])[says])
            asked[topic] = latest.ask(topic, turn)
        latest.answer()
        for place, (slot, about, told, number) in enumerate(batch):
            for topic in TOPICS:
                answer = asked[topic].since[place], asked[topic].said[place]
                assert answer == said.get((slot, topic), (-np.inf, 0))
            if told:
                said[slot, about] = (float(start + place), number)


def test_nan_says_nothing() -> None:
    latest = Latest(Slots())
    latest.begin(np.array([5.0, 6.0, 7.0]))
    latest.hear(Topic.ALTITUDE, turns(1, 1, 1), np.array([3000.0, np.nan, np.nan]))
    asked = latest.ask(Topic.ALTITUDE, turns(1, 1, 1)[2:])
    latest.answer()

    assert (asked.since.tolist(), asked.said.tolist()) == ([5.0], [3000.0])


def test_a_batch_that_asks_nothing_is_remembered() -> None:
    latest = Latest(Slots())
    latest.begin(np.array([5.0]))
    latest.hear(Topic.SQUAWK, turns(1), np.array([7000]))
    latest.answer()
    asked = latest.ask(Topic.SQUAWK, turns(1))
    latest.answer()

    assert (asked.since.tolist(), asked.said.tolist()) == ([5.0], [7000.0])
