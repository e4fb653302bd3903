import gzip
from pathlib import Path

import pytest

from aerotrack.errors import SettingsError
from aerotrack.storage.export_file import destination, format_named

KNOWN = ("csv", "geojson", "kml", "gpx", "parquet")


@pytest.mark.parametrize(
    ("output", "given", "chosen"),
    [
        ("march.csv", None, ("csv", False)),
        ("a.b/MARCH.GeoJSON", None, ("geojson", False)),
        ("march.json", None, ("geojson", False)),
        ("march.csv.gz", None, ("csv", True)),
        ("-", "kml", ("kml", False)),
        ("march.txt", "gpx", ("gpx", False)),
        ("march.gz", "geojson", ("geojson", True)),
    ],
)
def test_the_format_is_given_or_in_the_name(output: str, given: str | None, chosen: tuple[str, bool]) -> None:
    assert format_named(output, given, KNOWN) == chosen


@pytest.mark.parametrize(
    ("output", "given", "told"),
    [
        ("-", None, "does not tell"),
        ("march.xls", None, "csv|geojson"),
        ("march.csv", "xls", "no format xls"),
        ("march.parquet.gz", None, "not compressed"),
    ],
)
def test_a_format_that_cannot_be_told_says_so(output: str, given: str | None, told: str) -> None:
    with pytest.raises(SettingsError, match=told.replace("|", r"\|")):
        format_named(output, given, KNOWN)


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "march.csv"
    path.write_bytes(b"old")
    with destination(str(path), packed=False) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert [left.name for left in tmp_path.iterdir()] == ["march.csv"]


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> None:
        with destination(str(tmp_path / "march.csv"), packed=False) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_a_packed_file_is_gzip(tmp_path: Path) -> None:
    path = tmp_path / "march.csv.gz"
    with destination(str(path), packed=True) as file:
        file.write(b"new")
    assert gzip.decompress(path.read_bytes()) == b"new"


def test_a_device_is_written_as_it_is() -> None:
    with destination("/dev/null", packed=False) as file:
        file.write(b"gone")
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("place", ["nowhere/march.csv", "."])
def test_a_file_that_cannot_be_written_says_so(tmp_path: Path, place: str) -> None:
    with (
        pytest.raises(SettingsError, match=r"cannot be written|is a directory"),
        destination(str(tmp_path / place), packed=False),
    ):
        pass


def test_standard_output_is_a_dash(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with destination("-", packed=False) as file:
        file.write(b"new")
    assert capfdbinary.readouterr().out == b"new"
