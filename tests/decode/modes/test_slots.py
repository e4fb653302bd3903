import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.decode.modes.slots import Slots


def keys(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def give(slots: Slots, *values: int, at: float = 0.0) -> list[int]:
    return slots.give(keys(*values), np.full(len(values), at)).tolist()


def test_an_aircraft_keeps_its_slot() -> None:
    slots = Slots()
    first = give(slots, 0x4CA2D6, 0x39B002, 0x4CA2D6)

    assert first[0] == first[2] != first[1]
    assert give(slots, 0x39B002, 0x4CA2D6) == [first[1], first[0]]


def test_who_was_not_heard_has_no_slot() -> None:
    slots = Slots()
    give(slots, 5)

    assert slots.find(keys(0, 5, 6)).tolist() == [-1, slots.find(keys(5))[0], -1]


def test_keys_that_share_their_low_bits_are_told_apart() -> None:
    slots = Slots()
    one, other = give(slots, 7, 7 + (1 << 18))

    assert one != other
    assert slots.find(keys(7, 7 + (1 << 18), 7)).tolist() == [one, other, one]


def test_what_is_remembered_outlives_growth() -> None:
    slots = Slots(first=8, most=64)
    remembered = slots.remember(-1, "i8")
    remembered.values[give(slots, 1)] = 42

    give(slots, *range(2, 30))

    assert remembered.values[slots.find(keys(1))].tolist() == [42]
    assert len(remembered.values) > 8


def test_several_values_of_a_slot_outlive_growth_and_are_cleared_with_it() -> None:
    slots = Slots(first=8, most=8)
    remembered = slots.remember(-1, "i8", 2)
    slot = give(slots, 1)[0]
    remembered.values[2 * slot : 2 * slot + 2] = 42, 43

    give(slots, *range(100, 108), at=700.0)
    assert remembered.values.tolist() == [-1] * 16

    grown = Slots(first=8, most=64)
    remembered = grown.remember(-1, "i8", 2)
    slot = give(grown, 1)[0]
    remembered.values[2 * slot + 1] = 43
    newest = max(give(grown, *range(2, 30)))
    assert remembered.values[2 * slot + 1] == 43
    assert remembered.values[2 * newest + 1] == -1


def test_who_is_heard_is_not_silent() -> None:
    slots = Slots(first=8, most=8)
    kept = give(slots, *range(8))[3]

    slots.hear(np.array([kept]), np.array([600.0]))
    give(slots, 100, at=700.0)

    assert slots.find(keys(3, 4)).tolist() == [kept, -1]


def test_the_slot_of_a_silent_aircraft_is_cleared_and_used_again() -> None:
    slots = Slots(first=8, most=8)
    remembered = slots.remember(-1, "i8")
    remembered.values[give(slots, *range(8))] = 42

    again = give(slots, 100, at=700.0)

    assert remembered.values[again].tolist() == [-1]
    assert len(slots) == 1
    assert slots.find(keys(3)).tolist() == [-1]


def test_when_all_are_in_use_those_silent_the_longest_go() -> None:
    slots = Slots(first=16, most=16)
    for key in range(16):
        give(slots, key, at=float(key))

    give(slots, 100, at=16.0)

    assert slots.find(keys(0)).tolist() == [-1]
    assert (slots.find(keys(*range(4, 16), 100)) >= 0).all()


@given(st.lists(st.lists(st.integers(0, 60), max_size=12), max_size=30))
def test_two_aircraft_never_share_a_slot(batches: list[list[int]]) -> None:
    slots = Slots(first=8, most=32)
    for time, batch in enumerate(batches):
        given_slots = give(slots, *batch, at=100.0 * time)
        assert len(set(zip(given_slots, batch, strict=True))) == len(set(given_slots)) == len(set(batch))
        assert [slots.key(slot) for slot in given_slots] == batch
    assert len(slots) <= 32
