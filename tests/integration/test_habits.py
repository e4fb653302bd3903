"""Habits that keep whole kinds of mistakes out, held over all sources at once."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from cyclopts import App

from aerotrack.cli import program
from aerotrack.config import SECRETS
from web.harness import Site

HOME = Path(__file__).parents[2]
SOURCES = sorted((HOME / "src/aerotrack").rglob("*.py"))
ZERO_IS_NOTHING = {
    "recording.speed or FASTEST": "a speed is more than 0, or none",
    "','.join(parts) or OFF": "a text",
    "url.parts.hostname or LOOPBACK": "a text",
    "self.ping_timeout or STUCK_S": "a time-out of 0 is none",
}
ZERO_IS_NOTHING_ON_THE_PAGE = {
    ("panels/events_feed.tsx", "1"): "a replay that stands still is to run",
    ("panels/table_grid.tsx", "USUAL_ROW_PX"): "a row that was not laid out has no height",
}
Node = TypeVar("Node", bound=ast.AST)


def nodes(kind: type[Node]) -> Iterator[tuple[str, Node]]:
    """Yield every node of a kind, with where it is."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, kind):
                yield f"{path.relative_to(HOME)}:{getattr(node, 'lineno', 0)}", node


def stands_for_zero(node: ast.expr) -> bool:
    """Say whether `x or` this would make something else of 0."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float) and node.value != 0
    return isinstance(node, ast.Name) and node.id.isupper()


def test_nothing_takes_a_zero_for_nothing() -> None:
    """Track 0 is north, and altitude 0 is the sea: `x or 90` and `x || 90` lose them."""
    ours = {
        ast.unparse(node)
        for _, node in nodes(ast.BoolOp)
        if isinstance(node.op, ast.Or) and stands_for_zero(node.values[-1])
    }
    assert ours == set(ZERO_IS_NOTHING)
    page = HOME / "dashboard/src"
    found = {
        (str(path.relative_to(page)), default)
        for path in page.rglob("*.ts*")
        if ".test." not in path.name
        for default in re.findall(r"\|\|=? *(\d+|[A-Z][A-Z_]+)\b(?! *[<>=!.(])", path.read_text())
    }
    assert found == set(ZERO_IS_NOTHING_ON_THE_PAGE)


def test_whatever_is_bounded_counts_what_it_drops() -> None:
    """`deque(maxlen=N)` drops in silence: beside each stands a count."""
    bounded = [
        where.partition(":")[0]
        for where, node in nodes(ast.Call)
        if ast.unparse(node.func).endswith("deque")
        and (len(node.args) > 1 or any(keyword.arg == "maxlen" for keyword in node.keywords))
    ]
    assert bounded == ["src/aerotrack/client/live.py"]
    assert "self.events_forgotten +=" in (HOME / bounded[0]).read_text()


def test_no_statement_is_put_together_of_texts() -> None:
    """What others say goes to PostgreSQL as a parameter. ruff's S608 sees to it."""
    excepted = {path.name for path in SOURCES if "noqa: S608" in path.read_text()}
    assert excepted == {"aircraft_files.py", "playback.py"}


def test_no_secret_is_an_option() -> None:
    """Everyone on a machine sees its command lines."""
    options = {
        name
        for command in ["serve", "replay", "doctor"]
        for argument in _command(program, command).assemble_argument_collection()
        for name in argument.names
    }
    assert "--database" in options
    assert not {f"--{secret.replace('_', '-')}" for secret in SECRETS} & options


def _command(of: App, name: str) -> App:
    command = of[name]
    assert isinstance(command, App)
    return command


def test_no_request_can_have_us_ask_another_server() -> None:
    """What we fetch is named in the settings: no route takes an address."""
    named = {
        parameter["name"]
        for path in Site().app().openapi()["paths"].values()
        for operation in path.values()
        for parameter in operation.get("parameters", ())
    }
    assert "bbox" in named
    assert not {name for name in named if re.search("url|uri|host|callback|webhook", name)}
    asking = {
        where.split("/")[2] for where, node in nodes(ast.Import) if "httpx" in {n.name for n in node.names}
    }
    assert asking == {"doctor", "sources"}
