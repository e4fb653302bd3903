import numpy as np
from hypothesis import given

from aerotrack.core.columns import Columns
from aerotrack.encode.kml import Kml
from encode.flights import FLIGHT, OTHER, TEXTS, any_positions, encoded, positions, xml


def test_a_flight_is_a_track_with_a_time_for_every_place_and_metres() -> None:
    data = encoded(Kml(), ([FLIGHT], positions([0, 0], geo_altitude_ft=[1000, np.nan])))
    (track,) = xml(data).iter("Track")
    assert [when.text for when in track.iter("when")] == [
        "2024-11-22T15:28:28.000Z",
        "2024-11-22T15:28:29.000Z",
    ]
    assert [place.text for place in track.iter("coord")] == ["8.0 50.0 304.8", "8.0 50.0"]
    assert track.findtext("altitudeMode") == "absolute"
    assert b"http://www.google.com/kml/ext/2.2" in data


def test_flights_are_placemarks_and_one_that_goes_on_has_another_track_in_its_own() -> None:
    root = xml(encoded(Kml(), ([FLIGHT, OTHER], positions([1, 0])), ([FLIGHT], positions([0]))))
    marks = {mark.findtext("name"): len(list(mark.iter("Track"))) for mark in root.iter("Placemark")}
    assert marks == {"D-AIBA": 1, "RYR1": 2}


def test_a_file_of_nothing_is_a_document() -> None:
    assert xml(encoded(Kml())).tag == "kml"


def test_what_came_by_radio_is_text_and_nothing_else() -> None:
    wicked = {**FLIGHT, "callsign": "</name><b>&\x00]]>", "registration": '"<x'}
    root = xml(encoded(Kml(), ([wicked], positions())))
    (mark,) = root.iter("Placemark")
    assert mark.findtext("name") == "</name><b>&]]>"
    told = {data.get("name"): data.findtext("value") for data in mark.iter("Data")}
    assert told["registration"] == '"<x'


@given(any_positions(), TEXTS)
def test_whatever_is_flown_can_be_parsed(seen: Columns, callsign: str) -> None:
    root = xml(encoded(Kml(), ([{**FLIGHT, "callsign": callsign}], seen)))
    assert len(list(root.iter("when"))) == len(list(root.iter("coord"))) == len(seen["time"])
