"""Our Mode S fields held against those of rs1090 (MIT, Rust), frame by frame; what differs has its reason."""

import gzip
import importlib
import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rs1090
from numpy.typing import NDArray

from aerotrack.decode.beast_framing import BeastFraming
from aerotrack.decode.modes.altitude import airborne_altitude, replied_altitude
from aerotrack.decode.modes.bits import bits, message
from aerotrack.decode.modes.decoder import ModeS
from aerotrack.decode.modes.frames import Frames
from aerotrack.decode.modes.identification import identification
from aerotrack.decode.modes.kinds import ON_GROUND
from aerotrack.decode.modes.squawks import replied_squawk
from aerotrack.decode.modes.status import emergency, operation, target
from aerotrack.decode.modes.surface import movement
from aerotrack.decode.modes.syndromes import syndromes
from aerotrack.decode.modes.velocity import velocity

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
MODES = Path(__file__).parents[1] / "data/modes"
SQUITTERS = (17, 18)
AIRBORNE = range(9, 19)
Told = list[dict[str, Any]]
read_by_rs1090: Any = rs1090.decode


def _against() -> Any:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return importlib.import_module("against_rs1090")
    finally:
        sys.path.remove(str(BENCHMARKS))


against = _against()


def flights() -> list[tuple[float, bytes]]:
    """Real frames with their times."""
    lines = (line.split(",") for line in (MODES / "rs1090_short_flights.csv").read_text().split())
    return [(float(time), bytes.fromhex(frame)) for time, frame in lines]


def frames() -> list[bytes]:
    """The whole frames of the recordings: real ones, and those made for the tests."""
    lines = gzip.decompress((MODES / "minute.csv.gz").read_bytes()).decode().splitlines()
    made = [
        bytes.fromhex(line.split(",")[2])
        for line in lines
        if line[:1].isdigit() and not {"flipped", "junk"} & set(line.split(","))
    ]
    heard = BeastFraming().feed((MODES / "traffic_sample_dump1090.bin").read_bytes()).data
    real = [bytes(row[: 14 if row[0] >= 0x80 else 7]) for row in heard]
    return made + real + [frame for _, frame in flights()]


@dataclass(frozen=True)
class Pairs:
    """Frames, and what rs1090 reads in each."""

    frames: list[bytes]
    told: Told

    def of(self, formats: Iterable[int], codes: Iterable[int] = range(32)) -> tuple[NDArray[np.uint8], Told]:
        """Those of some downlink formats, and of some type codes, if they have any."""
        chosen = [
            i
            for i, frame in enumerate(self.frames)
            if frame[0] >> 3 in formats and (frame[0] >> 3 not in SQUITTERS or frame[4] >> 3 in codes)
        ]
        assert len(chosen) > 20
        data = b"".join(self.frames[i].ljust(14, b"\0") for i in chosen)
        return np.frombuffer(data, np.uint8).reshape(-1, 14), [self.told[i] for i in chosen]


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    both = [(frame, one) for frame in frames() for one in read_by_rs1090([frame.hex()], [0.0])]
    assert len(both) == len(frames())
    return Pairs(*map(list, zip(*both, strict=True)))


def same(ours: Any, told: Told, read: str | Callable[[dict[str, Any]], Any]) -> None:
    """Assert that `ours` (M,) is what they `read`; -1, NaN and no text are what is absent."""
    assert len(ours) == len(told)
    for one, there in zip(np.asarray(ours).tolist(), told, strict=True):
        theirs = there.get(read) if isinstance(read, str) else read(there)
        if theirs is None:
            assert one in (-1, b"") or math.isnan(one), there
        elif isinstance(theirs, str):
            assert one.decode() == theirs, there
        else:
            assert one == pytest.approx(float(theirs), abs=0.01), there


def test_the_address_of_a_reply_is_the_same(pairs: Pairs) -> None:
    data, told = pairs.of({0, 4, 5, 16, 20, 21})
    same(syndromes(data), told, lambda one: int(one["icao24"], 16))


def test_what_an_all_call_says_of_the_ground_is_the_same(pairs: Pairs) -> None:
    data, told = pairs.of({11})
    same(ON_GROUND[data[:, 0]], told, lambda one: {"airborne": 0, "ground": 1}[one["capability"]])


def test_callsigns_and_categories_are_the_same(pairs: Pairs) -> None:
    weights = {"<7000kg": "A1", "<34,000kg": "A2", "<136,000kg": "A3", "Heavy": "A5", "N/A": "", "n/a": ""}
    data, told = pairs.of(SQUITTERS, range(1, 5))
    callsigns, categories = identification(data)
    same(callsigns, told, lambda one: one["callsign"].strip())
    same(categories, told, lambda one: weights[one["wake_vortex"]])


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("ground_speed_kt", "groundspeed"),
        ("track_deg", "track"),
        ("heading_deg", "heading"),
        ("airspeed_kt", "TAS"),
        ("vertical_rate_fpm", "vertical_rate"),
        ("height_difference_ft", "geo_minus_baro"),
        ("nac_v", "NACv"),
    ],
)
def test_velocities_are_the_same(pairs: Pairs, ours: str, theirs: str) -> None:
    data, told = pairs.of(SQUITTERS, [19])
    same(getattr(velocity(data), ours), told, theirs)


def test_the_source_of_a_vertical_rate_has_the_other_name(pairs: Pairs) -> None:
    # ME 36: Doc 9871 has 0 for the geometric rate, rs1090 has it for the barometric one.
    data, told = pairs.of(SQUITTERS, [19])
    same(velocity(data).vertical_rate_geometric, told, lambda one: one["vrate_src"] == "barometric")


def test_positions_in_the_air_have_the_same_place_in_their_zone(pairs: Pairs) -> None:
    data, told = pairs.of(SQUITTERS, AIRBORNE)
    same(bits(message(data), 22, 22), told, lambda one: one["parity"] == "odd")
    same(bits(message(data), 23, 39), told, "lat_cpr")
    same(bits(message(data), 40, 56), told, "lon_cpr")


def test_movements_on_the_ground_are_the_same(pairs: Pairs) -> None:
    data, told = pairs.of(SQUITTERS, range(5, 9))
    speed, track = movement(data)
    same(speed, told, "groundspeed")
    same(track, told, "track")


def test_heights_are_the_same_where_gillham_is_not_below_the_sea(pairs: Pairs) -> None:
    # Gillham's code goes down to -1,200 ft: rs1090 reads it below 0 as none, steps of 25 ft as we do.
    for formats, codes, ours, (byte, fine) in (
        (SQUITTERS, AIRBORNE, airborne_altitude, (5, 0x01)),
        ((0, 4, 16, 20), range(32), replied_altitude, (3, 0x10)),
    ):
        data, told = pairs.of(formats, codes)
        feet = ours(data)
        same(np.where((feet < 0) & (data[:, byte] & fine == 0), np.nan, feet), told, "altitude")


def test_squawks_of_replies_are_the_same(pairs: Pairs) -> None:
    data, told = pairs.of({5, 21})
    same(replied_squawk(data), told, lambda one: int(one["squawk"]))


def test_emergencies_are_the_same(pairs: Pairs) -> None:
    names = {"none": 0, "general": 1, "medical": 2, "minimum_fuel": 3, "no_communication": 4}
    data, told = pairs.of(SQUITTERS, [28])
    code, squawk = emergency(data)
    same(code, told, lambda one: names[one["emergency_state"]])
    same(squawk, told, lambda one: int(one["squawk"]))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("qnh_hpa", "barometric_setting"),
        ("heading_deg", "selected_heading"),
        ("nac_p", "NACp"),
        ("nic_baro", "nic_baro"),
        ("autopilot", "autopilot"),
        ("vnav", "vnav_mode"),
        ("altitude_hold", "alt_hold"),
        ("approach", "approach_mode"),
        ("tcas", "tcas_operational"),
        ("lnav", "lnav_mode"),
    ],
)
def test_targets_are_the_same(pairs: Pairs, ours: str, theirs: str) -> None:
    data, told = pairs.of(SQUITTERS, [29])
    same(getattr(target(data), ours), told, theirs)


def test_selected_altitudes_are_the_same_in_hundreds(pairs: Pairs) -> None:
    # Steps of 32 ft: rs1090 adds half a step and drops what is no hundred; the first, 0 ft, is none.
    data, told = pairs.of(SQUITTERS, [29])
    feet = target(data).altitude_ft
    theirs = np.array([one.get("selected_altitude", math.nan) for one in told])
    assert np.array_equal(np.isnan(theirs), np.isnan(feet) | (feet == 0))
    said = ~np.isnan(theirs)
    assert (theirs[said] == (feet[said] + 16) // 100 * 100).all()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("version", "version"),
        ("nac_p", "NACp"),
        ("nic_a", "NICa"),
        ("gva", "GVA"),
        ("sil", "SIL"),
        ("nic_baro", "BAI"),
        ("magnetic", "HRD"),
        ("sil_supplement", "SILs"),
    ],
)
def test_operational_statuses_are_the_same(pairs: Pairs, ours: str, theirs: str) -> None:
    data, told = pairs.of(SQUITTERS, [31])
    # Version 1 has one supplement of NIC, which rs1090 calls otherwise; c, on the ground, it does not read.
    same(getattr(operation(data), ours), told, lambda one: one.get(theirs, one.get(f"{theirs[:3]}s")))


@pytest.mark.parametrize(
    ("frame", "field", "reason"),
    [
        ("8dada52699149f28704029b6c425", "source of the rate", "OTHER_NAME"),
        ("8dada526ea2d086fc55c085e782e", "selected altitude", "HUNDREDS"),
        ("8d4d02ad5808a0a49686f9289db6", "altitude", "BELOW_SEA"),
        ("2000010ac30505", "altitude of a reply", "BELOW_SEA"),
        ("246559ee691b28", "altitude of a reply", "METRES"),
        ("8d4400ec990801002004958f0223", "track", "STANDING"),
        ("8d39ceb2990c59860004011d8d4e", "height difference", "NO_STEP"),
        ("8d3950c850d2e095ac9bc626da64", "frames", "HIGH"),
        ("912c46e3083bf0d48a9bc0e6f625", "frames", "DAMAGED"),
        ("a80000a5205161ba6470a01d3ff7", "callsign of a reply", "NO_LETTER"),
        ("2f1b171b57327403c4029040f6cc", "frames", "LENGTH"),
        ("9d4409a9582c208f386c97bee30c", "frames", "UNUSED"),
    ],
)
def test_each_difference_has_its_reason(frame: str, field: str, reason: str) -> None:
    one = against.Heard(0.0, bytes.fromhex(frame))

    assert against.compare([one], None)[field].counts == {getattr(against, reason): 1}


def test_a_place_that_only_one_of_the_two_tells_has_its_reason() -> None:
    heard = against.recording(MODES / "minute.csv.gz")

    counts = against.compare(heard, against.Receiver(48.8, 2.4))["place"].counts

    assert counts.keys() <= {against.ONE_FRAME, against.NO_PAIR, against.CONFIRMED, against.TWO_TRACKS}
    assert counts[against.TWO_TRACKS] > 0


@pytest.mark.parametrize("name", ["rs1090_short_flights.csv", "traffic_sample_dump1090.bin", "minute.csv.gz"])
def test_no_difference_is_without_a_reason(name: str) -> None:
    compared = against.compare(against.recording(MODES / name), None)

    assert sum(one.equal for one in compared.values()) > 500
    assert not [row for one in compared.values() for row in one.different.get("", [])]


def test_places_are_the_same() -> None:
    times, heard = zip(*flights(), strict=True)
    theirs = {
        (one["timestamp"], one["frame"]): (one["latitude"], one["longitude"])
        for one in read_by_rs1090([frame.hex() for frame in heard], list(times))
        if one.get("latitude") is not None
    }
    data = np.frombuffer(b"".join(heard), np.uint8).reshape(-1, 14)
    seen = ModeS().decode(Frames(data, np.array(times), np.zeros(len(times), bool)))
    assert len(seen) == len(heard)
    ours = {
        (time, frame.hex()): (lat, lon)
        for time, frame, lat, lon in zip(
            times, heard, seen.columns["lat"].tolist(), seen.columns["lon"].tolist(), strict=True
        )
        if not math.isnan(lat)
    }
    assert len(ours) > 150
    assert ours.keys() == theirs.keys()
    for one, (lat, lon) in ours.items():
        assert (lat, lon) == pytest.approx(theirs[one], abs=1e-5), one
