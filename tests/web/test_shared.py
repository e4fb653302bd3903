from aerotrack.core.precision import BOUNDS
from aerotrack.core.tiles import WORLD
from aerotrack.core.wire import MOTION
from aerotrack.web.latest import LatestRows
from aerotrack.web.published import PublishedRows
from aerotrack.web.shared import MOST_OTHERS, Shared
from fakes import changes_of, rows_of


def shared(ticks: int = 2) -> Shared:
    latest = LatestRows()
    classes = [PublishedRows(latest, bound) for bound in BOUNDS]
    for tick in range(1, ticks + 1):
        turn = latest.apply(changes_of(tick, rows_of(1, lat=50.0 + tick / 100, lon=8.0, time=1.7e9 + tick)))
        for published in classes:
            published.publish(turn)
    return Shared(classes)


def test_what_is_asked_for_twice_is_made_once() -> None:
    made = shared()
    delta = made.delta(0, 1)
    assert made.delta(0, 1) is delta
    assert made.delta(1, 1) is not delta
    assert made.packed(delta) is made.packed(delta)
    assert made.written(delta) is made.written(delta)
    assert made.census(0) is made.census(0)


def test_a_cut_is_told_in_either_format() -> None:
    made = shared()
    delta = made.delta(0, 1)
    assert made.written(delta).write([WORLD.level], 10)
    (packed,), (written,) = (
        made.bytes_of(delta, binary=b).told_each(delta.cut([WORLD])) for b in (True, False)
    )
    assert [len(piece) for piece in packed.motion] == [MOTION.size]
    assert b'"lat":50.02' in written.texts[0]


def test_the_oldest_of_what_few_hold_is_forgotten() -> None:
    made = shared(MOST_OTHERS + 4)
    deltas = [made.delta(0, since) for since in range(MOST_OTHERS + 3)]
    made.packed(deltas[1])
    made.forget({0, MOST_OTHERS + 2})
    kept = [since for since, delta in enumerate(deltas) if made.delta(0, since) is delta]
    assert kept == [0, *range(2, MOST_OTHERS + 3)]
