"""Every decoder, how it is given any bytes at all, and a few that it understands, to begin with."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from aerotrack.core.observations import Observations, Receiver
from aerotrack.decode import Decoder
from aerotrack.decode.aircraft_documents import AircraftDocuments
from aerotrack.decode.aircraft_json import AircraftJson
from aerotrack.decode.aircraft_tables import gathered, table_rows
from aerotrack.decode.avr import Avr
from aerotrack.decode.beast import Beast
from aerotrack.decode.bincraft import BinCraft
from aerotrack.decode.firehose import Firehose
from aerotrack.decode.frame_csv import FrameCsv
from aerotrack.decode.json_lines import JsonLines
from aerotrack.decode.modes.decoder import ModeS
from aerotrack.decode.modes.frames import LONG, SHORT, Frames
from aerotrack.decode.modes.syndromes import syndromes
from aerotrack.decode.opensky import OpenSky
from aerotrack.decode.opensky_csv import OpenSkyCsv
from aerotrack.decode.own_csv import OwnCsv
from aerotrack.decode.own_parquet import batches
from aerotrack.decode.readsb_trace import ReadsbTrace
from aerotrack.decode.sbs import Sbs
from aerotrack.errors import SettingsError

NOW = 1_795_348_800.0
"""The time of the stream: noon of 22 November 2026."""
PARIS = Receiver(48.7, 2.4)
_DATA = Path(__file__).parents[1] / "data"
_FEEDS, _MODES = _DATA / "feeds", _DATA / "modes"

Reading = Callable[[Sequence[bytes], float | None], Iterator[Observations]]
"""Parts of a stream, and when they arrived (None: recorded), to what is made of them."""


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """`decoder` is the class or function in src that `reading` gives bytes to."""

    decoder: object
    reading: Reading
    seeds: tuple[bytes, ...]
    rows_a_message: int = 1
    alike: bool = True
    """Whether a recording gives the same rows and counts however it is cut."""


def _streamed(make: Callable[[], Decoder]) -> Reading:
    def reading(parts: Sequence[bytes], now: float | None) -> Iterator[Observations]:
        decoder = make()
        for place, part in enumerate(parts):
            yield decoder.feed(part, None if now is None else now + place)
        yield decoder.end(None if now is None else now + len(parts))

    return reading


def _documents(parts: Sequence[bytes], now: float | None) -> Iterator[Observations]:
    """Read each part as one whole document."""
    decoder = AircraftDocuments()
    for part in parts:
        yield decoder.document(part, now)
    assert 0.0 <= decoder.newest < np.inf


def _parquet(parts: Sequence[bytes], now: float | None) -> Iterator[Observations]:
    del now
    for done, read in batches(io.BytesIO(b"".join(parts))):
        assert 0.0 <= done <= 1.0
        yield read


def _tables(parts: Sequence[bytes], now: float | None) -> Iterator[Observations]:
    """Read an aircraft database. Its facts are columns of the schema."""
    del now
    text = b"".join(parts).decode("utf-8-sig", "replace")
    try:
        database = gathered(table_rows(line.rstrip("\r") for line in text.split("\n")))
    except SettingsError:
        return
    facts = database.facts
    assert database.skipped >= 0
    assert (np.diff(facts.address.astype(np.int64)) > 0).all()
    assert (facts.address > 0).all()
    yield Observations(facts.address, np.full(len(facts), NOW), facts.columns, messages=len(facts))


_FRAME = 2 + LONG
_STEPS = (0.0, 0.01, 0.1, 0.4, 0.5, 1.0, 2.0, 5.0, 9.9, 10.1, 24.0, 51.0, 61.0, 301.0, 1e5, -1.0)
_SENDERS = (None, 0x4CA2D6, 0x3C6444, 0)


def _frames(part: bytes, start: float) -> Frames:
    """Make frames of bytes: 2 of how each comes (later, relayed, of whom, and whether it is whole), 14 of it.

    Random frames would fail their checksum, and nothing behind that would ever be reached.
    """
    raw = np.frombuffer(part[: len(part) // _FRAME * _FRAME], np.uint8).reshape(-1, _FRAME)
    data, how = raw[:, 2:].copy(), raw[:, 1]
    data[data[:, 0] < 1 << 7, SHORT:] = 0
    for row, manner in enumerate(how.tolist()):
        sender = _SENDERS[manner >> 2 & 3]
        if not manner & 2:
            continue
        df, size = int(data[row, 0]) >> 3, LONG if data[row, 0] >= 1 << 7 else SHORT
        squitter = df in (11, 17, 18, 19)
        if sender is not None and squitter:
            data[row, 1:4] = np.frombuffer(sender.to_bytes(3, "big"), np.uint8)
        data[row, size - 3 : size] = 0
        check = int(syndromes(data[row : row + 1])[0]) ^ (0 if squitter or sender is None else sender)
        data[row, size - 3 : size] = np.frombuffer(check.to_bytes(3, "big"), np.uint8)
    times = start + np.take(_STEPS, raw[:, 0] & 15).cumsum()
    return Frames(data, times, how & 1 == 1)


def _mode_s(receiver: Receiver | None) -> Reading:
    def reading(parts: Sequence[bytes], now: float | None) -> Iterator[Observations]:
        """Decode the frames of all parts; how these are cut says how many come at once."""
        decoder = ModeS(receiver)
        frames = _frames(b"".join(parts), NOW if now is None else now)
        at_once = max(1, len(parts[0]) // _FRAME) if parts else 1
        for begin in range(0, len(frames), at_once):
            yield decoder.decode(frames.take(np.arange(begin, min(begin + at_once, len(frames)))))

    return reading


def _lines(path: Path, first: int, last: int) -> bytes:
    return b"".join(path.read_bytes().splitlines(keepends=True)[first:last])


_TRAFFIC = (_MODES / "traffic_sample_dump1090.bin").read_bytes()
_FRAMES_CSV = (_MODES / "rs1090_short_flights.csv").read_bytes()
_HEX = [row[1] for row in csv.reader(_FRAMES_CSV.decode().splitlines()) if row[1:] and len(row[1]) > SHORT]
_REPLIES = (
    *("5d4ca2d6c90210", "20001838000000", "28001838000000", "02e19838000000", "0c4841753a9a15"),
    *("a0001838ca3800000000000000", "a800080020313820820820000000", "80e19838581b16d5ed1a8c000000"),
    *("8d4ca2d6e112020000000000", "8d4ca2d6ea4c18000000000000", "8d4ca2d6f8230002004db8"),
    *("8d4ca2d69944ef0558045c", "8d4ca2d69b06b6af189400", "8d4ca2d638a178e9b1aa65a0", "914ca2d620323032"),
    *("8d4ca2d658c382d690c8ac", "8d4ca2d658c386435cc412", "90c96c6e38a178e9b1aa65a0"),
)
_SURFACE = ("8d4ca2d638a178e9b1aa65a0", "8d4ca2d64006c6ad000000", "8d4ca2d64006c2ad000000")


def _as_frames(hexes: Sequence[str]) -> bytes:
    """Write frames as `_frames` reads them, half a second apart and with their checksums made good."""
    return b"".join(b"\x04\x06" + bytes.fromhex(text.ljust(2 * LONG, "0"))[:LONG] for text in hexes)


def _beast(hexes: Sequence[str]) -> bytes:
    """Write frames as a Beast does, two a second."""
    written = b""
    for place, text in enumerate(hexes):
        body = (place * 6_000_000).to_bytes(6, "big") + b"\x80" + bytes.fromhex(text)
        kind = b"3" if len(text) == 2 * LONG else b"2"
        written += b"\x1a" + kind + body.replace(b"\x1a", b"\x1a\x1a")
    return written


_AVR = "".join(
    [
        *(f"*{text};\n" for text in _HEX[:6]),
        *(f"@{place * 6_000_000:012x}{text};" for place, text in enumerate(_HEX[6:14])),
        f"<0000005b8d81c0{_HEX[0]};\r\n:7700;%FF004D4C4154{_HEX[1]};*0000;\n",
    ]
).encode()
_AT = "2026/11/22,12:00:00.000"
_SBS = "".join(
    [
        f"MSG,1,1,1,4CA2D6,1,{_AT},{_AT},EIN52V  ,,,,,,,,,,,0\r\n",
        f"MSG,2,1,1,~39CEB4,1,{_AT},{_AT},,,0,122,48.729195,2.353257,,,,,,-1\n",
        f"MSG,3,1,1,4CA2D6,1,{_AT},{_AT},,6950,,,49.102742,-1.757812,,,0,1,0,0\r\n",
        f"MSG,3,1,1,4CA2D6,1,{_AT},2026-11-22,13:00:00.5,,7000H,,,,,,7700,-1,-1,0,\r\n",
        f"MSG,4,1,1,4CA2D6,1,{_AT[:19]},{_AT[:19]},,,296.5,266,,,-2176,,,,,\r\n",
        f"STA,,5,179,400AE7,10103,{_AT},{_AT},RM\r\n",
    ]
).encode()
_OBJECT = (
    b'{"now":1795348800.5,"hex":"44017b","type":"adsb_icao","flight":"EJU36LZ ","r":"OE-IJU","t":"A320",'
    b'"category":"A3","ownOp":"Easyjet \\u00e9","alt_baro":27525,"alt_geom":27900,"gs":432.4,"track":237.08,'
    b'"baro_rate":1152,"geom_rate":1100,"squawk":"7601","emergency":"none","lat":48.76,"lon":1.176,"nic":8,'
    b'"nac_p":9,"seen_pos":0.5,"seen":0.25,"mlat":["lat","lon"]}'
)
_OLD_OBJECT = b'{"now":1795348801,"hex":"~2cac5e","altitude":"ground","speed":3,"lat":48,"lon":1,"seen":2}'
_AIRCRAFT_JSON = b'{"now":1795348801.5,"messages":7,"aircraft":[' + _OBJECT + b",\n" + _OLD_OBJECT + b"]}"
_STATES = (
    b'{"time":1795348805,"states":[["4ca2d6","EIN52V  ","Ireland",1795348800,1795348803,8.5,50.25,10668.0,'
    b'false,231.5,90.25,-3.25,null,10972.8,"0014",false,0,4],["3c6444",null,"Germany",null,1795348801,null,null,null,'
    b"true,null,null,null,[1],null,null,true,2]]}"
)
_FIREHOSE = (
    b'{"pitr":"1795348805","type":"position","ident":"EIN52V","aircrafttype":"A320","reg":"EI-DVM",'
    b'"air_ground":"A","alt":"35000","alt_gnss":"36000","clock":"1795348803","gs":"450","heading":"310",'
    b'"hexid":"4CA2D6","lat":"50.25","lon":"-8.5","squawk":"0014","updateType":"A","vertRate":"-640","nic":"8",'
    b'"nac_p":"9"}\n{"pitr":"1795348806","type":"keepalive"}\n'
)
_OPENSKY_CSV = (
    b"time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,alert,spi,squawk,baroaltitude,geoaltitude,"
    b"lastposupdate,lastcontact\n"
    b"1795348801,4ca2d6,50.25,8.5,231.5,90.25,-3.25,EIN52V  ,False,False,False,0014,10668,10972.8,"
    b"1795348799.5,1795348800.75\n"
    b'1795348802,"3c6444",,,,,,,True,False,False,,,,,1795348801.5\n'
)
_OWN_CSV = (
    b"id,icao24,callsign,registration,type_code,category,operator,origin,destination,time,lat,lon,altitude_ft,"
    b"geo_altitude_ft,on_ground,ground_speed_kt,track_deg,vertical_rate_fpm,squawk,position_source,feed\n"
    b'4ca2d6-6b02f740,4ca2d6,RYR1,\'-EI,B738,A3,"Ryan, air",EIDW,EDDF,2026-11-22T12:00:01.500Z,50.0,8.0,'
    b"35000,36000,false,450.5,90.0,-640,0014,adsb,roof\n"
    b"~4ca2d7-6b02f740,~4ca2d7,,,,,,,,2026-11-22T12:00:02+00:00,50.0,8.0,,,true,,,,,mlat,\n"
)
_READSB_TABLE = b"004002;Z-WPA;B732;00;BOEING 737-200;;AIR ZIMBABWE;\n4CA2D6;EI-DAC;B738;00;;2004;RYANAIR;\n"
_OPENSKY_TABLE = (
    b"icao24,registration,model,typecode,operator,owner,categoryDescription\n"
    b'4ca2d6,EI-DAC,"737-8AS, winglets",B738,,Ryanair,"Large (75000 to 300000 lbs)"\n'
    b'"3c6444","D-AIBD","A319","A319","Lufthansa \xc3\xa9","says ""Hallo"",\non two lines",""\n'
)
_MONTHLY_TABLE = (
    b"'icao24','timestamp','categoryDescription','operator','owner','registration','typecode'\n"
    b"'39b002','2017-09-15 00:10:00','Heavy (> 300000 lbs)','L''Avion, Paris','','F-HAVN','B752'\n"
)


def _written(compression: str, **columns: object) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file, compression=compression)
    return file.getvalue()


def _parquet_seeds() -> tuple[bytes, ...]:
    moment = pa.array([NOW, np.nan, np.inf], pa.float64())
    stamps = pa.array([1_795_348_800_500_000, None, 2**62], pa.timestamp("us", "UTC"))
    place = {"lat": pa.array([50.0, np.inf, None], pa.float32()), "lon": [8, 400, None]}
    who = {"icao24": pa.array(["4ca2d6", "~4ca2d6", ""]).dictionary_encode()}
    more = {
        "id": ["4ca2d6-6b02f740", "x", None], "callsign": ["RYR1", "\x7f", "é"], "squawk": [14, 7700, 9],
        "on_ground": [True, False, None], "altitude_ft": pa.array([1e300, np.nan, -1.0]),
        "track_deg": ["1", "", "x"], "position_source": ["adsb", "none", None],
    }  # fmt: skip
    return (
        _written("none", time=stamps, **who, **place, **more),
        _written("zstd", time=stamps, **who, **place),
        _written("snappy", time=moment, **who, **place),
    )


DECODERS: Mapping[str, Fuzzed] = {
    "beast": Fuzzed(
        Beast,
        _streamed(lambda: Beast(PARIS, start=NOW)),
        (_TRAFFIC[:600], _TRAFFIC[600:2000], _beast(_HEX[:20])),
    ),
    "avr": Fuzzed(Avr, _streamed(lambda: Avr(PARIS, start=NOW)), (_AVR,)),
    "frame-csv": Fuzzed(
        FrameCsv, _streamed(lambda: FrameCsv(PARIS)), (b"time,hex\n", _FRAMES_CSV[:800], _FRAMES_CSV[-600:])
    ),
    "mode-s": Fuzzed(
        ModeS,
        _mode_s(None),
        (_as_frames(_HEX[:30]), _as_frames(_REPLIES), _as_frames(_REPLIES[:8] * 3)),
        alike=False,  # the cuts are not the stream's
    ),
    "mode-s-at-home": Fuzzed(
        ModeS, _mode_s(PARIS), (_as_frames(_SURFACE * 3), _as_frames([*_HEX[:9], *_REPLIES])), alike=False
    ),
    "sbs": Fuzzed(Sbs, _streamed(Sbs), (_SBS,)),
    "json-lines": Fuzzed(
        JsonLines,
        _streamed(JsonLines),
        (
            _OBJECT + b",\n" + _OLD_OBJECT + b"\n" + _OBJECT,
            _lines(_FEEDS / "lines.json", 0, 2),
            _lines(_FEEDS / "adsb_actions.jsonl", 0, 9),
        ),
    ),
    "aircraft-json": Fuzzed(
        AircraftJson,
        _streamed(AircraftJson),
        (
            _AIRCRAFT_JSON,
            b'{"ac":[' + _OBJECT + b'],"now":1795348800500}\n' + _AIRCRAFT_JSON,
            _lines(_FEEDS / "moment.json", 0, 4)[:-2] + b"]}",
        ),
    ),
    "aircraft-documents": Fuzzed(
        AircraftDocuments,
        _documents,
        (_AIRCRAFT_JSON, (_FEEDS / "moment.binCraft.zst").read_bytes()),
        alike=False,  # each part is a document of its own
    ),
    "readsb-trace": Fuzzed(
        ReadsbTrace, _streamed(ReadsbTrace), (_lines(_FEEDS / "trace_full_a3c78c.json", 0, 6)[:-2] + b"]}",)
    ),
    "bincraft": Fuzzed(
        BinCraft,
        _streamed(BinCraft),
        ((_FEEDS / "moment.binCraft").read_bytes()[: 112 * 6], (_FEEDS / "moment.binCraft.zst").read_bytes()),
    ),
    "opensky": Fuzzed(OpenSky, _streamed(OpenSky), (_STATES, b'{"time":1795348805,"states":null}' + _STATES)),
    "opensky-csv": Fuzzed(OpenSkyCsv, _streamed(OpenSkyCsv), (_OPENSKY_CSV,)),
    "firehose": Fuzzed(Firehose, _streamed(Firehose), (_FIREHOSE,)),
    "own-csv": Fuzzed(
        OwnCsv,
        _streamed(OwnCsv),
        (_OWN_CSV, b"icao24,time,lat,lon\n4ca2d6,2026-11-22T12:00:00Z,50,8\n"),
        rows_a_message=2,  # one before a flight's first, for the second of its id
        alike=False,  # of two tables within one read the first is refused
    ),
    "own-parquet": Fuzzed(batches, _parquet, _parquet_seeds(), rows_a_message=2),
    "aircraft-tables": Fuzzed(gathered, _tables, (_READSB_TABLE, _OPENSKY_TABLE, _MONTHLY_TABLE)),
}
"""By the names that `tests/fuzz/run.py` knows them by."""


def cut(data: bytes, size: int) -> list[bytes]:
    """Return `data` in parts of `size` bytes; 0 is all at once."""
    return [data[i : i + size] for i in range(0, len(data), size)] if size else [data]
