from collections import Counter
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.columns import EMERGENCIES, POSITION_SOURCES
from aerotrack.core.identity import NOT_ICAO
from aerotrack.decode import readsb_json
from aerotrack.decode.readsb_json import Aircraft, AircraftObjects
from decode.cutting import Row, rows_in

NOW = 1_700_000_000.0


def read(
    *objects: Any, now: float = NOW, aircraft: AircraftObjects | None = None
) -> tuple[list[Row], Counter[str]]:
    refused: Counter[str] = Counter()
    made = np.full(len(objects), now)
    structs = [msgspec.convert(o, Aircraft) for o in objects]
    seen = (aircraft or AircraftObjects()).read(structs, made, messages=len(objects), refused=refused)
    assert seen.messages == len(objects)
    return rows_in(seen), Counter(seen.refused)


def only(**keys: Any) -> Row:
    """The row of one aircraft, without its address and time."""
    rows, refused = read({"hex": "4ca2d6", **keys})
    assert not refused
    return {name: value for name, value in rows[0].items() if name not in ("address", "last_heard")}


def test_every_key_has_its_column() -> None:
    row = only(
        flight="EIN52V  ", r="EI-DVM", t="A320", category="A3", ownOp="Aer Lingus", alt_baro=6950,
        alt_geom=6900, gs=283.5, track=149.75, baro_rate=-640, squawk="0014", emergency="none", nic=8,
        nac_p=9,
    )  # fmt: skip
    assert row == {
        "callsign": b"EIN52V", "registration": b"EI-DVM", "type_code": b"A320", "category": b"A3",
        "operator": b"Aer Lingus", "altitude_ft": 6950.0, "geo_altitude_ft": 6900.0, "on_ground": 0,
        "ground_speed_kt": 283.5, "track_deg": 149.75, "vertical_rate_fpm": -640.0, "squawk": 14,
        "emergency": 0, "nic": 8, "nac_p": 9,
    }  # fmt: skip


def test_zero_is_a_value() -> None:
    row = only(lat=0, lon=0.0, alt_baro=0, gs=0, track=0, baro_rate=0, nic=0, squawk="0000")
    names = [
        "lat",
        "lon",
        "altitude_ft",
        "ground_speed_kt",
        "track_deg",
        "vertical_rate_fpm",
        "nic",
        "squawk",
    ]
    assert [row[name] for name in names] == [0] * 8


def test_null_and_absent_are_not_heard() -> None:
    assert only(flight=None, lat=None, lon=None, alt_baro=None, track=None, squawk=None, emergency=None) == {}


def test_on_the_ground_the_altitude_is_unknown() -> None:
    assert only(alt_baro="ground") == {"on_ground": 1}


def test_the_position_is_as_old_as_it_says_and_anything_else_as_well() -> None:
    rows, _ = read({"hex": "4ca2d6", "lat": 1.5, "lon": 2.5, "seen_pos": 12.5, "seen": 0.25})
    assert (rows[0]["time"], rows[0]["last_heard"]) == (NOW - 12.5, NOW - 0.25)


def test_an_age_below_zero_is_none() -> None:
    rows, _ = read({"hex": "4ca2d6", "seen": -0.5})
    assert rows[0]["last_heard"] == NOW


def test_an_address_that_is_not_icaos_is_marked() -> None:
    rows, _ = read({"hex": "~2CAC5E"})
    assert rows[0]["address"] == 0x2CAC5E | NOT_ICAO


def test_the_geometric_rate_stands_in_for_the_barometric() -> None:
    assert only(geom_rate=64)["vertical_rate_fpm"] == 64.0
    assert only(geom_rate=64, baro_rate=128)["vertical_rate_fpm"] == 128.0


def test_older_names_are_read_too() -> None:
    row = only(gscp=240, altitude=9975, vert_rate=-64)
    assert (row["ground_speed_kt"], row["altitude_ft"], row["vertical_rate_fpm"]) == (240.0, 9975.0, -64.0)


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("adsb_icao", "adsb"), ("adsb_icao_nt", "adsb"), ("adsb_other", "adsb"), ("adsr_icao", "adsr"),
        ("tisb_icao", "tisb"), ("tisb_trackfile", "tisb"), ("adsc", "adsc"), ("mlat", "mlat"),
        ("mode_s", "mode_s"), ("other", "other"), ("anything", "other"),
    ],
)  # fmt: skip
def test_the_type_says_where_the_position_is_from(kind: str, source: str) -> None:
    assert POSITION_SOURCES[only(type=kind, lat=1, lon=2)["position_source"]] == source


def test_a_position_by_mlat_is_by_mlat_whatever_the_type() -> None:
    row = only(type="adsb_icao", lat=1, lon=2, mlat=["gs", "lat", "lon"])
    assert POSITION_SOURCES[row["position_source"]] == "mlat"


def test_without_a_position_it_has_no_source() -> None:
    assert only(type="mode_s") == {}


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("none", None), ("general", "general"), ("lifeguard", "medical"), ("minfuel", "minimum_fuel"),
        ("nordo", "no_radio"), ("unlawful", "unlawful"), ("downed", "downed"),
    ],
)  # fmt: skip
def test_emergencies_have_our_names(word: str, meaning: str | None) -> None:
    assert EMERGENCIES[only(emergency=word)["emergency"]] == meaning


def test_a_reserved_emergency_is_unknown() -> None:
    assert only(emergency="reserved") == {}


def test_an_operator_is_written_plainly_and_cut_to_its_column() -> None:
    assert only(ownOp="Société Française de Transports")["operator"] == b"Societe Francaise de Tra"


@pytest.mark.parametrize("name", ["Air\x7f \u2028X\t", "A" * 23 + " Z"])
def test_an_operator_is_what_can_be_printed_and_no_blanks_around_it(name: str) -> None:
    assert only(ownOp=name)["operator"] in (b"Air X", b"A" * 23)


def test_objects_of_programs_of_different_ages_may_come_together() -> None:
    rows, _ = read({"hex": "000001", "alt_baro": 900}, {"hex": "000002", "altitude": "ground"})
    assert [(row.get("altitude_ft"), row["on_ground"]) for row in rows] == [(900.0, 0), (None, 1)]


@pytest.mark.parametrize(
    "keys",
    [
        {"squawk": "d276"}, {"squawk": 7700}, {"squawk": "77000"}, {"alt_baro": "high"}, {"alt_baro": [1]},
        {"gs": "fast"}, {"gs": -1}, {"gs": 1e300}, {"track": 361}, {"track": True}, {"nic": 8.5}, {"nic": 12},
        {"flight": 7}, {"flight": "HP-9915CMP"}, {"flight": "A#B"}, {"flight": "A\r\nB"}, {"t": "a320"},
        {"emergency": "on fire"}, {"emergency": {}}, {"seen": "now"}, {"seen": 1e300}, {"category": "Z9"},
        {"ownOp": 1}, {"r": ["N1"]},
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_costs_no_other(keys: dict[str, Any]) -> None:
    rows, refused = read({"hex": "4ca2d6", "alt_geom": 100, **keys})
    assert rows == [{"address": 0x4CA2D6, "last_heard": NOW, "geo_altitude_ft": 100.0}]
    assert refused == {"bad_field": 1}


@pytest.mark.parametrize(
    "place",
    [{"lat": 1}, {"lon": 2}, {"lat": "1", "lon": "2"}, {"lat": None, "lon": 2}, {"lat": 10**400, "lon": 2}],
)
def test_a_position_is_whole_or_none(place: dict[str, Any]) -> None:
    rows, refused = read({"hex": "4ca2d6", "gs": 100, **place})
    assert rows == [{"address": 0x4CA2D6, "last_heard": NOW, "ground_speed_kt": 100.0}]
    assert refused == {"bad_position": 1}


@pytest.mark.parametrize(
    ("thing", "reason"),
    [
        ({"flight": "N/A"}, "no_address"),
        ({"hex": "12345"}, "bad_address"), ({"hex": 0x4CA2D6}, "bad_address"),
        ({"hex": "4ca2d6\n"}, "bad_address"),
    ],
)  # fmt: skip
def test_an_object_without_an_address_is_refused_alone(thing: Any, reason: str) -> None:
    rows, refused = read({"hex": "000001"}, thing, {"hex": "000002"})
    assert [row["address"] for row in rows] == [1, 2]
    assert refused == {reason: 1}


def test_an_object_without_a_time_is_refused() -> None:
    assert read({"hex": "4ca2d6"}, now=float("nan")) == ([], {"no_time": 1})


@pytest.mark.parametrize("jitter", [-0.2, -0.1, 0.0, 0.1, 0.2])
def test_a_parked_aircrafts_last_position_is_not_news_however_its_age_is_rounded(jitter: float) -> None:
    aircraft = AircraftObjects()
    parked = {"hex": "4ca2d6", "lat": 50.0, "lon": 8.5, "type": "adsb_icao"}
    read({**parked, "seen_pos": 3.0}, now=NOW, aircraft=aircraft)
    rows, refused = read({**parked, "seen_pos": 63.0 + jitter, "seen": 0}, now=NOW + 60, aircraft=aircraft)
    assert rows == [{"address": 0x4CA2D6, "last_heard": NOW + 60}]
    assert refused == {"repeated": 1}


def test_the_same_place_heard_anew_is_news() -> None:
    aircraft = AircraftObjects()
    parked = {"hex": "4ca2d6", "lat": 50.0, "lon": 8.5, "seen_pos": 0.0}
    read(parked, now=NOW, aircraft=aircraft)
    rows, refused = read(parked, now=NOW + 5, aircraft=aircraft)
    assert (rows[0]["time"], refused) == (NOW + 5, {})


_keys = st.sampled_from(
    [
        "hex",
        "flight",
        "r",
        "t",
        "category",
        "ownOp",
        "alt_baro",
        "altitude",
        "alt_geom",
        "gs",
        "track",
        "baro_rate",
        "geom_rate",
        "squawk",
        "emergency",
        "nic",
        "nac_p",
        "lat",
        "lon",
        "seen",
        "seen_pos",
        "type",
        "mlat",
    ]
)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9) | st.sampled_from(["ground", "4ca2d6", "7700", "adsb_icao", "none"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)  # fmt: skip


@given(st.lists(st.dictionaries(_keys, _values), max_size=5))
def test_no_json_raises(objects: list[Any]) -> None:
    rows, refused = read(*objects)
    unusable = refused["no_address"] + refused["bad_address"]
    assert len(rows) + unusable == len(objects)


def test_what_texts_mean_is_held_once_for_all_feeds() -> None:
    callsigns = readsb_json._MEANINGS["callsign"]
    callsigns.pop("SHARED01", None)
    read({"hex": "4ca2d6", "flight": "SHARED01"}, aircraft=AircraftObjects())
    assert callsigns["SHARED01"] == b"SHARED01"
    assert not any(isinstance(getattr(AircraftObjects(), name), dict) for name in AircraftObjects.__slots__)
