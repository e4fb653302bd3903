"""How many messages a second each decoder reads on one core, in socket reads of 64 KiB.

The control is the least that any decoder in Python could do with the same bytes, measured in the same run:
splitting SBS lines into their fields, parsing each JSON line, parsing the JSON document into dicts. Times are
CPU seconds, best of five.

    python benchmarks/decoding.py
"""

import time
from collections.abc import Callable

import numpy as np
import orjson

from aerotrack.decode import Decoder
from aerotrack.decode.aircraft_json import AircraftJson
from aerotrack.decode.json_lines import JsonLines
from aerotrack.decode.sbs import Sbs

AIRCRAFT = 2_000
MESSAGES = 40_000
READ_BYTES = 1 << 16
NOON = 1795348800.0


def sbs_text() -> bytes:
    """Lines in the mix that readsb prints: 45 % positions, 22 % velocities, 10 % callsigns, 23 % others."""
    dice = np.random.default_rng(1)
    kinds = dice.choice([3, 4, 1, 5, 8], MESSAGES, p=[0.45, 0.22, 0.10, 0.08, 0.15]).tolist()
    lines = []
    for i, kind in enumerate(kinds):
        at = f"2026/11/22,12:{i // 6000 % 60:02}:{i // 100 % 60:02}.{i % 100 * 10:03}"
        body = {
            1: "AFR54PU ,,,,,,,,,,,0",
            3: f",{6950 + i % 30000},,,{49 + i / 1e6:.6f},{-1.75 + i / 1e6:.6f},,,0,,0,0",
            4: f",,{100 + i % 400},{i % 360},,,{i % 64 * 64},,,,,0",
            5: f",{6950 + i % 30000},,,,,,,0,,0,",
            8: ",,,,,,,,,,,0",
        }[kind]
        lines.append(f"MSG,{kind},1,1,{0x400000 + i % AIRCRAFT:06X},1,{at},{at},{body}\r\n")
    return "".join(lines).encode()


def aircraft(i: int) -> str:
    """One object as readsb prints it, 430 bytes."""
    return (
        f'"hex":"{0x400000 + i % AIRCRAFT:06x}","type":"adsb_icao","flight":"EIN{i % AIRCRAFT:04}V",'
        '"alt_baro":6950,"alt_geom":6900,"gs":283.7,"tas":298,"track":149.73,"roll":0.00,"geom_rate":-640,'
        '"squawk":"6333","emergency":"none","category":"A3","nav_qnh":1013.6,"nav_altitude_mcp":6944,'
        f'"nav_heading":149.06,"nav_modes":["autopilot","tcas"],"lat":{49 + i / 1e6:.6f},"lon":1.757812,'
        '"nic":8,"rc":186,"seen_pos":0.000,"r_dst":31.169,"r_dir":305.9,"version":2,"nic_baro":1,"nac_p":9,'
        '"nac_v":2,"sil":3,"sil_type":"perhour","gva":2,"sda":2,"alert":0,"spi":0,"mlat":[],"tisb":[],'
        '"messages":681,"seen":0.0,"rssi":-6.0'
    )


def json_text() -> bytes:
    """Lines as `--net-json-port` prints them."""
    return "".join(f'{{"now" : {NOON + i / 100:.3f},{aircraft(i)}}}\n' for i in range(MESSAGES // 4)).encode()


def document_text() -> bytes:
    """One aircraft.json of the whole world."""
    return f'{{"now":{NOON},"aircraft":[{",".join(f"{{{aircraft(i)}}}" for i in range(AIRCRAFT))}]}}'.encode()


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds that `work` takes, the best of five."""
    times = []
    for _ in range(5):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def streamed(data: bytes, decoder: Callable[[], Decoder]) -> int:
    """Decode `data` in socket reads; return how many messages it held."""
    reader = decoder()
    parts = [data[i : i + READ_BYTES] for i in range(0, len(data), READ_BYTES)]
    return sum(reader.feed(part, None).messages for part in parts) + reader.end(None).messages


def measure(name: str, ours: Callable[[], int], control: Callable[[], object]) -> None:
    """Print how fast the decoder and its control are."""
    messages = ours()
    rate, most = messages / seconds(ours), messages / seconds(control)
    print(f"{name:21} {messages:6} messages  {rate:9,.0f}/s  control {most:9,.0f}/s  {rate / most:4.0%}")


def main() -> None:
    """Print one line per decoder."""
    text, lines, document = sbs_text(), json_text(), document_text()
    measure("SBS", lambda: streamed(text, Sbs), lambda: [line.split(b",") for line in text.split(b"\r\n")])
    measure(
        "JSON lines",
        lambda: streamed(lines, JsonLines),
        lambda: [orjson.loads(line) for line in lines.splitlines()],
    )
    measure(
        "aircraft.json, polled",
        lambda: AircraftJson().document(document, None).messages,
        lambda: orjson.loads(document),
    )
    measure("aircraft.json, a file", lambda: streamed(document, AircraftJson), lambda: orjson.loads(document))


if __name__ == "__main__":
    main()
