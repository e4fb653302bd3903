"""Precision: who must be told, case by case; and the promise, over skies simulated, recorded and made up."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aerotrack.core.observations import Observations
from aerotrack.core.precision import BOUNDS, Bound, Lines, strays
from aerotrack.decode import Decoder
from aerotrack.decode.aircraft_json import AircraftJson
from aerotrack.decode.json_lines import JsonLines
from aerotrack.sources.simulator.simulation import Simulation
from aerotrack.sources.simulator.transponder import Transponders
from decode.cutting import FEEDS
from drawing import DrawnSky, drawn_altitude, drawn_place
from fakes import START, rows_of

CLASSES = BOUNDS[1:]
FINEST = BOUNDS[1]
A_DEGREE_M = 6_378_137.0 * np.pi / 180.0
FLIES: Mapping[str, float] = {
    "lat": 50.0, "lon": 8.0, "altitude_ft": 36_000.0, "geo_altitude_ft": 36_500.0, "ground_speed_kt": 450.0,
    "track_deg": 90.0, "vertical_rate_fpm": 0.0, "time": START,
}  # fmt: skip
NOWHERE: Mapping[str, float] = {"lat": np.nan, "lon": np.nan, "time": np.nan}


def lines(flight: Mapping[str, float]) -> Lines:
    laid = Lines()
    laid.grow(1)
    laid.lay(np.array([0]), rows_of(0x4CA2D6, **flight))
    return laid


def told(
    drawn: Mapping[str, float], accepted: Mapping[str, float], *, after: float = 0.0, bound: Bound = FINEST
) -> bool:
    """Say whether a client must be told that draws the one, when the other is true, `after` seconds."""
    return bool(strays(lines(accepted), lines(drawn), START + after, bound)[0])


def goes_on(flight: Mapping[str, float], seconds: float) -> dict[str, float]:
    """Return the flight as it is heard later if it has gone straight on."""
    now, row = START + seconds, rows_of(0x4CA2D6, **flight)
    lat, lon = drawn_place(row, now)
    high = {name: drawn_altitude(row, name, now)[0] for name in ("altitude_ft", "geo_altitude_ft")}
    return {**flight, **high, "lat": lat[0], "lon": lon[0], "time": now}


def aside(flight: Mapping[str, float], north_m: float = 0.0, east_m: float = 0.0) -> dict[str, float]:
    """Return the flight so many metres from where it is, on a sphere."""
    lat = flight["lat"] + north_m / A_DEGREE_M
    lon = flight["lon"] + east_m / A_DEGREE_M / np.cos(np.radians(flight["lat"]))
    return {**flight, "lat": lat, "lon": (lon + 180.0) % 360.0 - 180.0}


def test_the_classes_are_those_of_the_reference() -> None:
    promised = [(bound.metres, bound.feet, bound.degrees, bound.knots) for bound in BOUNDS]
    assert promised == [(0, 0, 0, 0), (76, 100, 3, 5), (611, 250, 6, 10), (4892, 1000, 12, 20)]


@pytest.mark.parametrize("track", [0.0, 45.0, 90.0, 200.0, 359.9])
@pytest.mark.parametrize("lat", [-70.0, 0.0, 50.0, 84.0])
def test_of_a_flight_that_goes_straight_on_nobody_is_told_again(lat: float, track: float) -> None:
    flight = {**FLIES, "lat": lat, "track_deg": track}
    assert not any(told(flight, goes_on(flight, s), after=s) for s in range(0, 1800, 60))


def test_a_flight_that_stands_may_be_heard_a_little_aside() -> None:
    parked = {**FLIES, "ground_speed_kt": 0.0}
    assert not told(parked, aside(parked, 10.0, -10.0) | {"time": START + 3600.0}, after=3600.0)


@pytest.mark.parametrize("bound", CLASSES)
@pytest.mark.parametrize("lat", [-50.0, 0.0, 60.0, 84.9, 86.0, 88.0, 89.5])
def test_a_place_to_the_north_or_south_is_told_at_the_bound_less_a_hundredth(
    bound: Bound, lat: float
) -> None:
    flight = {**FLIES, "lat": lat}
    for metres in (bound.metres, -bound.metres):
        assert not told(flight, aside(flight, north_m=0.98 * metres), bound=bound)
        assert told(flight, aside(flight, north_m=metres), bound=bound)


@pytest.mark.parametrize("bound", CLASSES)
@pytest.mark.parametrize("lat", [-50.0, 0.0, 80.0])
def test_a_place_to_the_east_or_west_is_told_at_the_bound_less_a_hundredth(bound: Bound, lat: float) -> None:
    flight = {**FLIES, "lat": lat}
    for metres in (bound.metres, -bound.metres):
        assert not told(flight, aside(flight, east_m=0.98 * metres), bound=bound)
        assert told(flight, aside(flight, east_m=metres), bound=bound)


@pytest.mark.parametrize("bound", CLASSES)
@pytest.mark.parametrize(
    ("name", "most", "more"),
    [
        ("altitude_ft", "feet", 1.0),
        ("geo_altitude_ft", "feet", 1.0),
        ("track_deg", "degrees", 0.1),
        ("ground_speed_kt", "knots", 0.1),
    ],
)
def test_a_climb_a_turn_and_a_change_of_speed_are_told_at_the_bound(
    bound: Bound, name: str, most: str, more: float
) -> None:
    by = getattr(bound, most)
    for sign in (1, -1):
        assert not told(FLIES, {**FLIES, name: FLIES[name] + sign * by}, bound=bound)
        assert told(FLIES, {**FLIES, name: FLIES[name] + sign * (by + more)}, bound=bound)


def test_a_flight_that_begins_to_climb_is_told_when_it_is_100_ft_higher() -> None:
    climbs = {**FLIES, "vertical_rate_fpm": 2000.0}
    assert [told(FLIES, climbs, after=s) for s in (2.9, 3.1)] == [False, True]
    assert not told(climbs, goes_on(climbs, 600.0), after=600.0)


def test_a_flight_that_turns_a_little_is_told_when_it_is_76_m_aside() -> None:
    turned = {**FLIES, "track_deg": 92.0}  # 8.1 m/s to the south
    assert [told(FLIES, turned, after=s) for s in (9.0, 9.5)] == [False, True]


def test_a_little_more_speed_is_told_when_it_is_76_m_ahead() -> None:
    faster = {**FLIES, "ground_speed_kt": 454.0}  # 2.06 m/s
    assert [told(FLIES, faster, after=s) for s in (36.0, 37.0)] == [False, True]


@pytest.mark.parametrize(("before", "after", "tells"), [(359.0, 1.5, False), (1.5, 358.0, True)])
def test_the_short_way_from_a_track_to_another_may_go_over_north(
    before: float, after: float, *, tells: bool
) -> None:
    assert told({**FLIES, "track_deg": before}, {**FLIES, "track_deg": after}) == tells


@pytest.mark.parametrize(
    ("lon", "near", "far"),
    [
        (179.9997, -179.9997, -179.9996),  # 67 m and 78 m
        (-179.9997, 179.9997, 179.9996),
        (180.0, -179.9994, -179.9993),
        (-180.0, 180.0, 179.9993),
    ],
)
def test_the_short_way_from_a_place_to_another_may_cross_the_antimeridian(
    lon: float, near: float, far: float
) -> None:
    flight = {**FLIES, "lat": 0.0, "lon": lon}
    assert [told(flight, {**flight, "lon": there}) for there in (near, far)] == [False, True]


@pytest.mark.parametrize(("lon", "track"), [(179.99, 80.0), (-179.99, 260.0)])
def test_a_flight_may_go_straight_on_across_the_antimeridian(lon: float, track: float) -> None:
    flight = {**FLIES, "lon": lon, "track_deg": track}
    assert goes_on(flight, 60.0)["lon"] * lon < 0
    assert not told(flight, goes_on(flight, 60.0), after=60.0)
    assert told(flight, aside(goes_on(flight, 60.0), north_m=80.0), after=60.0)


def test_what_is_wrong_on_the_map_grows_on_the_way_to_the_equator() -> None:
    flight = {**FLIES, "lat": 84.9, "track_deg": 180.0, "ground_speed_kt": 480.0}
    east = aside(flight, east_m=60.0)  # of 84.9 degrees; there are 100 m between these meridians at 81.4
    assert [told(flight, east, after=s) for s in (0.0, 1200.0)] == [False, True]


def test_beyond_the_map_a_flight_stays_until_it_is_heard_elsewhere() -> None:
    flight = {**FLIES, "lat": 86.0}
    assert not told(flight, flight, after=3600.0)
    assert not told(flight, aside(flight, east_m=50.0) | {"time": START + 1.0}, after=1.0)
    assert told(flight, aside(flight, east_m=100.0) | {"time": START + 1.0}, after=1.0)


def test_a_flight_without_a_position_is_told_by_its_altitude_alone() -> None:
    flight = {**FLIES, **NOWHERE, "vertical_rate_fpm": 2000.0}
    assert not told(flight, flight, after=3600.0)
    assert not told(flight, {**flight, "altitude_ft": 36_100.0}, after=3600.0)
    assert told(flight, {**flight, "altitude_ft": 36_101.0}, after=3600.0)
    assert not told(
        flight, {**flight, "vertical_rate_fpm": -2000.0}, after=3600.0
    )  # since when, nobody knows


@pytest.mark.parametrize(
    "unknown",
    [
        NOWHERE,
        *(
            {name: np.nan}
            for name in (
                "altitude_ft",
                "geo_altitude_ft",
                "ground_speed_kt",
                "track_deg",
                "vertical_rate_fpm",
            )
        ),
    ],
)
def test_what_becomes_known_or_unknown_is_told(unknown: Mapping[str, float]) -> None:
    stands = {**FLIES, "ground_speed_kt": 0.0, "track_deg": 0.0}
    assert told({**stands, **unknown}, stands)
    assert told(stands, {**stands, **unknown})
    assert not told({**stands, **unknown}, {**stands, **unknown})


def test_lines_grow_and_keep_what_is_laid() -> None:
    laid, other = lines(FLIES), lines(FLIES)
    laid.grow(3)
    other.grow(3)
    way = laid.lay(np.array([2]), rows_of(0x4CA2D6, **{**FLIES, "lat": 0.0, "lon": 0.0}))
    assert strays(laid, other, START, FINEST).tolist() == [False, False, True]
    assert (way.x[0], way.y[0]) == (0.5, 0.5)
    x, y = laid.at(START + 60.0)
    east = 450.0 * 0.514444 * 60.0 / 40_075_016.68557849
    assert (x[2], y[2]) == (pytest.approx(0.5 + east), pytest.approx(0.5))
    assert x[0] == pytest.approx(8.0 / 360.0 + 0.5 + east / np.cos(np.radians(50.0)))
    assert np.isnan([x[1], y[1]]).all()


# The promise: at every tick, all live flights of every class.

NOON = 1_795_348_800.0
"""2026-11-22T12:00:00Z."""


@pytest.mark.parametrize("faults", [False, True])
def test_the_promise_is_kept_over_a_simulated_sky(*, faults: bool) -> None:
    reports = Transponders(Simulation(flights=250, seed=7), faults=faults)
    sky, made = DrawnSky(), reports.due(NOON)
    sky.tick(NOON, reports.latest(NOON))
    for now in NOON + np.arange(1.0, 301.0):
        sky.tick(now, reports.reports(made, made := reports.due(now)))
        assert sky.wrong(now) == {}
    assert len(sky.table.live) == 250
    assert sky.rows_changed > 50_000
    assert all(page.rows_sent < 0.06 * sky.rows_changed for page in sky.pages)


@pytest.mark.parametrize("tick_seconds", [1.0, 5.0])
@pytest.mark.parametrize(
    ("name", "decoder", "rows"),
    [
        ("adsb_actions.jsonl", JsonLines, 94),
        ("lines.json", JsonLines, 5),
        ("aircraft.json", AircraftJson, 22),
    ],
)
def test_the_promise_is_kept_over_a_recorded_sky_until_it_is_empty(
    name: str, decoder: Callable[[], Decoder], rows: int, tick_seconds: float
) -> None:
    heard = decoder().feed((FEEDS / name).read_bytes(), None)
    heard = replace(heard, stamps=np.arange(1, len(heard) + 1), feed=name)
    due = np.maximum.accumulate(heard.last_heard)
    sky, now, told_of = DrawnSky(), float(np.floor(due[0])), 0
    while told_of < len(heard) or len(sky.table.live):
        now += tick_seconds
        begin, told_of = told_of, int(np.searchsorted(due, now, "right"))
        sky.tick(now, heard.take(slice(begin, told_of)))
        assert sky.wrong(now) == {}
    assert len(heard) == rows


def about(*middles: float, by: int, digits: int) -> st.SearchStrategy[float]:
    """Draw numbers that the wire holds exactly, up to `by` of its units from one of these."""
    shifts = st.integers(-by, by).map(lambda units: units / 10**digits)
    return st.builds(lambda middle, shift: round(middle + shift, digits), st.sampled_from(middles), shifts)


MOTION: dict[str, st.SearchStrategy[Any]] = {
    "altitude_ft": about(36_000, by=1200, digits=0) | st.sampled_from((0.0, -1000.0, 399_000.0)),
    "geo_altitude_ft": about(36_500, by=300, digits=0),
    "ground_speed_kt": about(25.0, by=250, digits=1) | about(480.0, by=150, digits=1) | st.just(3276.7),
    "track_deg": about(90.0, by=150, digits=1) | st.integers(0, 3600).map(lambda tenths: tenths / 10),
    "vertical_rate_fpm": about(0, 1500, by=700, digits=0) | st.sampled_from((-32_767.0, 32_767.0)),
}
SAID = st.lists(st.sampled_from(sorted(MOTION)), max_size=3) | st.just(sorted(MOTION))
FACTS = st.sampled_from((*(9 * [{}]), {"squawk": 1000}, {"squawk": 7700}, {"on_ground": 1}))
LAT = about(50.0, by=80, digits=5) | about(50.0, by=800, digits=5)
LAT |= about(-60.0, 85.0, -85.05, 86.5, -89.8, by=4500, digits=5) | about(0.0, by=8_989_000, digits=5)
"""No nearer to a pole, for dead reckoning takes all places beyond 89.9 degrees for that."""
LON = about(180.0, by=80, digits=5).map(lambda lon: lon - 360.0 if lon > 180.0 else lon)
LON |= about(0.0, 180.0 - 0.05, by=4500, digits=5) | about(0.0, by=18_000_000, digits=5)
LAG = st.sampled_from((0.0, 0.0, 0.25, 1.0, 30.0))


@st.composite
def reports(draw: st.DrawFn) -> tuple[int, dict[str, Any], float]:
    """Draw what is heard of one of two aircraft, and how old its position is."""
    known: dict[str, Any] = {name: draw(MOTION[name]) for name in draw(SAID)}
    known |= draw(FACTS)
    known |= {"lat": draw(LAT), "lon": draw(LON)} if draw(st.integers(0, 2)) else {}
    return draw(st.sampled_from((0x4CA2D6, 0x14CA2D6))), known, draw(LAG)


def heard_at(now: float, address: int, known: Mapping[str, Any], lag: float) -> Observations:
    place = {"time": [now - lag]} if "lat" in known else {}
    values = {name: [value] for name, value in known.items()}
    return Observations.of([address], [now], feed="roof", **values, **place)


STEPS = st.tuples(st.sampled_from((1, 1, 3, 20, 45)), st.lists(reports(), min_size=1, max_size=3))


@settings(max_examples=60)
@given(st.lists(STEPS, min_size=3, max_size=8))
def test_the_promise_is_kept_over_the_wildest_sky(steps: list[tuple[int, list[Any]]]) -> None:
    sky, now = DrawnSky(), float(START)
    for seconds, heard in [*steps, (1, []), (20, [])]:
        now += seconds
        sky.tick(now, *(heard_at(now, *report) for report in heard))
        assert sky.wrong(now) == {}
