import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.aircraft_facts import FACTS
from aerotrack.decode import aircraft_tables
from aerotrack.decode.aircraft_tables import Database, gathered, places, row_of, table_rows
from aerotrack.errors import SettingsError

READSB = """\
004002;Z-WPA;B732;00;BOEING 737-200;;AIR ZIMBABWE;
4CA2D6;EI-DAC;B738;00;BOEING 737-800;2004;RYANAIR;
43C0FF;;;10;;;;
"""
OPENSKY = """\
icao24,registration,manufacturericao,model,typecode,operator,operatorcallsign,owner,notes,categoryDescription
4ca2d6,EI-DAC,BOEING,"737-8AS, winglets",B738,,RYANAIR,Ryanair,,"Large (75000 to 300000 lbs)"
"3c6444","D-AIBD","AIRBUS","A319 112","A319","Lufthansa","","Deutsche Lufthansa AG","says ""Hallo"",
on two lines",""
"""
MONTHLY = """\
'icao24','timestamp','categoryDescription','operator','owner','registration','typecode'
'4ca2d6','2017-09-15 00:10:00','','','Ryanair','EI-DAC','B738'
'39b002','2017-09-15 00:10:00','Heavy (> 300000 lbs)','L''Avion, Paris','','F-HAVN','B752'
"""


def read(text: str) -> Database:
    return gathered(table_rows(text.split("\n")))


def known(found: Database) -> dict[str, tuple[str, ...]]:
    columns = [found.facts.columns[name].tolist() for name in FACTS]
    rows = zip(*columns, strict=True)
    texts = [tuple(cell.decode() for cell in row) for row in rows]
    return dict(zip([f"{a:06x}" for a in found.facts.address.tolist()], texts, strict=True))


def test_readsbs_table_has_no_header() -> None:
    assert known(read(READSB)) == {
        "004002": ("Z-WPA", "B732", "", "AIR ZIMBABWE"),
        "43c0ff": ("", "", "", ""),
        "4ca2d6": ("EI-DAC", "B738", "", "RYANAIR"),
    }


def test_readsbs_table_may_have_a_header_quotes_and_fewer_columns() -> None:
    assert known(read('icao;registration;type_code\n4CA2D6;"EI-DAC";B738')) == {
        "4ca2d6": ("EI-DAC", "B738", "", "")
    }
    assert known(read("4CA2D6;EI-DAC\n3C6444")) == {
        "3c6444": ("", "", "", ""),
        "4ca2d6": ("EI-DAC", "", "", ""),
    }


def test_openskys_table_is_read_by_its_header() -> None:
    assert known(read(OPENSKY)) == {
        "3c6444": ("D-AIBD", "A319", "", "Lufthansa"),
        "4ca2d6": ("EI-DAC", "B738", "A3", "Ryanair"),
    }


def test_openskys_monthly_table_quotes_with_apostrophes() -> None:
    assert known(read(MONTHLY)) == {
        "39b002": ("F-HAVN", "B752", "A5", "L'Avion, Paris"),
        "4ca2d6": ("EI-DAC", "B738", "", "Ryanair"),
    }


def test_a_row_without_an_address_is_left_out_and_counted() -> None:
    found = read(READSB + "nobody;EI-X\n000000;EI-Y\n~4CA2D7;EI-Z\n4CA2D70;EI-W\n\n0x4CA2;EI-V")
    assert (len(found.facts), found.skipped) == (3, 5)


def test_a_line_that_cannot_be_read_is_counted() -> None:
    lines = [*READSB.splitlines(), None]
    assert gathered(table_rows(lines)).skipped == 1
    assert gathered(table_rows([*OPENSKY.splitlines(), "4ca2d7,'\"open", None])).skipped == 1


@pytest.mark.parametrize(
    "text", ["", "\n\n", "hello", "<html>\n<body>", "name,registration\nx,y", "4ca2d6,EI-DAC", "{}"]
)
def test_what_is_no_table_of_aircraft_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="neither readsb's columns nor a header with icao24"):
        read(text)


def test_garbage_before_the_first_row_is_only_garbage() -> None:
    found = read("# made by hand\n" + READSB)
    assert (len(found.facts), found.skipped) == (3, 1)


def test_what_a_column_cannot_hold_is_not_known() -> None:
    row = "4CA2D6;A-REGISTRATION;BOEING;;;;A name that is longer than there is room"
    assert known(read(row)) == {"4ca2d6": ("", "", "", "A name that is longer th")}


def test_texts_are_in_ascii() -> None:
    row = "4CA2D6; ei-dac ;b738;;;;Köln\x00Bonn\u2003漢 Flug\t"
    assert known(read(row)) == {"4ca2d6": ("EI-DAC", "B738", "", "Koln Bonn  Flug")}


def test_a_quote_that_nobody_closes_costs_no_other_row() -> None:
    head, *rows = OPENSKY.splitlines()[:2]
    broken = '4ca2d7,EI-DAD,"BOEING,737,B738,,,,,'
    more = [f"4ca3{number:02x},EI-D{number},BOEING,737,B738,,,,," for number in range(40)]
    found = gathered(table_rows([head, *rows, broken, *more, '4ca2d8,EI-DAE,5" PIPER']))
    assert (len(found.facts), found.skipped) == (43, 0)
    twice = gathered(table_rows([head, '4ca2d7,EI-DAD,5" PIPER,,,,,,,', *more[:5], '4ca2d8,EI-DAE,5" PIPER']))
    assert len(twice.facts) == 7


def test_a_sign_of_inches_in_readsbs_table_is_no_quote() -> None:
    found = read('4CA2D6;EI-DAC;B738;;5" MODEL;;RYANAIR\n3C6444;D-AIBD;A319;;5" MODEL;;LUFTHANSA')
    assert known(found)["4ca2d6"] == ("EI-DAC", "B738", "", "RYANAIR")
    assert len(found.facts) == 2


def test_a_field_too_long_for_a_table_costs_its_row_only() -> None:
    head = "icao24,registration"
    long = '4ca2d6,"' + "x" * 70_000 + "\n" + "y" * 70_000 + '"'
    found = read(f"{head}\n{long}\n3c6444,D-AIBD")
    assert known(found)["3c6444"][0] == "D-AIBD"
    assert found.skipped <= 1


def test_more_rows_than_there_can_be_aircraft_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aircraft_tables, "MOST_ROWS", 2)
    with pytest.raises(SettingsError, match="more than 2 rows"):
        read(READSB)


def test_many_rows_are_put_together_in_order() -> None:
    lines = [f"{number:06X};N{number};B738" for number in range(20_000, 0, -1)]
    facts = gathered(table_rows(lines)).facts
    assert facts.address.tolist() == list(range(1, 20_001))
    assert facts.columns["registration"][[0, 9_999]].tolist() == [b"N1", b"N10000"]


def test_the_first_column_that_says_anything_counts() -> None:
    where = places(["modes", "operatorflagcode", "registeredowners"])
    assert row_of(["4CA2D6", "RYR", "Ryanair"], where) == ("4CA2D6", "", "", "", "Ryanair")
    assert row_of(["4CA2D6", "RYR", "  "], where) == ("4CA2D6", "", "", "", "RYR")


@pytest.mark.parametrize("head", [READSB, OPENSKY, MONTHLY])
@given(text=st.text(st.sampled_from("4ca2d6;,'\"\n\r\x00é "), max_size=300))
def test_whatever_follows_the_rows_stand(head: str, text: str) -> None:
    found = read(head + text)
    assert known(read(head)).keys() <= known(found).keys()
    for values in found.facts.columns.values():
        assert all(value.decode().isprintable() for value in values.tolist())
    assert np.all(np.diff(found.facts.address.astype(np.int64)) > 0)
