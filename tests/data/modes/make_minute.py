"""Makes minute.csv.gz and minute_truth.csv.gz, the same each time: the simulator's aircraft near Paris.

    PYTHONPATH=tests python tests/data/modes/make_minute.py

Two receivers hear a minute: A loses 3 frames in 100, B 40, and is up to 0.4 ms later. Of all frames 2 in 100
have 1 to 3 bits flipped (`flipped`), and random bytes are mixed in (`junk`). For 20 s one aircraft is also
told 2 degrees north (`jump`), and for 30 s another one's address is used by a second aircraft (`clone`).

An aircraft's frames of one second tell its state at the beginning of that second, to which `truth` has it.
"""

import gzip
import io
import math
from pathlib import Path
from typing import Any

import numpy as np

from aerotrack.sources.simulator import Simulation
from decode.modes.transponder import all_call, compact, reply, squitter

HERE = Path(__file__).parent
BEGIN, SECONDS = 1795348800, 60
RECEIVER = 48.8, 2.4
IN_THE_AIR, ON_THE_GROUND = 30, 10
TISB_FINE, ADSR, ICAO_NO_TRANSPONDER = 2, 6, 0
LETTERS = "#ABCDEFGHIJKLMNOPQRSTUVWXYZ##### ###############0123456789######"
MOVEMENTS = (
    (0, 0, 1),
    (0.125, 0.125, 2),
    (1, 0.25, 9),
    (2, 0.5, 13),
    (15, 1, 39),
    (70, 2, 94),
    (100, 5, 109),
)
NAMES = "addr,t,df,cf,ground,lat,lon,alt,gs,track,vrate,squawk,callsign,emergency"

State = dict[str, Any]
Sent = tuple[float, str, bytes, str]


def spread(number: int, places: tuple[int, ...]) -> int:
    """Put the bits of a reflected binary number at their places of 12."""
    gray, last = number ^ number >> 1, len(places) - 1
    return sum((gray >> last - i & 1) << 12 - place for i, place in enumerate(places))


def height(feet: int, *, gillham: bool) -> int:
    """Return 12 bits: steps of 25 ft, or Gillham's of 100."""
    if not gillham:
        step = (feet + 1000) // 25
        return step >> 4 << 5 | 16 | step & 15
    five, rest = divmod((feet + 1300) // 100 - 1, 5)
    rest += 1
    rest = 6 - rest if five & 1 else rest
    return spread(five, (10, 12, 2, 4, 6, 7, 9, 11)) | spread(7 if rest == 5 else rest, (1, 3, 5))


def identity(squawk: int) -> int:
    """Return 13 bits: C1 A1 C2 A2 C4 A4 0 B1 D1 B2 D2 B4 D4."""
    a, b, c, d = (squawk // 10**n % 10 for n in (3, 2, 1, 0))
    digits = ((c, 1), (a, 1), (c, 2), (a, 2), (c, 4), (a, 4), (0, 1), (b, 1), (d, 1), (b, 2), (d, 2), (b, 4))
    code = 0
    for digit, bit in (*digits, (d, 4)):
        code = code << 1 | (digit & bit > 0)
    return code


def letters(callsign: str) -> int:
    word = 0
    for letter in callsign.ljust(8):
        word = word << 6 | LETTERS.index(letter)
    return word


def movement(knots: float) -> int:
    if knots >= 175:
        return 124
    least, step, code = [one for one in MOVEMENTS if knots >= one[0]][-1]
    return code + int((knots - least) / (step or 1))


def counted(value: float, most: int) -> int:
    return min(abs(round(value)), most) + 1


def place(one: State, lat: float, lon: float, odd: int) -> int:
    y, x = compact(lat, lon, odd, surface=one["ground"])
    if one["ground"]:
        turned = round(one["track"] * 128 / 360) & 127
        return int(7 << 51 | movement(one["gs"]) << 44 | 1 << 43 | turned << 36 | odd << 34 | y << 17 | x)
    return int(11 << 51 | one["code"] << 36 | odd << 34 | y << 17 | x)


def rates(one: State) -> int:
    rate = one["vrate"] / 64
    above = one["above"] / 25
    return int(1 << 43 | (rate < 0) << 19 | counted(rate, 510) << 10 | (above < 0) << 7 | counted(above, 126))


def speed(one: State) -> int:
    east, north = (one["gs"] * turn(math.radians(one["track"])) for turn in (math.sin, math.cos))
    ground = (east < 0) << 42 | counted(east, 1021) << 32 | (north < 0) << 31 | counted(north, 1021) << 21
    return int(19 << 51 | 1 << 48 | ground | rates(one))


def airspeed(one: State) -> int:
    heading = round(one["track"] * 1024 / 360) & 1023
    return int(
        19 << 51 | 3 << 48 | 1 << 42 | heading << 32 | 1 << 31 | counted(one["gs"], 1021) << 21 | rates(one)
    )


def target(one: State) -> int:
    selected = max(one["alt"], 0) // 32 + 1
    heading = int(one["track"] / 180 * 256) & 511
    quality = one["nac_p"] << 13 | 1 << 12 | 3 << 10 | 1 << 9 | 1 << 8 | 1 << 3
    return int(29 << 51 | 1 << 49 | selected << 36 | 268 << 27 | 1 << 26 | heading << 17 | quality)


def status(one: State) -> int:
    said = one["version"] << 13 | one["nac_p"] << 8 | 2 << 4
    if one["ground"]:
        return int(31 << 51 | 1 << 48 | 1 << 37 | 2 << 24 | said)
    return int(31 << 51 | 1 << 45 | 2 << 24 | said | (2 << 6 if one["version"] == 2 else 0) | 1 << 3)


def messages(one: State, second: int, odd: int) -> list[tuple[str, bytes]]:
    """Return what an aircraft sends in a second, the position first if it tells one."""
    address, turn, cf = one["address"], one["turn"] + second, one["cf"]
    ground, tisb = one["ground"], cf == TISB_FINE
    first = 0x88 | (4 if ground else 5) if cf is None else 0x90 | cf
    sent = [("sfc" if ground else "air", place(one, one["lat"], one["lon"], odd))]
    if ground and one["gs"] <= 1 and turn % 5:
        sent = []
    if not ground and turn % 2 == 0:
        sent.append(("ias", airspeed(one)) if one["ias"] and turn % 4 == 0 else ("vel", speed(one)))
    if turn % (10 if ground else 5) == 1:
        sent.append(("id", 4 << 51 | one["category"] << 48 | letters(one["callsign"])))
    if turn % 10 == 3 and not tisb:
        sent.append(("ops", status(one)))
    if turn % 10 == 7 and not tisb and not ground:
        sent.append(("tss", target(one)))
    if not tisb and not ground and (turn % 20 == 9 or (one["emergency"] and turn % 2)):
        sent.append(("emg", 28 << 51 | 1 << 48 | one["emergency"] << 45 | identity(one["squawk"]) << 32))
    made = [(kind, squitter(address, me, first)) for kind, me in sent]
    if cf is None and turn % 5 == 4:
        made.append(("df11", all_call(address, 0 if turn % 25 else 7, first=0x5C if ground else 0x5D)))
    if cf is None and turn % 5 == 2:
        df = (4, 5, 20, 21)[turn // 5 % 4]
        feet = 0 if ground else (one["code"] & 0xFC0) << 1 | one["code"] & 0x3F
        code = feet if df in (4, 20) else identity(one["squawk"])
        register = (0x20 << 48 | letters(one["callsign"]), 0)[turn // 20 % 2] if df >= 20 else None
        fs = 1 if ground else 2 if one["emergency"] else 0
        made.append((f"df{df}", reply(df, address, code, register, fs)))
    return made


def astray(one: State, number: int, second: int) -> list[Sent]:
    """Return what the third and the fifth aircraft are said to send from elsewhere."""
    for kind, who, north, east, seconds in (
        ("jump", 2, 2.0, -1.5, range(20, 40)),
        ("clone", 4, 0.8, 0.8, range(25, 55)),
    ):
        if number == who and second in seconds:
            me = place(one, one["lat"] + north, one["lon"] + east, second & 1)
            return [(BEGIN + second + 0.4, kind, squitter(one["address"], me), ",")]
    return []


def states(sky: Simulation, aircraft: Any, second: int) -> list[State]:
    seen = sky.at(float(BEGIN + second), aircraft)
    result = []
    for i, number in enumerate(aircraft.tolist()):
        said = {name: values[i].item() for name, values in seen.items()}
        gillham = i % 10 == 3
        alt = round(said["altitude_ft"] / (100 if gillham else 25)) * (100 if gillham else 25)
        category = int(said["category"].decode()[1:] or 0)
        result.append({
            "address": int(sky.address[number]), "turn": 7 * i, "ground": said["on_ground"] == 1,
            "lat": round(said["lat"], 5), "lon": round(said["lon"], 5),
            "alt": alt, "code": height(alt, gillham=gillham),
            "gs": round(said["ground_speed_kt"]), "track": round(said["track_deg"]) % 360,
            "vrate": round(said["vertical_rate_fpm"] / 64) * 64,
            "above": round((said["geo_altitude_ft"] - alt) / 25) * 25 or 25,  # rs1090 reads 0 as none
            "squawk": 7700 if i == 5 else said["squawk"], "emergency": int(i == 5),
            "callsign": said["callsign"].decode(), "category": category if category in (1, 2, 3, 5) else 3,
            "nac_p": said["nac_p"], "version": 1 if i % 8 == 6 else 2, "ias": i % 8 == 1,
            "cf": {8: ICAO_NO_TRANSPONDER, 10: TISB_FINE, 12: ADSR}.get(i),
        })  # fmt: skip
    return result


def chosen(sky: Simulation) -> Any:
    """Return the aircraft nearest to the receivers, those in the air first."""
    everyone = np.arange(len(sky))
    begin, end = (sky.at(float(BEGIN + s), everyone) for s in (0, SECONDS))
    far = np.hypot(begin["lat"] - RECEIVER[0], (begin["lon"] - RECEIVER[1]) * 0.66)
    order = np.argsort(far, kind="stable")
    flying = order[(begin["on_ground"][order] == 0) & (end["on_ground"][order] == 0)]
    standing = order[(begin["on_ground"][order] == 1) & (end["on_ground"][order] == 1)]
    rolling = standing[np.argsort(end["ground_speed_kt"][standing[:40]] == 0, kind="stable")]
    return np.r_[flying[:IN_THE_AIR], rolling[:ON_THE_GROUND]]


def written(path: Path, lines: list[str]) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(("\n".join(lines) + "\n").encode())
    path.write_bytes(packed.getvalue())


def received(sent: list[Sent], chance: np.random.Generator) -> list[tuple[float, str]]:
    """Return what two receivers hear of it, in order of time."""
    heard = []
    for time, kind, frame, here in sorted(sent):
        for receiver, share in (("A", 0.97), ("B", 0.6)):
            if chance.random() > share:
                continue
            one = time, kind, frame, here
            if kind != "junk" and chance.random() < 0.02:
                number = int.from_bytes(frame, "big")
                for bit in chance.choice(8 * len(frame), int(chance.integers(1, 4)), replace=False):
                    number ^= 1 << int(bit)
                one = time, "flipped", number.to_bytes(len(frame), "big"), ","
            late = chance.uniform(1e-5, 4e-4) if receiver == "B" else 0.0
            heard.append((one[0] + late, f"{one[1]},{one[2].hex()},{one[3]},{receiver}"))
    return sorted(heard)


def main() -> None:
    sky, chance = Simulation(flights=23_158, seed=1), np.random.default_rng(1)
    aircraft = chosen(sky)
    sent: list[Sent] = []
    truth: list[tuple[str, float, str]] = []
    odd = dict.fromkeys(range(len(aircraft)), 0)
    for second in range(SECONDS):
        for i, one in enumerate(states(sky, aircraft, second)):
            here = f"{one['lat']:.5f},{one['lon']:.5f}"
            for kind, frame in messages(one, second, odd[i]):
                placed = kind in {"air", "sfc"}
                within = (
                    0.137 * i % 0.9 + chance.uniform(0.001, 0.02) if placed else chance.uniform(0.001, 0.98)
                )
                time = round(BEGIN + second + within, 3) + (0 if placed else 0.0005)
                sent.append((time, kind, frame, here if placed else ","))
                if placed:
                    odd[i] ^= 1
                    df, cf = (17, 0) if one["cf"] is None else (18, one["cf"])
                    alt = "" if one["ground"] else one["alt"]
                    motion = [one[name] for name in ("gs", "track", "vrate")]
                    rest = f"{one['squawk']:04d},{one['callsign']},{one['emergency']}"
                    said = ",".join(map(str, (df, cf, int(one["ground"]), here, alt, *motion, rest)))
                    truth.append((f"{one['address']:06x}", time, said))
            sent += astray(one, i, second)
    for _ in range(len(sent) // 100):
        junk = chance.bytes(14 if chance.random() < 0.6 else 7)
        sent.append((BEGIN + chance.uniform(0, SECONDS), "junk", junk, ","))
    written(HERE / "minute.csv.gz", [f"{time:.6f},{text}" for time, text in received(sent, chance)])
    written(
        HERE / "minute_truth.csv.gz",
        [NAMES, *(f"{address},{time:.3f},{said}" for address, time, said in sorted(truth))],
    )


if __name__ == "__main__":
    main()
