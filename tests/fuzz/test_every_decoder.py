"""No decoder is forgotten, and none raises or lets nonsense through, whatever it is given."""

import importlib
import inspect
import pkgutil
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aerotrack.decode
from aerotrack.core.columns import BY_NAME
from aerotrack.core.observations import Observations
from decode.cutting import Row, cut_anywhere, rows_in
from fuzz.decoders import DECODERS, NOW, Fuzzed, cut
from fuzz.soundness import sound
from fuzz.spoiling import spoiled

EVERY = pytest.mark.parametrize("name", DECODERS)
ABSTRACT = {"Decoder", "LineByLine"}
SHARED = {"OneDocument"}  # keeps a document for those that read it


def entrances() -> Iterator[object]:
    """What takes bytes, frames or a file in and makes Observations of it, or facts of aircraft."""
    for found in pkgutil.walk_packages(aerotrack.decode.__path__, "aerotrack.decode."):
        module = importlib.import_module(found.name)
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
                continue
            if inspect.isclass(thing) and name not in ABSTRACT | SHARED:
                methods = (getattr(thing, way, None) for way in ("feed", "document", "decode"))
                if any(makes(method, "Observations") for method in methods):
                    yield thing
            elif inspect.isfunction(thing) and (makes(thing, "Observations") or makes(thing, "Database")):
                yield thing


def makes(thing: object, kind: str) -> bool:
    return callable(thing) and kind in str(inspect.signature(thing).return_annotation)


def read(fuzzed: Fuzzed, parts: list[bytes], now: float | None) -> tuple[list[Row], Counter[str]]:
    """What comes of `parts`, each batch of it sound."""
    rows: list[Row] = []
    counts: Counter[str] = Counter()
    for batch in fuzzed.reading(parts, now):
        sound(batch, now=NOW, rows_a_message=fuzzed.rows_a_message)
        rows += rows_in(batch)
        counts.update(batch.refused)
        counts["messages"] += batch.messages
    return rows, +counts


def test_every_decoder_is_here() -> None:
    assert set(entrances()) == {fuzzed.decoder for fuzzed in DECODERS.values()}


@EVERY
def test_what_it_begins_with_is_understood(name: str) -> None:
    fuzzed = DECODERS[name]
    assert any(read(fuzzed, [seed], None)[0] for seed in fuzzed.seeds)


@EVERY
@settings(max_examples=25)
@given(data=st.binary(max_size=300), size=st.integers(0, 60), now=st.none() | st.just(NOW))
def test_any_bytes_are_borne(name: str, data: bytes, size: int, now: float | None) -> None:
    read(DECODERS[name], cut(data, size), now)


@EVERY
@settings(max_examples=60)
@given(case=st.data(), chance=st.integers(0, 1 << 32), now=st.none() | st.just(NOW))
def test_what_is_spoiled_is_sound_and_the_same_however_cut(
    name: str, case: st.DataObject, chance: int, now: float | None
) -> None:
    fuzzed, luck = DECODERS[name], random.Random(chance)
    data = spoiled(luck.choice(fuzzed.seeds), fuzzed.seeds, luck)
    told = read(fuzzed, case.draw(cut_anywhere(data)), now)
    if fuzzed.alike and now is None:
        assert told == read(fuzzed, [data], None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lat": [float("inf")], "lon": [0.0]},
        {"lat": [1.0]},
        {"track_deg": [361.0]},
        {"altitude_ft": [float("inf")]},
        {"squawk": [8]},
        {"emergency": [7]},
        {"callsign": [b"A "]},
        {"callsign": [b"\x7f"]},
        {"category": [b"E1"]},
        {"on_ground": [2]},
        {"nic": [12]},
        {"phase": [1]},
    ],
)
def test_what_is_not_sound_is_noticed(wrong: dict[str, Any]) -> None:
    row = replace(Observations.of([0x4CA2D6], [NOW]), messages=1)
    sound(row, now=NOW)
    columns = {name: np.array(values, BY_NAME[name].dtype) for name, values in wrong.items()}
    with pytest.raises(AssertionError):
        sound(replace(row, columns=columns), now=NOW)
