from aerotrack.decode.aircraft_documents import AircraftDocuments
from decode.cutting import FEEDS, rows_in

BINARY = (FEEDS / "moment.binCraft").read_bytes()
TEXT = (FEEDS / "moment.json").read_bytes()


def test_a_server_may_answer_in_either_form() -> None:
    for document in (BINARY, (FEEDS / "moment.binCraft.zst").read_bytes(), TEXT):
        decoder = AircraftDocuments()
        assert decoder.newest == 0.0
        assert len(rows_in(decoder.document(document, None))) == 34
        assert decoder.newest == 1795340634.001


def test_a_position_repeated_in_the_same_form_is_no_update() -> None:
    for document in (BINARY, TEXT):
        decoder = AircraftDocuments()
        decoder.document(document, None)
        assert decoder.document(document, None).refused == {"repeated": 34}


def test_what_is_neither_is_no_json() -> None:
    assert AircraftDocuments().document(b"<html>", None).refused == {"bad_json": 1}
