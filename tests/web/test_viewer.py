from collections.abc import Sequence

from aerotrack.web.flight_filter import FlightFilter
from aerotrack.web.personal import FilteredPicture
from aerotrack.web.viewer import Viewer
from aerotrack.web.watch import Watch


class Sink:
    ready = True
    waiting = 0

    def push(self, pieces: Sequence[bytes]) -> None:
        raise AssertionError(pieces)


def test_a_viewer_that_asks_awaits_an_answer_until_it_is_told() -> None:
    viewer = Viewer(Sink(), binary=True)
    viewer.ask(Watch(), anew=False)
    assert (viewer.asked, viewer.anew, viewer.watch) == (True, True, None)
    viewer.note(7, 1.0, 2)
    assert (viewer.asked, viewer.anew, viewer.watch) == (False, False, Watch())
    assert (viewer.told, viewer.holds, viewer.feeds_told) == (7, 7, 2)


def test_a_fresh_picture_once_asked_for_is_not_called_off_by_the_next_wish() -> None:
    viewer = Viewer(Sink(), binary=True)
    viewer.note(7, 1.0, 0)
    viewer.ask(Watch(), anew=True)
    viewer.ask(Watch(), anew=False)
    assert viewer.anew


def test_a_viewer_that_resumes_holds_what_it_brought_along() -> None:
    viewer = Viewer(Sink(), binary=False)
    viewer.resume(Watch(precision=1), 5)
    assert (viewer.told, viewer.holds, viewer.anew, viewer.asked) == (5, 5, False, True)
    assert viewer.watch is viewer.wants


def test_who_filters_no_more_is_not_remembered_by_rows() -> None:
    viewer = Viewer(Sink(), binary=False)
    viewer.filtered = FilteredPicture()
    viewer.ask(Watch(filter=FlightFilter(callsign="DLH")), anew=False)
    assert viewer.filtered is not None
    viewer.ask(Watch(), anew=True)
    assert viewer.filtered is None
