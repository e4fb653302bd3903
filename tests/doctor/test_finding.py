import io

from rich.console import Console

from aerotrack.doctor.finding import fail, ok, refused, warn
from aerotrack.errors import SettingsError


def test_a_finding_is_one_line_that_says_what_to_do() -> None:
    assert str(ok("the disk is fast")) == "ok    the disk is fast"
    assert str(warn("few files", "ulimit -n 4096")) == "warn  few files - ulimit -n 4096"
    assert str(fail("a\nb", "c")) == "fail  a b - c"


def test_it_is_printed_as_it_is_however_long_and_whatever_is_in_it() -> None:
    file = io.StringIO()
    finding = fail("[bold]x[/bold] " * 20, "do")
    finding.show(Console(file=file, width=40))
    assert file.getvalue() == f"{finding}\n"


def test_a_terminal_shows_the_mark_in_its_colour() -> None:
    file = io.StringIO()
    warn("x", "y").show(Console(file=file, force_terminal=True, color_system="standard"))
    assert file.getvalue() == "\x1b[33mwarn\x1b[0m  x - y\n"


def test_our_own_errors_are_taken_apart() -> None:
    error = SettingsError("port 99999 does not exist: give one from 0 to 65535.")
    assert str(refused(error)) == "fail  port 99999 does not exist - give one from 0 to 65535"
    assert str(refused(SettingsError("No."))) == "fail  No - aerotrack serve --help"
