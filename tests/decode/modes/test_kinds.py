import pytest

from aerotrack.core.columns import POSITION_SOURCES
from aerotrack.decode.modes.kinds import FIRST_TYPE, FORMATS, KIND, ON_GROUND, SOURCE, Kind


@pytest.mark.parametrize(
    ("first", "typecode", "kind"),
    [
        (0x8D, 0, Kind.HEIGHT), (0x8D, 11, Kind.AIRBORNE),
        (0x8D, 20, Kind.GEOMETRIC), (0x8C, 7, Kind.SURFACE),
        (0x8D, 19, Kind.VELOCITY), (0x8D, 4, Kind.IDENTIFICATION), (0x8D, 28, Kind.EMERGENCY),
        (0x8D, 29, Kind.TARGET), (0x8D, 31, Kind.OPERATION), (0x8D, 23, Kind.SQUITTER),
        (0x90, 11, Kind.AIRBORNE), (0x93, 11, Kind.SQUITTER), (0x94, 11, Kind.UNUSED),
        (0x97, 11, Kind.UNUSED),
        (0x5D, 11, Kind.ALL_CALL), (0x00, 3, Kind.ALTITUDE), (0x80, 3, Kind.ALTITUDE),
        (0x20, 3, Kind.ALTITUDE),
        (0xA0, 3, Kind.ALTITUDE_AND_REGISTER), (0xA8, 3, Kind.IDENTITY_AND_REGISTER),
        (0x28, 3, Kind.IDENTITY),
        (0xC0, 3, Kind.UNUSED), (0xFF, 31, Kind.UNUSED), (0x98, 0, Kind.UNUSED),
    ],
)  # fmt: skip
def test_the_first_byte_and_the_type_code_tell_what_a_frame_holds(
    first: int, typecode: int, kind: Kind
) -> None:
    assert KIND[first * FIRST_TYPE + typecode] == kind


@pytest.mark.parametrize(
    ("first", "source"),
    [
        (0x8D, "adsb"),
        (0x91, "adsb"),
        (0x92, "tisb"),
        (0x95, "tisb"),
        (0x96, "adsr"),
        (0x5D, "mode_s"),
        (0x20, "mode_s"),
    ],
)
def test_the_first_byte_tells_the_source(first: int, source: str) -> None:
    assert POSITION_SOURCES[SOURCE[first]] == source


@pytest.mark.parametrize(
    ("first", "on_ground"),
    [
        (0x8C, 1), (0x8D, 0), (0x8E, -1), (0x5C, 1), (0x20, 0), (0x21, 1), (0x22, 0), (0x23, 1), (0x24, -1),
        (0xA9, 1), (0x04, 1), (0x00, 0), (0x94, -1),
    ],
)  # fmt: skip
def test_capability_and_flight_status_tell_who_is_on_the_ground(first: int, on_ground: int) -> None:
    assert ON_GROUND[first] == on_ground


def test_formats_from_24_on_are_24() -> None:
    assert FORMATS[17] == "DF17"
    assert FORMATS[31] == "DF24"
