import pytest

from aerotrack.errors import SettingsError
from aerotrack.storage.selection import WORLD, Selection

MARCH, APRIL = 1_772_323_200.0, 1_775_001_600.0


def test_a_flight_is_selected_by_its_id() -> None:
    assert Selection.of("4ca2d6-6740a31c", None, None, None) == Selection(flight=0x4CA2D6_6740A31C)


def test_a_window_is_from_a_time_to_before_another() -> None:
    assert Selection.of(None, "2026-03-01", "2026-04-01T02:00:00+02:00", None) == Selection(
        start=MARCH, end=APRIL, box=WORLD
    )


def test_a_box_may_cross_the_antimeridian() -> None:
    selection = Selection.of(None, "2026-03-01", "2026-04-01", "170,-50,-170,-30")
    assert selection.box == (170.0, -50.0, -170.0, -30.0)
    assert str(selection) == (
        "from 2026-03-01T00:00:00.000Z to 2026-04-01T00:00:00.000Z in the box 170,-50,-170,-30"
    )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((None, None, None, None), "say what to export"),
        ((None, "2026-03-01", None, None), "say what to export"),
        (("4ca2d6-6740a31c", None, None, "1,2,3,4"), "leave out"),
        (("lufthansa", None, None, None), "no flight id"),
        ((None, "noon", "2026-04-01", None), "--from noon"),
        ((None, "2026-03-01", "2026-04-01T02:00:00", None), "with its zone"),
        ((None, "2026-04-01", "2026-03-01", None), "is not before"),
        ((None, "0001-01-01T00:00:00+14:00", "2026-04-01", None), "--from 0001.*before 1970"),
        ((None, "2026-03-01", "9999-12-31T23:59:59-14:00", None), "--to 9999.*after 2099"),
        ((None, "2026-03-01", "2026-04-01", "1,2,3"), "no box"),
        ((None, "2026-03-01", "2026-04-01", "1,5,3,4"), "no box"),
        ((None, "2026-03-01", "2026-04-01", "nan,2,3,4"), "no box"),
    ],
)
def test_what_cannot_be_selected_is_said(given: tuple[str | None, ...], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        Selection.of(*given)
