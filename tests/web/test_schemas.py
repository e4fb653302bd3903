from aerotrack.core.columns import PUBLIC_NAMES
from aerotrack.web import schemas


def test_a_flight_is_described_by_every_one_of_its_keys() -> None:
    described = schemas.flight()
    assert tuple(described["properties"]) == tuple(described["required"]) == PUBLIC_NAMES


def test_a_column_is_described_with_its_unit_and_may_be_null() -> None:
    assert schemas.flight()["properties"]["altitude_ft"] == {
        "type": ["number", "null"],
        "description": "barometric altitude, ft; null: not known",
    }


def test_a_coded_column_lists_its_values() -> None:
    emergency = schemas.flight()["properties"]["emergency"]
    assert emergency["enum"] == ["general", "medical", "minimum_fuel", "no_radio", "unlawful", "downed", None]


def test_the_time_of_a_position_is_a_time() -> None:
    assert schemas.position()["properties"]["time"]["format"] == "date-time"
