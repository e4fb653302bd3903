import numpy as np
from hypothesis import given

from aerotrack.core.columns import Columns
from aerotrack.encode.gpx import Gpx
from encode.flights import FLIGHT, OTHER, TEXTS, any_positions, encoded, positions, xml


def test_a_flight_is_a_track_of_points_with_elevation_in_metres_and_time() -> None:
    root = xml(encoded(Gpx(), ([FLIGHT], positions([0, 0], altitude_ft=[1000, np.nan]))))
    assert root.get("version") == "1.1"
    points = [(p.get("lat"), p.get("lon"), p.findtext("ele"), p.findtext("time")) for p in root.iter("trkpt")]
    assert points == [
        ("50.0", "8.0", "304.8", "2024-11-22T15:28:28.000Z"),
        ("50.0", "8.0", None, "2024-11-22T15:28:29.000Z"),
    ]


def test_a_flight_that_goes_on_goes_on_in_its_segment() -> None:
    root = xml(encoded(Gpx(), ([FLIGHT, OTHER], positions([1, 0])), ([FLIGHT], positions([0, 0]))))
    tracks = {track.findtext("name"): len(list(track.iter("trkpt"))) for track in root.iter("trk")}
    assert tracks == {"D-AIBA": 1, "RYR1": 3}
    assert len(list(root.iter("trkseg"))) == 2


def test_a_file_of_nothing_is_a_document() -> None:
    assert xml(encoded(Gpx())).tag == "gpx"


@given(any_positions(), TEXTS)
def test_whatever_is_flown_can_be_parsed(seen: Columns, callsign: str) -> None:
    root = xml(encoded(Gpx(), ([{**FLIGHT, "callsign": callsign}], seen)))
    assert [float(p.get("lat", "")) for p in root.iter("trkpt")] == seen["lat"].round(5).tolist()
