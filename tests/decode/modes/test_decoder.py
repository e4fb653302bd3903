import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aerotrack.core.columns import BY_NAME, POSITION_SOURCES
from aerotrack.core.identity import NOT_ICAO
from aerotrack.core.observations import Observations, Receiver
from aerotrack.decode.modes import cpr
from aerotrack.decode.modes.decoder import ModeS
from aerotrack.decode.modes.frames import Frames
from aerotrack.decode.ranges import RANGES
from decode.modes.transponder import (
    airborne,
    all_call,
    column,
    frames,
    minute,
    reply,
    squitter,
    taxiing,
)

IRISH = 0x4CA2D6
PARIS = (48.8, 2.4)
ROISSY = Receiver(49.01, 2.55)
VELOCITY = 0x99440994083817  # 159 kt at 182.9 degrees, 832 ft/min down, from The 1090 MHz Riddle
FIVE_METRES_NM = 5 / 1852
DIFFERENCE_FT = 550.0  # of the same message
IDENTIFICATION = 0x202CC371C32CE0  # KLM1023, the same book


def decoded(*heard: tuple[float, bytes], decoder: ModeS | None = None) -> Observations:
    return (decoder or ModeS()).decode(frames(list(heard)))


def known(seen: Observations, name: str) -> list[object]:
    return (
        seen.columns[name][BY_NAME[name].known(seen.columns[name])].tolist() if name in seen.columns else []
    )


def together(parts: list[Observations]) -> dict[str, np.ndarray]:
    columns = {
        name: np.concatenate([part.columns.get(name, schema.blank(len(part))) for part in parts])
        for name, schema in BY_NAME.items()
    }
    columns["address"] = np.concatenate([part.address for part in parts])
    columns["last_heard"] = np.concatenate([part.last_heard for part in parts])
    return columns


def rows(heard: Frames, start: int, end: int) -> Frames:
    return heard.take(np.arange(len(heard))[start:end])


def in_batches(heard: Frames, size: int) -> dict[str, np.ndarray]:
    decoder = ModeS(ROISSY)
    return together([decoder.decode(rows(heard, i, i + size)) for i in range(0, len(heard), size)])


def test_no_frames_are_no_rows() -> None:
    assert len(ModeS().decode(Frames.none())) == 0


@pytest.mark.parametrize(("first", "category"), [(0x8D, 9), (0x96, 8)])
def test_a_rebroadcast_position_tells_no_supplement_b(first: int, category: int) -> None:
    """Where a squitter has it, a rebroadcast says that the address is not ICAO's."""
    status = 31 << 51 | 2 << 13 | 1 << 12 | 1  # version 2, supplement a; the last bit is of the address
    place = (11 << 3 | 1) << 48 | 0xC38 << 36
    seen = decoded((0.0, squitter(IRISH, status, first)), (1.0, squitter(IRISH, place, first)))

    assert column(seen, "nic") == [-1, category]


@pytest.mark.parametrize(("movement", "found"), [(1, 1), (60, 0)])
def test_a_pair_from_the_ground_may_be_older_of_what_is_slow(movement: int, found: int) -> None:
    even, odd = (taxiing(IRISH, *PARIS, parity, movement=movement) for parity in (0, 1))
    seen = decoded((0.0, even), (30.0, odd), decoder=ModeS(ROISSY))

    assert len(known(seen, "lat")) == found


def test_rows_come_in_the_order_of_the_frames() -> None:
    seen = decoded((1.0, squitter(IRISH, IDENTIFICATION)), (2.0, airborne(5, *PARIS, 0)), (3.0, all_call(7)))

    assert seen.address.tolist() == [IRISH, 5, 7]
    assert seen.last_heard.tolist() == [1.0, 2.0, 3.0]
    assert seen.messages == 3
    assert seen.kinds == {"DF11": 1, "DF17": 2}


def test_an_airborne_pair_tells_place_altitude_and_that_it_is_in_the_air() -> None:
    seen = decoded((0.0, airborne(IRISH, *PARIS, 0)), (0.5, airborne(IRISH, *PARIS, 1)))

    lat, lon = (seen.columns[name] for name in ("lat", "lon"))
    assert np.isnan([lat[0], lon[0]]).all()
    assert cpr.apart(PARIS, (lat[1], lon[1])) < 0.01
    assert column(seen, "altitude_ft") == [38_000.0, 38_000.0]
    assert column(seen, "on_ground") == [0, 0]


def test_a_surface_frame_says_ground_only_with_a_place() -> None:
    heard = [(0.0, taxiing(IRISH, *PARIS, 0, movement=39)), (5.0, taxiing(IRISH, *PARIS, 1, movement=39))]

    assert column(decoded(*heard), "on_ground") == [-1, -1]
    seen = decoded(*heard, decoder=ModeS(ROISSY))
    assert column(seen, "on_ground") == [-1, 1]
    assert column(seen, "ground_speed_kt") == [15.0, 15.0]
    assert cpr.apart(PARIS, (seen.columns["lat"][1], seen.columns["lon"][1])) < 0.01


def test_a_velocity_tells_speed_track_and_vertical_rate() -> None:
    seen = decoded((0.0, squitter(0x485020, VELOCITY)))

    assert seen.columns["ground_speed_kt"] == pytest.approx([159.2], abs=0.1)
    assert seen.columns["track_deg"] == pytest.approx([182.88], abs=0.01)
    assert column(seen, "vertical_rate_fpm") == [-832.0]


def test_the_geometric_altitude_is_the_barometric_one_and_the_last_difference_of_a_minute() -> None:
    seen = decoded(
        (0.0, squitter(IRISH, VELOCITY)),
        (59.0, airborne(IRISH, *PARIS, 0)),
        (59.5, airborne(7, *PARIS, 0)),
        (61.0, airborne(IRISH, *PARIS, 1)),
    )

    assert known(seen, "geo_altitude_ft") == [38_000.0 + DIFFERENCE_FT]


def test_a_position_with_a_gnss_height_tells_the_geometric_altitude() -> None:
    seen = decoded((0.0, airborne(IRISH, *PARIS, 0, typecode=20)))

    assert known(seen, "geo_altitude_ft") == [38_000.0]
    assert known(seen, "altitude_ft") == []


def test_an_identification_tells_callsign_and_category() -> None:
    seen = decoded((0.0, squitter(IRISH, IDENTIFICATION | 3 << 48)))

    assert column(seen, "callsign") == [b"KLM1023"]
    assert column(seen, "category") == [b"A3"]


def test_an_emergency_message_tells_emergency_and_squawk() -> None:
    seven_seven = 0x0AAA
    seen = decoded((0.0, squitter(IRISH, 28 << 51 | 1 << 48 | 1 << 45 | seven_seven << 32)))

    assert column(seen, "emergency") == [1]
    assert column(seen, "squawk") == [7700]


def test_a_squawk_in_replies_counts_from_the_second_on() -> None:
    heard = [(0.0, all_call(IRISH)), *[(1.0 + i, reply(5, IRISH, 0x0808, status=1)) for i in range(2)]]
    seen = decoded(*heard)

    squawk = column(seen, "squawk")
    assert squawk[:2] == [-1, -1]
    assert squawk[2] != -1
    assert column(seen, "on_ground")[1:] == [-1, 1], "a reply in doubt says nothing of the ground"
    assert seen.refused == {"doubtful": 1}


def test_a_reply_tells_its_altitude_when_it_agrees_with_the_squitters() -> None:
    seen = decoded(
        (0.0, airborne(IRISH, *PARIS, 0)), (1.0, reply(4, IRISH, 0x1838)), (2.0, reply(4, IRISH, 0x0838))
    )

    assert column(seen, "altitude_ft")[1] == 38_000.0
    assert np.isnan(seen.columns["altitude_ft"][2])


def test_a_callsign_in_registers_counts_when_it_comes_twice_and_no_squitter_tells_one() -> None:
    register = IDENTIFICATION & 0xFFFFFFFFFFFF | 0x20 << 48
    heard = [(0.0, all_call(IRISH)), *[(1.0 + i, reply(20, IRISH, 0, register)) for i in range(3)]]

    assert column(decoded(*heard), "callsign") == [b"", b"", b"KLM1023", b"KLM1023"]


@pytest.mark.parametrize(
    ("first", "source", "flag"),
    [(0x90, "adsb", 0), (0x92, "tisb", 0), (0x95, "tisb", NOT_ICAO), (0x96, "adsr", 0)],
)
def test_every_row_says_its_source(first: int, source: str, flag: int) -> None:
    seen = decoded((0.0, airborne(IRISH, *PARIS, 0, first=first)))

    assert [POSITION_SOURCES[code] for code in seen.columns["position_source"]] == [source]
    assert seen.address.tolist() == [IRISH | flag]


def test_frames_made_by_multilateration_are_of_that_source_and_no_pair_with_others() -> None:
    decoder = ModeS()
    decoder.decode(frames([(0.0, airborne(IRISH, *PARIS, 0))]))
    seen = decoder.decode(frames([(0.5, airborne(IRISH, *PARIS, 1))], mlat=True))

    assert [POSITION_SOURCES[code] for code in seen.columns["position_source"]] == ["mlat"]
    assert known(seen, "lat") == []


def test_the_true_places_of_a_noisy_minute_come_out_right_and_none_lies_between_two_aircraft() -> None:
    heard, kinds, places = minute()
    decoder = ModeS(ROISSY)
    seen = decoder.decode(heard)
    truth = {
        (time, int.from_bytes(data[1:4].tobytes(), "big")): (kind, place)
        for time, data, kind, place in zip(heard.time.tolist(), heard.data, kinds, places, strict=True)
    }
    right = jumped = 0
    for time, address, lat, lon in zip(
        seen.last_heard.tolist(), seen.address.tolist(), column(seen, "lat"), column(seen, "lon"), strict=True
    ):
        if lat != lat:  # noqa: PLR0124  NaN
            continue
        kind, place = truth[time, address & 0xFFFFFF]
        if place:
            assert cpr.apart(place, (lat, lon)) < FIVE_METRES_NM
            right += 1
        else:
            assert kind in {"jump", "clone"}
            jumped += 1
    assert right > 0.97 * sum(place is not None for place in places), "all but the first of each aircraft"
    assert 0 < jumped < sum(kind in {"jump", "clone"} for kind in kinds)


def test_no_address_is_born_of_noise() -> None:
    heard, kinds, _ = minute()
    sent = {
        data[1:4].tobytes()
        for data, kind in zip(heard.data, kinds, strict=True)
        if kind in {"air", "vel", "id", "df11"}
    }

    seen = ModeS().decode(heard)

    assert {int(address & 0xFFFFFF).to_bytes(3, "big") for address in seen.address} <= sent


@pytest.mark.parametrize("size", [1, 7, 200, 1000])
def test_rows_are_the_same_however_frames_are_cut_into_batches(size: int) -> None:
    heard, _, _ = minute()
    if size == 1:
        heard = rows(heard, 0, 1500)
    whole, parts = in_batches(heard, len(heard)), in_batches(heard, size)

    for name, values in whole.items():
        np.testing.assert_array_equal(parts[name], values, err_msg=name)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 4000), st.lists(st.integers(1, 400), min_size=1, max_size=6))
def test_rows_are_the_same_at_any_cut(start: int, sizes: list[int]) -> None:
    heard, _, _ = minute()
    heard = rows(heard, start, start + sum(sizes))
    decoder = ModeS(ROISSY)
    ends = np.cumsum(sizes).tolist()
    parts = together([decoder.decode(rows(heard, a, b)) for a, b in zip([0, *ends], ends, strict=False)])
    for name, values in in_batches(heard, len(heard)).items():
        np.testing.assert_array_equal(parts[name], values, err_msg=name)


def test_more_frames_than_a_batch_has_are_cut_and_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    heard, _, _ = minute()
    whole = ModeS(ROISSY).decode(heard)
    monkeypatch.setattr("aerotrack.decode.modes.decoder.AT_ONCE", 1000)

    cut = ModeS(ROISSY).decode(heard)

    for name, values in together([whole]).items():
        np.testing.assert_array_equal(together([cut])[name], values, err_msg=name)
    assert (cut.messages, cut.refused, cut.kinds) == (whole.messages, whole.refused, whole.kinds)


@settings(max_examples=200, deadline=None)
@given(
    noise=st.binary(max_size=14 * 40),
    sound=st.booleans(),
    time=st.sampled_from([0.0, 1e9, np.nan, np.inf, -1e300]),
)
def test_any_bytes_are_decoded_without_an_error_or_an_impossible_value(
    noise: bytes, *, sound: bool, time: float
) -> None:
    rows = [noise[i : i + 14].ljust(14, b"\0") for i in range(0, len(noise), 14)]
    if sound:  # with an intact parity, so that what they hold is read
        rows = [squitter(int.from_bytes(row[1:4], "big"), int.from_bytes(row[4:11], "big")) for row in rows]
    seen = decoded(*[(time + i, row) for i, row in enumerate(rows)], decoder=ModeS(ROISSY))

    assert len(seen) + sum(
        v for k, v in seen.refused.items() if k in {"bad_crc", "unproven_address", "unused_format"}
    ) == len(rows)
    for name, (low, high) in {**RANGES, "lat": (-90, 90), "lon": (-180, 180)}.items():
        values = np.array(known(seen, name), float)
        assert ((values >= low) & (values <= high)).all(), name
