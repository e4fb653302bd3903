"""What the decoder reads in each frame, held against what rs1090 (MIT, Rust) reads in it, field by field.

    python benchmarks/against_rs1090.py [FILE ...] [--receiver LAT LON]

A FILE holds raw frames: CSV with a time and a frame among its columns, Beast bytes, or AVR text, packed with
gzip or not. Without one, it is the recordings of tests/data/modes. Positions on the ground need the receiver.

A field that only one of the two has is a difference too. Each difference that is known has its reason, in
words, and a test with a literal frame: tests/integration/test_modes_against_rs1090.py. Any other fails.

rs1090 tells neither NIC nor the capability of DF 17, and makes no difference between addresses of ICAO and
others. It reads frames whatever their parity says; those that are damaged are only counted here.
"""

import argparse
import math
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from recorded import Compared, Heard, frames, known, metres, printed, recording, rest, rows_of, whole
from truth import Place, Reference

from aerotrack.core.observations import Receiver
from aerotrack.decode.modes.altitude import airborne_altitude, replied_altitude
from aerotrack.decode.modes.bits import bits, message
from aerotrack.decode.modes.decoder import ModeS
from aerotrack.decode.modes.frames import LONG
from aerotrack.decode.modes.identification import identification, replied_callsign
from aerotrack.decode.modes.kinds import ON_GROUND
from aerotrack.decode.modes.squawks import replied_squawk
from aerotrack.decode.modes.status import emergency, operation, target
from aerotrack.decode.modes.surface import movement
from aerotrack.decode.modes.syndromes import syndromes
from aerotrack.decode.modes.tracks import REFERENCE_S
from aerotrack.decode.modes.velocity import velocity

MODES = Path(__file__).parents[1] / "tests/data/modes"
AT_ONCE = 50_000  # rs1090 forgets positions between calls
SAME_M = 1.0
APART_M = 20_000.0
HIGHEST_FINE_FT = 50_175.0

Data = NDArray[np.uint8]
Told = dict[str, Any]
Values = Any

CATEGORIES = {
    "N/A": "", "n/a": "", "<7000kg": "A1", "<34,000kg": "A2", "<136,000kg": "A3", "High vortex": "A4",
    "Heavy": "A5", "High performance": "A6", "Rotorcraft": "A7",
}  # fmt: skip
EMERGENCIES = ("none", "general", "medical", "minimum_fuel", "no_communication", "unlawful", "downed")

OTHER_NAME = "rs1090 calls the geometric rate barometric, and the other way round (ME 36: Doc 9871)"
BELOW_SEA = "rs1090 reads Gillham's code below 0 ft as none"
HUNDREDS = "rs1090 adds half a step of 32 ft to a selected altitude, drops what is no hundred, and has no 0"
METRES = "rs1090 reads metres, which no aircraft sends: we take them for noise"
ONE_FRAME = "rs1090 believes a single frame in reach of the receiver, we wait for a second one"
NO_PAIR = "rs1090 needs a pair each time, we go on from the last place for a minute"
CONFIRMED = "rs1090 tells no place, though the arithmetic of the reference finds ours in the same pair"
TWO_TRACKS = "two tracks share the address: we tell both and mix no pair of them, rs1090 follows one"
STANDING = "rs1090 tells of what stands still that it goes north"
NO_STEP = "rs1090 reads a height difference of 0 ft as none"
HIGH = "rs1090 drops a position whose altitude is above 50,175 ft, in Gillham's code"
NO_LETTER = "rs1090 writes # for what is no character, and tells the rest: we take it for noise"
DAMAGED = "rs1090 reads frames with wrong parity, we do not"
LENGTH = "rs1090 reads frames that are longer than their format, as noise may be"
UNUSED = "rs1090 reads formats that tell nothing of use"


def _unknown(_ours: Any, _theirs: Any, _one: Heard) -> str:
    return ""


class Field(NamedTuple):
    """A field of some frames: what we read in M of them, and what rs1090 tells of one; None is absent."""

    name: str
    formats: tuple[int, ...]
    codes: tuple[int, ...]
    ours: Callable[[Data], Values]
    theirs: Callable[[Told], Any]
    why: Callable[[Any, Any, Heard], str] = _unknown


def _named(name: str) -> Callable[[Told], Any]:
    return lambda told: told.get(name)


def _of(read: Callable[[Data], Any], name: str) -> Callable[[Data], Values]:
    return lambda data: getattr(read(data), name)


def _height(ours: Any, theirs: Any, one: Heard) -> str:
    byte, fine = (5, 0x01) if one.typecode >= 0 else (3, 0x10)
    if theirs is None and ours < 0 and not one.frame[byte] & fine:
        return BELOW_SEA
    return METRES if one.typecode < 0 and not known(ours) and one.frame[3] & 0x40 else ""


def _standing(ours: Any, theirs: Any, one: Heard) -> str:
    return STANDING if not known(ours) and theirs == 0 and _still(one) else ""


def _still(one: Heard) -> bool:
    return bool(velocity(frames([one]).data).ground_speed_kt[0] == 0)


def _no_step(ours: Any, theirs: Any, _one: Heard) -> str:
    return NO_STEP if ours == 0 and theirs is None else ""


def _no_letter(ours: Any, theirs: Any, _one: Heard) -> str:
    return NO_LETTER if not known(ours) and "#" in (theirs or "") else ""


def _hundreds(ours: Any, theirs: Any, _one: Heard) -> str:
    same = theirs is None if ours == 0 else theirs == (ours + 16) // 100 * 100
    return HUNDREDS if same else ""


def _supplement(told: Told) -> Any:
    # Version 1 has one supplement of NIC, which rs1090 calls otherwise.
    return told.get("NICa", told.get("NICs"))


def _register(told: Told) -> Any:
    return told.get("bds20", {}).get("callsign")


SQUITTERS, REPLIES = (17, 18), (0, 4, 5, 16, 20, 21)
READ = (11, *SQUITTERS, *REPLIES)
ANY = tuple(range(32))
AIRBORNE = (*range(9, 19), 20, 21, 22)
SURFACE = (5, 6, 7, 8)
PLACED = SURFACE + AIRBORNE
FIELDS = (
    Field(
        "address", (11, *SQUITTERS), ANY,
        lambda data: np.ascontiguousarray(data[:, :4]).view(">u4")[:, 0] & 0xFFFFFF,
        lambda told: int(told["icao24"], 16),
    ),
    Field("address of a reply", REPLIES, ANY, syndromes, lambda told: int(told["icao24"], 16)),
    Field(
        "on ground", (11,), ANY, lambda data: ON_GROUND[data[:, 0]],
        lambda told: {"airborne": 0, "ground": 1}.get(told["capability"]),
    ),
    Field("on ground (VS)", (16,), ANY, lambda data: ON_GROUND[data[:, 0]], _named("vs")),
    Field(
        "callsign", SQUITTERS, (1, 2, 3, 4), lambda data: identification(data)[0],
        lambda told: told["callsign"].strip(),
    ),
    Field(
        "category", SQUITTERS, (1, 2, 3, 4), lambda data: identification(data)[1],
        lambda told: CATEGORIES.get(told["wake_vortex"], told["wake_vortex"]),
    ),
    Field("callsign of a reply", (20, 21), ANY, replied_callsign, _register, _no_letter),
    Field("altitude", SQUITTERS, AIRBORNE, airborne_altitude, _named("altitude"), _height),
    Field("altitude of a reply", (0, 4, 16, 20), ANY, replied_altitude, _named("altitude"), _height),
    Field("odd", SQUITTERS, PLACED, lambda data: bits(message(data), 22, 22),
          lambda told: told["parity"] == "odd"),
    Field("y", SQUITTERS, PLACED, lambda data: bits(message(data), 23, 39), _named("lat_cpr")),
    Field("x", SQUITTERS, PLACED, lambda data: bits(message(data), 40, 56), _named("lon_cpr")),
    Field("speed on the ground", SQUITTERS, SURFACE, lambda data: movement(data)[0], _named("groundspeed")),
    Field("track on the ground", SQUITTERS, SURFACE, lambda data: movement(data)[1], _named("track")),
    *(
        Field(name, SQUITTERS, (19,), _of(velocity, ours), _named(theirs), why)
        for name, ours, theirs, why in (
            ("speed", "ground_speed_kt", "groundspeed", _unknown),
            ("track", "track_deg", "track", _standing),
            ("heading", "heading_deg", "heading", _unknown),
            ("vertical rate", "vertical_rate_fpm", "vertical_rate", _unknown),
            ("height difference", "height_difference_ft", "geo_minus_baro", _no_step),
            ("NACv", "nac_v", "NACv", _unknown),
        )
    ),
    Field("airspeed", SQUITTERS, (19,), lambda data: velocity(data).airspeed_kt,
          lambda told: told.get("TAS", told.get("IAS"))),
    Field("true airspeed", SQUITTERS, (19,),
          lambda data: np.where(np.isnan((v := velocity(data)).airspeed_kt), -1, v.airspeed_true),
          lambda told: 1 if "TAS" in told else 0 if "IAS" in told else None),
    Field(
        "source of the rate", SQUITTERS, (19,), lambda data: velocity(data).vertical_rate_geometric,
        lambda told: told["vrate_src"] == "GNSS", lambda _ours, _theirs, _one: OTHER_NAME,
    ),
    Field("emergency", SQUITTERS, (28,), lambda data: emergency(data)[0],
          lambda told: _position(told.get("emergency_state"))),
    Field("squawk", SQUITTERS, (28,), lambda data: emergency(data)[1],
          lambda told: _whole(told.get("squawk"))),
    Field("squawk of a reply", (5, 21), ANY, replied_squawk, lambda told: int(told["squawk"])),
    Field("selected altitude", SQUITTERS, (29,), lambda data: target(data).altitude_ft,
          _named("selected_altitude"), _hundreds),
    *(
        Field(name, SQUITTERS, (29,), _of(target, ours), _named(theirs))
        for name, ours, theirs in (
            ("QNH", "qnh_hpa", "barometric_setting"), ("selected heading", "heading_deg", "selected_heading"),
            ("NACp of a target", "nac_p", "NACp"), ("NICbaro of a target", "nic_baro", "nic_baro"),
            ("autopilot", "autopilot", "autopilot"), ("VNAV", "vnav", "vnav_mode"),
            ("altitude hold", "altitude_hold", "alt_hold"), ("approach", "approach", "approach_mode"),
            ("TCAS", "tcas", "tcas_operational"), ("LNAV", "lnav", "lnav_mode"),
        )
    ),
    Field("NICa", SQUITTERS, (31,), lambda data: operation(data).nic_a, _supplement),
    *(
        Field(name, SQUITTERS, (31,), _of(operation, ours), _named(theirs))
        for name, ours, theirs in (
            ("version", "version", "version"), ("NACp", "nac_p", "NACp"), ("GVA", "gva", "GVA"),
            ("SIL", "sil", "SIL"), ("NICbaro", "nic_baro", "BAI"), ("magnetic", "magnetic", "HRD"),
            ("SIL supplement", "sil_supplement", "SILs"),
        )
    ),
)  # fmt: skip


def _position(name: str | None) -> Any:
    return EMERGENCIES.index(name) if name in EMERGENCIES else name


def _whole(text: str | None) -> int | None:
    return None if text is None else int(text)


def told_by_rs1090(heard: list[Heard], reference: tuple[float, float] | None) -> list[Told | None]:
    """Return what rs1090 tells of each frame. It leaves out what it cannot read, and panics at some."""
    told: list[Told | None] = []
    for start in range(0, len(heard), AT_ONCE):
        part = heard[start : start + AT_ONCE]
        found: dict[tuple[float, str], Told] = {
            (one["timestamp"], one["frame"]): one for one in _read(part, reference)
        }
        told += [found.get((one.time, one.frame.hex())) for one in part]
    return told


def _read(part: list[Heard], reference: tuple[float, float] | None) -> Iterator[Told]:
    import rs1090  # noqa: PLC0415  only for tests, and not there on every machine

    decode: Any = rs1090.decode
    try:
        yield from decode([one.frame.hex() for one in part], [one.time for one in part], reference=reference)
    except BaseException as error:  # its PanicException is none of Exception's
        if type(error).__name__ != "PanicException":
            raise
        half = len(part) // 2
        for some in (part[:half], part[half:]) if half else ():
            yield from _read(some, reference)


def same(ours: Any, theirs: Any) -> bool:
    """Say whether two values are the same; -1, NaN and no text are absent, which is None."""
    if not known(ours):
        return theirs is None or theirs == ""
    if theirs is None:
        return False
    if isinstance(ours, bytes):
        return bool(ours.decode() == theirs)
    return not isinstance(theirs, str) and math.isclose(ours, float(theirs), abs_tol=0.01)


def compare(heard: list[Heard], receiver: Receiver | None) -> dict[str, Compared]:
    """Hold all fields of all frames that both read against one another."""
    told = told_by_rs1090(heard, (receiver.lat, receiver.lon) if receiver else None)
    sound = [one for one in zip(heard, told, strict=True) if _sound(one[0])]
    compared = {"frames": frames_read(heard, told)}
    both = [(one, theirs) for one, theirs in sound if theirs is not None]
    for field in FIELDS:
        chosen = [
            (one, theirs)
            for one, theirs in both
            if one.df in field.formats and (one.typecode < 0 or one.typecode in field.codes)
        ]
        if chosen:
            ours = field.ours(frames(one for one, _ in chosen).data)
            compared[field.name] = _compared(field, ours.tolist(), chosen)
    compared["place"] = places(heard, told, receiver)
    return compared


def _compared(field: Field, ours: list[Any], chosen: Iterable[tuple[Heard, Told]]) -> Compared:
    result = Compared()
    for value, (one, told) in zip(ours, chosen, strict=True):
        theirs = field.theirs(told)
        if same(value, theirs):
            result.equal += 1
        else:
            result.differs(field.why(value, theirs, one), f"{one.frame.hex()} {value} {theirs}")
    return result


def _sound(one: Heard) -> bool:
    """Say whether a frame's length and parity are as they should be, as far as its format lets one tell."""
    if len(one.frame) != len(whole(one.frame.ljust(LONG, b"\0"))):
        return False
    left = rest(one.frame) if one.df in (11, 17, 18) else 0
    return left < 128 if one.df == 11 else left == 0


def frames_read(heard: list[Heard], told: list[Told | None]) -> Compared:
    """Say which frames both read, one does, or neither."""
    result = Compared()
    for one, theirs in zip(heard, told, strict=True):
        ours = _sound(one) and one.df in READ
        if ours == (theirs is not None):
            result.equal += 1
        else:
            short = whole(one.frame) != one.frame
            why = _why_unread(one) if ours else LENGTH if short else DAMAGED if one.df in READ else UNUSED
            result.differs(why, f"{one.frame.hex()} {one.kind}")
    return result


def _why_unread(one: Heard) -> str:
    high = one.typecode in AIRBORNE and airborne_altitude(frames([one]).data)[0] > HIGHEST_FINE_FT
    return HIGH if high else ""


def places(heard: list[Heard], told: list[Told | None], receiver: Receiver | None) -> Compared:
    """Hold the places against one another: of all that both may have, the reasons why one has none."""
    seen, result = ModeS(receiver).decode(frames(heard)), Compared()
    reference = Reference(receiver or Receiver(0, 0))
    lat, lon = (seen.columns.get(name, np.full(len(seen), math.nan)).tolist() for name in ("lat", "lon"))
    found: dict[bytes, deque[tuple[float, Place]]] = {}
    for one, at, theirs in zip(heard, rows_of(heard, seen), told, strict=True):
        if one.typecode not in PLACED or at < 0:
            continue
        ours = (lat[at], lon[at]) if known(lat[at]) else None
        there = (
            (theirs["latitude"], theirs["longitude"])
            if theirs and known(theirs.get("latitude", -1))
            else None
        )
        paired = reference.place(one)
        address = one.frame[1:4]
        before = [place for time, place in found.get(address, ()) if one.time - time <= REFERENCE_S]
        if ours:
            found.setdefault(address, deque(maxlen=64)).append((one.time, ours))
        if ours and there and metres(ours, there) <= SAME_M:
            result.equal += 1
        elif ours or there:
            why = _why_alone(ours, paired, before) if not (ours and there) else ""
            result.differs(why, f"{one.time:.3f} {one.frame.hex()} {one.kind} {ours} {there}")
    return result


def _why_alone(ours: Place | None, paired: Place | None, before: list[Place]) -> str:
    if ours is None:
        return "" if before else ONE_FRAME
    if any(metres(ours, place) > APART_M for place in before):
        return TWO_TRACKS
    if paired is None:
        return NO_PAIR
    if metres(ours, paired) <= SAME_M:
        return CONFIRMED
    return TWO_TRACKS if metres(ours, paired) > APART_M and before else ""


def main() -> int:
    """Compare each file, print, and return 1 if a difference has no reason."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--receiver", nargs=2, type=float)
    arguments = parser.parse_args()
    receiver = Receiver(*arguments.receiver) if arguments.receiver else None
    holds = True
    for path in arguments.files or sorted(
        path for path in MODES.iterdir() if "truth" not in path.name and path.suffix != ".py"
    ):
        heard = recording(path)
        compared = compare(heard, receiver)
        print(f"{path.name}: {len(heard):,} frames")
        printed(compared)
        holds &= not any("" in one.counts for one in compared.values())
    print("every difference has its reason" if holds else "THERE ARE DIFFERENCES WITHOUT A REASON")
    return int(not holds)


if __name__ == "__main__":
    sys.exit(main())
