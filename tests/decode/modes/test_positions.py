import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.observations import Receiver
from aerotrack.decode.modes import cpr
from aerotrack.decode.modes.positions import Positions
from aerotrack.decode.modes.slots import Slots
from decode.modes.transponder import compact

PLACES = [(48.8, 2.4), (49.6, 3.2), (50.8, 0.9)]
FRAMES = st.lists(
    st.tuples(
        st.integers(0, 3), st.sampled_from(PLACES), st.integers(0, 1), st.booleans(),
        st.sampled_from([0.001, 0.5, 1.0, 9.0, 61.0]),
    ),
    max_size=60,
)  # fmt: skip
Heard = list[tuple[int, tuple[float, float], int, bool, float]]


def located(heard: Heard, size: int) -> tuple[list[tuple[float, float]], int]:
    """Locate frames (slot, place, odd, surface, seconds since the one before) in batches of `size`."""
    slots = Slots()
    slots.give(np.arange(4), np.zeros(4))
    positions = Positions(slots, Receiver(48.8, 2.4))
    times = np.cumsum([0.0, *(since for *_, since in heard)])[1:]
    places: list[tuple[float, float]] = []
    refused = 0
    for start in range(0, len(heard), size):
        batch = heard[start : start + size]
        slot = np.array([one[0] for one in batch])
        codes = np.array([compact(*place, odd, surface=surface) for _, place, odd, surface, _ in batch])
        kind = np.array([2 * surface + odd for _, _, odd, surface, _ in batch])
        order = slot.argsort(kind="stable")
        lat, lon, bad = positions.locate(
            slot[order], times[start : start + size][order], kind[order],
            y=codes[order, 0], x=codes[order, 1], fast=np.zeros(len(batch), bool),
        )  # fmt: skip
        back = order.argsort()
        places += zip(lat[back].tolist(), lon[back].tolist(), strict=True)
        refused += bad
    return places, refused


@given(FRAMES, st.integers(1, 60))
def test_places_are_the_same_however_frames_are_cut(heard: Heard, size: int) -> None:
    one_by_one, in_batches = located(heard, 1), located(heard, size)

    assert repr(in_batches) == repr(one_by_one)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1)), min_size=1, max_size=60))
def test_every_frame_after_a_pair_is_placed(heard: list[tuple[int, int]]) -> None:
    rows: Heard = [(slot, PLACES[0], odd, False, 0.1) for slot, odd in heard]
    places, refused = located(rows, 20)
    known: dict[int, set[int]] = {}
    for (slot, odd), place in zip(heard, places, strict=True):
        known.setdefault(slot, set()).add(odd)
        if known[slot] == {0, 1}:
            assert cpr.apart(PLACES[0], place) < 0.01
        else:
            assert np.isnan(place).all()
    assert refused == 0


def test_what_is_unclear_takes_bounded_memory() -> None:
    slots = Slots()
    positions = Positions(slots, None)
    y, x = compact(*PLACES[0], 0)
    for minute in range(6):
        keys = np.arange(3000) + 3000 * minute
        slot = slots.give(keys, np.full(3000, 120.0 * minute))
        rows = np.sort(slot)
        ones = np.ones(3000, np.int64)
        never = np.zeros(3000, bool)
        positions.locate(rows, 120.0 * minute * ones, 0 * ones, y=y * ones, x=x * ones, fast=never)

    assert len(positions._unclear) < 10_000
