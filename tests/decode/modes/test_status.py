import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from aerotrack.core.columns import EMERGENCIES
from aerotrack.decode.modes.status import Operation, Target, emergency, operation, target
from decode.modes.frame_rows import any_rows, at, extended

DECLARED, TARGET = at(5, 28) | at(8, 1), at(5, 29) | at(7, 1)


def test_an_emergency_and_its_squawk() -> None:
    codes, squawks = emergency(extended(DECLARED | at(11, 1) | at(24, 0b0101010101010)))
    assert EMERGENCIES[codes[0]] == "general"
    assert squawks.tolist() == [7700]


def test_no_emergency_is_told_and_the_reserved_code_is_not() -> None:
    codes, squawks = emergency(extended(*(DECLARED | at(11, n) for n in range(8))))
    assert codes.tolist() == [0, 1, 2, 3, 4, 5, 6, -1]
    assert squawks.tolist() == [-1] * 8


@pytest.mark.parametrize("subtype", [0, 2, 7])
def test_other_subtypes_tell_no_emergency(subtype: int) -> None:
    codes, squawks = emergency(extended(at(5, 28) | at(8, subtype) | at(11, 1) | at(24, 0b1010)))
    assert (codes.tolist(), squawks.tolist()) == ([-1], [-1])


def test_what_the_crew_has_set() -> None:
    told = target(extended(
        TARGET | at(9, 1) | at(20, 1001) | at(29, 268) | at(30, 1) | at(39, 128) | at(43, 9) | at(44, 1)
        | at(46, 3) | at(47, 1) | at(48, 1) | at(52, 1)
    ))  # fmt: skip
    assert told.altitude_ft.tolist() == [32000]
    assert told.qnh_hpa == pytest.approx([1013.6])
    assert told.heading_deg.tolist() == [90]
    assert [told.nac_p[0], told.nic_baro[0], told.sil[0], told.sil_supplement[0]] == [9, 1, 3, 0]
    assert [told.altitude_managed[0], told.autopilot[0], told.approach[0]] == [1, 1, 1]
    assert [told.vnav[0], told.altitude_hold[0], told.tcas[0], told.lnav[0]] == [0, 0, 0, 0]


def test_what_is_not_set_is_unknown() -> None:
    told = target(extended(TARGET))
    assert np.isnan([told.altitude_ft, told.qnh_hpa, told.heading_deg]).all()
    assert told.autopilot.tolist() == [-1]


def test_the_first_layout_of_targets_tells_nothing() -> None:
    told = target(extended(at(5, 29) | (1 << 49) - 1))
    assert np.isnan([told.altitude_ft, told.qnh_hpa, told.heading_deg]).all()
    assert [told.nac_p[0], told.sil[0], told.tcas[0], told.lnav[0]] == [-1] * 4


STATUS = at(20, 0b0101) | at(32, 2) | at(44, 1) | at(48, 9) | at(50, 2) | at(52, 3) | at(54, 3) | at(55, 1)


def told(subtype: int, version: int) -> dict[str, int]:
    status = operation(extended(at(5, 31) | at(8, subtype) | at(43, version) | STATUS))
    names = [
        "version",
        "nic_a",
        "nic_c",
        "nac_p",
        "nac_v",
        "gva",
        "sil",
        "sil_supplement",
        "sda",
        "nic_baro",
        "magnetic",
    ]
    return {name: int(getattr(status, name)[0]) for name in names}


def test_the_status_in_the_air() -> None:
    assert told(0, 2) == {
        "version": 2, "nic_a": 1, "nic_c": -1, "nac_p": 9, "nac_v": -1, "gva": 2, "sil": 3,
        "sil_supplement": 1, "sda": 2, "nic_baro": 1, "magnetic": 1,
    }  # fmt: skip


def test_the_status_on_the_ground() -> None:
    on_the_ground = told(1, 2)
    assert [on_the_ground[name] for name in ("nic_c", "nac_v", "gva", "nic_baro")] == [1, 2, -1, -1]


def test_version_1_tells_less() -> None:
    assert [told(0, 1)[name] for name in ("nic_a", "nac_p", "sil", "gva", "sda")] == [1, 9, 3, -1, -1]


def test_version_0_and_other_subtypes_tell_no_quality() -> None:
    assert {*told(0, 0).values()} == {0, -1}
    assert {*told(2, 2).values()} == {-1}


FIELDS = [(kind, name) for kind in (Target, Operation) for name in vars(kind) if not name.startswith("_")]


@given(any_rows)
def test_whatever_is_sent_is_in_range_or_unknown(data: NDArray[np.uint8]) -> None:
    codes, squawks = emergency(data)
    assert ((codes >= -1) & (codes < len(EMERGENCIES))).all()
    assert ((squawks >= -1) & (squawks <= 7777)).all()
    rows: dict[type, object] = {Target: target(data), Operation: operation(data)}
    for kind, name in FIELDS:
        values = getattr(rows[kind], name)
        heard = values[~np.isnan(values)]
        top = {"altitude_ft": 65472, "qnh_hpa": 1208, "heading_deg": 360}.get(name, 11)
        assert values.shape == (len(data),)
        assert ((heard >= -1) & (heard <= top)).all()
