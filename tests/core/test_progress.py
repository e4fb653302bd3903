from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.columns import PHASES
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations

START = 1_732_289_344.0
A = 0x4CA2D6
FLYING = {"on_ground": 0, "altitude_ft": 20_000.0, "vertical_rate_fpm": 0.0}


def phases(
    *reports: tuple[float, dict[str, float]], silent_until: float = 0.0
) -> list[tuple[float, str | None]]:
    """Hear one aircraft once a tick; return each phase that was told, and in which second."""
    table, told = FlightTable(), []
    for seconds, known in (*reports, (silent_until, {})):
        if known:
            columns = {name: [value] for name, value in known.items()}
            table.apply(Observations.of([A], [START + seconds], **columns))
        table.expire(START + seconds)
        for code in table.take(START + seconds).updated["phase"].tolist():
            phase = PHASES[code] if code >= 0 else None
            if not told or told[-1][1] != phase:
                told.append((seconds, phase))
    return told


def rates(*each: float, every: float = 1.0) -> list[tuple[float, dict[str, float]]]:
    return [(i * every, FLYING | {"vertical_rate_fpm": rate}) for i, rate in enumerate(each)]


def test_the_first_phase_is_told_at_once() -> None:
    assert phases((0.0, FLYING)) == [(0.0, "cruise")]


def test_another_phase_is_told_and_is_no_fact() -> None:
    table, told = FlightTable(), []
    for seconds in range(9):
        speed = 90.0 if seconds else 10.0
        table.apply(Observations.of([A], [START + seconds], on_ground=[1], ground_speed_kt=[speed]))
        table.expire(START + seconds)
        updated = table.take(START + seconds).updated
        told += zip((PHASES[code] for code in updated["phase"]), updated["facts_tick"].tolist(), strict=True)
    assert told == [("taxi", 1), ("taxi", 1), ("takeoff", 1)]


def test_a_flight_of_which_nothing_is_known_has_no_phase() -> None:
    assert phases((0.0, {"squawk": 1000})) == [(0.0, None)]


def test_a_climb_that_lasts_is_told_after_20_seconds() -> None:
    assert phases(*rates(0.0, *[800.0] * 30)) == [(0.0, "cruise"), (21.0, "climb")]


def test_gusts_are_no_climbs() -> None:
    assert phases(*rates(*[0.0, 800.0, 800.0, -800.0] * 50)) == [(0.0, "cruise")]


def test_silence_changes_no_phase() -> None:
    assert phases(*rates(0.0, 800.0), silent_until=50.0) == [(0.0, "cruise")]


def test_a_vertical_rate_from_before_a_silence_says_nothing_after_it() -> None:
    low = {"on_ground": 0, "altitude_ft": 900.0}
    back = [(100.0 + s, low) for s in range(3)] + [(103.0, low | {"vertical_rate_fpm": 800.0})]
    told = phases((0.0, low | {"vertical_rate_fpm": -700.0}), *back)
    assert told == [(0.0, "approach"), (100.0, None), (103.0, "climb")]


def test_the_same_report_again_and_again_confirms_a_phase() -> None:
    assert phases(*rates(0.0, *[800.0] * 3, every=10.0)) == [(0.0, "cruise"), (30.0, "climb")]


def test_a_landing_is_told_and_then_the_taxiing() -> None:
    down = [(float(s), {"on_ground": 1, "ground_speed_kt": max(20.0, 140.0 - 5 * s)}) for s in range(10, 60)]
    approach = [
        (float(s), FLYING | {"vertical_rate_fpm": -700.0, "altitude_ft": 900.0 - s}) for s in range(10)
    ]
    assert phases(*approach, *down) == [(0.0, "approach"), (13.0, "landed"), (28.0, "taxi")]


KNOWN = st.fixed_dictionaries(
    {
        "on_ground": st.sampled_from((0, 1)),
        "ground_speed_kt": st.sampled_from((0.0, 20.0, 140.0)),
        "vertical_rate_fpm": st.sampled_from((-800.0, 0.0, 800.0)),
        "altitude_ft": st.sampled_from((500.0, 20_000.0)),
    }
)


@given(st.lists(st.tuples(KNOWN, st.integers(1, 40)), max_size=12))
def test_no_phase_lasts_for_less_than_the_patience_of_the_next(
    parts: list[tuple[dict[str, float], int]],
) -> None:
    reports = [known for known, seconds in parts for _ in range(seconds)]
    told = phases(*((float(second), known) for second, known in enumerate(reports)))
    for (since, phase), (until, following) in pairwise(told):
        departed = following == "takeoff"  # that may be another flight's first phase
        assert until - since >= 3.0 or phase is None or departed
