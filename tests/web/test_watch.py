import pytest

from aerotrack.core.tiles import View
from aerotrack.web.flight_filter import FlightFilter
from aerotrack.web.watch import Watch

OTHERS = [
    Watch(),
    Watch(View.of(5, 45, 16, 55)),
    Watch(flights=frozenset([1])),
    Watch(flights=frozenset([2])),
    Watch(precision=1),
    Watch(filter=FlightFilter(callsign="DLH")),
    Watch(filter=FlightFilter(callsign="RYR")),
]


def test_other_watches_have_other_names() -> None:
    assert len({watch.name for watch in OTHERS}) == len(OTHERS)


@pytest.mark.parametrize("watch", OTHERS)
def test_equal_watches_have_equal_names(watch: Watch) -> None:
    same = Watch(watch.view, frozenset(sorted(watch.flights)), watch.precision, watch.filter)
    assert (same, same.name) == (watch, watch.name)


def test_the_order_of_a_list_makes_no_other_name() -> None:
    assert Watch(flights=frozenset([3, 1, 2])).name == Watch(flights=frozenset([2, 1, 3])).name
