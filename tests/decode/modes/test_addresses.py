from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.identity import NOT_ICAO
from aerotrack.decode.modes.addresses import Addresses
from aerotrack.decode.modes.kinds import FIRST_TYPE, KIND
from aerotrack.decode.modes.latest import Latest
from aerotrack.decode.modes.slots import Slots
from aerotrack.decode.modes.syndromes import syndromes
from decode.modes.transponder import all_call, frames, reply, squitter

IRISH = 0x4CA2D6
FRENCH = 0x39B002
TYPE = 51


class Tower:
    """Asks Addresses as the decoder does."""

    def __init__(self) -> None:
        slots = Slots()
        self.latest = Latest(slots)
        self.addresses = Addresses(slots, self.latest)
        self.refused: Counter[str] = Counter()

    def believes(self, *heard: tuple[float, bytes], mlat: bool = False) -> list[int | None]:
        """Return the address of each frame, None of one that is refused."""
        batch = frames(list(heard), mlat=mlat)
        kind = KIND[batch.data[:, 0].astype(int) * FIRST_TYPE + (batch.data[:, 4] >> 3)]
        order = kind.argsort(kind="stable")
        data = batch.data[order]
        self.latest.begin(batch.time)
        senders = self.addresses.senders(
            data,
            batch.time[order],
            batch.mlat[order],
            kind=kind[order],
            syndrome=syndromes(data),
            place=order,
            refused=self.refused,
        )
        told: list[int | None] = [None] * len(heard)
        for place, address, known in zip(order, senders.address.tolist(), senders.known, strict=True):
            told[place] = address if known else None
        return told


def test_an_intact_squitter_is_believed() -> None:
    assert Tower().believes((0.0, squitter(IRISH, 0)), (0.0, all_call(FRENCH))) == [IRISH, FRENCH]


@given(st.integers(5, 111))
def test_a_squitter_with_a_flipped_bit_is_refused(bit: int) -> None:
    tower = Tower()
    flipped = int.from_bytes(squitter(IRISH, 28 << TYPE), "big") ^ 1 << (111 - bit)

    assert tower.believes((0.0, flipped.to_bytes(14, "big"))) == [None]
    assert +tower.refused == {"bad_crc": 1}


@pytest.mark.parametrize(("since", "believed"), [(0.0, True), (59.0, True), (61.0, False)])
def test_a_reply_is_believed_for_a_minute_after_a_squitter(since: float, *, believed: bool) -> None:
    for proof in (squitter(IRISH, 0), all_call(IRISH)):
        tower = Tower()
        tower.believes((100.0, proof))
        assert tower.believes((100.0 + since, reply(4, IRISH, 0))) == [IRISH if believed else None]
        assert tower.refused["unproven_address"] == (not believed)


def test_a_proof_counts_from_its_place_in_the_batch_on() -> None:
    heard = [(0.0, reply(4, IRISH, 0)), (0.1, squitter(IRISH, 0)), (0.2, reply(20, IRISH, 0, 0))]

    assert Tower().believes(*heard) == [None, IRISH, IRISH]


def test_an_all_call_reply_to_an_interrogator_proves_nothing_but_is_believed_of_a_proven_address() -> None:
    tower = Tower()

    assert tower.believes((0.0, all_call(IRISH, 5)), (0.1, reply(4, IRISH, 0))) == [None, None]
    assert tower.believes((0.2, all_call(IRISH)), (0.3, all_call(IRISH, 5))) == [IRISH, IRISH]
    assert +tower.refused == {"unproven_address": 2}


def test_a_damaged_all_call_reply_is_refused() -> None:
    tower = Tower()
    tower.believes((0.0, all_call(IRISH)))

    assert tower.believes((0.1, all_call(IRISH, 0x80))) == [None]
    assert +tower.refused == {"bad_crc": 1}


def test_formats_that_hold_nothing_of_use_are_counted() -> None:
    tower = Tower()

    heard = [(0.0, bytes([0xC0] + 13 * [0])), (0.0, squitter(IRISH, 0, 0x94))]

    assert tower.believes(*heard) == [None, None]
    assert +tower.refused == {"unused_format": 2}


def test_the_address_of_another_proves_no_replies() -> None:
    assert Tower().believes((0.0, squitter(IRISH, 0, 0x91)), (0.1, reply(4, IRISH, 0))) == [
        IRISH | NOT_ICAO,
        None,
    ]


def test_what_others_worked_out_proves_no_replies() -> None:
    tower = Tower()
    assert tower.believes((0.0, squitter(IRISH, 0)), mlat=True) == [IRISH]
    assert tower.believes((0.1, reply(4, IRISH, 0))) == [None]


@pytest.mark.parametrize(
    ("first", "me", "icao"),
    [
        (0x90, 11 << TYPE, True), (0x91, 11 << TYPE, False), (0x95, 11 << TYPE, False),
        (0x92, 11 << TYPE, True), (0x92, 11 << TYPE | 1 << 48, False),
        (0x96, 11 << TYPE | 1 << 48, False),
        (0x96, 7 << TYPE | 1 << 48, True), (0x96, 7 << TYPE | 1 << 35, False),
        (0x96, 19 << TYPE | 1 << 47, False),
        (0x96, 29 << TYPE | 1 << 5, False), (0x96, 28 << TYPE | 1, False), (0x96, 31 << TYPE | 1, False),
        (0x96, 4 << TYPE | 1, True), (0x93, 1 << 55, False), (0x93, 1 << 54, True),
        (0x8D, 11 << TYPE | 1 << 48, True),
    ],
)  # fmt: skip
def test_the_rebroadcast_say_whose_address_it_is(first: int, me: int, *, icao: bool) -> None:
    assert Tower().believes((0.0, squitter(IRISH, me, first))) == [IRISH if icao else IRISH | NOT_ICAO]


SKY = st.lists(
    st.tuples(
        st.sampled_from([0.0, 1.0, 59.0]),
        st.sampled_from(
            [
                f(a)
                for a in (IRISH, FRENCH)
                for f in (lambda a: squitter(a, 0), all_call, lambda a: reply(4, a, 0))
            ]
        ),
    ),
    max_size=25,
)


@given(SKY, st.integers(1, 25))
def test_who_is_believed_does_not_depend_on_the_batches(sky: list[tuple[float, bytes]], size: int) -> None:
    times = np.cumsum([0.0, *(since for since, _ in sky)])[1:].tolist()
    heard = list(zip(times, (frame for _, frame in sky), strict=True))
    one, other = Tower(), Tower()

    single = [one.believes(frame)[0] for frame in heard]
    batches = [told for i in range(0, len(heard), size) for told in other.believes(*heard[i : i + size])]

    assert batches == single
    assert other.refused == one.refused
