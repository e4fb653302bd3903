import pytest

from aerotrack.sources.formats import format_of
from sources.feeders import NOON, document, sbs


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (sbs(), "SBS text"),
        (b"\xef\xbb\xbf\r\nSEL,,496,2286,4CA4E5\r\n", "SBS text"),
        (document(NOON), "aircraft.json"),
        (b'{\n  "now": 1,\n  "aircraft": [\n', "aircraft.json"),
        (document(NOON) + b"\n" + document(NOON), "aircraft.json"),
        (b'{"ac":[{"hex":"4ca2d6"}],"now":1}', "aircraft.json"),
        (b'{"now" : 1.5,"hex":"4ca2d6"},\n{"now" : 2,"hex":"4ca2d6"},\n', "JSON lines"),
        (b'{"flight": "N/A", "now": 1}\n{"hex":"4ca2d6","aircraft":[]}\n', "JSON lines"),
        (b'{"now":1,"hex":"4ca2d6","flightdict":null', "JSON lines"),
        (b'{"icao":"4ca2d6","r":"EI-DAC","timestamp":1.5,"trace":[[0,50,8,', "readsb trace"),
        (b'{"now":1,"hex":"4ca2d6","a":[],"trace":[1]}', "JSON lines"),
        (b"id,icao24,callsign,time,lat,lon\r\n", "AeroTrack's CSV"),
        (b"PAR1\x15\x04", "AeroTrack's Parquet"),
        (b"\x1a3\x00\x00", None),
        (b"*8D4CA2D6;\n", "AVR"),
        (b"@0000000000018D4CA2D6000000;\n", "AVR"),
        (b"1633608001.028,8d39a4159914918770a48c29b35f\n", "CSV of frames"),
        (b"timestamp,frame\n1633608001.028,5d39a4159fe7a8\n", "CSV of frames"),
        (b"\x1a2" + bytes(14), "Beast"),
        (b"\x00" * 10 + (b"\x1a2" + bytes(14)) * 9, "Beast"),
        ((b"\x1a1" + bytes(9)) * 9, "Beast"),
        ((b"\x1a1" + bytes(7) + b"\x12\x34") * 9, "Beast"),
        (b"\x00" * 100 + (b"\x1a1" + bytes(9)) * 9, None),
        (b'{"time":1,"states":[["4ca2d6"', "OpenSky JSON"),
        (b'\n{"states" : null, "time":1}', "OpenSky JSON"),
        (b'{"now":1,"hex":"4ca2d6","x":{"states":[]}}', "JSON lines"),
        (b"time,icao24,lat,lon,velocity,lastposupdate,lastcontact\r\n", "OpenSky CSV"),
        (b'{"type":"keepalive","pitr":"1"}\n{"pitr":"1"', "Firehose lines"),
        (b"\x28\xb5\x2f\xfd", "binCraft"),
        (b"[1]", None),
    ],
)
def test_a_format_is_recognised_by_its_content(head: bytes, known: str | None) -> None:
    assert format_of(head) == known
