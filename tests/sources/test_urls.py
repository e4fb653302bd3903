from pathlib import Path

import pytest

from aerotrack.core.observations import Receiver
from aerotrack.errors import RecordingError, SettingsError
from aerotrack.sources import SOURCES, source_from
from aerotrack.sources.antenna import Antenna
from aerotrack.sources.formats import FORMATS, Untold
from aerotrack.sources.listener import TcpListener
from aerotrack.sources.poll import Poll
from aerotrack.sources.recording import Recording
from aerotrack.sources.stdin import StandardInput
from aerotrack.sources.tcp import TcpClient
from aerotrack.sources.udp import UdpListener
from decode.modes.transponder import airborne
from sources.feeders import NOON, document, rows_until, sbs, web_server


def clock() -> float:
    return NOON


@pytest.mark.parametrize(
    ("scheme", "spoken"), [("sbs", "SBS text"), ("json", "JSON lines"), ("beast", "Beast"), ("avr", "AVR")]
)
def test_a_client_connects_to_a_host(scheme: str, spoken: str) -> None:
    source = source_from(f"{scheme}://10.0.0.5:30003#roof", clock=clock)
    assert isinstance(source, TcpClient)
    assert (source.host, source.port, source.name) == ("10.0.0.5", 30003, "roof")
    assert source.spoken is FORMATS[spoken]


def test_what_is_known_of_an_antenna_is_put_on_its_feed() -> None:
    source = source_from("beast://pi:30005?lat=48.8&lon=2.4&range_nm=250&priority=1#roof", clock=clock)
    assert isinstance(source, Antenna)
    assert (source.name, source.receiver, source.priority) == ("roof", Receiver(48.8, 2.4, 250), True)


@pytest.mark.parametrize(
    "url", ["beast://pi:1?", "listen+beast://:0?", "udp+avr://:0?", "stdin:?format=avr&"]
)
def test_the_decoder_is_told_where_the_receiver_stands(url: str) -> None:
    source = source_from(f"{url}lat=48.8&lon=2.4", clock=clock)
    assert isinstance(source, Antenna)
    assert isinstance(source.source, TcpClient | TcpListener | UdpListener | StandardInput)
    assert source.source.untold == Untold(receiver=Receiver(48.8, 2.4))


@pytest.mark.parametrize("scheme", ["udp+sbs", "udp+avr"])
def test_datagrams_are_heard_on_loopback_unless_a_host_is_given(scheme: str) -> None:
    source = source_from(f"{scheme}://:0", clock=clock)
    assert isinstance(source, UdpListener)
    assert source.host == "127.0.0.1"


def test_the_format_of_standard_input_is_given() -> None:
    source = source_from("stdin:?format=avr", clock=clock)
    assert isinstance(source, StandardInput)
    assert source.spoken is FORMATS["AVR"]


@pytest.mark.parametrize(("host", "listens"), [("", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("[::1]", "::1")])
def test_a_listener_without_a_host_is_on_loopback(host: str, listens: str) -> None:
    source = source_from(f"listen+json://{host}:0", clock=clock)
    assert isinstance(source, TcpListener)
    assert source.host == listens


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sbs://10.0.0.5:30003", "sbs 10.0.0.5:30003"),
        ("listen+sbs://:30003", "listen+sbs :30003"),
        ("aircraft+http://u:p@pi/data/aircraft.json", "aircraft+http pi"),
        ("aircraft+file:///run/readsb/aircraft.json", "aircraft+file /run/readsb/aircraft.json"),
        ("sbs://pi:1#my%20roof", "my roof"),
    ],
)
def test_a_feed_that_is_not_named_has_a_short_name(url: str, name: str) -> None:
    assert source_from(url, clock=clock).name == name


def test_a_url_is_shown_without_its_secrets() -> None:
    source = source_from("aircraft+https://u:secret@pi/x?key=secret&interval=2#roof", clock=clock)
    assert isinstance(source, Poll)
    assert source.url == "aircraft+https://pi/x#roof"
    assert source.interval == 2.0


async def test_the_rest_of_a_query_is_the_servers() -> None:
    asked = []
    async with web_server(lambda target, _headers: asked.append(target) or (200, {}, document(NOON))) as port:
        source = source_from(f"aircraft+http://127.0.0.1:{port}/x?key=a%26b&interval=2", clock=clock)
        observations = source.observations()
        await rows_until(observations, 1)
        await observations.aclose()
    assert asked == ["/x?key=a%26b"]


async def test_a_polled_file_may_have_any_name(tmp_path: Path) -> None:
    path = tmp_path / "my sky#1.json"
    path.write_bytes(document(NOON))
    observations = source_from(f"aircraft+{path.as_uri()}?interval=5", clock=clock).observations()
    await rows_until(observations, 1)
    await observations.aclose()


@pytest.mark.parametrize(("query", "speed"), [("", 1.0), ("?speed=10", 10.0), ("?speed=max", None)])
def test_a_recording_has_a_speed(tmp_path: Path, query: str, speed: float | None) -> None:
    path = tmp_path / "recording.txt"
    path.write_bytes(sbs())
    source = source_from(f"file:{path}{query}", clock=clock)
    assert isinstance(source, Recording)
    assert (source.speed, source.name) == (speed, "recording.txt")


def test_what_raw_frames_do_not_tell_is_set(tmp_path: Path) -> None:
    path = tmp_path / "raw"
    path.write_bytes(
        b"".join(f"@{n:012x}{airborne(0x4CA2D6, 48.8, 2.4, n % 2).hex()};\n".encode() for n in (1, 2))
    )
    source = source_from(f"file:{path}?start=2026-11-22T12:00:00Z&lat=48.8&lon=2.4", clock=clock)
    assert isinstance(source, Recording)
    assert source.clock() == 1795348800


def test_a_recording_that_is_missing_is_an_error() -> None:
    with pytest.raises(RecordingError, match="No such file"):
        source_from("file:/nowhere/recording.txt", clock=clock)


@pytest.mark.parametrize(
    "url", ["beats://10.0.0.5:30005", "nats://x:1", "recording.txt", "/recording.txt", ""]
)
def test_a_scheme_that_is_unknown_is_told_what_is_possible(url: str) -> None:
    with pytest.raises(SettingsError) as error:
        source_from(url, clock=clock)
    assert ", ".join(SOURCES) in str(error.value)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sbs://pi", "give a port"),
        ("sbs://pi:99999", "give a port"),
        ("sbs://:30003", "give a host"),
        ("listen+sbs://", "give a port"),
        (
            "json://pi:1?interval=1",
            "'interval' is no setting of this source; possible: lat, lon, range_nm, priority",
        ),
        ("aircraft+http:///data", "give a host"),
        ("aircraft+http://pi:x/data", "check the URL"),
        ("aircraft+http://pi/data?interval=0", "interval=0 is no number from 0.1 to 3600"),
        ("aircraft+file:", "give the path"),
        ("aircraft+file:///x?intervall=1", "possible: interval"),
        ("file:x?speed=fast", "speed=fast is no number"),
        ("file:x?speed=nan", "speed=nan is no number"),
        ("file://x", "give the path"),
        ("sbs://[1:3", "is no URL of a source"),
        ("beast://pi:1?lat=48", "give both lat and lon"),
        ("beast://pi:1?lat=91&lon=2", "lat=91 is no number from -90 to 90"),
        ("beast://pi:1?lat=x&lon=2", "lat=x is no number from -90 to 90"),
        ("beast://pi:1?range_nm=200", "range_nm needs the receiver's place"),
        ("sbs://pi:1?priority=2", "priority=2 is no number from 0 to 1"),
        ("file:x?start=noon", "start=noon is no time"),
        ("stdin:", "give its format: stdin:.format= one of beast, avr, frames, sbs, json"),
    ],
)
def test_what_is_wrong_with_a_url_is_said(url: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        source_from(url, clock=clock)


@pytest.mark.parametrize("url", ["sbs://u:secret@[1:3", "sbs://u:secret@pi", "beast://u:secret@pi"])
def test_an_error_shows_no_secrets(url: str) -> None:
    with pytest.raises(SettingsError) as error:
        source_from(url, clock=clock)
    assert "secret" not in str(error.value)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(SettingsError, match="write their bytes as %XX"):
        source_from("sim:#caf\udce9", clock=clock)
