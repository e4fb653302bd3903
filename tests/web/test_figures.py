from dataclasses import fields

import pytest

from aerotrack.core.reports import FeedReport
from aerotrack.web.figures import COUNTER, FIGURES, GAUGE, OF_FEEDS, WELL, Figure

RUN = {"flights": 12, "database": {"queued": 3, "error": None}, "cut": {"stuck": 1}}


def test_a_figure_is_found_where_its_path_leads() -> None:
    assert Figure(GAUGE, "queued", "database.queued", "").found_in(RUN) == 3
    assert Figure(COUNTER, "cut", "cut", "", "reason").found_in(RUN) == {"stuck": 1}


@pytest.mark.parametrize("path", ["nothing", "database.nothing", "nothing.queued"])
def test_what_is_not_told_is_nothing(path: str) -> None:
    assert Figure(GAUGE, "any", path, "").found_in(RUN) == {}


def test_what_has_no_error_is_well() -> None:
    well = Figure(WELL, "database_up", "database.error", "")
    assert (well.read(None), well.read("connection refused")) == (1.0, 0.0)


def test_no_two_metrics_share_a_name() -> None:
    names = [figure.name for figure in (*FIGURES, *OF_FEEDS)]
    assert len(set(names)) == len(names)


def test_the_metrics_of_feeds_are_members_of_their_reports() -> None:
    assert {figure.path for figure in OF_FEEDS} <= {field.name for field in fields(FeedReport)}


def test_no_label_tells_aircraft_flights_or_clients_apart() -> None:
    labels = {figure.label for figure in (*FIGURES, *OF_FEEDS)}
    assert labels == {"", "part", "reason", "code", "status", "output", "kind"}
