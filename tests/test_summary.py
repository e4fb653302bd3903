import io
from dataclasses import dataclass

import numpy as np

from aerotrack.core.changes import Changes
from aerotrack.core.ports import EVERYTHING
from aerotrack.core.reports import FeedReport
from aerotrack.summary import ExportBar, ReplayBar, Summary


def tick(number: int, *flights: tuple[int, int]) -> Changes:
    address, start = zip(*flights, strict=True)
    positions = {"address": np.array(address, np.uint32), "start": np.array(start, np.int64)}
    return Changes(since=number - 1, tick=number, time=float(number), positions=positions)


def feed(**refused: int) -> FeedReport:
    return FeedReport(name="tape", url="file:tape", refused=refused)


def test_flights_and_aircraft_are_counted_once_over_all_ticks() -> None:
    summary = Summary()
    summary.take(tick(1, (0xA, 100), (0xB, 100), (0xA, 100)))
    summary.take(tick(2, (0xA, 100), (0xA, 900)))
    told = summary.sentence([feed()], stored=5, already_stored=0)
    assert told == "Stored 5 positions of 3 flights (2 aircraft); refused 0."


def test_refusals_are_told_by_reason() -> None:
    told = Summary().sentence([feed(duplicate=2, out_of_order=1)], stored=0, already_stored=0)
    assert told == "Stored 0 positions of 0 flights (0 aircraft); refused 3: duplicate 2, out_of_order 1."


def test_values_that_were_left_out_of_their_rows_are_told_apart_from_refusals() -> None:
    told = Summary().sentence([feed(duplicate=2, bad_field=9)], stored=1, already_stored=0)
    assert told.endswith("refused 2: duplicate 2; 9 single values were left out.")


def test_a_recording_that_was_played_before_is_said_to_be() -> None:
    told = Summary().sentence([feed()], stored=0, already_stored=7)
    assert told.endswith("; 7 were already stored: this recording has been played before.")


async def test_nothing_of_it_has_to_be_kept() -> None:
    kept: list[int] = []
    await Summary().run(kept.append)
    assert kept == [EVERYTHING]


@dataclass
class Half:
    total_bytes: int = 100
    read_bytes: int = 50


def test_the_bar_is_silent_where_no_terminal_sees_it() -> None:
    written = io.StringIO()
    with ReplayBar(Half(), file=written) as bar:
        bar.show()
    assert written.getvalue() == ""


@dataclass
class Some:
    done: float = 0.5
    positions: int = 7
    flights: int = 2


def test_the_bar_of_an_export_is_silent_too_and_says_at_its_end_what_was_written() -> None:
    written = io.StringIO()
    with ExportBar(Some(), file=written) as bar:
        bar.show()
    assert written.getvalue() == ""
    assert bar.sentence("march.csv") == "Exported 7 positions of 2 flights to march.csv."
