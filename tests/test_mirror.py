"""Every source file has its test file, and every test file its source."""

from pathlib import Path

PROJECT = Path(__file__).parents[1]
NO_TEST_OF_THEIR_OWN = {"__init__", "__main__"}  # they hold a docstring, a version or a single call
ABOUT_THE_PROJECT = {"mirror", "architecture", "hatch_build"}  # their subject is outside src/aerotrack
OF_THE_WHOLE = {"integration", "end_to_end", "chaos", "fuzz"}  # they test what no single file does


def sources(suffixes: set[str]) -> set[str]:
    root = PROJECT / "src/aerotrack"
    files = (path.relative_to(root) for path in root.rglob("*.*") if path.suffix in suffixes)
    return {str(path.with_suffix("")) for path in files if path.stem not in NO_TEST_OF_THEIR_OWN}


def sources_with_tests() -> set[str]:
    files = (path.relative_to(PROJECT / "tests") for path in (PROJECT / "tests").rglob("test_*.py"))
    named = (path.with_name(path.stem.removeprefix("test_")) for path in files)
    return {
        str(path)
        for path in named
        if path.parts[0] not in OF_THE_WHOLE and path.stem not in ABOUT_THE_PROJECT
    }


def test_every_source_file_has_a_test_file() -> None:
    assert sorted(sources({".py"}) - sources_with_tests()) == []


def test_every_test_file_has_a_source_file() -> None:
    assert sorted(sources_with_tests() - sources({".py", ".sql"})) == []
