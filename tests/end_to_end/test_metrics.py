"""/metrics of a running server, and who relies on it: the pages that explain it, and the dashboard."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

from aerotrack.web.figures import FIGURES, OF_FEEDS
from end_to_end.program import Program

HOME = Path(__file__).parents[2]
METRICS, OVERLOAD = (HOME / "docs/reference" / page for page in ("metrics.md", "overload.md"))
DASHBOARD = json.loads((HOME / "contrib/grafana/aerotrack-operations.json").read_text("utf-8"))
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
NAME = re.compile(r"\b(?:aerotrack|process)_[a-z_]+\b")
LINE = re.compile(r"^\| `(\w+)` \| (\w+) \| ([^|]*)\|", re.MULTILINE)
OF_A_HISTOGRAM = ("_bucket", "_count", "_sum")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Serve with everything open that has metrics of its own."""
    options = ["--sbs-out", "127.0.0.1:0", "--beast-out", "127.0.0.1:0"]
    with Program.serving(
        "sim:?flights=20", options=options, data_dir=tmp_path_factory.mktemp("data")
    ) as program:
        yield program


@pytest.fixture(scope="module")
def told(server: Program) -> dict[str, Metric]:
    """Return the metrics by the names of their series."""
    httpx.get(f"{server.url}/healthz", trust_env=False)
    answer = httpx.get(f"{server.url}/metrics", trust_env=False)
    return {name_of(family): family for family in plain(answer.text)}


def name_of(family: Metric) -> str:
    """Name a metric as queries do: the parser leaves `_total` out."""
    return f"{family.name}_total" if family.type == "counter" else family.name


def documented() -> dict[str, tuple[str, set[str]]]:
    """Read the page: the type and the labels of each metric."""
    lines = LINE.findall(METRICS.read_text("utf-8"))
    return {name: (kind, set(re.findall(r"\w+", labels))) for name, kind, labels in lines}


def test_every_metric_is_documented_and_every_documented_one_is_told(told: dict[str, Metric]) -> None:
    assert set(documented()) == set(told)


def test_the_page_names_types_and_labels_as_they_are(told: dict[str, Metric]) -> None:
    pages = documented()
    for name, family in told.items():
        kind, labels = pages[name]
        assert kind == family.type, name
        for sample in family.samples:
            assert set(sample.labels) - {"le"} == labels, name


def test_a_running_server_tells_every_figure_that_can_be_there(told: dict[str, Metric]) -> None:
    empty = {
        f"aerotrack_{figure.name}"
        for figure in (*FIGURES, *OF_FEEDS)
        if not told[f"aerotrack_{figure.name}{'_total' * (figure.kind == 'counter')}"].samples
    }
    # No client has erred; the simulator refuses nothing, has one kind of messages, and stands nowhere.
    assert empty == {
        "aerotrack_client_errors", "aerotrack_feed_refused", "aerotrack_feed_messages_by_kind",
        "aerotrack_feed_max_range_nm",
    }  # fmt: skip


def test_openmetrics_has_the_same(server: Program, told: dict[str, Metric]) -> None:
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = httpx.get(f"{server.url}/metrics", headers=accept, trust_env=False)
    names = {name_of(family) for family in openmetrics(answer.text) if family.type != "info"}
    assert names == set(told) - {"aerotrack_build_info"}


def without_parts(name: str) -> str:
    """Name the histogram of which something is a part."""
    for part in OF_A_HISTOGRAM:
        name = name.removesuffix(part)
    return name


@pytest.mark.parametrize("page", [METRICS, OVERLOAD], ids=lambda page: page.name)
def test_every_metric_that_a_page_names_is_told(page: Path, told: dict[str, Metric]) -> None:
    named = set(NAME.findall(page.read_text("utf-8")))
    assert named
    assert {name for name in named if without_parts(name) not in told} == set()


def queries() -> list[str]:
    variables = [variable["query"]["query"] for variable in DASHBOARD["templating"]["list"]]
    return [target["expr"] for panel in PANELS for target in panel.get("targets", [])] + variables


def test_every_metric_of_the_dashboard_is_told(told: dict[str, Metric]) -> None:
    named = {name for query in queries() for name in NAME.findall(query)}
    assert {name for name in named if without_parts(name) not in told} == set()


def test_the_dashboard_asks_buckets_of_histograms_and_rates_of_counters(told: dict[str, Metric]) -> None:
    for query in queries():
        for name in NAME.findall(query):
            kind = told[without_parts(name)].type
            assert name.endswith("_bucket") == (kind == "histogram"), query
            assert ("rate(" in query or "increase(" in query) == (kind in {"counter", "histogram"}), query


def test_the_dashboard_shows_only_labels_that_there_are() -> None:
    pages = documented()
    for panel in PANELS:
        for target in panel.get("targets", []):
            (name, *_) = NAME.findall(target["expr"])
            labels = pages[without_parts(name)][1]
            assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) <= labels, panel["title"]


def test_no_two_panels_of_the_dashboard_share_an_id_or_a_place() -> None:
    ids = [panel["id"] for panel in PANELS]
    assert len(set(ids)) == len(ids) > 0
    covered = [
        (x, y)
        for place in (panel["gridPos"] for panel in PANELS)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(set(covered)) == len(covered)
    assert max(x for x, _ in covered) < 24


def test_the_dashboard_asks_for_its_data_source_at_the_import() -> None:
    (asked,) = DASHBOARD["__inputs"]
    used = {target["datasource"]["uid"] for panel in PANELS for target in panel.get("targets", [])}
    assert used == {f"${{{asked['name']}}}"}
