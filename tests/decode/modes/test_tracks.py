import math

import pytest

from aerotrack.decode.modes import cpr
from aerotrack.decode.modes.cpr import Place
from aerotrack.decode.modes.tracks import Frame, Home, Track
from decode.modes.transponder import compact

PARIS = (48.8, 2.4)


def frame(time: float, place: Place, odd: int, *, surface: bool = False, fast: bool = False) -> Frame:
    y, x = compact(*place, odd, surface=surface)
    return Frame(time, 2 * surface + odd, y / 131072, x / 131072, fast)


def new() -> Track:
    return Track((0.0, 0.0), -math.inf)


def flying(track: Track, place: Place, times: list[float], home: Home | None = None) -> list[Place | None]:
    return [track.step(frame(time, place, i & 1), home) for i, time in enumerate(times)]


def at(place: Place | None, expected: Place) -> bool:
    return place is not None and cpr.apart(place, expected) < 0.01


def test_the_first_place_takes_an_even_and_an_odd_frame() -> None:
    places = flying(new(), PARIS, [0.0, 0.5])

    assert places[0] is None
    assert at(places[1], PARIS)


@pytest.mark.parametrize(("between", "found"), [(9.9, True), (10.1, False)])
def test_a_pair_from_the_air_is_ten_seconds_at_most(between: float, *, found: bool) -> None:
    assert (flying(new(), PARIS, [0.0, between])[1] is not None) == found


@pytest.mark.parametrize(
    ("between", "fast", "found"),
    [(49.0, False, True), (51.0, False, False), (24.0, True, True), (26.0, True, False)],
)
def test_a_pair_from_the_ground_is_fifty_seconds_at_most_or_half_that_when_fast(
    between: float, *, fast: bool, found: bool
) -> None:
    track, home = new(), Home(PARIS, 300.0)
    track.step(frame(0.0, PARIS, 0, surface=True), home)

    place = track.step(frame(between, PARIS, 1, surface=True, fast=fast), home)

    assert (place is not None) == found


def test_a_frame_from_the_air_and_one_from_the_ground_are_no_pair() -> None:
    track = new()
    track.step(frame(0.0, PARIS, 0), None)

    assert track.step(frame(1.0, PARIS, 1, surface=True), Home(PARIS, 300.0)) is None


def test_a_frame_from_the_air_between_two_from_the_ground_leaves_these_a_pair() -> None:
    track, home = new(), Home(PARIS, 300.0)
    track.step(frame(0.0, PARIS, 0, surface=True), home)
    track.step(frame(2.0, PARIS, 0), home)

    assert at(track.step(frame(5.0, PARIS, 1, surface=True), home), PARIS)


def test_on_the_ground_nothing_can_be_told_without_a_reference() -> None:
    track = new()

    assert [track.step(frame(i, PARIS, i & 1, surface=True), None) for i in range(4)] == [None] * 4
    assert track.refused == 0


def test_after_landing_the_track_goes_on() -> None:
    track = new()
    flying(track, PARIS, [0.0, 0.5])

    assert at(track.step(frame(1.0, PARIS, 0, surface=True), None), PARIS)


def test_with_a_reference_one_frame_is_enough() -> None:
    track = new()
    flying(track, PARIS, [0.0, 0.5])

    assert at(track.step(frame(50.0, (48.9, 2.4), 1), None), (48.9, 2.4))
    assert track.step(frame(120.0, (48.9, 2.4), 1), None) is None, "after a minute it takes a pair again"


def test_what_jumps_is_refused_first_and_passed_on_when_it_agrees_with_itself() -> None:
    track = new()
    flying(track, PARIS, [0.0, 0.5])
    away = (50.8, 0.9)

    places = [track.step(frame(1.0 + i, away, i & 1), None) for i in range(3)]

    assert places[:2] == [None, None]
    assert at(places[2], away)
    assert track.refused == 2
    assert at(track.place, PARIS), "the reference stays"


def test_frames_of_two_tracks_are_never_mixed() -> None:
    track = new()
    flying(track, PARIS, [0.0, 0.5])
    away = (49.6, 3.2)
    for i in range(1, 40):
        for place, shift in ((PARIS, 0.0), (away, 0.4)):
            for parity in ((i & 1), (i >> 1 & 1)):
                told = track.step(frame(i + shift, place, parity), None)
                assert told is None or at(told, place)
    assert at(track.place, PARIS), "the true track is heard all the time, so it stays the reference"


def test_a_rival_becomes_the_reference_when_the_old_track_is_silent() -> None:
    track = new()
    flying(track, PARIS, [0.0, 0.5])
    away = (49.6, 3.2)

    flying(track, away, [2.0, 3.0, 4.0, 5.0, 6.0, 7.0])

    assert at(track.place, away)


def test_copies_of_one_frame_are_not_several() -> None:
    track = new()
    flying(track, PARIS, [0.0, 0.5])

    flying(track, (49.6, 3.2), [2.0, 3.0, *[3.0 + i / 1000 for i in range(10)]])

    assert at(track.place, PARIS)


def test_a_pair_out_of_the_range_of_the_receiver_is_none() -> None:
    assert flying(new(), PARIS, [0.0, 0.5], Home((40.0, -3.0), 300.0)) == [None, None]


def test_a_pair_whose_places_lie_apart_is_none() -> None:
    track = new()
    track.step(frame(0.0, PARIS, 0), None)

    assert track.step(frame(0.4, (48.83, 2.4), 1), None) is None, "two nautical miles in 0.4 s"


def test_a_time_that_is_no_number_raises_nothing() -> None:
    track = new()
    for time in (0.0, math.nan, math.inf, -math.inf, 1.0):
        for odd in (0, 1):
            track.step(frame(time, PARIS, odd), None)


def test_a_pair_that_is_farther_than_the_receiver_hears_is_refused_and_counted() -> None:
    track = new()
    assert flying(track, (-33.9, 18.4), [1.0, 1.5], Home(PARIS, 300.0)) == [None, None]
    assert track.refused == 1
