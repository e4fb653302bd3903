from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from aerotrack.web.moments import Moment

MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


@pytest.mark.parametrize("text", ["2026-11-22T09:00:00Z", "2026-11-22T11:00:00+02:00"])
def test_a_moment_has_a_zone(text: str) -> None:
    assert MOMENT.validate_python(text) == datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0.5", "1764000000", "-1764000000", "1764000000000", "1e3", "noon", ""])
def test_a_number_is_no_moment_for_nobody_could_say_of_what(text: str) -> None:
    with pytest.raises(ValidationError, match="give a time with its zone, such as"):
        MOMENT.validate_python(text)


@pytest.mark.parametrize("text", ["2026-11-22", "2026-11-22T09:00:00", "2026-13-22T09:00:00Z"])
def test_nor_is_one_without_a_zone_or_that_is_in_no_calendar(text: str) -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_python(text)


def test_it_is_described_as_a_time() -> None:
    assert MOMENT.json_schema() == {"type": "string", "format": "date-time"}
